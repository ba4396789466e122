//! The chat module, with the paging habits that were measured at the real one.

use super::http::{Call, Refusal};
use super::state::{Conversation, Message, Shopee, State, conversation_id};
use crate::ledger::Sent;
use serde_json::{Value, json};

/// Larger pictures are refused.
const MOST_BYTES: usize = 2 * 1024 * 1024;
/// More rows asked for than this give an empty list, not an error.
const MOST_ROWS: usize = 25;

impl Shopee {
    pub(super) fn conversation_list(&self, call: &Call) -> Result<Value, Refusal> {
        let direction = call.param("direction")?;
        let kind = call.param("type")?;
        if !matches!(direction, "latest" | "older") || !matches!(kind, "all" | "pinned" | "unread") {
            return Err(("param_error", "direction or type is wrong".into()));
        }
        let from: Option<i128> = call.number("next_timestamp_nano")?;
        let size: usize = call.number("page_size")?.unwrap_or(MOST_ROWS);
        if size > MOST_ROWS {
            return Ok(page(&[], size, false));
        }
        let state = self.state();
        let mut rows: Vec<&Conversation> = state
            .conversations
            .values()
            .filter(|row| match kind {
                "pinned" => row.pinned,
                "unread" => row.unread > 0,
                _ => true,
            })
            .collect();
        match (direction, from) {
            ("older", None) => rows.sort_by_key(|row| (!row.pinned, std::cmp::Reverse(row.last_ns))),
            ("older", Some(from)) => {
                rows.retain(|row| row.last_ns < from);
                rows.sort_by_key(|row| std::cmp::Reverse(row.last_ns));
            }
            (_, from) => {
                rows.retain(|row| from.is_none_or(|from| row.last_ns > from));
                rows.sort_by_key(|row| row.last_ns);
            }
        }
        let more = rows.len() > size;
        rows.truncate(size);
        let rows: Vec<Value> = rows.into_iter().map(|row| self.row(&state, row)).collect();
        Ok(page(&rows, size, more))
    }

    pub(super) fn one_conversation(&self, call: &Call) -> Result<Value, Refusal> {
        let state = self.state();
        let conversation = find(&state, call.param("conversation_id")?)?;
        Ok(self.row(&state, conversation))
    }

    pub(super) fn messages(&self, call: &Call) -> Result<Value, Refusal> {
        let state = self.state();
        let conversation = find(&state, call.param("conversation_id")?)?;
        let offset: Option<u64> = call.number("offset")?;
        let size: usize = call.number("page_size")?.unwrap_or(MOST_ROWS).min(60);
        let mut older: Vec<&Message> = conversation
            .messages
            .iter()
            .rev()
            .filter(|message| offset.is_none_or(|offset| message.id < offset))
            .collect();
        let more = older.len() > size;
        older.truncate(size);
        let next = older.last().filter(|_| more).map_or_else(String::new, |oldest| oldest.id.to_string());
        let messages: Vec<Value> =
            older.iter().map(|message| self.message(&state, conversation, message)).collect();
        Ok(json!({ "messages": messages, "page_result": { "next_offset": next, "page_size": size } }))
    }

    pub(super) fn unread_count(&self) -> Value {
        let state = self.state();
        json!({ "total_unread_count": state.conversations.values().filter(|c| c.unread > 0).count() })
    }

    pub(super) fn read_conversation(&self, call: &Call) -> Result<Value, Refusal> {
        let id = call.body["conversation_id"].as_str().unwrap_or_default();
        let buyer = find(&self.state(), id)?.buyer;
        let newest = call.body["last_read_message_id"].as_str().and_then(|id| id.parse::<u64>().ok());
        let mut state = self.state();
        let found = state.conversations.get_mut(&conversation_id(buyer)).and_then(|conversation| {
            let at = conversation.messages.iter().position(|message| Some(message.id) == newest)?;
            Some((conversation, at))
        });
        let Some((conversation, at)) = found else {
            return Err(("param_error", "last_read_message_id is no message of this conversation".into()));
        };
        let newer = conversation.messages.iter().skip(at + 1).filter(|message| !message.from_shop).count();
        conversation.unread = conversation.unread.min(newer as u64);
        Ok(json!({}))
    }

