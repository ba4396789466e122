//! The gateway: who calls, when, signed how, with which token and permission; then the API itself.

use super::answer::{Refusal, success};
use super::call::{Call, Door};
use super::state::{Area, Inner};
use super::{Shop, im, issue, legacy, sign, token, trade, zone};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::Value;

/// How far a timestamp may be off.
const WINDOW_MS: u64 = 10 * 60 * 1_000;

const APP: Refusal = Refusal::new("InvalidAppKey", 29, "Invalid app Key");
const TIME: Refusal = Refusal::new("IllegalTimestamp", 31, "The specified timestamp is expired");
const NO_SIGN: Refusal = Refusal::new("MissingParameter", 24, "Missing signature");
const SIGN: Refusal =
    Refusal::new("IncompleteSignature", 25, "The request signature does not conform to platform standards");
const TOKEN: Refusal =
    Refusal::new("IllegalAccessToken", 27, "The specified access token is invalid or expired");
const ADDRESS: Refusal =
    Refusal::new("AppWhiteIpLimit", 29, "The IP 203.0.113.7 is not in the app's white list");
const PERMISSION: Refusal = Refusal {
    sub_code: "isv.permission-api-package-limit",
    ..Refusal::new("InsufficientPermission", 11, "App does not have permission to access this api")
};
const UNKNOWN: Refusal = Refusal::new("InvalidApiPath", 22, "The specified method or path is invalid");

/// Handles one call.
pub(super) fn handle(shop: &Shop, call: &Call) -> Response {
    let now = shop.now_ms();
    let mut inner = shop.lock();
    let result = admitted(&inner, call, now).and_then(|()| dispatch(shop, &mut inner, call, now));
    let mut answer = match result {
        Ok(content) => success(call, content),
        Err(refusal) => refusal.answer(&call.door),
    };
    // The gateway's own clock, by which a client can tell that its own is wrong.
    let date = domain::from_ms(now).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::try_from(date) {
        answer.headers_mut().insert(header::DATE, date);
    }
    answer
}

fn admitted(inner: &Inner, call: &Call, now: i64) -> Result<(), Refusal> {
    if call.get("app_key") != inner.app.key {
        return Err(APP);
    }
    let at = match call.door {
        Door::Old => zone::beijing_ms(call.get("timestamp")),
        Door::Sync | Door::Rest(_) => call.get("timestamp").parse().ok(),
    };
    if at.is_none_or(|at| now.abs_diff(at) > WINDOW_MS) {
        return Err(TIME);
    }
    signed(inner, call)?;
    if inner.unlisted {
        return Err(ADDRESS);
    }
    let Some(area) = area_of(call.api()) else { return Err(UNKNOWN) };
    if area == Area::Tokens {
        return Ok(());
    }
    let token = match call.door {
        Door::Rest(_) => call.get("access_token"),
        Door::Sync | Door::Old => call.get("session"),
    };
    if !inner.tokens.is_valid(token, now) {
        return Err(TOKEN);
    }
    if inner.is_permitted(area) { Ok(()) } else { Err(PERMISSION) }
}

fn signed(inner: &Inner, call: &Call) -> Result<(), Refusal> {
    let given = call.get("sign");
    if given.is_empty() {
        return Err(NO_SIGN);
    }
    let method = call.get("sign_method");
    let (allowed, path): (&[&str], String) = match &call.door {
        Door::Sync => (&["sha256"], String::new()),
        Door::Old => (&["md5", "hmac", "hmac-sha256"], String::new()),
        Door::Rest(path) if path.starts_with("auth/") || inner.app.leading_slash => {
            (&["sha256"], format!("/{path}"))
        }
        Door::Rest(path) => (&["sha256"], path.clone()),
    };
    let expected = sign::expected(method, &inner.app.secret, &path, &call.all);
    if allowed.contains(&method) && expected.as_deref() == Some(given) { Ok(()) } else { Err(SIGN) }
}

fn area_of(api: &str) -> Option<Area> {
    Some(match api {
        "auth/token/create" | "auth/token/refresh" => Area::Tokens,
        "aliexpress.solution.merchant.profile.get" => Area::Profile,
        "aliexpress.solution.order.get" => Area::Orders,
        "aliexpress.solution.order.receiptinfo.get" => Area::Addresses,
        "aliexpress.issue.issuelist.get" | "aliexpress.issue.detail.get" => Area::Disputes,
        _ if api.starts_with("aliexpress/message/") => Area::PartnerIm,
        _ if api.starts_with("aliexpress.message.redefining.versiontwo.") => Area::LegacyMessages,
        _ => return None,
    })
}

fn dispatch(shop: &Shop, inner: &mut Inner, call: &Call, now: i64) -> Result<Value, Refusal> {
    match call.api() {
        "auth/token/create" => token::create(inner, call, now),
        "auth/token/refresh" => token::refresh(inner, call, now),
        "aliexpress/message/history/buyer/list" => im::sessions(inner, call),
        "aliexpress/message/history/list2" => im::history(inner, call),
        "aliexpress/message/send" => im::send(inner, call, now, &shop.ledger),
        "aliexpress.solution.merchant.profile.get" => Ok(trade::profile(inner)),
        "aliexpress.solution.order.get" => trade::list(inner, call, now),
        "aliexpress.solution.order.receiptinfo.get" => trade::receipt(inner, call),
        "aliexpress.issue.issuelist.get" => issue::list(inner, call),
        "aliexpress.issue.detail.get" => issue::detail(inner, call),
        "aliexpress.message.redefining.versiontwo.querymsgrelationlist" => legacy::relations(inner, call),
        "aliexpress.message.redefining.versiontwo.querymsgdetaillist" => legacy::details(inner, call),
        "aliexpress.message.redefining.versiontwo.addmsg" => legacy::add(inner, call, now, &shop.ledger),
        "aliexpress.message.redefining.versiontwo.updatemsgread" => legacy::read(inner, call),
        _ => Err(UNKNOWN),
    }
}
