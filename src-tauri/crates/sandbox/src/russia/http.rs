//! The calls over HTTP: the token first, then the permission, then the call.

use super::Shop;
use super::state::{Inner, OWN_LOGIN};
use crate::Sent;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::{Timestamp, from_ms};
use serde::Deserialize;
use serde_json::{Value, json};

/// How far the instant of a new message may be off.
const WINDOW_US: u64 = 10 * 60 * 1_000_000;

struct Refusal(StatusCode, &'static str, &'static str);

const TOKEN: Refusal = Refusal(StatusCode::UNAUTHORIZED, "Unauthorized", "the token is wrong or over");
const PERMISSION: Refusal = Refusal(StatusCode::FORBIDDEN, "Forbidden", "the token has no right for this");

const fn bad(message: &'static str) -> Refusal {
    Refusal(StatusCode::BAD_REQUEST, "BadRequest", message)
}

pub(super) fn router(shop: Shop) -> Router {
    Router::new()
        .route("/api/v2/seller/chat-messages", get(messages))
        .route("/api/v2/seller/new-messages", post(new))
        .route("/api/v2/seller/read-messages", post(read))
        .fallback(|| async { told(&Refusal(StatusCode::NOT_FOUND, "NotFound", "no such call")) })
        .with_state(shop)
}

#[derive(Deserialize)]
struct Asked {
    from_message_id: Option<u64>,
    limit: Option<usize>,
}

async fn messages(
    State(shop): State<Shop>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(Asked { from_message_id, limit }): Query<Asked>,
) -> Response {
    answered(&shop, uri.path(), &headers, |inner| {
        let limit = limit.unwrap_or(50);
        if !(1..=50).contains(&limit) {
            return Err(bad("limit"));
        }
        Ok(json!({ "messages": inner.page(from_message_id, limit) }))
    })
}

async fn new(
    State(shop): State<Shop>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let now_us = shop.now_ms() * 1_000;
    answered(&shop, uri.path(), &headers, |inner| {
        let (to, at_us, body) = addressed(&headers, &body)?;
        if at_us.abs_diff(now_us) > WINDOW_US {
            return Err(bad("created_at"));
        }
        let Some(kind) = body["type"].as_str().filter(|kind| kind.eq_ignore_ascii_case("text")) else {
            return Err(bad("type"));
        };
        let words = body["payload"].as_str().or_else(|| body["payload"]["text"].as_str());
        let Some(words) = words.filter(|words| !words.is_empty()) else { return Err(bad("payload")) };
        if inner.messages.iter().any(|m| m.to == to && m.at_us == at_us) {
            return Err(Refusal(StatusCode::CONFLICT, "Conflict", "there is such a message"));
        }
        let parties = (OWN_LOGIN, to.as_str());
        let id = inner.put_at(parties, &kind.to_lowercase(), json!({ "text": words }), at_us);
        shop.ledger.record_sent(Sent {
            at: from_ms(now_us / 1_000),
            message_id: id.to_string(),
            conversation: to.clone(),
            to,
            kind: kind.to_owned(),
            content: words.to_owned(),
        });
        Ok(if inner.bare_answers { json!({}) } else { json!({ "message_id": id }) })
    })
}

async fn read(
    State(shop): State<Shop>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answered(&shop, uri.path(), &headers, |inner| {
        let (to, at_us, _) = addressed(&headers, &body)?;
        let mark = inner.read_to.entry(to).or_insert(i64::MIN);
        *mark = at_us.max(*mark);
        Ok(json!({}))
    })
}

/// To whom a call goes, and the instant that it names, in microseconds.
fn addressed(headers: &HeaderMap, body: &[u8]) -> Result<(String, i64, Value), Refusal> {
    let json = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    let body = serde_json::from_slice::<Value>(body).ok().filter(|_| json).ok_or(bad("body"))?;
    let to = match &body["to_user_login_id"] {
        Value::String(login) if !login.is_empty() => login.clone(),
        Value::Number(login) => login.to_string(),
        _ => return Err(bad("to_user_login_id")),
    };
    let at_us = match &body["created_at"] {
        Value::String(text) => text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond),
        Value::Number(ms) => ms.as_i64().map(|ms| ms * 1_000),
        _ => None,
    };
    Ok((to, at_us.ok_or(bad("created_at"))?, body))
}

fn answered(
    shop: &Shop,
    path: &str,
    headers: &HeaderMap,
    call: impl FnOnce(&mut Inner) -> Result<Value, Refusal>,
) -> Response {
    let now_ms = shop.now_ms();
    let mut inner = shop.lock();
    let token = headers.get("x-auth-token").and_then(|token| token.to_str().ok()).unwrap_or_default();
    let result = if !inner.tokens.is_good(token, now_ms / 1_000) {
        Err(TOKEN)
    } else if inner.denied.iter().any(|part| path.contains(part.as_str())) {
        Err(PERMISSION)
    } else {
        call(&mut inner)
    };
    let mut answer = match result {
        Ok(data) => {
            let body = json!({ "data": data, "error": null }).to_string();
            (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
        Err(refusal) => told(&refusal),
    };
    // The platform's own clock, by which a client can tell that its own is wrong.
    let date = from_ms(now_ms).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::try_from(date) {
        answer.headers_mut().insert(header::DATE, date);
    }
    answer
}

fn told(Refusal(status, code, message): &Refusal) -> Response {
    let body = json!({ "data": null, "error": { "code": code, "message": message } }).to_string();
    (*status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
