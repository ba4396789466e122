//! Returns with the due dates that the platform states for the seller.

use super::api::Api;
use super::errors::Failure;
use super::json::{bytes, flag, id, int, list, masked, text, time, without_personal_data, words};
use super::notices::due;
use super::orders::amount;
use super::window::Window;
use crate::{Batch, Cursors, Party, Quarantined, Received, StatedDue, Told, shape};
use domain::{DisputeSnapshot, Flaw, IncomingEvent, RawPayload, Timestamp};
use serde_json::{Value, json};

/// The position in the batch's cursors.
const CURSOR: &str = "returns";
/// Where an unreadable row of the list says it came from.
const LIST: &str = "shopee.get_return_list";
/// The same of a return.
const DETAIL: &str = "shopee.get_return_detail";
const NAMELESS: &str = "a return without return_sn";
/// Returns in a page: each new one costs a call for its detail.
const PAGE: usize = 20;

/// One page of changed returns.
pub(crate) async fn round(
    api: &Api,
    cursors: &Cursors,
    start: Timestamp,
    batch: &mut Batch,
) -> Result<(), Failure> {
    let now = api.now();
    let mut window = Window::resume(cursors.get(CURSOR), start);
    let page: u32 = window.page.parse().unwrap_or(0);
    let params = [
        ("page_no", page.to_string()),
        ("page_size", PAGE.to_string()),
        ("update_time_from", window.from.to_string()),
        ("update_time_to", window.end(now).to_string()),
    ];
    let answer =
        api.get("/api/v2/returns/get_return_list", &params).await.map_err(Failure::without_content)?;
    let response = answer.response();
    for entry in list(&response["return"]) {
        let Some(return_sn) = id(&entry["return_sn"]) else {
            let raw = RawPayload { source: LIST, bytes: shape::of(None, entry) };
            batch.quarantined.push(Quarantined::new(raw, Flaw::missing(NAMELESS)));
            continue;
        };
        let updated = int(&entry["update_time"]).unwrap_or(0);
        if !window.is_new(&return_sn, updated) {
            batch.answers.read();
            continue;
        }
        if let Err(failure) = detail(api, &return_sn, batch).await {
            // Those before it stay seen; this one and the rest of the page are asked for again.
            window.forget(&return_sn);
            batch.cursors.insert(CURSOR.into(), window.stored());
            return Err(failure);
        }
    }
    let next = flag(&response["more"]).then(|| (page + 1).to_string());
    batch.more |= window.advance(next, now);
    batch.cursors.insert(CURSOR.into(), window.stored());
    Ok(())
}

async fn detail(api: &Api, return_sn: &str, batch: &mut Batch) -> Result<(), Failure> {
    let params = [("return_sn", return_sn.to_owned())];
    let (flaw, bytes) = match api.get("/api/v2/returns/get_return_detail", &params).await {
        Ok(answer) => {
            let mut kept = answer.response().clone();
            without_personal_data(&mut kept);
            match snapshot(&kept) {
                Ok(dispute) => {
                    let raw = RawPayload { source: DETAIL, bytes: bytes(&kept) };
                    batch.received.push(Received { raw, events: vec![IncomingEvent::Dispute(dispute)] });
                    return Ok(());
                }
                Err(flaw) => (flaw, shape::of(Some(return_sn), answer.response())),
            }
        }
        Err(Failure::Garbage { bytes, flaw }) => (flaw, shape::of_bytes(Some(return_sn), &bytes)),
        Err(failure) => return Err(failure),
    };
    batch.quarantined.push(Quarantined::new(RawPayload { source: DETAIL, bytes }, flaw));
    Ok(())
}

/// Reads a return.
///
/// # Errors
/// What is missing.
pub(crate) fn snapshot(detail: &Value) -> Result<DisputeSnapshot, Flaw> {
    let status = words(&detail["status"]).to_owned();
    let closed = is_over(&status);
    let updated_at = time(&detail["update_time"])
        .or_else(|| time(&detail["create_time"]))
        .ok_or_else(|| Flaw::missing("a return without update_time"))?;
    let reason = match (words(&detail["reason"]), words(&detail["text_reason"])) {
        (code, "") => code.to_owned(),
        ("", said) => said.to_owned(),
        (code, said) => format!("{code}: {said}"),
    };
    Ok(DisputeSnapshot {
        provider_id: id(&detail["return_sn"]).ok_or_else(|| Flaw::missing(NAMELESS))?,
        order_no: text(&detail["order_sn"]).unwrap_or_default(),
        buyer_key: id(&detail["user"]["user_id"]),
        due: Told::sellers_due(&dues(detail)),
        status,
        reason,
        closed,
        opened_at: time(&detail["create_time"]).unwrap_or(updated_at),
        updated_at,
    })
}

fn is_over(status: &str) -> bool {
    matches!(status, "CLOSED" | "CANCELLED" | "REFUND_PAID")
}

