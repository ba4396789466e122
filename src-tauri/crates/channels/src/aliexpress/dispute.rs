//! Disputes: a list of those under way, and a detail with the due date that the platform states.

use super::json::{as_text, field, list, text};
use super::times::moment;
use crate::{Party, StatedAmount, StatedDue, Told};
use domain::{DisputeSnapshot, Flaw, IncomingEvent, Timestamp};
use serde_json::{Value, json};

/// The names that hold what was proposed, by whom.
const SOLUTIONS: [&str; 3] = ["buyer_solution_list", "seller_solution_list", "platform_solution_list"];

/// A row of the dispute list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    /// The dispute.
    pub(super) issue_id: String,
    /// The buyer's login; the detail asks for it.
    pub(super) buyer: String,
    /// When it changed, as the platform writes it.
    pub(super) modified: String,
    /// The reason in words.
    pub(super) reason: Option<String>,
    /// All of it; nothing of a dispute that is not listed any more.
    pub(super) row: Value,
}

/// The rows of a list answer.
pub(super) fn listed_rows(data: &Value) -> &[Value] {
    if let Value::Array(rows) = data {
        rows
    } else {
        list(data, &["data_list", "issue_list", "issue_api_issue_dto"])
    }
}

/// Reads a row of the list.
///
/// # Errors
/// What is missing; the caller quarantines the row.
pub(super) fn read_listed(row: &Value) -> Result<Listed, Flaw> {
    let issue_id = text(row, &["issue_id", "id"]).ok_or_else(|| Flaw::missing("a dispute without an id"))?;
    let buyer = text(row, &["buyer_login_id"]).unwrap_or_default();
    let modified = text(row, &["gmt_modified", "gmt_create"]).unwrap_or_default();
    let reason = text(row, &["reason_english", "reason_chinese"]);
    Ok(Listed { issue_id, buyer, modified, reason, row: row.clone() })
}

/// Reads a detail. `listed` names the dispute: the `id` of the detail is another number.
///
/// # Errors
/// What is missing; the caller quarantines the answer.
pub(super) fn read(detail: &Value, listed: Option<&Listed>) -> Result<DisputeSnapshot, Flaw> {
    let processes = list(detail, &["process_dto_list"]);
    let solutions: Vec<&Value> = SOLUTIONS.iter().flat_map(|name| list(detail, &[name])).collect();
    let parts = || processes.iter().chain(solutions.iter().copied());
    let provider_id = listed
        .map(|l| l.issue_id.clone())
        .or_else(|| text(detail, &["issue_id"]))
        .or_else(|| parts().find_map(|p| text(p, &["issue_id"])))
        .or_else(|| text(detail, &["id"]))
        .ok_or_else(|| Flaw::missing("a dispute without an id"))?;
    let order_no = text(detail, &["parent_order_id", "order_id"])
        .ok_or_else(|| Flaw::missing("a dispute without an order"))?;
    let status = text(detail, &["issue_status"]).ok_or_else(|| Flaw::missing("a dispute without a state"))?;
    let opened_at = moment(field(detail, "gmt_create"))
        .or_else(|| parts().filter_map(|p| moment(field(p, "gmt_create"))).min())
        .ok_or_else(|| Flaw::missing("a dispute without a time"))?;
    let closed = is_closed(&status);
    let due = dues(detail).iter().find(|due| due.open).map(|due| due.at);
    let changes =
        parts().flat_map(|p| [moment(field(p, "gmt_create")), moment(field(p, "gmt_modified"))]).flatten();
    let stated = moment(field(detail, "gmt_modified"));
    let from_list = listed.and_then(|l| super::times::from_los_angeles(&l.modified));
    let updated_at = changes.chain(stated).chain(from_list).fold(opened_at, Timestamp::max);
    let said = processes.iter().filter(|p| field(p, "submit_member_type") == "buyer").rev();
    let reason = said
        .chain(list(detail, &["buyer_solution_list"]))
        .find_map(|p| as_text(field(p, "content")))
        .or_else(|| text(detail, &["reason_english", "reason_chinese", "issue_reason"]))
        .or_else(|| listed.and_then(|l| l.reason.clone()))
        .unwrap_or_default();
    let buyer_key = text(detail, &["buyer_login_id"]);
    Ok(DisputeSnapshot {
        provider_id,
        order_no,
        buyer_key,
        status,
        reason,
        due,
        closed,
        opened_at,
        updated_at,
    })
}

