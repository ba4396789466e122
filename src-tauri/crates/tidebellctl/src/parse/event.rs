//! One event as JSON. The names are a promise to scripts: add to them, never change one.

use channels::{StatedAmount, StatedDue, Told};
use domain::{
    DisputeSnapshot, IncomingEvent, IncomingMail, IncomingMessage, IncomingNotification, OrderSnapshot,
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

type Fields = Map<String, Value>;

pub(super) fn written(told: Told) -> Value {
    let Told { kind, event, dues, amounts, more } = told;
    let mut out = Fields::new();
    out.insert("kind".into(), kind.into());
    out.insert("in_inbox".into(), event.is_some().into());
    match event {
        Some(IncomingEvent::Message(m)) => message(&mut out, m),
        Some(IncomingEvent::Notification(n)) => notification(&mut out, n),
        Some(IncomingEvent::Mail(m)) => mail(&mut out, m, &more),
        Some(IncomingEvent::Order(o)) => order(&mut out, o, &more),
        Some(IncomingEvent::Dispute(d)) => dispute(&mut out, d, &more),
        None => {}
    }
    if !dues.is_empty() {
        out.insert("dues".into(), dues.into_iter().map(due).collect());
    }
    if !amounts.is_empty() {
        out.insert("amounts".into(), amounts.into_iter().map(amount).collect());
    }
    for (name, value) in more {
        out.entry(name).or_insert(value);
    }
    Value::Object(out)
}

fn put(out: &mut Fields, name: &str, value: impl Into<Value>) {
    out.insert(name.to_owned(), value.into());
}

/// An instant twice: for people in UTC, for programs in milliseconds since 1970.
fn instant(out: &mut Fields, name: &str, at: Option<Timestamp>) {
    put(out, name, at.map(|at| at.to_string()));
    put(out, &format!("{name}_ms"), at.map(domain::to_ms));
}

fn due(due: StatedDue) -> Value {
    let mut out = Fields::new();
    put(&mut out, "name", due.name);
    instant(&mut out, "at", Some(due.at));
    put(&mut out, "party", json!(due.party));
    put(&mut out, "open", due.open);
    Value::Object(out)
}

fn amount(amount: StatedAmount) -> Value {
    json!({ "name": amount.name, "amount": amount.amount, "currency": amount.currency })
}

fn message(out: &mut Fields, m: IncomingMessage) {
    put(out, "id", m.provider_id);
    put(out, "conversation", m.conversation_key);
    put(out, "buyer", json!(m.buyer));
    put(out, "author", m.author.as_str());
    put(out, "device", m.device.as_str());
    put(out, "text", m.body.words());
    put(out, "body", json!(m.body));
    put(out, "order_no", m.order_no);
    put(out, "direct_to", m.direct_to);
    instant(out, "at", Some(m.sent_at));
}

fn notification(out: &mut Fields, n: IncomingNotification) {
    put(out, "id", n.provider_id);
    put(out, "thread", n.thread_key);
    put(out, "topic", json!(n.topic));
    put(out, "title", n.title);
    put(out, "text", n.text);
    put(out, "url", n.url);
    put(out, "order_no", n.order_no);
    instant(out, "at", Some(n.at));
    instant(out, "due", n.due);
}

fn name_in(more: &Fields) -> Option<&Value> {
    more.get("buyer_name").or_else(|| more.get("buyer_login_id"))
}

fn order(out: &mut Fields, o: OrderSnapshot, more: &Fields) {
    put(out, "order_no", o.order_no);
    put(out, "buyer", json!({ "key": o.buyer_key, "name": name_in(more) }));
    put(out, "status", o.status);
    put(out, "amount", o.amount);
    put(out, "currency", o.currency);
    put(out, "lines", json!(o.lines));
    put(out, "logistics", o.logistics);
    instant(out, "paid_at", o.paid_at);
    instant(out, "updated_at", Some(o.updated_at));
    instant(out, "due", o.due);
}

fn dispute(out: &mut Fields, d: DisputeSnapshot, more: &Fields) {
    put(out, "id", d.provider_id);
    put(out, "order_no", d.order_no);
    put(out, "buyer", json!({ "key": d.buyer_key, "name": name_in(more) }));
    put(out, "status", d.status);
    put(out, "closed", d.closed);
    put(out, "reason", d.reason);
    instant(out, "opened_at", Some(d.opened_at));
    instant(out, "updated_at", Some(d.updated_at));
    instant(out, "due", d.due);
}

fn mail(out: &mut Fields, m: IncomingMail, more: &Fields) {
    let from = match (m.from_name.as_str(), m.from_address.as_str()) {
        ("", address) => address.to_owned(),
        (name, "") => name.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    };
    put(out, "from", from);
    put(out, "from_name", m.from_name);
    put(out, "from_address", m.from_address);
    put(out, "subject", m.subject);
    // Its own date, else the one of the server that took it in, else none; `at` is where the inbox puts it.
    put(out, "date", more.get("date").or_else(|| more.get("received_at")).cloned());
    instant(out, "at", Some(m.at));
    put(out, "text", m.text);
    put(out, "has_html", m.html.is_some());
    let attachments = m.attachments.into_iter();
    let attachments = attachments.map(|a| json!({ "name": a.name, "type": a.mime, "size": a.size }));
    put(out, "attachments", attachments.collect::<Vec<_>>());
    put(out, "authenticity", json!(m.authenticity));
    put(out, "topic", json!(m.topic));
    put(out, "thread", Some(m.thread_key).filter(|thread| !thread.is_empty()));
}
