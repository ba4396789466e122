//! Sending one reply. The platform has no idempotency key: what may have been taken is never sent again from here.

use super::api::{Api, CHAT};
use super::errors::{Failure, leaves_open};
use super::json::{id, time};
use super::wire::Answer;
use crate::{ChannelError, http};
use domain::{Body, OutgoingReply, SendOutcome};
use serde_json::{Value, json};

/// Why nothing is sent for a shop in Taiwan.
pub(crate) const REGION_CODE: &str = "send_not_allowed_in_region";

/// Sends `reply`; whatever happens is in the outcome.
pub(crate) async fn send(api: &Api, allowed: bool, reply: &OutgoingReply) -> SendOutcome {
    if !allowed {
        return refused(REGION_CODE, "the platform forbids sending through its API in this region", false);
    }
    let body = match request(reply) {
        Ok(body) => body,
        Err((code, detail)) => return refused(code, &detail, false),
    };
    let path = format!("{CHAT}send_message");
    let mut access = match api.access().await {
        Ok(access) => access,
        Err(error) => return before(error),
    };
    let mut renewed = false;
    loop {
        let reply = match api.post_once(&path, &access, &body).await {
            Ok(reply) => reply,
            Err(error) if http::never_left(&error) => {
                return refused("unreachable", &http::in_words(error), true);
            }
            Err(error) => return SendOutcome::Unknown { detail: http::in_words(error) },
        };
        match api.read(reply) {
            Ok(answer) => return taken(&answer, api),
            // A refused token is refused before anything is done.
            Err((Failure::Token { .. }, _)) if !renewed => {
                renewed = true;
                access = match api.after_rejection(access).await {
                    Ok(access) => access,
                    Err(error) => return before(error),
                };
            }
            Err((failure, code)) => return judged(failure, &code),
        }
    }
}

fn request(reply: &OutgoingReply) -> Result<Value, (&'static str, String)> {
    let (kind, content) = match &reply.body {
        Body::Text { text } | Body::Emoji { text } if !text.trim().is_empty() => {
            ("text", json!({ "text": text }))
        }
        Body::Text { .. } | Body::Emoji { .. } => return Err(("empty_text", "nothing to send".into())),
        Body::OrderCard { order_no } => ("order", json!({ "order_sn": order_no })),
        Body::ItemCard { item_id, .. } => {
            let number: i64 =
                item_id.parse().map_err(|_| ("bad_item", format!("{item_id} is not an item id")))?;
            ("item", json!({ "item_id": number }))
        }
        Body::Image { url, .. } if !url.is_empty() => ("image", json!({ "image_url": url })),
        Body::Image { .. } => return Err(("unsupported_body", "a picture that was not uploaded".into())),
        Body::Video { .. }
        | Body::Sticker { .. }
        | Body::Note { .. }
        | Body::Read
        | Body::Unsupported { .. }
        | Body::Erased { .. } => {
            return Err(("unsupported_body", format!("{} cannot be sent", reply.body.kind().as_str())));
        }
    };
    let to_id: i64 = reply
        .buyer_key
        .parse()
        .map_err(|_| ("bad_buyer", format!("{} is not a user id", reply.buyer_key)))?;
    Ok(json!({ "to_id": to_id, "message_type": kind, "content": content, "business_type": 0 }))
}

fn taken(answer: &Answer, api: &Api) -> SendOutcome {
    let fields = answer.response();
    match id(&fields["message_id"]) {
        Some(provider_id) => {
            let at = time(&fields["created_timestamp"]).unwrap_or_else(|| api.now());
            SendOutcome::Sent { provider_id, at }
        }
        None => SendOutcome::Unknown { detail: "taken, but without a message id".into() },
    }
}

/// Nothing had left yet.
fn before(error: ChannelError) -> SendOutcome {
    let detail = error.to_string();
    match error {
        ChannelError::Unreachable { .. } => refused("unreachable", &detail, true),
        ChannelError::RateLimited { .. } => refused("rate_limited", &detail, true),
        ChannelError::Unexpected { .. } => refused("unexpected", &detail, true),
        ChannelError::ClockSkew => refused("clock_skew", &detail, false),
        ChannelError::OwnerMustAct { code, detail } => refused(&code, &detail, false),
    }
}

/// The platform, or a gateway before it, answered with an error.
fn judged(failure: Failure, code: &str) -> SendOutcome {
    if leaves_open(code) {
        return SendOutcome::Unknown { detail: format!("the platform answered {code}") };
    }
    match failure {
        Failure::Denied { code } | Failure::Gone { code } => refused(&code, "", false),
        Failure::Token { code, detail } => refused(&code, &detail, false),
        Failure::Garbage { flaw, .. } => SendOutcome::Unknown { detail: flaw.words },
        Failure::Channel(error) => match (code.is_empty(), error) {
            (_, ChannelError::RateLimited { .. }) => refused(non_empty(code, "rate_limited"), "", true),
            // A gateway's page without the platform's word: nobody knows how far the call came.
            (true, error) => SendOutcome::Unknown { detail: error.to_string() },
            (false, ChannelError::OwnerMustAct { code, detail }) => refused(&code, &detail, false),
            (false, error) => refused(code, &error.to_string(), false),
        },
    }
}

fn non_empty<'a>(code: &'a str, otherwise: &'a str) -> &'a str {
    if code.is_empty() { otherwise } else { code }
}

fn refused(code: &str, detail: &str, retry: bool) -> SendOutcome {
    SendOutcome::Refused { code: code.to_owned(), detail: detail.to_owned(), retry }
}
