//! The partner IM interface: sessions by last activity, histories from newest to oldest, sending.

use super::answer::Refusal;
use super::call::Call;
use super::state::Inner;
use crate::{Ledger, Sent};
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Seventeen digits: more than a floating-point number holds.
const FIRST_ID: u64 = 60_000_000_000_000_001;
const MAX_PAGE: u64 = 20;
const SELLER_ID: u64 = 6_068_000_001;
const BUYER: u8 = 11;
const SELLER: u8 = 12;

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) id: u64,
    pub(super) buyer_id: u64,
    pub(super) from: u8,
    pub(super) kind: u8,
    pub(super) template: i64,
    pub(super) content: String,
    pub(super) at: i64,
}

impl Message {
    pub(super) fn from_buyer(buyer_id: u64, template: i64, content: &str) -> Self {
        Self { id: 0, buyer_id, from: BUYER, kind: 1, template, content: content.to_owned(), at: 0 }
    }

    pub(super) fn from_seller(buyer_id: u64, template: i64, content: &str) -> Self {
        Self { from: SELLER, ..Self::from_buyer(buyer_id, template, content) }
    }

    pub(super) fn from_system(buyer_id: u64, content: &str) -> Self {
        Self { kind: 2, ..Self::from_buyer(buyer_id, 1, content) }
    }

    pub(super) fn automatic(buyer_id: u64, content: &str) -> Self {
        Self { kind: 2, ..Self::from_seller(buyer_id, 1, content) }
    }

    pub(super) fn is_from_buyer(&self) -> bool {
        self.from == BUYER && self.kind == 1
    }
}

/// All messages, oldest first.
#[derive(Debug, Default)]
pub(super) struct Chat {
    pub(super) messages: Vec<Message>,
    /// How many messages of a buyer are not marked as read.
    pub(super) unread: BTreeMap<u64, u64>,
    /// Ids left out so far.
    pub(super) skipped: u64,
}

impl Chat {
    /// Stores a message at `now` and returns its id.
    pub(super) fn put(&mut self, message: Message, now: i64) -> u64 {
        let id = FIRST_ID + self.skipped + self.messages.len() as u64;
        if message.is_from_buyer() {
            *self.unread.entry(message.buyer_id).or_default() += 1;
        }
        self.messages.push(Message { id, at: now, ..message });
        id
    }

    /// The newest message of every buyer, by activity, newest first.
    pub(super) fn sessions(&self) -> Vec<&Message> {
        let mut newest: Vec<&Message> = Vec::new();
        for message in self.messages.iter().rev() {
            if newest.iter().all(|m| m.buyer_id != message.buyer_id) {
                newest.push(message);
            }
        }
        newest.sort_by_key(|m| Reverse((m.at, m.buyer_id)));
        newest
    }
}

pub(super) fn sessions(inner: &Inner, call: &Call) -> Result<Value, Refusal> {
    let Some(dto) = call.json("ae_im_query_session_dto") else {
        return Err(Refusal::bad("ae_im_query_session_dto"));
    };
    let (size, start, after) =
        (number(&dto, "page_size"), number(&dto, "start_time"), dto["last_buyer_id"].as_u64());
    let mut rows = inner.chat.sessions();
    rows.retain(|m| below((m.at, m.buyer_id), start, after));
    let page = cut(rows, size);
    let listed: Vec<Value> = page.rows.iter().map(|m| session(m, inner)).collect();
    let mut data = json!({ "buyer_list": listed, "has_more": page.has_more });
    if let Some(last) = page.rows.last() {
        data["next_start_time"] = last.at.into();
        data["last_buyer_id"] = last.buyer_id.into();
    }
    Ok(json!({ "result": { "success": true, "data": data } }))
}

fn session(newest: &Message, inner: &Inner) -> Value {
    if inner.bare_sessions {
        return json!({ "buyer_id": newest.buyer_id });
    }
    let mut row = json!({
        "buyer_id": newest.buyer_id,
        "buyer_login_id": login(newest.buyer_id),
        "last_message_id": newest.id,
        "last_message_time": newest.at,
    });
    if let Some((name, country)) = inner.buyers.get(&newest.buyer_id) {
        row["buyer_nick"] = name.as_str().into();
        row["country"] = country.as_str().into();
    }
    row
}

/// The login of a buyer that was only put in by id.
pub(super) fn login(buyer_id: u64) -> String {
    format!("es{buyer_id}abcd")
}

