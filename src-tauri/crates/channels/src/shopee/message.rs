//! One chat message, whether a push or a page brought it.

use super::body::{body, order_no};
use super::json::{id, int, text, time, words};
use crate::{Beside, Told};
use domain::{
    Author, BuyerRef, Device, Flaw, IncomingEvent, IncomingMessage, IncomingNotification, NoticeTopic,
};
use serde_json::Value;

/// What is known besides the message itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Around {
    /// The shop's own id.
    pub(crate) shop_id: String,
    /// The shop's user id, once it was seen.
    pub(crate) shop_user_id: Option<String>,
    /// The buyer of the conversation, where a list told it.
    pub(crate) buyer_id: Option<String>,
    /// Their nickname, where a list told it.
    pub(crate) buyer_name: Option<String>,
    /// The conversation, where the call named it.
    pub(crate) conversation: Option<String>,
    /// Whether a push brought it: pushes do not tell the device.
    pub(crate) pushed: bool,
}

impl Around {
    /// What of it a message alone does not say, and nobody could find out later.
    pub(crate) fn beside(&self) -> Beside {
        Beside::Chat {
            conversation: self.conversation.clone(),
            buyer: self.buyer_id.clone(),
            name: self.buyer_name.clone(),
            country: None,
        }
    }
}

/// Reads a message. No event: a seat's own reply that a push brought without its device. Whether that reply stops the
/// clock hangs on the device, and the next poll tells it.
///
/// # Errors
/// What is missing.
pub(crate) fn read(message: &Value, around: &Around) -> Result<Vec<IncomingEvent>, Flaw> {
    let provider_id =
        id(&message["message_id"]).ok_or_else(|| Flaw::missing("a message without message_id"))?;
    let conversation_key = id(&message["conversation_id"])
        .or_else(|| around.conversation.clone())
        .ok_or_else(|| Flaw::missing("a message without conversation_id"))?;
    let sent_at = time(&message["created_timestamp"])
        .ok_or_else(|| Flaw::missing("a message without created_timestamp"))?;
    let from_shop = is_from_shop(message, around);
    let (buyer_id, buyer_name) =
        if from_shop { ("to_id", "to_user_name") } else { ("from_id", "from_user_name") };
    let key = id(&message[buyer_id])
        .or_else(|| around.buyer_id.clone())
        .ok_or_else(|| Flaw::missing(format!("a message without {buyer_id}")))?;
    let kind = words(&message["message_type"]);
    let source = text(&message["source"]);
    let author = author(message, from_shop, source.as_deref());
    if author == Author::Seller && around.pushed && source.is_none() {
        return Ok(Vec::new());
    }
    let order_no = order_no(&message["source_content"])
        .or_else(|| if kind == "order" { order_no(&message["content"]) } else { None });
    let event = IncomingMessage {
        provider_id,
        conversation_key,
        buyer: BuyerRef {
            name: text(&message[buyer_name])
                .or_else(|| around.buyer_name.clone())
                .unwrap_or_else(|| key.clone()),
            key,
            country: text(&message["region"]),
        },
        device: if author == Author::Seller { device(source.as_deref()) } else { Device::Pc },
        author,
        body: body(kind, &message["content"]),
        sent_at,
        direct_to: None,
        order_no,
        item_id: id(&message["source_content"]["item_id"]),
    };
    let blocked = (author == Author::Seller).then(|| blocked(message, &event)).flatten();
    let mut events = vec![IncomingEvent::Message(event)];
    events.extend(blocked.map(IncomingEvent::Notification));
    Ok(events)
}

/// What else a message says.
pub(crate) fn facts(message: &Value, told: &mut Told) {
    let content = &message["content"];
    told.say("content", Some(content.clone()).filter(|content| !content.is_null()));
    told.say("message_type", text(&message["message_type"]));
    told.say("id", id(&message["message_id"]));
    told.say("conversation", id(&message["conversation_id"]));
    told.say("region", text(&message["region"]));
    told.say("about_item", id(&message["source_content"]["item_id"]));
    told.say("about_order", order_no(&message["source_content"]));
    told.say("quotes", id(&message["quoted_msg"]["message_id"]));
    told.say("translation", text(&content["translation"]["text"]));
    told.say("item_shop", id(&content["shop_id"]));
    told.say("sub_account", id(&message["sub_account_name"]).or_else(|| id(&message["sub_account_id"])));
    told.say("in_chatbot_session", message["is_in_chatbot_session"].as_bool());
    told.say("message_status", text(&message["status"]));
}

/// The shop's user id, if this message gives it away.
pub(crate) fn shop_user(message: &Value, shop_id: &str) -> Option<String> {
    let is_own = |field: &Value| id(field).is_some_and(|shop| shop == shop_id);
    if is_own(&message["from_shop_id"]) {
        id(&message["from_id"])
    } else if is_own(&message["to_shop_id"]) {
        id(&message["to_id"])
    } else {
        None
    }
}

/// The side is told by ids only: a buyer's `from_shop_id` is 0 in a push and their own shop's id in a page.
fn is_from_shop(message: &Value, around: &Around) -> bool {
    let from = id(&message["from_id"]);
    let to = id(&message["to_id"]);
    if id(&message["from_shop_id"]).is_some_and(|shop| shop == around.shop_id) {
        return true;
    }
    if id(&message["to_shop_id"]).is_some_and(|shop| shop == around.shop_id) {
        return false;
    }
    if let Some(own) = &around.shop_user_id {
        if from.as_ref() == Some(own) {
            return true;
        }
        if to.as_ref() == Some(own) {
            return false;
        }
    }
    // In a push without shop ids the shop named in it is the receiving one: the buyer wrote.
    around.buyer_id.is_some() && from != around.buyer_id && to == around.buyer_id
}

fn author(message: &Value, from_shop: bool, source: Option<&str>) -> Author {
    let affiliate = int(&message["business_type"]) == Some(11);
    if affiliate || words(&message["message_type"]) == "notification" {
        return Author::System;
    }
    if !from_shop {
        return Author::Buyer;
    }
    let automatic = matches!(words(&message["status"]), "auto_reply" | "offwork_autoreply")
        || matches!(source, Some("chatbot" | "proactive_update" | "crm" | "push"));
    if automatic { Author::Auto } else { Author::Seller }
}

/// A place we do not know counts as a phone: a reply that may not count must not silence the clock.
fn device(source: Option<&str>) -> Device {
    match source {
        Some("old_webchat" | "new_webchat" | "mini_webchat" | "pc_mall_minichat" | "openapi") => Device::Pc,
        Some(_) | None => Device::Mobile,
    }
}

/// A reply that the platform took and then held back: the buyer never saw it, and somebody must hear of it.
fn blocked(message: &Value, event: &IncomingMessage) -> Option<IncomingNotification> {
    let status = words(&message["status"]);
    matches!(status, "blocked" | "censored_blacklist").then(|| IncomingNotification {
        provider_id: format!("{status}:{}", event.provider_id),
        thread_key: format!("{status}:{}", event.conversation_key),
        topic: NoticeTopic::Violation,
        title: format!("{status} · {}", event.buyer.name),
        text: event.body.words().to_owned(),
        url: None,
        at: event.sent_at,
        due: None,
        order_no: event.order_no.clone(),
    })
}