    pub(super) fn unread_conversation(&self, call: &Call) -> Result<Value, Refusal> {
        let id = call.body["conversation_id"].as_str().unwrap_or_default();
        let buyer = find(&self.state(), id)?.buyer;
        if let Some(conversation) = self.state().conversations.get_mut(&conversation_id(buyer)) {
            conversation.unread = conversation.unread.max(1);
        }
        Ok(json!({}))
    }

    /// Takes a picture in, by its bytes and not by its name.
    pub(super) fn upload_image(&self, call: &Call) -> Result<Value, Refusal> {
        let file = call.file.as_deref().ok_or(("param_error", "file is required".to_owned()))?;
        let is_picture = [&b"\xff\xd8\xff"[..], b"\x89PNG\r\n\x1a\n", b"GIF8"];
        if !is_picture.iter().any(|start| file.starts_with(start)) {
            return Err(("param_error", "only jpg, jpeg, png and gif are supported".into()));
        }
        if file.len() > MOST_BYTES {
            return Err(("param_error", "the image is larger than 2 MB".into()));
        }
        let mut state = self.state();
        let id = format!("sg-{:020}", state.next());
        state.pictures.insert(id.clone(), file.to_vec());
        let url = format!("http://{}/file/{id}", call.host);
        Ok(json!({
            "url": url, "thumbnail": url, "thumb_width": 320, "thumb_height": 240, "url_hash": id,
            "file_server_id": 0,
        }))
    }

    pub(super) fn send_message(&self, call: &Call) -> Result<Value, Refusal> {
        if self.setup.region == "TW" {
            return Err(("not_open_market", "Sending is not open in this market".into()));
        }
        let body = &call.body;
        let to = body["to_id"].as_u64().ok_or(("param_error", "to_id must be an integer".to_owned()))?;
        if !self.state().buyers.contains_key(&to) {
            return Err(("resource_not_found", "no such user".into()));
        }
        let kind = body["message_type"].as_str().unwrap_or_default();
        let text = |name: &str| body["content"][name].as_str().map(str::to_owned);
        let content = match kind {
            "text" => text("text").filter(|text| !text.is_empty()),
            "order" => text("order_sn"),
            "image" => text("image_url").filter(|url| self.is_uploaded(url)),
            "item" => {
                body["content"]["item_id"].as_u64().filter(|id| self.has_item(*id)).map(|id| id.to_string())
            }
            "sticker" | "video" => Some("{}".to_owned()),
            _ => None,
        };
        let Some(shown) = content else {
            return Err(("param_error", "message_type and content do not fit".into()));
        };
        let said = as_shown(kind, &body["content"], self.setup.shop_id);
        let stored = self.add(to, true, kind, said, "normal", "openapi", json!({}));
        self.core.ledger.record_sent(Sent {
            at: stored.at,
            message_id: stored.id.to_string(),
            conversation: self.conversation_of(to),
            to: to.to_string(),
            kind: kind.to_owned(),
            content: shown,
        });
        // Here, and only here, the conversation id is a bare number.
        Ok(json!({
            "message_id": stored.id.to_string(),
            "to_id": to,
            "message_type": kind,
            "content": stored.content,
            "conversation_id": conversation_id(to),
            "created_timestamp": stored.at.as_second(),
            "message_option": 0,
        }))
    }

