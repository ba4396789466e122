//! Returns with the due dates that the platform states for the seller.

use super::api::Api;
use super::errors::Failure;
use super::json::{bytes, flag, id, int, list, text, time, without_personal_data, words};
use super::window::Window;
use crate::{Batch, Cursors, Quarantined, Received};
use domain::{DisputeSnapshot, IncomingEvent, RawPayload, Timestamp};
use serde_json::Value;

/// The position in the batch's cursors.
const CURSOR: &str = "returns";
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
    let answer = api.get("/api/v2/returns/get_return_list", &params).await?;
    let response = answer.response();
    for entry in list(&response["return"]) {
        let Some(return_sn) = id(&entry["return_sn"]) else { continue };
        let updated = int(&entry["update_time"]).unwrap_or(0);
        if !window.is_new(&return_sn, updated) {
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
    match api.get("/api/v2/returns/get_return_detail", &params).await {
        Ok(answer) => {
            let mut kept = answer.response().clone();
            without_personal_data(&mut kept);
            let raw = RawPayload { source: "shopee.get_return_detail", bytes: bytes(&kept) };
            match snapshot(&kept) {
                Ok(dispute) => {
                    batch.received.push(Received { raw, events: vec![IncomingEvent::Dispute(dispute)] });
                }
                Err(why) => batch.quarantined.push(Quarantined { raw, why }),
            }
            Ok(())
        }
        Err(Failure::Garbage { bytes, why }) => {
            let raw = RawPayload { source: "shopee.get_return_detail", bytes };
            batch.quarantined.push(Quarantined { raw, why });
            Ok(())
        }
        Err(failure) => Err(failure),
    }
}

/// Reads a return.
///
/// # Errors
/// In words, what is missing.
pub(crate) fn snapshot(detail: &Value) -> Result<DisputeSnapshot, String> {
    let status = words(&detail["status"]).to_owned();
    let closed = matches!(status.as_str(), "CLOSED" | "CANCELLED");
    let updated_at = time(&detail["update_time"]).ok_or("a return without update_time")?;
    let reason = match (words(&detail["reason"]), words(&detail["text_reason"])) {
        (code, "") => code.to_owned(),
        ("", said) => said.to_owned(),
        (code, said) => format!("{code}: {said}"),
    };
    Ok(DisputeSnapshot {
        provider_id: id(&detail["return_sn"]).ok_or("a return without return_sn")?,
        order_no: text(&detail["order_sn"]).unwrap_or_default(),
        buyer_key: id(&detail["user"]["user_id"]),
        due: if closed { None } else { due(detail, &status) },
        status,
        reason,
        closed,
        opened_at: time(&detail["create_time"]).unwrap_or(updated_at),
        updated_at,
    })
}

/// The earliest date by which the *seller* must act in the state the return is in. Dates of steps that are over stay in
/// the answer, and `return_ship_due_date` is the buyer's.
fn due(detail: &Value, status: &str) -> Option<Timestamp> {
    let negotiation = &detail["negotiation"];
    let proof = &detail["seller_proof"];
    let compensation = &detail["seller_compensation"];
    let asked = [
        (status == "REQUESTED", &detail["due_date"]),
        (matches!(status, "ACCEPTED" | "PROCESSING"), &detail["return_seller_due_date"]),
        (words(&negotiation["negotiation_status"]) == "PENDING_RESPOND", &negotiation["offer_due_date"]),
        (words(&proof["seller_proof_status"]) == "PENDING", &proof["seller_evidence_deadline"]),
        (
            words(&compensation["seller_compensation_status"]) == "PENDING_REQUEST",
            &compensation["seller_compensation_due_date"],
        ),
    ];
    asked.into_iter().filter(|(asked, _)| *asked).filter_map(|(_, at)| time(at)).min()
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
