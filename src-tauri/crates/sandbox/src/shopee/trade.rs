//! Notices, orders and returns.

use super::http::{Call, Refusal};
use super::state::Shopee;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The longest span of time that a list takes.
const SPAN_S: i64 = 15 * 86_400;

impl Shopee {
    /// The Seller Centre tells its sellers something.
    pub fn notify(&self, title: &str, content: &str, url: &str) {
        let at = self.now().as_second();
        self.state()
            .notices
            .push(json!({ "create_time": at, "title": title, "content": content, "url": url }));
    }

    /// The notices' cursor leads to older ones from now on: the documentation leaves the direction open.
    pub fn list_notices_newest_first(&self) {
        self.state().newest_first = true;
    }

    /// An order comes or changes. What the platform would fill in is filled in where it is missing, the personal fields
    /// too, so that a client can show that it keeps none of them.
    pub fn put_order(&self, order_sn: &str, fields: &Value) {
        let now = self.now().as_second();
        let mut order = json!({
            "order_sn": order_sn,
            "region": self.setup.region,
            "currency": "SGD",
            "cod": false,
            "order_status": "READY_TO_SHIP",
            "message_to_seller": "",
            "create_time": now,
            "days_to_ship": 2,
            "ship_by_date": now + 2 * 86_400,
            "buyer_user_id": 0,
            "buyer_username": "a**b",
            "total_amount": 12.4,
            "pay_time": now,
            "shipping_carrier": "Standard Express",
            "item_list": [{ "item_id": 1, "item_name": "Steel whistle", "model_name": "silver",
                "model_sku": "WH-01-S", "model_quantity_purchased": 1 }],
            "package_list": [{ "package_number": "OFG1", "logistics_status": "LOGISTICS_READY" }],
            "recipient_address": { "name": "Jane Doe", "phone": "6591234567", "full_address": "1 Orchard Road" },
        });
        merge(&mut order, fields);
        order["update_time"] = json!(now);
        self.state().orders.insert(order_sn.to_owned(), order);
    }

    /// A return is asked for or changes; fields that are not given stay as they were.
    pub fn put_return(&self, return_sn: &str, order_sn: &str, fields: &Value) {
        let now = self.now().as_second();
        let mut state = self.state();
        let entry = state.returns.entry(return_sn.to_owned()).or_insert_with(|| {
            json!({
                "return_sn": return_sn,
                "order_sn": order_sn,
                "status": "REQUESTED",
                "reason": "NOT_RECEIPT",
                "text_reason": "not received",
                "refund_amount": 12.4,
                "currency": "SGD",
                "create_time": now,
                "due_date": now + 2 * 86_400,
                "return_ship_due_date": 0,
                "return_seller_due_date": 0,
                "user": { "username": "a**b", "email": "***r1@example.com" },
                "negotiation": { "negotiation_status": "", "offer_due_date": 0 },
                "seller_proof": { "seller_proof_status": "NOT_NEEDED", "seller_evidence_deadline": 0 },
                "return_pickup_address": { "name": "Jane Doe", "phone": "6591234567" },
            })
        });
        merge(entry, fields);
        entry["update_time"] = json!(now);
    }

    pub(super) fn notices(&self, call: &Call) -> Result<Value, Refusal> {
        let from: usize = call.number("cursor")?.unwrap_or(0);
        let size: usize = call.number("page_size")?.unwrap_or(10);
        if size > 50 {
            return Err(("error_param", "page_size is at most 50".into()));
        }
        let state = self.state();
        let numbered =
            state.notices.iter().enumerate().map(|(index, notice)| (state.notice_number(index), notice));
        let (numbers, entries): (Vec<usize>, Vec<&Value>) = if state.newest_first {
            numbered.rev().filter(|(number, _)| from == 0 || *number < from).take(size).unzip()
        } else {
            numbered.filter(|(number, _)| *number > from).take(size).unzip()
        };
        let cursor = numbers.last().copied().unwrap_or(from);
        // Documented as one object while it lists many: one comes as an object, several as a list.
        let data = match entries.as_slice() {
            [one] => (*one).clone(),
            many => json!(many),
        };
        Ok(json!({ "cursor": cursor, "data": data }))
    }

