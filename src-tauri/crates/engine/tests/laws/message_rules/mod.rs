//! Aim: what the team wants to hear of is told once, to those who are meant, and for a reason that is on record.

mod drafts;
mod firing;
mod once;
mod targets;

use crate::common::{House, at};
use domain::{
    Authenticity, DisputeSnapshot, IncomingEvent, IncomingMail, IncomingNotification, MailTopic, NoticeTopic,
    OrderSnapshot,
};
use engine::{FiredItem, Notice, Story};
use store::FiringRow;

/// An order in a state, as told `seconds` after the story began.
fn order(order_no: &str, status: &str, seconds: i64) -> IncomingEvent {
    let order = crate::common::order(order_no, status, seconds);
    IncomingEvent::Order(OrderSnapshot { buyer_key: Some("buyer-of-c1".into()), ..order })
}

/// A return of order 8192 in a state.
fn returned(id: &str, status: &str, seconds: i64) -> IncomingEvent {
    IncomingEvent::Dispute(DisputeSnapshot {
        provider_id: id.into(),
        order_no: "8192".into(),
        buyer_key: Some("buyer-of-c1".into()),
        status: status.into(),
        reason: "too small".into(),
        due: None,
        closed: false,
        opened_at: at(seconds),
        updated_at: at(seconds),
    })
}

/// A notice about a thread.
fn notice(id: &str, topic: NoticeTopic, thread: &str, title: &str, seconds: i64) -> IncomingEvent {
    let order_no = (topic == NoticeTopic::Order).then(|| thread.to_owned());
    IncomingEvent::Notification(IncomingNotification {
        provider_id: id.into(),
        thread_key: thread.into(),
        topic,
        title: title.into(),
        text: String::new(),
        url: None,
        at: at(seconds),
        due: None,
        order_no,
    })
}

/// A complaint by mail.
fn complaint(id: &str, seconds: i64) -> IncomingEvent {
    IncomingEvent::Mail(IncomingMail {
        print: String::new(),
        provider_id: format!("INBOX:1:{id}"),
        thread_key: format!("thread-{id}"),
        from_name: "AliExpress".into(),
        from_address: "ipr@notice.aliexpress.com".into(),
        subject: "IPR complaint".into(),
        text: "Please answer.".into(),
        html: None,
        at: at(seconds),
        attachments: Vec::new(),
        authenticity: Authenticity::Verified,
        topic: MailTopic::Complaint,
    })
}

/// What was told of rules.
fn fired(notices: Vec<Notice>) -> Vec<FiredItem> {
    let items = |notice| match notice {
        Notice::Fired { items, .. } => items,
        Notice::Due { .. }
        | Notice::Digest { .. }
        | Notice::Climbed { .. }
        | Notice::StoreSilent { .. }
        | Notice::AuthorisationEnds { .. }
        | Notice::Test => Vec::new(),
    };
    notices.into_iter().flat_map(items).collect()
}

/// What the next tick tells of rules.
async fn told(house: &House) -> Vec<FiredItem> {
    fired(house.engine.tick().await.unwrap())
}

/// The firings on record, by rule and event; never by when we heard of it, nor by the chat that a click opens: an order may
/// be told before its buyer has written.
async fn on_record(house: &House) -> Vec<String> {
    let dump = house.dump().await;
    let firings = dump.lines().filter(|line| line.starts_with(r#"["firing""#));
    firings
        .map(|line| {
            let line: Vec<serde_json::Value> = serde_json::from_str(line).unwrap();
            format!("{} {}", line[1], line[3])
        })
        .collect()
}

/// What fired in a chat, oldest first.
async fn in_chat(house: &House, conversation: &str) -> Vec<FiringRow> {
    house.engine.store().firings_of(house.id(conversation).await, None).await.unwrap()
}

fn story(row: &FiringRow) -> Story {
    serde_json::from_str(&row.why).unwrap()
}

/// The texts that wait in a chat.
async fn offered(house: &House, conversation: &str) -> Vec<String> {
    let offers = house.engine.store().offers_of(house.id(conversation).await).await.unwrap();
    offers.into_iter().map(|offer| offer.text).collect()
}