pub(super) fn history(inner: &Inner, call: &Call) -> Result<Value, Refusal> {
    let Some(dto) = call.json("im_query_message_dto") else {
        return Err(Refusal::bad("im_query_message_dto"));
    };
    let size = number(&dto, "page_size");
    if size.is_none_or(|size| size > MAX_PAGE) {
        let words = "page_size must not be above 20";
        return Ok(
            json!({ "result": { "success": false, "error_code": "InvalidPageSize", "error_message": words } }),
        );
    }
    let (start, after) = (number(&dto, "start_time"), dto["last_message_id"].as_u64());
    let mut rows: Vec<&Message> =
        inner.chat.messages.iter().filter(|m| Some(m.buyer_id) == dto["buyer_id"].as_u64()).collect();
    rows.sort_by_key(|m| Reverse((m.at, m.id)));
    rows.retain(|m| below((m.at, m.id), start, after));
    let page = cut(rows, size);
    let listed: Vec<Value> = page.rows.iter().map(|m| row(m)).collect();
    let mut data = json!({ "message_list": listed, "has_more": page.has_more });
    if let Some(last) = page.rows.last() {
        data["next_start_time"] = last.at.into();
        data["last_message_id"] = last.id.into();
    }
    Ok(json!({ "result": { "success": true, "data": data } }))
}

fn row(m: &Message) -> Value {
    let (from, to) = if m.from == BUYER { (m.buyer_id, SELLER_ID) } else { (SELLER_ID, m.buyer_id) };
    json!({
        "message_id": m.id,
        "content": m.content,
        "template_id": m.template,
        "from_account_id": from,
        "from_account_type": m.from,
        "to_account_id": to,
        "to_account_type": if m.from == BUYER { SELLER } else { BUYER },
        "type": m.kind,
        "send_time": m.at,
    })
}

pub(super) fn send(inner: &mut Inner, call: &Call, now: i64, ledger: &Ledger) -> Result<Value, Refusal> {
    let Some(dto) = call.json("im_send_message_dto") else { return Err(Refusal::bad("im_send_message_dto")) };
    let Some(buyer_id) = dto["buyer_id"].as_u64() else { return Err(Refusal::bad("buyer_id")) };
    let template = dto["template_id"].as_i64().unwrap_or_default();
    let needed = match template {
        1 => "txt",
        3 => "img_url",
        10_006 => "item_id",
        10_007 => "order_id",
        21_004 => "promotion_id",
        _ => return Err(Refusal::bad("template_id")),
    };
    let content = &dto["message_content_dto"];
    if content[needed].is_null() || !(1..=6).contains(&dto["scene_id"].as_i64().unwrap_or_default()) {
        return Err(Refusal::bad("message_content_dto or scene_id"));
    }
    if template == 10_006 && !content["item_id"].as_u64().is_some_and(|id| inner.has_product(id)) {
        let words = "the product is not in this shop";
        return Ok(
            json!({ "result": { "success": false, "error_code": "ItemNotFound", "error_message": words } }),
        );
    }
    let id = inner.chat.put(Message::from_seller(buyer_id, template, &content.to_string()), now);
    let shown = content["txt"].as_str().map_or_else(|| content.to_string(), str::to_owned);
    ledger.record_sent(Sent {
        at: domain::from_ms(now),
        message_id: id.to_string(),
        conversation: buyer_id.to_string(),
        to: buyer_id.to_string(),
        kind: template.to_string(),
        content: shown,
    });
    Ok(json!({ "result": { "success": true, "data": { "message_id": id } } }))
}

struct Cut<'a> {
    rows: Vec<&'a Message>,
    has_more: bool,
}

fn cut(mut rows: Vec<&Message>, size: Option<u64>) -> Cut<'_> {
    let size = usize::try_from(size.unwrap_or(MAX_PAGE)).unwrap_or(usize::MAX);
    let has_more = rows.len() > size;
    rows.truncate(size);
    Cut { rows, has_more }
}

/// Whether a row lies behind the position: at or before the start, and behind the last one of the page before.
fn below(row: (i64, u64), start: Option<u64>, after: Option<u64>) -> bool {
    let start = start.and_then(|s| i64::try_from(s).ok()).unwrap_or(i64::MAX);
    match after {
        Some(after) => row < (start, after),
        None => row.0 <= start,
    }
}

fn number(dto: &Value, name: &str) -> Option<u64> {
    dto[name].as_u64()
}
