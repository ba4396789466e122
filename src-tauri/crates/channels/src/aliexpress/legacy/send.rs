//! Sending through the old interface, which says yes without naming the message: the history is read for its id.

use super::message::{author_of, unescape};
use super::{details, first_page};
use crate::aliexpress::api::Api;
use crate::aliexpress::error::Fault;
use crate::aliexpress::json::field;
use crate::aliexpress::message::{id_of, sent_ms};
use crate::aliexpress::request::Target;
use crate::aliexpress::times::from_epoch_ms;
use domain::{Author, Body, BuyerRef, OutgoingReply, SendOutcome};
use serde_json::{Value, json};

const ADD: Target = Target::Dotted("aliexpress.message.redefining.versiontwo.addmsg");
/// How many of the newest messages are looked through for the one just sent.
const LOOK_BACK: usize = 10;
/// A message older than this is not the one just sent.
const RECENT_MS: u64 = 10 * 60 * 1_000;

pub(super) async fn send(api: &Api, reply: &OutgoingReply) -> Result<SendOutcome, Fault> {
    let (Body::Text { text } | Body::Emoji { text }) = &reply.body else {
        return Ok(SendOutcome::Refused {
            code: "unsupported_body".into(),
            detail: format!("{} cannot be sent here", reply.body.kind().as_str()),
            retry: false,
        });
    };
    let param = json!({
        "channel_id": reply.conversation_key,
        "buyer_id": reply.buyer_key,
        "content": text,
        "message_type": "member",
    });
    api.send(ADD, vec![("create_param", param.to_string())]).await?;
    // The message is sent. Whatever happens from here on, it must not become a refusal.
    let found = match details(api, &reply.conversation_key, &first_page(), LOOK_BACK).await {
        Ok(page) => page.rows.iter().find_map(|row| mine(row, reply, text, domain::to_ms(api.now()))),
        Err(_) => None,
    };
    Ok(found.unwrap_or_else(|| SendOutcome::Unknown {
        detail: "taken, but the message is not in the history yet".into(),
    }))
}

/// The row of the message just sent.
fn mine(row: &Value, reply: &OutgoingReply, words: &str, now_ms: i64) -> Option<SendOutcome> {
    let buyer = BuyerRef { key: reply.buyer_key.clone(), name: String::new(), country: None };
    let same = unescape(field(row, "content").as_str()?) == words;
    let recent = now_ms.abs_diff(sent_ms(row)) <= RECENT_MS;
    if !(same && recent && author_of(row, &buyer) == Author::Seller) {
        return None;
    }
    Some(SendOutcome::Sent { provider_id: id_of(row)?, at: from_epoch_ms(sent_ms(row))? })
}
