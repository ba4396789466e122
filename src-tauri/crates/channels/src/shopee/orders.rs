//! Orders as a card needs them: no phone, no address, no name (`docs/RULES.md` §8).

use super::api::Api;
use super::errors::Failure;
use super::json::{bytes, flag, id, int, list, text, time, without_personal_data, words};
use super::window::Window;
use crate::{Batch, Cursors, Quarantined, Received};
use domain::{IncomingEvent, OrderLine, OrderSnapshot, RawPayload, Timestamp};
use serde_json::Value;

/// The position in the batch's cursors.
const CURSOR: &str = "orders";
/// Orders whose details are asked for at once; also the page of the list.
const PAGE: usize = 50;
/// What is asked for besides the fields that always come. None of them is personal.
const FIELDS: &str = "item_list,total_amount,shipping_carrier,package_list,pay_time,buyer_user_id";

/// One page of changed orders.
pub(crate) async fn round(
    api: &Api,
    cursors: &Cursors,
    start: Timestamp,
    batch: &mut Batch,
) -> Result<(), Failure> {
    let now = api.now();
    let mut window = Window::resume(cursors.get(CURSOR), start);
    let mut params = vec![
        ("time_range_field", "update_time".to_owned()),
        ("time_from", window.from.to_string()),
        ("time_to", window.end(now).to_string()),
        ("page_size", PAGE.to_string()),
        ("response_optional_fields", "order_status".to_owned()),
    ];
    if !window.page.is_empty() {
        params.push(("cursor", window.page.clone()));
    }
    let answer = api.get("/api/v2/order/get_order_list", &params).await?;
    let response = answer.response();
    let numbers: Vec<String> =
        list(&response["order_list"]).into_iter().filter_map(|order| id(&order["order_sn"])).collect();
    if !numbers.is_empty() {
        let wanted = |order: &OrderSnapshot, window: &mut Window| {
            window.is_new(&order.order_no, order.updated_at.as_second())
        };
        details(api, &numbers, batch, |order| wanted(order, &mut window)).await?;
    }
    let next = text(&response["next_cursor"]).filter(|_| flag(&response["more"]));
    batch.more |= window.advance(next, now);
    batch.cursors.insert(CURSOR.into(), window.stored());
    Ok(())
}

/// The orders with these numbers, at most [`PAGE`] of them; those that `wanted` says yes to go into the batch.
pub(crate) async fn details(
    api: &Api,
    numbers: &[String],
    batch: &mut Batch,
    mut wanted: impl FnMut(&OrderSnapshot) -> bool,
) -> Result<(), Failure> {
    let params = [
        ("order_sn_list", numbers.iter().take(PAGE).cloned().collect::<Vec<_>>().join(",")),
        ("response_optional_fields", FIELDS.to_owned()),
    ];
    let answer = match api.get("/api/v2/order/get_order_detail", &params).await {
        Ok(answer) => answer,
        Err(Failure::Garbage { bytes, why }) => {
            let raw = RawPayload { source: "shopee.get_order_detail", bytes };
            batch.quarantined.push(Quarantined { raw, why });
            return Ok(());
        }
        Err(failure) => return Err(failure),
    };
    for order in list(&answer.response()["order_list"]) {
        let mut kept = order.clone();
        without_personal_data(&mut kept);
        let raw = RawPayload { source: "shopee.get_order_detail", bytes: bytes(&kept) };
        match snapshot(&kept) {
            Ok(order) if wanted(&order) => {
                batch.received.push(Received { raw, events: vec![IncomingEvent::Order(order)] });
            }
            Ok(_) => {}
            Err(why) => batch.quarantined.push(Quarantined { raw, why }),
        }
    }
    Ok(())
}

/// Reads an order.
///
/// # Errors
/// In words, what is missing.
pub(crate) fn snapshot(order: &Value) -> Result<OrderSnapshot, String> {
    let status = words(&order["order_status"]).to_owned();
    let to_ship = matches!(status.as_str(), "READY_TO_SHIP" | "PROCESSED" | "RETRY_SHIP");
    Ok(OrderSnapshot {
        order_no: id(&order["order_sn"]).ok_or("an order without order_sn")?,
        buyer_key: id(&order["buyer_user_id"]),
        due: if to_ship { time(&order["ship_by_date"]) } else { None },
        status,
        currency: words(&order["currency"]).to_owned(),
        amount: text(&order["total_amount"]).unwrap_or_default(),
        lines: list(&order["item_list"]).into_iter().map(line).collect(),
        paid_at: time(&order["pay_time"]),
        logistics: logistics(order),
        updated_at: time(&order["update_time"])
            .or_else(|| time(&order["create_time"]))
            .ok_or("an order without update_time")?,
    })
}

fn line(item: &Value) -> OrderLine {
    let title = match (words(&item["item_name"]), words(&item["model_name"])) {
        (name, "") => name.to_owned(),
        (name, model) => format!("{name} · {model}"),
    };
    OrderLine {
        title,
        sku: text(&item["model_sku"]).or_else(|| text(&item["item_sku"])).unwrap_or_default(),
        quantity: int(&item["model_quantity_purchased"]).and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
    }
}

fn logistics(order: &Value) -> Option<String> {
    let package = list(&order["package_list"]).into_iter().next();
    let carrier = text(&order["shipping_carrier"])
        .or_else(|| package.and_then(|package| text(&package["shipping_carrier"])));
    let state = package.and_then(|package| text(&package["logistics_status"]));
    match (carrier, state) {
        (Some(carrier), Some(state)) => Some(format!("{carrier} · {state}")),
        (carrier, state) => carrier.or(state),
    }
}
