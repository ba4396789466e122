//! A push: is it Shopee's, and what does it say.

use super::json::{id, int, text, time, without_personal_data};
use super::message::{Around, facts, read};
use super::notices::{Envelope, notices, shops};
use super::sign::{content_hash, matches};
use crate::json::MAX_ENTRIES;
use crate::{Quarantined, Received, Told};
use domain::{Flaw, RawPayload, Secret};
use serde_json::Value;

/// Where a push's raw payload says it came from.
const SOURCE: &str = "shopee.push";

/// More shops than this are not told with each entry.
const MAX_SHOPS: usize = 100;

/// Whether `authorization` is the platform's signature of this body for this callback address. Constant time.
#[must_use]
pub fn verify(key: &Secret, callback_url: &str, body: &[u8], authorization: &str) -> bool {
    matches(key, &[callback_url.as_bytes(), b"|", body], authorization.trim())
}

/// As [`verify`], over the body only and with a key whose `shpk` prefix is left out: one public receiver reports this form.
/// Not documented, so a setting, off by default.
#[must_use]
pub fn verify_body_only(key: &Secret, body: &[u8], authorization: &str) -> bool {
    let bare = key.expose().strip_prefix("shpk").unwrap_or(key.expose());
    matches(&Secret::new(bare), &[body], authorization.trim())
}

/// Reads a push of any code. Unknown codes, and codes without news for an inbox, give no event and are still
/// acknowledged.
///
/// # Errors
/// The bytes with what is wrong with them.
pub fn parse_push(bytes: &[u8]) -> Result<Received, Quarantined> {
    parse_push_as(bytes, None)
}

/// As [`parse_push`], with the shop's own user id where it is known: the only way to tell the side of a chat message that
/// names no shops.
///
/// # Errors
/// As [`parse_push`].
pub fn parse_push_as(bytes: &[u8], shop_user_id: Option<&str>) -> Result<Received, Quarantined> {
    let raw = || RawPayload { source: SOURCE, bytes: bytes.to_vec() };
    match parsed(bytes, shop_user_id) {
        Ok(parsed) => Ok(Received { raw: raw(), events: parsed.events() }),
        Err(flaw) => Err(Quarantined::new(raw(), flaw)),
    }
}

/// A push and whom it concerns.
#[derive(Default)]
pub(crate) struct Parsed {
    /// The shops it concerns; empty if it does not say.
    pub(crate) shops: Vec<String>,
    /// What it says; one entry without event for a code that brings no news.
    pub(crate) told: Vec<Told>,
}

impl Parsed {
    /// What intake takes.
    pub(crate) fn events(self) -> Vec<domain::IncomingEvent> {
        self.told.into_iter().filter_map(|told| told.event).collect()
    }
}

pub(crate) fn parsed(bytes: &[u8], shop_user_id: Option<&str>) -> Result<Parsed, Flaw> {
    read_value(&whole(crate::json::parse(bytes)?), shop_user_id)
}

/// The push inside an entry of the list of lost pushes, whose `data` is the whole push, as text or as it is.
pub(crate) fn whole(mut push: Value) -> Value {
    let inner = match &push["data"] {
        Value::String(data) => crate::json::parse(data.as_bytes()).ok(),
        data => Some(data.clone()),
    };
    match inner {
        Some(inner) if !inner["code"].is_null() => inner,
        Some(inner) if inner.is_object() => {
            push["data"] = inner;
            push
        }
        Some(_) | None => push,
    }
}

