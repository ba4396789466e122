//! How a store's connection stands, by calls that change nothing: who the seller is, then one small call of each part of
//! the interface.
//!
//! The platform tells no company and no end of the authorisation. The end is that of the tokens, where it is known.

use super::answer::data;
use super::api::Api;
use super::chat::Chat;
use super::error::{Ending, Fault, Verdict};
use super::json::{flag, text};
use super::request::{Business, Target};
use super::times::to_los_angeles;
use super::{dispute_stream, order_stream};
use crate::probing::{access_of, let_in, not_listed, refused};
use domain::{Access, Capability, CapabilityState, Probe, ShopState};
use serde_json::{Value, json};

/// What the platform says of a seller; served to sellers from overseas, so that a refusal says nothing.
const PROFILE: Target = Target::Dotted("aliexpress.solution.merchant.profile.get");

/// Asks. What is known of the tokens' end stands, until the platform refuses them.
pub(super) async fn probe(api: &Api, chat: &Chat) -> Probe {
    let open = [Capability::ReadChat, Capability::SendChat, Capability::Orders, Capability::Disputes];
    let capabilities = open.map(|capability| (capability, CapabilityState::Unknown)).to_vec();
    let mut probe = Probe { capabilities, ..Probe::default() };
    let ended = ask(api, chat, &mut probe).await.err().is_some_and(|fault| stopped(api, fault, &mut probe));
    if !ended {
        probe.authorised_until = api.authorised_until();
    }
    probe.clocks = api.clocks.seen();
    probe
}

/// Each call tells of itself, or of everything: then it is the last.
async fn ask(api: &Api, chat: &Chat, probe: &mut Probe) -> Result<(), Fault> {
    match api.read(PROFILE, Business::new()).await {
        // Whoever does not serve this seller may say so in any way: the calls that matter follow.
        Err(Fault::Garbage { .. }) => {}
        Err(Fault::Api(error)) if error.verdict() == Verdict::PlatformTrouble => {}
        profile => {
            if let Ok(profile) = settled(profile, probe)? {
                about_shop(&data(&profile), probe);
            }
        }
    }
    let since =
        json!({ "modified_date_start": to_los_angeles(api.now()), "page_size": 1, "current_page": 1 });
    let orders = api.read(order_stream::LIST, vec![("param0", since.to_string())]).await;
    let orders = settled(orders, probe)?;
    note(probe, Capability::Orders, orders);
    let one = json!({ "issue_status": "processing", "page_size": 1, "current_page": 1 });
    let disputes = api.read(dispute_stream::LIST, vec![("query_dto", one.to_string())]).await;
    let disputes = settled(disputes, probe)?;
    note(probe, Capability::Disputes, disputes);
    let reads = settled(chat.probe().await, probe)?;
    note(probe, Capability::ReadChat, reads.clone());
    note(probe, Capability::SendChat, reads);
    Ok(())
}

/// An answer, or the word of a refusal that concerns this call only. Either shows that everything before the call is in
/// order.
fn settled<T>(answer: Result<T, Fault>, probe: &mut Probe) -> Result<Result<T, Option<String>>, Fault> {
    let word = match answer {
        Ok(answer) => {
            let_in(probe);
            return Ok(Ok(answer));
        }
        Err(Fault::Api(error)) => match error.verdict() {
            Verdict::CapabilityOff => Some(error.word().to_owned()),
            Verdict::Refused | Verdict::Wait(_) => None,
            Verdict::PlatformTrouble
            | Verdict::Token
            | Verdict::Signature
            | Verdict::Clock
            | Verdict::Owner => return Err(Fault::Api(error)),
        },
        Err(fault) => return Err(fault),
    };
    let_in(probe);
    Ok(Err(word))
}

fn note<T>(probe: &mut Probe, capability: Capability, answer: Result<T, Option<String>>) {
    let state = match answer {
        Ok(_) => CapabilityState::On,
        Err(Some(code)) => CapabilityState::Off { code },
        Err(None) => CapabilityState::Unknown,
    };
    if let Some(known) = probe.capabilities.iter_mut().find(|(known, _)| *known == capability) {
        known.1 = state;
    }
}

fn about_shop(profile: &Value, probe: &mut Probe) {
    probe.region = text(profile, &["country_code"]);
    // A seller who may not post products is under a restriction of the platform.
    probe.shop = flag(profile, "product_posting_forbidden")
        .map(|forbidden| if forbidden { ShopState::Frozen } else { ShopState::Normal });
}

/// What a refusal says that would be the same of every other call. Whether the authorisation has ended.
fn stopped(api: &Api, fault: Fault, probe: &mut Probe) -> bool {
    let over = match &fault {
        Fault::Api(error) => match error.verdict() {
            Verdict::Token => true,
            Verdict::Owner if is_about_address(error.word()) => {
                not_listed(probe, &error.message);
                return false;
            }
            // The clock has a line of its own; where no answer carries a date, the word has to say it.
            Verdict::Clock if api.clocks.seen().is_some() => return false,
            Verdict::Clock
            | Verdict::Owner
            | Verdict::Signature
            | Verdict::PlatformTrouble
            | Verdict::CapabilityOff
            | Verdict::Refused
            | Verdict::Wait(_) => false,
        },
        Fault::Owner { code, .. } => *code == "authorise_again",
        Fault::NeverLeft(_) | Fault::Lost(_) | Fault::Wait(_) | Fault::Garbage { .. } => false,
    };
    if over {
        probe.access = Some(Access::Granted);
        probe.authorised_until = Some(api.now());
        return true;
    }
    probe.access = match fault {
        Fault::Api(error) if error.verdict() != Verdict::PlatformTrouble => Some(refused(error.word())),
        Fault::Garbage { .. } => Some(refused("unexpected_answer")),
        other => match other.ending() {
            Ending::Failed(error) => access_of(&error),
            Ending::Off(word) => Some(refused(word)),
            Ending::Quarantine { .. } => None,
        },
    };
    false
}

fn is_about_address(word: &str) -> bool {
    word == "AppWhiteIpLimit" || word.starts_with("isv.permission-ip-whitelist")
}
