//! Orders: the least data an order card needs. Phone, address and full name are never read.

use super::json::{as_text, field, flag, int, list, nested, rows, text};
use super::times::{from_epoch_ms, moment};
use crate::{Party, StatedAmount, StatedDue, Told};
use domain::{Flaw, IncomingEvent, OrderLine, OrderSnapshot, Timestamp};
use serde_json::{Value, json};
use std::time::Duration;

/// A due date further away than this is a unit mistake of the platform, and not shown.
const FARTHEST_DUE_MS: i64 = 200 * 24 * 3_600 * 1_000;

/// The order rows of a list answer, or of a detail answer as a list of one.
pub(super) fn order_rows(data: &Value) -> Vec<Value> {
    if let Value::Array(rows) = data {
        return rows.clone();
    }
    let listed = list(data, &LISTS);
    if listed.is_empty() && order_id(data).is_some() {
        return vec![data.clone()];
    }
    listed.to_vec()
}

/// The names that hold the lines of an order.
const LINES: [&str; 3] = ["product_list", "child_order_list", "child_order_ext_info_list"];
/// The names that hold a list of orders.
const LISTS: [&str; 6] =
    ["target_list", "order_list", "orders", "order_dto", "aeop_order_item_dto", "simple_order_item_vo"];

/// Reads one order as received at `at`; a remaining time is counted from there.
///
/// # Errors
/// What is missing; the caller quarantines the row.
pub(super) fn read(row: &Value, at: Timestamp) -> Result<OrderSnapshot, Flaw> {
    let order_no = order_id(row).ok_or_else(|| Flaw::missing("an order without a number"))?;
    let status =
        text(row, &["order_status", "status"]).ok_or_else(|| Flaw::missing("an order without a state"))?;
    let lines = list(row, &LINES);
    let (currency, amount) = total(row, lines);
    Ok(OrderSnapshot {
        order_no,
        buyer_key: buyer(row),
        status,
        currency,
        amount,
        lines: lines.iter().map(line).collect(),
        paid_at: moment(field(row, "gmt_pay_time")).or_else(|| moment(field(row, "gmt_pay_success"))),
        logistics: logistics(row, lines),
        due: due(row, at),
        updated_at: updated_at(row).ok_or_else(|| Flaw::missing("an order without a time"))?,
    })
}

/// When the row last changed, by the platform's clock.
pub(super) fn updated_at(row: &Value) -> Option<Timestamp> {
    ["gmt_update", "gmt_modified", "gmt_pay_time", "gmt_create"]
        .iter()
        .find_map(|name| moment(field(row, name)))
}

fn order_id(row: &Value) -> Option<String> {
    text(row, &["order_id", "id"])
}

fn buyer(row: &Value) -> Option<String> {
    text(row, &["buyer_id"]).or_else(|| buyer_login(row))
}

fn buyer_login(row: &Value) -> Option<String> {
    text(row, &["buyer_login_id", "buyerloginid"]).or_else(|| text(field(row, "buyer_info"), &["login_id"]))
}

fn line(row: &Value) -> OrderLine {
    let count = int(row, &["product_count", "quantity"]).and_then(|n| u32::try_from(n).ok());
    OrderLine {
        title: text(row, &["product_name"]).unwrap_or_default(),
        sku: text(row, &["sku_code"]).or_else(|| text(row, &["product_id"])).unwrap_or_default(),
        quantity: count.unwrap_or(1),
        item_id: text(row, &["product_id"]),
        picture: text(row, &["product_img_url"]).as_deref().and_then(crate::pictures::address),
    }
}

/// What the buyer paid, else the order's amount, else the sum of the lines with their freight.
fn total(row: &Value, lines: &[Value]) -> (String, String) {
    let stated = ["pay_amount", "pay_amount_by_settlement_cur", "order_amount", "init_oder_amount"];
    if let Some((currency, amount)) = stated.iter().find_map(|name| money(field(row, name))) {
        return (currency, amount);
    }
    let mut sum: Option<(String, i128)> = None;
    // Yen and won have no hundredths; a sum has them only if a part was written with some.
    let mut hundredths = false;
    for part in lines.iter().flat_map(|l| [field(l, "total_product_amount"), field(l, "logistics_amount")]) {
        let Some((currency, amount)) = money(part) else { continue };
        let Some(cents) = cents(&amount) else { return (String::new(), String::new()) };
        hundredths |= amount.contains('.');
        sum = match sum {
            None => Some((currency, cents)),
            Some((known, so_far)) if known == currency => so_far.checked_add(cents).map(|s| (known, s)),
            // Two currencies have no sum.
            Some(_) => return (String::new(), String::new()),
        };
    }
    let written =
        |s: i128| if hundredths { format!("{}.{:02}", s / 100, s % 100) } else { (s / 100).to_string() };
    sum.map_or_else(Default::default, |(currency, s)| (currency, written(s)))
}

/// An amount with its currency: text or number; empty is absent.
fn money(value: &Value) -> Option<(String, String)> {
    let value = nested(value)?;
    Some((text(&value, &["currency_code", "currency"])?, as_text(field(&value, "amount"))?))
}

/// A plain non-negative amount in hundredths.
fn cents(amount: &str) -> Option<i128> {
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 20 || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    Some(whole.parse::<i128>().ok()? * 100 + format!("{part:0<2}").parse::<i128>().ok()?)
}

