//! Orders.

use super::answer::{Refusal, list as listed};
use super::call::Call;
use super::state::{App, Inner, PretendOrder};
use super::{sign, zone};
use serde_json::{Value, json};
use std::cmp::Reverse;

const MAX_PAGE: u64 = 50;

/// What the platform says of the seller.
pub(super) fn profile(inner: &Inner) -> Value {
    json!({
        "country_code": "CN",
        "merchant_login_id": "pretend_seller",
        "product_posting_forbidden": inner.frozen,
        "shop_id": 912_000_001,
        "shop_name": "Pretend shop",
        "shop_type": "normal",
    })
}

pub(super) fn list(inner: &Inner, call: &Call, now: i64) -> Result<Value, Refusal> {
    let Some(query) = call.json("param0") else { return Err(Refusal::bad("param0")) };
    let size = query["page_size"].as_u64().unwrap_or(20);
    let page = query["current_page"].as_u64().unwrap_or(1).max(1);
    if size > MAX_PAGE {
        return Err(Refusal::bad("page_size"));
    }
    let since = query["modified_date_start"].as_str().and_then(zone::from_los_angeles);
    let Some(since) = since else { return Err(Refusal::bad("modified_date_start")) };
    let mut orders: Vec<&PretendOrder> = inner.orders.values().filter(|o| o.updated >= since).collect();
    orders.sort_by_key(|o| Reverse((o.created, o.order_id)));
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let rows: Vec<Value> = orders
        .iter()
        .skip(count(size.saturating_mul(page - 1)))
        .take(count(size))
        .map(|o| row(inner, call, o, now))
        .collect();
    Ok(json!({ "result": {
        "current_page": page, "page_size": size, "success": true,
        "error_code": "0", "error_message": "操作成功",
        "target_list": listed(call, "order_dto", rows),
    }}))
}

/// To whom an order goes.
pub(super) fn receipt(inner: &Inner, call: &Call) -> Result<Value, Refusal> {
    let Some(query) = call.json("param1") else { return Err(Refusal::bad("param1")) };
    let id = query["order_id"].as_str().and_then(|id| id.parse().ok()).or_else(|| query["order_id"].as_u64());
    if id.is_none_or(|id| !inner.orders.contains_key(&id)) {
        return Err(Refusal::bad("order_id"));
    }
    Ok(json!({ "result": {
        "contact_person": "Nobody Of Anywhere", "phone_country": "+34", "mobile_no": "600000000",
        "detail_address": "Calle Falsa 123", "city": "Madrid", "province": "Madrid", "country": "ES",
        "zip": "28001",
    }}))
}

fn row(inner: &Inner, call: &Call, order: &PretendOrder, now: i64) -> Value {
    let lines = order.lines.iter().map(|line| {
        let (amount, currency) = line.amount.split_once(' ').unwrap_or((&line.amount, "EUR"));
        json!({
            "product_id": line.product_id,
            "product_name": line.title,
            "sku_code": line.sku,
            "product_count": line.count,
            "total_product_amount": { "amount": amount, "currency_code": currency },
        })
    });
    let lines = listed(call, "order_product_dto", lines.collect());
    let mut row = json!({
        "order_id": order.order_id,
        "order_status": order.status,
        "buyer_login_id": order.buyer_login,
        "buyer_signer_fullname": "Nobody Of Anywhere",
        "receipt_address": { "mobile_no": "600000000", "detail_address": "Calle Falsa 123", "zip": "28001" },
        "gmt_create": zone::los_angeles(order.created),
        "gmt_pay_time": zone::los_angeles(order.created),
        "gmt_update": zone::los_angeles(order.updated),
        "end_reason": "",
        "logisitcs_escrow_fee_rate": "",
        "product_list": lines,
    });
    if inner.bare_orders {
        row["receipt_address"] = Value::Null;
    }
    if let Some(until) = order.until {
        row["timeout_left_time"] = (domain::to_ms(until) - now).max(0).into();
    }
    row
}

/// An order push: the body and its signature, which is that of the sister platforms.
pub(super) fn push(app: &App, order_id: u64, (last, status): (&str, &str), at: i64) -> (Vec<u8>, String) {
    let body = json!({
        "seller_id": "6068000001",
        "message_type": 0,
        "timestamp": at,
        "data": { "order_id": order_id, "last_status": last, "current_status": status, "order_change_time": at },
    });
    let body = body.to_string().into_bytes();
    let base = [app.key.as_bytes(), body.as_slice()].concat();
    (body, sign::sha256(&app.secret, &base).unwrap_or_default().to_lowercase())
}
