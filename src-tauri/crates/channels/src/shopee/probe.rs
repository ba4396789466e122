//! How a shop's connection stands, by calls that change nothing: what the platform says of the shop, then one small call
//! of each module.

use super::api::Api;
use super::config::{ShopeeConfig, may_send_in};
use super::errors::Failure;
use super::json::{id, int, text, words};
use super::send::REGION_CODE;
use super::sign::Scope;
use super::wire::Answer;
use crate::ChannelError;
use crate::probing::{access_of, let_in, not_listed};
use domain::{Access, Capability, CapabilityState, Probe, ShopState, Timestamp};

pub(super) const SHOP: &str = "/api/v2/shop/get_shop_info";
const MERCHANT: &str = "/api/v2/merchant/get_merchant_info";
/// A list is asked for this span; it may be empty.
const SPAN_S: i64 = 3_600;

/// Asks.
pub(super) async fn probe(api: &Api, config: &ShopeeConfig) -> Probe {
    let mut probe = Probe::default();
    match api.get(SHOP, &[]).await {
        Ok(answer) => {
            let_in(&mut probe);
            about_shop(&answer, &mut probe);
            probe.company = company(api, &answer).await;
            modules(api, config, &mut probe).await;
        }
        // The shop's own page is refused to some applications; the rest may work.
        Err(Failure::Denied { .. } | Failure::Gone { .. } | Failure::Garbage { .. }) => {
            let_in(&mut probe);
            modules(api, config, &mut probe).await;
        }
        Err(failure) => {
            stopped(failure.into(), api.now(), &mut probe);
            let open = CAPABILITIES.map(|capability| (capability, CapabilityState::Unknown));
            probe.capabilities = open.to_vec();
        }
    }
    probe.clocks = api.clocks();
    probe
}

const CAPABILITIES: [Capability; 5] = [
    Capability::ReadChat,
    Capability::SendChat,
    Capability::Notifications,
    Capability::Orders,
    Capability::Disputes,
];

/// When the authorisation ends, by what the platform says of the shop.
pub(super) fn authorised_until(answer: &Answer) -> Option<Timestamp> {
    let end = int(&answer.response()["expire_time"]).filter(|second| *second > 0)?;
    Timestamp::from_second(end).ok()
}

fn about_shop(answer: &Answer, probe: &mut Probe) {
    probe.authorised_until = authorised_until(answer);
    probe.region = text(&answer.response()["region"]);
    probe.shop = match words(&answer.response()["status"]).to_ascii_uppercase().as_str() {
        "NORMAL" => Some(ShopState::Normal),
        "FROZEN" => Some(ShopState::Frozen),
        "BANNED" => Some(ShopState::Banned),
        "INACTIVE" => Some(ShopState::Inactive),
        _ => None,
    };
}

/// The company stands with the merchant, and only a main account's authorisation may ask for it. A refusal leaves the
/// name open.
async fn company(api: &Api, shop: &Answer) -> Option<String> {
    let merchant_id = id(&shop.response()["merchant_id"])?.parse::<u64>().ok().filter(|id| *id != 0)?;
    let access = api.access().await.ok()?;
    let answer = api.get_as(MERCHANT, Scope::Merchant { access: &access, merchant_id }).await.ok()?;
    text(&answer.response()["merchant_name"]).filter(|name| !name.trim().is_empty())
}

/// The capabilities that a call tells of, its path below `/api/v2/`, and its parameters.
type Call<'a> = (&'a [Capability], &'a str, &'a [(&'a str, String)]);

async fn modules(api: &Api, config: &ShopeeConfig, probe: &mut Probe) {
    let now = api.now().as_second();
    let may_send = probe.region.as_deref().map_or_else(|| config.may_send(), may_send_in);
    let span = |from: &'static str, to: &'static str| {
        [(from, (now - SPAN_S).to_string()), (to, now.to_string()), ("page_size", "1".to_owned())]
    };
    let [from, to, size] = span("time_from", "time_to");
    let orders = [("time_range_field", "update_time".to_owned()), from, to, size];
    let [from, to, size] = span("update_time_from", "update_time_to");
    let returns = [("page_no", "0".to_owned()), from, to, size];
    let calls: [Call<'_>; 4] = [
        (&[Capability::ReadChat, Capability::SendChat], "sellerchat/get_unread_conversation_count", &[]),
        (&[Capability::Notifications], "shop/get_shop_notification", &[("page_size", "1".to_owned())]),
        (&[Capability::Orders], "order/get_order_list", &orders),
        (&[Capability::Disputes], "returns/get_return_list", &returns),
    ];
    for (capabilities, path, params) in calls {
        let state = state(api.get(&format!("/api/v2/{path}"), params).await);
        for capability in capabilities {
            let state = match (&state, capability) {
                (CapabilityState::On, Capability::SendChat) if !may_send => {
                    CapabilityState::Off { code: REGION_CODE.into() }
                }
                (other, _) => other.clone(),
            };
            probe.capabilities.push((*capability, state));
        }
    }
}

fn state(answer: Result<Answer, Failure>) -> CapabilityState {
    match answer {
        Ok(_) => CapabilityState::On,
        Err(Failure::Denied { code } | Failure::Gone { code }) => CapabilityState::Off { code },
        Err(Failure::Channel(ChannelError::OwnerMustAct { code, .. })) => CapabilityState::Off { code },
        Err(Failure::Token { .. } | Failure::Channel(_) | Failure::Garbage { .. }) => {
            CapabilityState::Unknown
        }
    }
}

/// What the platform's refusal of the very first call says, by the table of its words.
fn stopped(error: ChannelError, now: Timestamp, probe: &mut Probe) {
    let ChannelError::OwnerMustAct { code, detail } = &error else {
        probe.access = access_of(&error);
        return;
    };
    match code.as_str() {
        "source_ip_undeclared" => not_listed(probe, detail),
        "shop_banned" => {
            let_in(probe);
            probe.shop = Some(ShopState::Banned);
        }
        "error_kyc_auth" => {
            let_in(probe);
            probe.shop = Some(ShopState::Inactive);
        }
        "error_auth"
        | "invalid_acceess_token"
        | "invalid_access_token"
        | "not_authorised"
        | "refresh_token_expired"
        | "error_shop_refresh_token"
        | "shop_access_expired"
        | "shop_no_linked"
        | "partner_shop_no_link"
        | "invalid_code" => {
            probe.access = Some(Access::Granted);
            probe.authorised_until = Some(now);
        }
        _ => probe.access = access_of(&error),
    }
}
