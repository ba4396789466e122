//! A row of the stream, read into an [`IncomingMessage`].
//!
//! Nobody has published one. It is read where it leaves no doubt: it has a number, an instant, and the store's own login on
//! exactly one of its sides. Anything else is an error, and the row is kept for a person.

use crate::aliexpress::json::{field, int, nested, text};
use crate::aliexpress::times::from_epoch_ms;
use domain::{Author, Body, BuyerRef, Device, Flaw, IncomingMessage, Timestamp, to_ms};
use serde_json::Value;

/// How the names of fields may be spelled: as in the sending call first.
const ID: [&str; 4] = ["message_id", "messageId", "id", "msg_id"];
const FROM: [&str; 6] = [
    "from_user_login_id",
    "fromUserLoginId",
    "from_login_id",
    "fromLoginId",
    "sender_login_id",
    "senderLoginId",
];
const TO: [&str; 6] =
    ["to_user_login_id", "toUserLoginId", "to_login_id", "toLoginId", "receiver_login_id", "receiverLoginId"];
const FROM_NAME: [&str; 4] = ["from_user_name", "fromUserName", "sender_name", "senderName"];
const TO_NAME: [&str; 4] = ["to_user_name", "toUserName", "receiver_name", "receiverName"];
const CREATED: [&str; 2] = ["created_at", "createdAt"];
const TYPE: [&str; 3] = ["type", "message_type", "messageType"];
const PAYLOAD: [&str; 2] = ["payload", "content"];
/// Under these names a payload has its words.
pub(super) const WORDS: [&str; 5] = ["text", "content", "message", "body", "txt"];
const URLS: [&str; 5] = ["url", "image_url", "imageUrl", "video_url", "videoUrl"];

/// Who speaks with whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parties {
    /// The buyer's login.
    pub(super) buyer: String,
    /// Who wrote.
    pub(super) author: Author,
}

/// The platform's number of a row.
pub(super) fn id_of(row: &Value) -> Option<u64> {
    text(row, &ID)?.parse().ok()
}

/// The login that a row came from, as it is written.
pub(super) fn from_of(row: &Value) -> &Value {
    first(row, &FROM)
}

/// The login that a row went to, as it is written.
pub(super) fn to_of(row: &Value) -> &Value {
    first(row, &TO)
}

/// The content of a row, as it is written.
pub(super) fn payload_of(row: &Value) -> &Value {
    first(row, &PAYLOAD)
}

/// The time of a row as it is written; none if it is no instant.
pub(super) fn stated_time(row: &Value) -> Option<&Value> {
    Some(first(row, &CREATED)).filter(|stated| instant(stated).is_some())
}

/// When a row was written.
pub(super) fn sent_at(row: &Value) -> Option<Timestamp> {
    instant(first(row, &CREATED))
}

/// The type of a row, as it is written.
pub(super) fn kind_of(row: &Value) -> Option<String> {
    text(row, &TYPE)
}

/// Whether a row is of words.
pub(super) fn is_text(row: &Value) -> bool {
    kind_of(row).is_some_and(|kind| kind.eq_ignore_ascii_case("text"))
}

/// The sides of a row, of which the store's own `login` must be exactly one.
///
/// # Errors
/// What is not beyond doubt.
pub(super) fn parties(row: &Value, login: &str) -> Result<Parties, Flaw> {
    let from = text(row, &FROM).ok_or_else(|| Flaw::missing("a message without a sender"))?;
    let to = text(row, &TO).ok_or_else(|| Flaw::missing("a message without an addressee"))?;
    let kind = kind_of(row).unwrap_or_default().to_ascii_lowercase();
    let by_program = kind.contains("system") || kind.contains("notification") || kind.contains("service");
    match (from.eq_ignore_ascii_case(login), to.eq_ignore_ascii_case(login)) {
        (false, true) => {
            Ok(Parties { buyer: from, author: if by_program { Author::System } else { Author::Buyer } })
        }
        (true, false) => {
            // What a program wrote on our side is no answer of a person.
            let author = if by_program || kind.contains("auto") || kind.contains("bot") {
                Author::Auto
            } else {
                Author::Seller
            };
            Ok(Parties { buyer: to, author })
        }
        (true, true) => Err(Flaw::other_kind("a message of the store to itself")),
        (false, false) => {
            Err(Flaw::other_kind(format!("a message from {from} to {to}: neither is the store's login")))
        }
    }
}

