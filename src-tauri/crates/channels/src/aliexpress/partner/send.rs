//! Sending through the partner IM interface.

use crate::aliexpress::answer::data;
use crate::aliexpress::api::Api;
use crate::aliexpress::error::Fault;
use crate::aliexpress::json::{as_text, field, int, text};
use crate::aliexpress::message::{ITEM, ORDER, TEXT};
use crate::aliexpress::request::Target;
use crate::aliexpress::times::from_epoch_ms;
use crate::aliexpress::walk::number_or_text;
use domain::{Body, OutgoingReply, SendOutcome};
use serde_json::{Value, json};

const SEND: Target = Target::Message("aliexpress/message/send");
/// A person answers; the other scenes are campaigns.
const BASIC_RECEPTION: u8 = 1;

pub(super) async fn send(api: &Api, reply: &OutgoingReply) -> Result<SendOutcome, Fault> {
    let Some((template, content)) = content_of(&reply.body) else {
        return Ok(SendOutcome::Refused {
            code: "unsupported_body".into(),
            detail: format!("{} cannot be sent here", reply.body.kind().as_str()),
            retry: false,
        });
    };
    let dto = json!({
        "buyer_id": number_or_text(&reply.buyer_key),
        "template_id": template,
        "scene_id": BASIC_RECEPTION,
        "message_content_dto": content,
    });
    let answer = api.send(SEND, vec![("im_send_message_dto", dto.to_string())]).await?;
    Ok(taken(api, &answer))
}

/// What can be sent; a picture needs its size, which a reply does not carry.
fn content_of(body: &Body) -> Option<(i64, Value)> {
    match body {
        Body::Text { text } | Body::Emoji { text } => Some((TEXT, json!({ "txt": text }))),
        Body::ItemCard { item_id, .. } => Some((ITEM, json!({ "item_id": number_or_text(item_id) }))),
        Body::OrderCard { order_no } => Some((ORDER, json!({ "order_id": number_or_text(order_no) }))),
        Body::Image { .. }
        | Body::Video { .. }
        | Body::Sticker { .. }
        | Body::Note { .. }
        | Body::Read
        | Body::Unsupported { .. }
        | Body::Erased { .. } => None,
    }
}

/// The id is what later recognises this message in the history. Without it the platform's yes is not enough: shown
/// as unknown, the next round brings the message itself.
fn taken(api: &Api, answer: &Value) -> SendOutcome {
    let data = data(answer);
    let id =
        text(&data, &["message_id", "messageId", "msg_id", "id"]).or_else(|| as_text(field(&data, "data")));
    let at = int(&data, &["send_time"]).and_then(from_epoch_ms).unwrap_or_else(|| api.now());
    match id {
        Some(provider_id) => SendOutcome::Sent { provider_id, at },
        None => SendOutcome::Unknown { detail: "taken, but the answer has no message id".into() },
    }
}