/// The date that the platform states. Whose it is, it does not say: `WAIT_RECEIVE_ITEM_TIMEOUT` ends a wait for the goods,
/// and the seller must watch it all the same.
fn dues(detail: &Value) -> Vec<StatedDue> {
    let open = !text(detail, &["issue_status"]).is_some_and(|status| is_closed(&status));
    let party = match text(detail, &["timeout_type"]).as_deref() {
        Some("WAIT_SOLUTION_TIMEOUT" | "WAIT_SELLER_FILL_ADDRESS_TIMEOUT") => Some(Party::Seller),
        Some(_) | None => None,
    };
    moment(field(detail, "timeout_trigger_time"))
        .map(|at| StatedDue { name: "timeout_trigger_time".to_owned(), at, party, open })
        .into_iter()
        .collect()
}

/// Reads a dispute with everything that it says.
///
/// # Errors
/// As [`read`].
pub(super) fn told(detail: &Value, listed: Option<&Listed>) -> Result<Told, Flaw> {
    let mut told = Told::event(IncomingEvent::Dispute(read(detail, listed)?));
    told.dues = dues(detail);
    let of_detail =
        ["product_price", "refund_money_max", "refund_money_max_local"].map(|name| amount(name, detail));
    told.amounts = of_detail.into_iter().flatten().collect();
    for name in SOLUTIONS {
        for solution in list(detail, &[name]) {
            told.amounts.extend(
                ["refund_money", "refund_money_post"]
                    .map(|name| amount(name, solution))
                    .into_iter()
                    .flatten(),
            );
        }
    }
    for name in ["timeout_type", "product_name", "product_id", "reverse_detail_status", "after_sale_warranty"]
    {
        told.say(name, text(detail, &[name]));
    }
    told.say("child_order_no", text(detail, &["order_id"]));
    told.say("reason_chinese", text(detail, &["reason_chinese"]));
    told.say("reason_english", text(detail, &["reason_english"]));
    told.say("steps", some(list(detail, &["process_dto_list"]).iter().map(step).collect()));
    let solutions =
        SOLUTIONS.iter().flat_map(|name| list(detail, &[name]).iter().map(|row| solution(name, row)));
    told.say("solutions", some(solutions.collect()));
    Ok(told)
}

fn some(rows: Vec<Value>) -> Option<Vec<Value>> {
    Some(rows).filter(|rows| !rows.is_empty())
}

fn step(row: &Value) -> Value {
    let attached: Vec<Option<String>> =
        list(row, &["attachments"]).iter().map(|a| text(a, &["file_path"])).collect();
    json!({
        "by": text(row, &["submit_member_type"]),
        "action": text(row, &["action_type"]),
        "text": text(row, &["content"]),
        "at": moment(field(row, "gmt_create")).map(|at| at.to_string()),
        "attachments": attached,
    })
}

fn solution(name: &str, row: &Value) -> Value {
    json!({
        "by": name.trim_end_matches("_solution_list"),
        "type": text(row, &["solution_type"]),
        "status": text(row, &["status"]),
        "reached": text(row, &["reached_type"]),
        "text": text(row, &["content"]),
        "amount": text(row, &["refund_money"]),
        "currency": text(row, &["refund_money_currency"]),
        "at": moment(field(row, "gmt_create")).map(|at| at.to_string()),
    })
}

/// Money of a dispute: the number under a name, its currency under the same name with `_currency`.
fn amount(name: &str, row: &Value) -> Option<StatedAmount> {
    let currency = text(row, &[&format!("{name}_currency")]).unwrap_or_default();
    Some(StatedAmount { name: name.to_owned(), amount: text(row, &[name])?, currency })
}

/// Whether a state is an end.
fn is_closed(status: &str) -> bool {
    let status = status.to_ascii_lowercase();
    matches!(status.as_str(), "finish" | "finished" | "end_issue") || status.contains("cancel")
}

/// Whether this is a dispute, from a list or a detail.
pub(super) fn is_dispute(data: &Value) -> bool {
    !field(data, "issue_status").is_null() && text(data, &["issue_id", "id"]).is_some()
}

/// Whether an answer is the detail of a dispute.
pub(super) fn is_detail(data: &Value) -> bool {
    !field(data, "issue_status").is_null() && !field(data, "process_dto_list").is_null()
}