fn logistics(row: &Value, lines: &[Value]) -> Option<String> {
    let parcels = list(row, &["logistic_info_list", "logistics_info_list"]);
    let parcel = parcels.first().map(|p| [text(p, &["logistics_service"]), text(p, &["logistics_no"])]);
    let words: Vec<String> = parcel.into_iter().flatten().flatten().collect();
    if words.is_empty() {
        return text(row, &["logistics_service_name"]).or_else(|| {
            lines.iter().find_map(|l| text(l, &["logistics_service_name", "logistics_service"]))
        });
    }
    Some(words.join(" "))
}

/// The due date that the order states: a date, or a time left at the moment of the answer.
fn due(row: &Value, at: Timestamp) -> Option<Timestamp> {
    dues(row, at).first().map(|due| due.at)
}

/// Every due date in an order, the most telling first. Whose turn it is follows from the state: a shipped order waits for
/// the buyer to confirm.
fn dues(row: &Value, at: Timestamp) -> Vec<StatedDue> {
    let status = text(row, &["order_status", "status"]).unwrap_or_default();
    let (party, open) = match status.as_str() {
        "PLACE_ORDER_SUCCESS" | "WAIT_BUYER_ACCEPT_GOODS" => (Some(Party::Buyer), true),
        "IN_CANCEL" | "WAIT_SELLER_SEND_GOODS" | "SELLER_PART_SEND_GOODS" | "WAIT_SELLER_EXAMINE_MONEY" => {
            (Some(Party::Seller), true)
        }
        "FINISH" => (None, false),
        _ => (None, true),
    };
    let dated = ["over_time_left", "timeout_left_time"].map(|name| (name, moment(field(row, name))));
    let left = ["timeout_left_time", "over_time_left"]
        .map(|name| (name, int(row, &[name]).and_then(|left| after(at, left))));
    let to_send = ("left_send_good", left_to_send(row).and_then(|left| after(at, left)));
    let stated = dated.into_iter().chain(left).chain([to_send]);
    stated.filter_map(|(name, at)| Some(StatedDue { name: name.to_owned(), at: at?, party, open })).collect()
}

/// The instant that is `left` milliseconds away. Nothing if that is in the past or too far away to be true.
fn after(at: Timestamp, left: i64) -> Option<Timestamp> {
    if !(1..FARTHEST_DUE_MS).contains(&left) {
        return None;
    }
    from_epoch_ms(domain::to_ms(at).checked_add(left)?)
}

/// Reads an order with everything that it says.
///
/// # Errors
/// As [`read`].
pub(super) fn told(row: &Value, at: Timestamp) -> Result<Told, Flaw> {
    let mut told = Told::event(IncomingEvent::Order(read(row, at)?));
    told.dues = dues(row, at);
    let lines = list(row, &LINES);
    let of_order = row.as_object().into_iter().flatten();
    told.amounts = of_order.filter_map(|(name, value)| stated_amount(name, value)).collect();
    for line in lines {
        let names = ["product_unit_price", "product_price", "total_product_amount", "logistics_amount"];
        told.amounts.extend(names.iter().filter_map(|name| stated_amount(name, field(line, name))));
    }
    for name in
        ["issue_status", "frozen_status", "fund_status", "end_reason", "memo", "cancel_request_reason"]
    {
        told.say(name, text(row, &[name]));
    }
    told.say("created_at", moment(field(row, "gmt_create")).map(|at| at.to_string()));
    told.say("buyer_login_id", buyer_login(row));
    told.say("country", text(field(row, "buyer_info"), &["country"]));
    told.say("has_loan_request", flag(row, "has_request_loan"));
    let parts: Vec<Value> = lines.iter().map(part).collect();
    told.say("parts", Some(parts).filter(|parts| !parts.is_empty()));
    Ok(told)
}

/// A line as an order of its own: disputes name it.
fn part(line: &Value) -> Value {
    json!({
        "order_no": text(line, &["child_id", "child_order_id", "order_id", "id"]),
        "product": text(line, &["product_id"]),
        "status": text(line, &["son_order_status", "order_status", "show_status"]),
        "issue_status": text(line, &["issue_status"]),
    })
}

fn stated_amount(name: &str, value: &Value) -> Option<StatedAmount> {
    let (currency, amount) = money(value)?;
    Some(StatedAmount { name: name.to_owned(), amount, currency })
}

/// `left_send_good_day`, `_hour` and `_min` in milliseconds.
fn left_to_send(row: &Value) -> Option<i64> {
    let units = [("left_send_good_day", 86_400), ("left_send_good_hour", 3_600), ("left_send_good_min", 60)];
    let parts: Vec<i64> =
        units.iter().filter_map(|(name, seconds)| int(row, &[name])?.checked_mul(*seconds)).collect();
    if parts.is_empty() {
        return None;
    }
    parts.iter().try_fold(0_i64, |sum, part| sum.checked_add(*part))?.checked_mul(1_000)
}

/// Whether two snapshots say the same. A due date made from a remaining time moves by the time an answer travels, so
/// it may differ by `slack`.
pub(super) fn same(old: &OrderSnapshot, new: &OrderSnapshot, slack: Duration) -> bool {
    let near = match (old.due, new.due) {
        (Some(a), Some(b)) => a.duration_since(b).unsigned_abs() <= slack,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    near && OrderSnapshot { due: None, ..old.clone() } == OrderSnapshot { due: None, ..new.clone() }
}

/// Whether an answer is a list of orders.
pub(super) fn is_list(data: &Value) -> bool {
    LISTS.iter().any(|name| !rows(field(data, name)).is_empty())
}