    fn row(&self, state: &State, row: &Conversation) -> Value {
        let last = row.messages.last();
        let id = conversation_id(row.buyer).to_string();
        json!({
            "conversation_id": id,
            "to_id": row.buyer,
            "to_name": state.buyers.get(&row.buyer),
            "to_avatar": "",
            "shop_id": self.setup.shop_id,
            "unread_count": row.unread,
            "pinned": row.pinned,
            "mute": false,
            "last_read_message_id": "0",
            "latest_message_id": last.map_or_else(|| "0".to_owned(), |last| last.id.to_string()),
            "latest_message_type": last.map(|last| last.kind.as_str()),
            "latest_message_content": last.map(|last| &last.content),
            "latest_message_from_id": last.map(|last| self.writer(row, last)),
            "last_message_timestamp": i64::try_from(row.last_ns).unwrap_or(i64::MAX),
            "last_message_option": 0,
            "max_general_option_hide_time": "9223372036854775",
            "opposite_last_deliver_msg_id": "0",
            "opposite_last_read_msg_id": "0",
        })
    }

    fn is_uploaded(&self, url: &str) -> bool {
        url.rsplit('/').next().is_some_and(|id| self.state().pictures.contains_key(id))
    }

    /// Whether the shop has a product: it was put in, or it was bought.
    fn has_item(&self, id: u64) -> bool {
        let state = self.state();
        let mut bought = state.orders.values().filter_map(|order| order["item_list"].as_array()).flatten();
        state.items.contains(&id) || bought.any(|item| item["item_id"].as_u64() == Some(id))
    }

    fn writer(&self, conversation: &Conversation, message: &Message) -> u64 {
        if message.from_shop { self.setup.shop_user_id } else { conversation.buyer }
    }

    /// A message as a page shows it: a buyer has a shop id of their own here.
    pub(super) fn message(&self, state: &State, conversation: &Conversation, message: &Message) -> Value {
        let buyer_name = state.buyers.get(&conversation.buyer).cloned().unwrap_or_default();
        let shop = (self.setup.shop_user_id, self.setup.shop_name.clone(), self.setup.shop_id);
        let buyer = (conversation.buyer, buyer_name, conversation.buyer + 7_000_000);
        let (from, to) = if message.from_shop { (shop, buyer) } else { (buyer, shop) };
        json!({
            "message_id": message.id.to_string(),
            "message_type": message.kind,
            "from_id": from.0,
            "from_user_name": from.1,
            "from_shop_id": from.2,
            "to_id": to.0,
            "to_user_name": to.1,
            "to_shop_id": to.2,
            "conversation_id": conversation_id(conversation.buyer).to_string(),
            "created_timestamp": message.at.as_second(),
            "region": self.setup.region,
            "status": message.status,
            "source": message.source,
            "content": message.content,
            "message_option": 0,
            "source_content": message.from,
            "quoted_msg": null,
        })
    }
}

/// A picture is sent by one name and shown by another; a product is shown with its shop.
fn as_shown(kind: &str, content: &Value, shop: u64) -> Value {
    match kind {
        "item" => json!({ "shop_id": shop, "item_id": content["item_id"] }),
        "image" => {
            let url = &content["image_url"];
            json!({ "url": url, "thumb_url": url, "thumb_width": 320, "thumb_height": 240, "file_server_id": 0 })
        }
        _ => content.clone(),
    }
}

fn find<'a>(state: &'a State, id: &str) -> Result<&'a Conversation, Refusal> {
    let id: u64 = id.parse().map_err(|_| ("param_error", "conversation_id is not a number".to_owned()))?;
    state.conversations.get(&id).ok_or(("resource_not_found", "no such conversation".to_owned()))
}

fn page(rows: &[Value], size: usize, more: bool) -> Value {
    let cursor = rows.last().map_or_else(
        || json!({ "next_message_time_nano": "0", "conversation_id": "0" }),
        |last| {
            let nano = last["last_message_timestamp"].to_string();
            json!({ "next_message_time_nano": nano, "conversation_id": last["conversation_id"] })
        },
    );
    json!({
        "page_result": { "page_size": size, "next_cursor": cursor, "more": more },
        "conversations": rows,
    })
}