/// Every date in a return by which somebody must act. Dates of steps that are over stay in the answer; a step is under way
/// in the state the return is in.
fn dues(detail: &Value) -> Vec<StatedDue> {
    let status = words(&detail["status"]);
    let sent_back = matches!(status, "ACCEPTED" | "PROCESSING");
    let [negotiation, proof, compensation] =
        ["negotiation", "seller_proof", "seller_compensation"].map(|name| &detail[name]);
    let seller = Some(Party::Seller);
    let asked = words(&negotiation["negotiation_status"]);
    let offered_to = if asked == "PENDING_BUYER_RESPOND" { Some(Party::Buyer) } else { seller };
    let to_prove = words(&proof["seller_proof_status"]) == "PENDING";
    let to_claim = words(&compensation["seller_compensation_status"]) == "PENDING_REQUEST";
    let offered = matches!(asked, "PENDING_RESPOND" | "PENDING_BUYER_RESPOND");
    let stated = [
        (detail, "due_date", seller, status == "REQUESTED"),
        (detail, "return_ship_due_date", Some(Party::Buyer), sent_back),
        (detail, "return_seller_due_date", seller, sent_back),
        (negotiation, "offer_due_date", offered_to, offered),
        (proof, "seller_evidence_deadline", seller, to_prove),
        (compensation, "seller_compensation_due_date", seller, to_claim),
    ];
    let over = is_over(status);
    stated
        .into_iter()
        .filter_map(|(part, name, party, open)| due(name, &part[name], party, open && !over))
        .collect()
}

/// Reads a return with everything that it says.
///
/// # Errors
/// What is missing.
pub(crate) fn told(detail: &Value) -> Result<Told, Flaw> {
    let mut kept = detail.clone();
    without_personal_data(&mut kept);
    let mut told = Told::event(IncomingEvent::Dispute(snapshot(&kept)?));
    told.dues = dues(&kept);
    let money = [
        (&kept, "refund_amount"),
        (&kept, "amount_before_discount"),
        (&kept["negotiation"], "latest_offer_amount"),
        (&kept["seller_compensation"], "compensation_amount"),
    ];
    told.amounts =
        money.iter().filter_map(|(part, name)| amount(name, &part[*name], &kept["currency"])).collect();
    let parts = [
        (&kept, "reason"),
        (&kept, "text_reason"),
        (&kept, "tracking_number"),
        (&kept, "logistics_status"),
        (&kept, "reverse_logistic_status"),
        (&kept, "return_refund_type"),
        (&kept, "dispute_text_reason"),
        (&kept["negotiation"], "negotiation_status"),
        (&kept["negotiation"], "latest_solution"),
        (&kept["seller_proof"], "seller_proof_status"),
        (&kept["seller_compensation"], "seller_compensation_status"),
    ];
    for (part, name) in parts {
        told.say(name, text(&part[name]));
    }
    told.say("buyer_name", text(&detail["user"]["username"]).filter(|name| !name.contains("**")));
    let items: Vec<Value> = list(&kept["item"]).into_iter().map(item).collect();
    told.say("lines", Some(items).filter(|items| !items.is_empty()));
    told.say("pictures", Some(list_len(&kept["image"])).filter(|n| *n > 0));
    told.say("videos", Some(list_len(&kept["buyer_videos"])).filter(|n| *n > 0));
    told.say("masked", Some(masked(detail)).filter(|names| !names.is_empty()));
    Ok(told)
}

fn list_len(value: &Value) -> usize {
    value.as_array().map_or(0, Vec::len)
}

fn item(item: &Value) -> Value {
    json!({
        "title": words(&item["name"]),
        "sku": text(&item["variation_sku"]).or_else(|| text(&item["item_sku"])).unwrap_or_default(),
        "quantity": int(&item["amount"]).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!({"status": "REQUESTED", "due_date": 1_700_000_300}), Some(1_700_000_300))]
    #[case(json!({"status": "JUDGING", "due_date": 1_700_000_300}), None)]
    #[case(json!({"status": "REQUESTED", "due_date": 0}), None)]
    #[case(json!({"status": "ACCEPTED", "return_ship_due_date": 1_700_000_100}), None)]
    #[case(json!({"status": "JUDGING", "seller_proof":
        {"seller_proof_status": "PENDING", "seller_evidence_deadline": 1_700_000_200}}), Some(1_700_000_200))]
    #[case(json!({"status": "JUDGING", "seller_proof":
        {"seller_proof_status": "UPLOADED", "seller_evidence_deadline": 1_700_000_200}}), None)]
    #[case(json!({"status": "CLOSED", "return_seller_due_date": 1_700_000_200}), None)]
    fn only_what_the_seller_still_owes_is_due(#[case] mut detail: Value, #[case] due_s: Option<i64>) {
        detail["return_sn"] = json!("R1");
        detail["update_time"] = json!(1_700_000_000);
        let snapshot = snapshot(&detail).unwrap();
        assert_eq!(snapshot.due.map(|due| due.as_second()), due_s, "a date of another step must not alarm");
    }
}
