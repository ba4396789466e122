//! The old message interface, as far as a client reads and writes chats with it. Its channel is the buyer's id.

use super::answer::{Refusal, list as listed};
use super::call::Call;
use super::im::{Message, login};
use super::state::Inner;
use crate::{Ledger, Sent};
use serde_json::{Value, json};

const MAX_PAGE: u64 = 100;

pub(super) fn relations(inner: &Inner, call: &Call) -> Result<Value, Refusal> {
    let Some(query) = call.json("query") else { return Err(Refusal::bad("query")) };
    let (skip, take) = paging(query["current_page"].as_u64(), query["page_size"].as_u64())?;
    let rows = inner.chat.sessions().into_iter().skip(skip).take(take).map(|m| {
        json!({
            "channel_id": m.buyer_id.to_string(),
            "unread_count": inner.chat.unread.get(&m.buyer_id).copied().unwrap_or_default(), "read_stat": 0, "deal_stat": 0, "rank": 0,
            "last_message_id": m.id,
            "last_message_content": words(m),
            "last_message_is_own": !m.is_from_buyer(),
            "message_time": m.at,
            "other_login_id": login(m.buyer_id),
            "other_name": format!("Buyer {}", m.buyer_id),
        })
    });
    Ok(json!({ "result": {
        "is_success": true, "error_code": 0,
        "relation_list": listed(call, "relation_result", rows.collect()),
    }}))
}

pub(super) fn details(inner: &Inner, call: &Call) -> Result<Value, Refusal> {
    let number = |name: &str| call.get(name).parse::<u64>().ok();
    let (skip, take) = paging(number("current_page"), number("page_size"))?;
    let channel = number("channel_id");
    let messages = inner.chat.messages.iter().rev().filter(|m| Some(m.buyer_id) == channel);
    let rows = messages.skip(skip).take(take).map(|m| {
        let seller = ("cn1500000001abcd".to_owned(), "Shop");
        let (sender, name) = if m.is_from_buyer() { (login(m.buyer_id), "Buyer") } else { seller };
        json!({
            "id": m.id,
            "content": words(m),
            "message_type": "member",
            "gmt_create": m.at,
            "sender_name": name,
            "summary": { "sender_login_id": sender },
            "file_path_list": listed(call, "file_path", Vec::new()),
        })
    });
    Ok(json!({ "result": {
        "is_success": true, "error_code": 0,
        "message_detail_list": listed(call, "message_detail", rows.collect()),
    }}))
}

pub(super) fn add(inner: &mut Inner, call: &Call, now: i64, ledger: &Ledger) -> Result<Value, Refusal> {
    let Some(param) = call.json("create_param") else { return Err(Refusal::bad("create_param")) };
    let text = |name: &str| param[name].as_str().map(str::to_owned);
    let (channel, content) = (text("channel_id").unwrap_or_default(), text("content"));
    let (Ok(buyer_id), Some(content)) = (channel.parse::<u64>(), content) else {
        return Err(Refusal::bad("channel_id or content"));
    };
    let stored = Message::from_seller(buyer_id, 1, &json!({ "txt": content }).to_string());
    let id = inner.chat.put(stored, now);
    ledger.record_sent(Sent {
        at: domain::from_ms(now),
        message_id: id.to_string(),
        conversation: channel.clone(),
        to: channel.clone(),
        kind: "member".into(),
        content,
    });
    Ok(json!({ "result": { "is_success": true, "error_code": 0, "channel_id": channel } }))
}

/// Marks a whole channel as read, whatever came last in it.
pub(super) fn read(inner: &mut Inner, call: &Call) -> Result<Value, Refusal> {
    let channel = call.get("channel_id").parse::<u64>().ok();
    let Some(buyer_id) = channel.filter(|id| inner.chat.messages.iter().any(|m| m.buyer_id == *id)) else {
        return Err(Refusal::bad("channel_id"));
    };
    inner.chat.unread.remove(&buyer_id);
    Ok(json!({ "result": { "is_success": true, "error_code": 0 } }))
}

fn words(message: &Message) -> String {
    let content: Value = serde_json::from_str(&message.content).unwrap_or_default();
    content["txt"].as_str().map_or_else(|| message.content.clone(), str::to_owned)
}

fn paging(page: Option<u64>, size: Option<u64>) -> Result<(usize, usize), Refusal> {
    let size = size.unwrap_or(20);
    if size > MAX_PAGE {
        return Err(Refusal::bad("page_size"));
    }
    let skip = size.saturating_mul(page.unwrap_or(1).max(1) - 1);
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    Ok((count(skip), count(size)))
}