    pub(super) fn order_list(&self, call: &Call) -> Result<Value, Refusal> {
        let field = call.param("time_range_field")?;
        let (from, to) = span(call, "time_from", "time_to")?;
        let size: usize = call.number("page_size")?.unwrap_or(20).min(100);
        let skip: usize = call.number("cursor")?.unwrap_or(0);
        let state = self.state();
        let found = within(&state.orders, field, from, to);
        let more = found.len() > skip + size;
        let page: Vec<Value> = found
            .iter()
            .skip(skip)
            .take(size)
            .map(|order| json!({ "order_sn": order["order_sn"], "order_status": order["order_status"] }))
            .collect();
        let next = if more { (skip + size).to_string() } else { String::new() };
        Ok(json!({ "more": more, "next_cursor": next, "order_list": page }))
    }

    pub(super) fn order_detail(&self, call: &Call) -> Result<Value, Refusal> {
        const ALWAYS: [&str; 11] = [
            "order_sn",
            "region",
            "currency",
            "cod",
            "order_status",
            "message_to_seller",
            "create_time",
            "update_time",
            "days_to_ship",
            "ship_by_date",
            // Sent unasked here, so that a client that keeps it is found out.
            "recipient_address",
        ];
        let numbers: Vec<&str> = call.param("order_sn_list")?.split(',').collect();
        if numbers.len() > 50 {
            return Err(("error_param", "at most 50 orders".into()));
        }
        let optional: Vec<&str> =
            call.maybe("response_optional_fields").unwrap_or_default().split(',').collect();
        let state = self.state();
        let orders: Vec<Value> = numbers
            .iter()
            .filter_map(|number| state.orders.get(*number))
            .map(|order| {
                let mut shown = order.clone();
                if let Some(fields) = shown.as_object_mut() {
                    fields.retain(|name, _| {
                        ALWAYS.contains(&name.as_str()) || optional.contains(&name.as_str())
                    });
                }
                shown
            })
            .collect();
        Ok(json!({ "order_list": orders }))
    }

    pub(super) fn return_list(&self, call: &Call) -> Result<Value, Refusal> {
        let (from, to) = span(call, "update_time_from", "update_time_to")?;
        let size: usize = call.number("page_size")?.unwrap_or(40).min(100);
        let page: usize = call.number("page_no")?.unwrap_or(0);
        let state = self.state();
        let found = within(&state.returns, "update_time", from, to);
        let skip = page.saturating_mul(size);
        let more = found.len() > skip + size;
        let entries: Vec<&Value> = found.into_iter().skip(skip).take(size).collect();
        Ok(json!({ "more": more, "return": entries }))
    }

    pub(super) fn return_detail(&self, call: &Call) -> Result<Value, Refusal> {
        let return_sn = call.param("return_sn")?;
        let state = self.state();
        state.returns.get(return_sn).cloned().ok_or(("error_not_found", "no such return".to_owned()))
    }
}

fn merge(into: &mut Value, fields: &Value) {
    if let Some(fields) = fields.as_object() {
        for (name, value) in fields {
            into[name] = value.clone();
        }
    }
}

fn span(call: &Call, from: &str, to: &str) -> Result<(i64, i64), Refusal> {
    let (from, to) = (call.number(from)?.unwrap_or(0), call.number(to)?.unwrap_or(i64::MAX));
    if from > to || to - from > SPAN_S {
        return Err(("error_param", "the time range must be within 15 days".into()));
    }
    Ok((from, to))
}

fn within<'a>(all: &'a BTreeMap<String, Value>, field: &str, from: i64, to: i64) -> Vec<&'a Value> {
    let at = |entry: &Value| entry[field].as_i64().unwrap_or(0);
    let mut found: Vec<&Value> = all.values().filter(|entry| (from..=to).contains(&at(entry))).collect();
    found.sort_by_key(|entry| at(entry));
    found
}
