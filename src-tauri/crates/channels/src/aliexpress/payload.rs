//! Payloads that were handed in rather than fetched: pushes, and answers that somebody else's program kept.

use super::answer::{data, opened, unwrap, wrapper_name};
use super::json::{field, int, nested, redact, text};
use super::times::moment;
use super::{dispute, dispute_stream, order, order_stream};
use crate::{Quarantined, Reading, Received, Told, shape};
use domain::{
    Flaw, IncomingEvent, IncomingNotification, NoticeTopic, RawPayload, Timestamp, UnreadableCause,
};
use serde_json::Value;

const PUSH: &str = "aliexpress.push";
/// The push type of a chat message; its content is not published, so it is a hint to fetch and nothing more.
const CHAT_PUSH: i64 = 21;

/// Reads a push received at `at`. An order push becomes a notice; a chat push is kept without events: the messages
/// themselves are fetched.
///
/// # Errors
/// The shape of the bytes with what is wrong with them.
pub fn read_push(bytes: &[u8], at: Timestamp) -> Result<Received, Box<Quarantined>> {
    let bad = |flaw: Flaw| unreadable(PUSH, bytes, flaw);
    let mut push = crate::json::parse(bytes).map_err(bad)?;
    redact(&mut push);
    let kept = RawPayload { source: PUSH, bytes: push.to_string().into_bytes() };
    if int(&push, &["message_type", "type"]) == Some(CHAT_PUSH) {
        return Ok(Received { raw: kept, events: Vec::new() });
    }
    let inner = ["data", "content", "payload"].iter().find_map(|name| nested(field(&push, name)));
    let inner = inner.unwrap_or_else(|| push.clone());
    let order_no = text(&inner, &["order_id", "trade_order_id", "orderId"])
        .ok_or_else(|| bad(Flaw::missing("a push without an order")))?;
    let status = text(&inner, &["current_status", "order_status", "status"])
        .ok_or_else(|| bad(Flaw::missing("an order push without a state")))?;
    let times = ["order_change_time", "status_update_time", "gmt_modified", "timestamp"];
    let told = [&inner, &push]
        .into_iter()
        .flat_map(|v| times.map(|name| push_time(field(v, name))))
        .flatten()
        .next();
    let change = match text(&inner, &["last_status"]) {
        Some(last) => format!("{last} → {status}"),
        None => status.clone(),
    };
    let notice = IncomingNotification {
        provider_id: format!("push:{order_no}:{status}:{}", told.map(domain::to_ms).unwrap_or_default()),
        thread_key: order_no.clone(),
        topic: NoticeTopic::Order,
        title: format!("{order_no} {status}"),
        text: change,
        url: None,
        at: told.unwrap_or(at),
        due: None,
        order_no: Some(order_no),
    };
    Ok(Received { raw: kept, events: vec![IncomingEvent::Notification(notice)] })
}

/// Reads an answer of the platform that was kept as a file: a list of orders or the detail of a dispute. Any other
/// answer has no events. Personal fields are taken out of what is kept.
///
/// # Errors
/// The shape of the bytes with what is wrong with them.
pub fn read_answer(bytes: &[u8], at: Timestamp) -> Result<Received, Box<Quarantined>> {
    let bad = |flaw: Flaw| unreadable("aliexpress.answer", bytes, flaw);
    let answer = crate::json::parse(bytes).map_err(bad)?;
    let name = wrapper_name(&answer).unwrap_or_default().to_owned();
    let data = data(&unwrap(answer.clone()));
    let (source, events) = if dispute::is_detail(&data) {
        let read = dispute::read(&data, None).map_err(bad)?;
        (dispute_stream::SOURCE, vec![IncomingEvent::Dispute(read)])
    } else if order::is_list(&data) {
        let rows = order::order_rows(&data);
        let read: Result<Vec<_>, Flaw> = rows.iter().map(|row| order::read(row, at)).collect();
        (order_stream::SOURCE, read.map_err(bad)?.into_iter().map(IncomingEvent::Order).collect())
    } else if name.is_empty() && !data.is_object() {
        return Err(bad(Flaw::other_kind("not an answer")));
    } else {
        ("aliexpress.answer", Vec::new())
    };
    let mut kept = answer;
    redact(&mut kept);
    Ok(Received { raw: RawPayload { source, bytes: kept.to_string().into_bytes() }, events })
}

/// Nobody knows what is in it: its shape is kept, no more.
fn unreadable(source: &'static str, bytes: &[u8], flaw: Flaw) -> Box<Quarantined> {
    let raw = RawPayload { source, bytes: shape::of_bytes(None, bytes) };
    Box::new(Quarantined::new(raw, flaw))
}

/// Reads orders as received at `at`: a list answer of any of the order interfaces, a detail answer, what is inside one, or
/// an order push. A remaining time is counted from `at`.
///
/// # Errors
/// If it is none of these, the platform refused, or no order in it can be read.
pub fn read_orders(bytes: &[u8], at: Timestamp) -> Result<Reading, Flaw> {
    let answer = crate::json::parse(bytes)?;
    if is_push(&answer) {
        let events = read_push(bytes, at).map_err(|bad| bad.flaw)?.events;
        let note = events.is_empty().then(|| "a hint that a message came; messages are fetched".to_owned());
        return Ok(Reading {
            told: events.into_iter().map(Told::event).collect(),
            note,
            ..Reading::default()
        });
    }
    each(answer, "order", order::order_rows, |row| order::told(row, at))
}