pub(crate) fn read_value(push: &Value, shop_user_id: Option<&str>) -> Result<Parsed, Flaw> {
    if !push.is_object() {
        return Err(Flaw::other_kind("not an object"));
    }
    let code = int(&push["code"]).ok_or_else(|| Flaw::missing("a push without code"))?;
    let data = &push["data"];
    if data["actions"].as_array().is_some_and(|actions| actions.len() > MAX_ENTRIES) {
        return Err(Flaw::too_large("too many entries"));
    }
    let shop = id(&push["shop_id"]).or_else(|| id(&push["shopid"]));
    let shops = match &shop {
        Some(shop) => vec![shop.clone()],
        None => shops(data),
    };
    if super::notices::is_news(code) && !data.is_object() {
        return Err(Flaw::missing(format!("a push of code {code} without data that can be read")));
    }
    let at = time(&push["timestamp"]);
    let mut told = if code == 10 {
        chat(data, shop.as_deref(), shop_user_id)?
    } else {
        let Some(at) = at.or_else(|| time(&data["update_time"])) else {
            return Err(Flaw::missing("a push without timestamp"));
        };
        let id = id(&push["msg_id"]).unwrap_or_else(|| content_id(code, shop.as_deref(), data));
        notices(code, &Envelope { id, at }, data)
    };
    if told.is_empty() {
        told.push(signal("no_news", data));
    }
    // Of several entries each says its own; a copy of the whole in each would grow with the square of the push.
    let alone = told.len() == 1;
    for told in &mut told {
        if code != 10 && alone {
            told.say("data", Some(impersonal(data)));
        }
        told.say("push_code", Some(code));
        told.say("push_name", Some(super::codes::name(code)));
        told.say("shop_ids", Some(shops.iter().take(MAX_SHOPS).cloned().collect::<Vec<_>>()));
        told.say("pushed_at", at.map(|at| at.to_string()));
        told.say("msg_id", id(&push["msg_id"]));
    }
    Ok(Parsed { shops, told })
}

/// A push that an inbox has no use for; what it says is kept.
fn signal(left_out: &str, data: &Value) -> Told {
    let mut told = Told::new("push", None);
    told.say("left_out", Some(left_out));
    told.say("data", Some(impersonal(data)));
    told
}

fn impersonal(data: &Value) -> Value {
    let mut data = data.clone();
    without_personal_data(&mut data);
    data
}

fn chat(data: &Value, shop: Option<&str>, shop_user_id: Option<&str>) -> Result<Vec<Told>, Flaw> {
    let content = &data["content"];
    // A push that does not say its kind and holds a message is one: it must not be lost.
    let is_message = match text(&data["type"]) {
        Some(kind) => kind.eq_ignore_ascii_case("message"),
        None => id(&content["message_id"]).is_some(),
    };
    if !is_message {
        // A `notification` says that somebody read or answered elsewhere; the poll brings what they wrote.
        let mut told = signal("chat_signal", data);
        told.say("signal", text(&content["type"]).or_else(|| text(&data["type"])));
        told.say("conversation", id(&content["conversation_id"]));
        return Ok(vec![told]);
    }
    let around = Around {
        shop_id: shop.map(ToOwned::to_owned).or_else(|| id(&content["shop_id"])).unwrap_or_default(),
        shop_user_id: shop_user_id.map(ToOwned::to_owned),
        pushed: true,
        ..Around::default()
    };
    let mut told: Vec<Told> = read(content, &around)?.into_iter().map(Told::event).collect();
    if told.is_empty() {
        let mut own = Told::new("message", None);
        own.say("left_out", Some("own_reply_of_unknown_device"));
        own.say("author", Some("seller"));
        own.say("text", text(&content["content"]["text"]));
        told.push(own);
    }
    if let Some(first) = told.first_mut() {
        facts(content, first);
    }
    Ok(told)
}

/// An id for a push that has none: what it says, without when it was sent, so that a repeated one has the same.
fn content_id(code: i64, shop: Option<&str>, data: &Value) -> String {
    let mut said = String::new();
    ordered(data, &mut said);
    let shop = shop.unwrap_or_default();
    format!("push:{}", content_hash(&[&code.to_be_bytes(), shop.as_bytes(), said.as_bytes()]))
}

/// Writes JSON with sorted names: a repeated push may list its fields in another order.
fn ordered(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (name, value) in fields {
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                ordered(value, out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                ordered(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&value.to_string())
        }
    }
}
