//! Sending: words, at an instant of our own by which the message is known again.

use super::again::since;
use super::api::LocalApi;
use super::form::Form;
use super::position::Position;
use super::row::{self, id_of, payload_of, sent_at, words_of};
use crate::aliexpress::error::Fault;
use crate::aliexpress::json::{as_text, field, text};
use domain::{Author, Body, OutgoingReply, SendOutcome, Timestamp, to_ms};
use jiff::SignedDuration;
use serde_json::Value;

/// The platform's clock may be behind ours by this when the message just sent is looked for.
const SKEW: SignedDuration = SignedDuration::from_mins(10);
/// An instant that went over the wire and back may have lost its microseconds.
const SAME_MS: u64 = 999;

pub(super) async fn send(
    api: &LocalApi,
    form: &Form,
    position: &Position,
    reply: &OutgoingReply,
) -> Result<SendOutcome, Fault> {
    let (Body::Text { text } | Body::Emoji { text }) = &reply.body else {
        return Ok(SendOutcome::Refused {
            code: "unsupported_body".into(),
            detail: format!("{} cannot be sent here", reply.body.kind().as_str()),
            retry: false,
        });
    };
    let at = api.now();
    let answer = api.post_message(&form.message(&reply.buyer_key, at, text)).await?;
    if let Some(provider_id) = number_in(&answer) {
        return Ok(SendOutcome::Sent { provider_id, at: told_at(&answer).unwrap_or(at) });
    }
    // The message is sent. Whatever happens from here on, it must not become a refusal.
    let from = at.saturating_sub(SKEW).unwrap_or(Timestamp::MIN);
    let found = match since(api, position, from).await {
        Ok(stream) => {
            let mut mine = stream.rows.into_values().filter(|row| is_mine(row, api, reply, text, at));
            // Two that look alike would be a guess.
            mine.next().filter(|_| mine.next().is_none())
        }
        Err(_) => None,
    };
    let sent = found.and_then(|row| {
        Some(SendOutcome::Sent { provider_id: id_of(&row)?.to_string(), at: sent_at(&row)? })
    });
    Ok(sent.unwrap_or_else(|| SendOutcome::Unknown {
        detail: "taken, but the message is not in the stream yet".into(),
    }))
}

/// Whether a row is the message that was sent at this instant of ours.
fn is_mine(row: &Value, api: &LocalApi, reply: &OutgoingReply, words: &str, at: Timestamp) -> bool {
    let ours = row::parties(row, &api.config.login)
        .is_ok_and(|parties| parties.author == Author::Seller && parties.buyer == reply.conversation_key);
    let same = words_of(payload_of(row)).is_some_and(|shown| shown.trim() == words.trim());
    ours && same && sent_at(row).is_some_and(|sent| to_ms(sent).abs_diff(to_ms(at)) <= SAME_MS)
}

/// The number of the new message: the answer itself, or in it.
fn number_in(answer: &Value) -> Option<String> {
    let names = ["message_id", "messageId", "id", "msg_id"];
    let inner = field(answer, "message");
    let found = as_text(answer).or_else(|| text(answer, &names)).or_else(|| text(inner, &names));
    found.filter(|id| id.parse::<u64>().is_ok())
}

fn told_at(answer: &Value) -> Option<Timestamp> {
    sent_at(answer).or_else(|| sent_at(field(answer, "message")))
}