/// Reads disputes: a list answer, a detail answer, or what is inside one. A row of the list says less than the detail,
/// which the connector fetches.
///
/// # Errors
/// If it is none of these, the platform refused, or no dispute in it can be read.
pub fn read_disputes(bytes: &[u8]) -> Result<Reading, Flaw> {
    let rows = |data: &Value| {
        let listed = dispute::listed_rows(data);
        if listed.is_empty() && (dispute::is_dispute(data) || dispute::is_detail(data)) {
            vec![data.clone()]
        } else {
            listed.to_vec()
        }
    };
    each(crate::json::parse(bytes)?, "dispute", rows, |row| {
        let listed = dispute::read_listed(row).ok().filter(|_| !dispute::is_detail(row));
        dispute::told(row, listed.as_ref())
    })
}

fn each(
    answer: Value,
    what: &str,
    rows: impl Fn(&Value) -> Vec<Value>,
    read: impl Fn(&Value) -> Result<Told, Flaw>,
) -> Result<Reading, Flaw> {
    if !(answer.is_object() || answer.is_array()) {
        return Err(Flaw::other_kind("not an answer of the platform"));
    }
    let wrapped = wrapper_name(&answer).is_some();
    let inner = opened(answer)
        .map_err(|error| UnreadableCause::PlatformError.because(format!("the platform answered {error}")))?;
    let data = data(&inner);
    let mut reading = Reading::of(&rows(&data), read)?;
    if reading == Reading::default() && !is_empty_page(&data) {
        let nothing = format!("no {what} in it");
        if !wrapped {
            return Err(Flaw::missing(nothing));
        }
        reading.note = Some(nothing);
    }
    Ok(reading)
}

/// Whether this is a page of a list that holds nothing, in one of the ways in which the platform writes that.
pub(super) fn is_empty_page(data: &Value) -> bool {
    data.as_array().is_some_and(Vec::is_empty)
        || ["target_list", "data_list", "total_count", "total_item", "current_page"]
            .iter()
            .any(|name| !field(data, name).is_null())
}

/// Whether this is a push rather than an answer.
fn is_push(value: &Value) -> bool {
    let inner = ["data", "content", "payload"].iter().find_map(|name| nested(field(value, name)));
    let says = |value: &Value, names: &[&str]| names.iter().any(|name| !field(value, name).is_null());
    says(value, &["message_type"])
        || inner
            .iter()
            .chain([value])
            .any(|v| says(v, &["order_change_time", "current_status", "status_update_time"]))
}

/// Push times are milliseconds, or seconds on the sister platforms, or Los Angeles text.
fn push_time(value: &Value) -> Option<Timestamp> {
    moment(value).or_else(|| {
        let seconds = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())?;
        super::times::from_epoch_ms(seconds.checked_mul(1_000)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_order_alone_stands_without_its_list() {
        let order = json!({ "order_id": 8_194_715_118_451_470_i64, "order_status": "FINISH",
            "gmt_create": "2026-11-20 10:00:00", "product_list": [{ "child_id": 1, "product_name": "p" }] });
        let answer = json!({ "result": { "success": true, "target_list": order } }).to_string();
        let told = read_orders(answer.as_bytes(), Timestamp::UNIX_EPOCH).unwrap().told;
        let Some(IncomingEvent::Order(order)) = &told[0].event else { panic!("no order: {told:?}") };
        assert_eq!(
            (order.order_no.as_str(), order.lines.len()),
            ("8194715118451470", 1),
            "and no product is taken for one"
        );
    }

    #[test]
    fn a_sum_in_yen_has_no_hundredths() {
        let line = json!({ "total_product_amount": { "amount": "1230", "currency_code": "JPY" },
            "logistics_amount": { "amount": 70, "currency_code": "JPY" } });
        let order = json!({ "order_id": 1, "order_status": "FINISH", "gmt_create": "2026-11-20 10:00:00", "product_list": [line] });
        let told = read_orders(order.to_string().as_bytes(), Timestamp::UNIX_EPOCH).unwrap().told;
        let Some(IncomingEvent::Order(order)) = &told[0].event else { panic!("no order: {told:?}") };
        assert_eq!(order.amount, "1300", "as the parts are written");
    }

    #[test]
    fn a_dispute_may_have_its_number_in_its_steps_alone() {
        let detail = json!({ "result_object": { "parent_order_id": 7, "issue_status": "processing", "process_dto_list":
            [{ "issue_id": 6_346_213_853_171_470_i64, "gmt_create": "2026-11-20 10:00:00" }] } });
        let told = read_disputes(detail.to_string().as_bytes()).unwrap().told;
        let Some(IncomingEvent::Dispute(dispute)) = &told[0].event else { panic!("no dispute: {told:?}") };
        assert_eq!(dispute.provider_id, "6346213853171470", "the live answer of 2024 has it there");
    }
}