/// The logins on the two sides of a row, of which a login is there once.
pub(super) fn logins(row: &Value) -> Vec<String> {
    [&FROM, &TO].into_iter().filter_map(|names| text(row, names)).collect()
}

/// Whether a row says who speaks with whom, and the store's `login` is on neither side.
pub(super) fn names_others(row: &Value, login: &str) -> bool {
    let other = |names| text(row, names).is_some_and(|name| !name.eq_ignore_ascii_case(login));
    other(&FROM) && other(&TO)
}

/// Reads a row of the store with this `login`.
///
/// # Errors
/// What is missing or not beyond doubt; the row is quarantined.
pub(in crate::aliexpress) fn read(row: &Value, login: &str) -> Result<IncomingMessage, Flaw> {
    let id = id_of(row).ok_or_else(|| Flaw::missing("a message without a number"))?;
    let sent_at = sent_at(row).ok_or_else(|| Flaw::missing("a message without an instant"))?;
    let Parties { buyer, author } = parties(row, login)?;
    let names = if author.is_incoming() { FROM_NAME } else { TO_NAME };
    let name = text(row, &names).unwrap_or_else(|| buyer.clone());
    let body = body_of(row);
    let order_no = match &body {
        Body::OrderCard { order_no } => Some(order_no.clone()),
        _ => None,
    };
    Ok(IncomingMessage {
        provider_id: id.to_string(),
        conversation_key: buyer.clone(),
        buyer: BuyerRef { key: buyer, name, country: None },
        author,
        // The interface does not tell the device.
        device: Device::Pc,
        body,
        sent_at,
        direct_to: None,
        order_no,
        item_id: None,
    })
}

/// The words of a payload: it is them, or has them under a name.
pub(super) fn words_of(payload: &Value) -> Option<String> {
    match nested(payload) {
        Some(object) => WORDS.iter().find_map(|name| field(&object, name).as_str()).map(str::to_owned),
        None => payload.as_str().map(str::to_owned),
    }
    .filter(|words| !words.trim().is_empty())
}

fn body_of(row: &Value) -> Body {
    let payload = payload_of(row);
    let inner = nested(payload).unwrap_or(Value::Null);
    let kind = kind_of(row);
    // Only what lies on the web and is encrypted on the way can be shown.
    let url = || text(&inner, &URLS).filter(|url| url.starts_with("https://"));
    let thumb = || text(&inner, &["preview_url", "previewUrl", "thumb_url", "thumbUrl"]);
    let known = match kind.as_deref().unwrap_or_default().to_ascii_lowercase().as_str() {
        "text" => words_of(payload).map(Body::from_text),
        "image" | "picture" | "photo" => url().map(|url| Body::Image { url, thumb: thumb() }),
        "video" => url().map(|url| {
            let seconds = int(&inner, &["duration"]).and_then(|s| u32::try_from(s).ok()).unwrap_or(0);
            Body::Video { url, thumb: thumb(), seconds }
        }),
        "product" | "item" => text(&inner, &["product_id", "productId", "item_id", "itemId"])
            .map(|item_id| Body::ItemCard { item_id, title: text(&inner, &["title", "name"]) }),
        "order" => {
            text(&inner, &["order_id", "orderId", "order_no"]).map(|order_no| Body::OrderCard { order_no })
        }
        _ => None,
    };
    known.unwrap_or_else(|| Body::Unsupported {
        kind: kind.unwrap_or_else(|| "unknown".into()),
        summary: words_of(payload).unwrap_or_default(),
    })
}

fn first<'a>(row: &'a Value, names: &[&str]) -> &'a Value {
    names.iter().map(|name| field(row, name)).find(|value| !value.is_null()).unwrap_or(&Value::Null)
}

/// ISO 8601 with its offset, or seconds or milliseconds since 1970; a wall clock without a zone is none.
fn instant(value: &Value) -> Option<Timestamp> {
    let number = match value {
        Value::String(text) => {
            let text = text.trim();
            match text.parse::<Timestamp>() {
                Ok(at) => return from_epoch_ms(to_ms(at)).map(|_| at),
                Err(_) => text.parse().ok()?,
            }
        }
        Value::Number(number) => number.as_i64()?,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    // No instant of this century is both.
    from_epoch_ms(number).or_else(|| from_epoch_ms(number.checked_mul(1_000)?))
}

#[cfg(test)]
mod tests;
