//! Answers of the chat interfaces that were handed in rather than fetched. A connector knows whose history it asked for; of
//! an answer alone the sides are told by its rows, or by the store's own login.

use super::answer::{any_list, data, opened, wrapper_name};
use super::json::{field, int, list, text};
use super::message::{self, buyer_of, id_of};
use super::times::from_epoch_ms;
use super::{legacy, payload};
use crate::{Reading, Told};
use domain::{BuyerRef, Flaw, IncomingEvent, UnreadableCause};
use serde_json::{Value, json};

/// Names of lists in the partner interface: messages, and conversations.
const IM_LISTS: [&str; 5] = ["message_list", "buyer_list", "session_list", "buyers", "list"];
/// The same of the old one.
const LEGACY_LISTS: [&str; 2] = ["message_detail_list", "relation_list"];

/// Reads an answer of the partner IM interface: a page of a history, a page of conversations, or an entry of one.
///
/// # Errors
/// If it is neither, the platform refused, or nothing in it can be read.
pub fn read_im(bytes: &[u8]) -> Result<Reading, Flaw> {
    each(bytes, &IM_LISTS, |data| any_list(data, &IM_LISTS).to_vec(), im_entry)
}

/// Reads an answer of the old message interface: a page of messages, a page of conversations, or an entry of one. Who wrote a
/// message follows from the store's `login`, and a conversation is called by its buyer: the answer has no name of it.
///
/// # Errors
/// If it is neither, the platform refused, nothing in it can be read, or nobody says which login is the store's own.
pub fn read_legacy(bytes: &[u8], login: Option<&str>) -> Result<Reading, Flaw> {
    let rows = |data: &Value| list(data, &LEGACY_LISTS).to_vec();
    each(bytes, &LEGACY_LISTS, rows, |row| legacy_entry(row, login))
}

fn each(
    bytes: &[u8],
    names: &[&str],
    rows: impl Fn(&Value) -> Vec<Value>,
    read: impl Fn(&Value) -> Result<Told, Flaw>,
) -> Result<Reading, Flaw> {
    let answer = crate::json::parse(bytes)?;
    if let Value::Array(rows) = &answer {
        return Reading::of(rows, read);
    }
    if !answer.is_object() {
        return Err(Flaw::other_kind("not an answer of the platform"));
    }
    let wrapped = wrapper_name(&answer).is_some();
    let inner = opened(answer)
        .map_err(|error| UnreadableCause::PlatformError.because(format!("the platform answered {error}")))?;
    let data = data(&inner);
    if is_entry(&data) {
        return Reading::of(&[data], read);
    }
    let rows = rows(&data);
    let mut reading = Reading::of(&rows, read)?;
    if rows.is_empty() {
        let page = wrapped || payload::is_empty_page(&data) || names.iter().any(|n| data.get(n).is_some());
        if !page {
            return Err(Flaw::missing("no message in it"));
        }
        reading.note = Some("no message in it".to_owned());
    }
    Ok(reading)
}

/// Whether this is a message or a conversation by itself.
fn is_entry(value: &Value) -> bool {
    let lists = IM_LISTS.iter().chain(&LEGACY_LISTS).any(|name| value.get(name).is_some());
    !lists && (is_message(value) || buyer_of(value).is_some() || !field(value, "channel_id").is_null())
}

fn is_message(row: &Value) -> bool {
    let says = ["content", "template_id", "from_account_type", "send_time", "file_path_list"];
    id_of(row).is_some() && says.iter().any(|name| !field(row, name).is_null())
}

fn im_entry(row: &Value) -> Result<Told, Flaw> {
    if is_message(row) {
        let buyer =
            message::buyer_in(row).ok_or_else(|| Flaw::missing("a message that does not name its buyer"))?;
        return message::read(row, &buyer).map(|message| Told::event(IncomingEvent::Message(message)));
    }
    let buyer = buyer_of(row).ok_or_else(|| Flaw::missing("a session without a buyer"))?;
    let last = ["last_message_time", "last_send_time", "send_time", "gmt_modified"];
    Ok(conversation(row, &buyer.key, &buyer, int(row, &last)))
}

fn legacy_entry(row: &Value, login: Option<&str>) -> Result<Told, Flaw> {
    if is_message(row) {
        let buyer = legacy::buyer_in(row, login)?;
        let channel = text(row, &["channel_id"]).unwrap_or_else(|| buyer.key.clone());
        return legacy::read(row, &channel, &buyer)
            .map(|message| Told::event(IncomingEvent::Message(message)));
    }
    let key = text(row, &["other_login_id", "other_ali_id"]);
    let (Some(channel), Some(key)) = (text(row, &["channel_id"]), key) else {
        return Err(Flaw::missing("a session without a buyer"));
    };
    let name = text(row, &["other_name"]).unwrap_or_else(|| key.clone());
    let buyer = BuyerRef { key, name, country: None };
    Ok(conversation(row, &channel, &buyer, int(row, &["message_time"])))
}

/// A row of a list of conversations: it says where to read, and brings no message.
fn conversation(row: &Value, channel: &str, buyer: &BuyerRef, last_ms: Option<i64>) -> Told {
    let mut told = Told::new("conversation", None);
    told.say("left_out", Some("only_listed"));
    told.say("conversation", Some(channel));
    told.say("buyer", Some(json!(buyer)));
    told.say("last_message", text(row, &["last_message_id"]));
    told.say("last_at", last_ms.and_then(from_epoch_ms).map(|at| at.to_string()));
    told
}
