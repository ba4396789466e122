//! Orders as a card needs them: no phone, no address, no name (`docs/RULES.md` §8). What the owner of a store wants of
//! these goes beside the event, never into the bytes that are kept.

use super::api::Api;
use super::body::order_no;
use super::details::details;
use super::errors::Failure;
use super::json::{flag, id, int, list, masked, text, time, without_personal_data, words};
use super::notices::due;
use super::window::Window;
use crate::{Batch, Cursors, Party, Quarantined, StatedAmount, StatedDue, Told, shape};
use domain::{Flaw, IncomingEvent, Keep, OrderLine, OrderSnapshot, RawPayload, Timestamp};
use serde_json::Value;

/// The position in the batch's cursors.
const CURSOR: &str = "orders";
/// Where an unreadable row of the list says it came from.
const LIST: &str = "shopee.get_order_list";
const NAMELESS: &str = "an order without order_sn";
/// Orders whose details are asked for at once; also the page of the list.
pub(super) const PAGE: usize = 50;

/// One page of changed orders.
pub(crate) async fn round(
    api: &Api,
    cursors: &Cursors,
    (start, keep): (Timestamp, Keep),
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
    let answer = api.get("/api/v2/order/get_order_list", &params).await.map_err(Failure::without_content)?;
    let response = answer.response();
    let mut numbers = Vec::new();
    for order in list(&response["order_list"]) {
        match id(&order["order_sn"]) {
            Some(number) if window.is_read(&number) => {}
            Some(number) => numbers.push(number),
            None => {
                let raw = RawPayload { source: LIST, bytes: shape::of(None, order) };
                batch.quarantined.push(Quarantined::new(raw, Flaw::missing(NAMELESS)));
            }
        }
    }
    if !numbers.is_empty() {
        let wanted = |order: &OrderSnapshot, window: &mut Window| {
            window.is_new(&order.order_no, order.updated_at.as_second())
        };
        details(api, &numbers, keep, batch, |order| wanted(order, &mut window)).await?;
    }
    let next = text(&response["next_cursor"]).filter(|_| flag(&response["more"]));
    batch.more |= window.advance(next, now);
    batch.cursors.insert(CURSOR.into(), window.stored());
    Ok(())
}

/// Reads an order.
///
/// # Errors
/// What is missing.
pub(crate) fn snapshot(order: &Value) -> Result<OrderSnapshot, Flaw> {
    Ok(OrderSnapshot {
        order_no: order_no(order).ok_or_else(|| Flaw::missing(NAMELESS))?,
        buyer_key: id(&order["buyer_user_id"]),
        due: Told::sellers_due(&dues(order)),
        status: words(&order["order_status"]).to_owned(),
        currency: words(&order["currency"]).to_owned(),
        amount: text(&order["total_amount"]).unwrap_or_default(),
        lines: list(&order["item_list"]).into_iter().map(line).collect(),
        paid_at: time(&order["pay_time"]),
        logistics: logistics(order),
        updated_at: time(&order["update_time"])
            .or_else(|| time(&order["create_time"]))
            .ok_or_else(|| Flaw::missing("an order without update_time"))?,
    })
}

/// Every date in an order by which somebody must act.
fn dues(order: &Value) -> Vec<StatedDue> {
    let status = words(&order["order_status"]);
    let to_ship = matches!(status, "READY_TO_SHIP" | "PROCESSED" | "RETRY_SHIP" | "INVOICE_PENDING");
    let may_return = matches!(status, "SHIPPED" | "TO_CONFIRM_RECEIVE" | "COMPLETED");
    let stated =
        [("ship_by_date", Party::Seller, to_ship), ("return_request_due_date", Party::Buyer, may_return)];
    stated.into_iter().filter_map(|(name, party, open)| due(name, &order[name], Some(party), open)).collect()
}

/// Reads an order with everything that it says. An entry of the list that names orders and nothing else has no event: the
/// connector fetches those orders.
///
/// # Errors
/// What is missing.
pub(crate) fn told(order: &Value) -> Result<Told, Flaw> {
    let mut kept = order.clone();
    without_personal_data(&mut kept);
    let only_named =
        kept["update_time"].is_null() && kept["create_time"].is_null() && kept["item_list"].is_null();
    let mut told = if only_named && order_no(&kept).is_some() {
        let mut named = Told::new("order", None);
        named.say("left_out", Some("only_named"));
        named.say("order_no", order_no(&kept));
        named.say("status", text(&kept["order_status"]));
        named
    } else {
        Told::event(IncomingEvent::Order(snapshot(&kept)?))
    };
    told.dues = dues(&kept);
    told.amounts = ["total_amount", "actual_shipping_fee", "estimated_shipping_fee", "reverse_shipping_fee"]
        .into_iter()
        .filter_map(|name| amount(name, &kept[name], &kept["currency"]))
        .collect();
    let words_of = [
        "region",
        "cancel_by",
        "cancel_reason",
        "buyer_cancel_reason",
        "message_to_seller",
        "payment_method",
    ];
    for name in words_of {
        told.say(name, text(&kept[name]));
    }
    told.say("cod", kept["cod"].as_bool());
    told.say("created_at", time(&kept["create_time"]).map(|at| at.to_string()));
    told.say("buyer_name", text(&order["buyer_username"]).filter(|name| !name.contains("**")));
    let packages: Vec<String> = list(&kept["package_list"])
        .into_iter()
        .filter_map(|package| id(&package["package_number"]))
        .collect();
    told.say("packages", Some(packages).filter(|packages| !packages.is_empty()));
    told.say("masked", Some(masked(order)).filter(|names| !names.is_empty()));
    Ok(told)
}

/// An amount, if the field holds one.
pub(crate) fn amount(name: &str, value: &Value, currency: &Value) -> Option<StatedAmount> {
    let currency = words(currency).to_owned();
    Some(StatedAmount { name: name.to_owned(), amount: text(value)?, currency })
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
        item_id: id(&item["item_id"]),
        picture: text(&item["image_info"]["image_url"]).as_deref().and_then(crate::pictures::address),
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
