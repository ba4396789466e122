//! Events in few words.

use channels::{Batch, Received};
use domain::{
    Author, Body, BuyerRef, Device, IncomingEvent, IncomingMessage, OrderSnapshot, RawPayload, Timestamp,
    from_ms,
};

/// Monday, 2 March 2026, 10:00 in Beijing: working time, in seconds since 1970.
pub(crate) const MONDAY: i64 = 1_772_416_800;

/// So many seconds after [`MONDAY`].
pub(crate) fn at(seconds: i64) -> Timestamp {
    from_ms((MONDAY + seconds) * 1000)
}

/// A chat message under construction.
pub(crate) type Say = IncomingMessage;

fn message(conversation: &str, id: &str, seconds: i64, author: Author, body: Body) -> Say {
    IncomingMessage {
        provider_id: id.to_owned(),
        conversation_key: conversation.to_owned(),
        buyer: BuyerRef {
            key: format!("buyer-of-{conversation}"),
            name: format!("Buyer {conversation}"),
            country: Some("RU".into()),
        },
        author,
        device: Device::Pc,
        body,
        sent_at: at(seconds),
        direct_to: None,
        order_no: None,
        item_id: None,
    }
}

/// The buyer writes words.
pub(crate) fn buyer(conversation: &str, id: &str, seconds: i64, text: &str) -> Say {
    message(conversation, id, seconds, Author::Buyer, Body::from_text(text))
}

/// Somebody at a seller seat sends something, on the PC.
pub(crate) fn seller(conversation: &str, id: &str, seconds: i64, body: Body) -> Say {
    message(conversation, id, seconds, Author::Seller, body)
}

/// The platform's automatic answer.
pub(crate) fn auto(conversation: &str, id: &str, seconds: i64, text: &str) -> Say {
    message(conversation, id, seconds, Author::Auto, Body::from_text(text))
}

/// Each message in a payload of its own.
pub(crate) fn batch(messages: impl IntoIterator<Item = Say>) -> Batch {
    events(messages.into_iter().map(IncomingEvent::Message))
}

/// Each event in a payload of its own.
pub(crate) fn events(events: impl IntoIterator<Item = IncomingEvent>) -> Batch {
    let received = events.into_iter().map(|event| {
        let bytes = serde_json::to_vec(&event).unwrap();
        let raw = RawPayload { source: "pretend.chat", bytes };
        Received { raw, events: vec![event] }
    });
    Batch { received: received.collect(), ..Batch::default() }
}

/// An order in a state, as told `seconds` after the story began.
pub(crate) fn order(order_no: &str, status: &str, seconds: i64) -> OrderSnapshot {
    OrderSnapshot {
        order_no: order_no.into(),
        buyer_key: None,
        status: status.into(),
        currency: "USD".into(),
        amount: "12.40".into(),
        lines: Vec::new(),
        paid_at: None,
        logistics: None,
        due: None,
        updated_at: at(seconds),
    }
}
