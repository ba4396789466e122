//! Disputes: a list of those under way, and a detail with the due date that the platform states.

use super::json::{as_text, field, list, text};
use super::times::moment;
use domain::{DisputeSnapshot, Timestamp};
use serde_json::Value;

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
}

/// The rows of a list answer.
pub(super) fn listed_rows(data: &Value) -> &[Value] {
    list(data, &["data_list", "issue_list"])
}

/// Reads a row of the list.
///
/// # Errors
/// In words, what is missing; the caller quarantines the row.
pub(super) fn read_listed(row: &Value) -> Result<Listed, String> {
    let issue_id = text(row, &["issue_id", "id"]).ok_or("a dispute without an id")?;
    let buyer = text(row, &["buyer_login_id"]).unwrap_or_default();
    let modified = text(row, &["gmt_modified", "gmt_create"]).unwrap_or_default();
    let reason = text(row, &["reason_english", "reason_chinese"]);
    Ok(Listed { issue_id, buyer, modified, reason })
}

/// Reads a detail. `listed` names the dispute: the `id` of the detail is another number.
///
/// # Errors
/// In words, what is missing; the caller quarantines the answer.
pub(super) fn read(detail: &Value, listed: Option<&Listed>) -> Result<DisputeSnapshot, String> {
    let processes = list(detail, &["process_dto_list"]);
    let solutions = ["buyer_solution_list", "seller_solution_list", "platform_solution_list"];
    let solutions: Vec<&Value> = solutions.iter().flat_map(|name| list(detail, &[name])).collect();
    let parts = || processes.iter().chain(solutions.iter().copied());
    let provider_id = listed
        .map(|l| l.issue_id.clone())
        .or_else(|| text(detail, &["issue_id"]))
        .or_else(|| parts().find_map(|p| text(p, &["issue_id"])))
        .or_else(|| text(detail, &["id"]))
        .ok_or("a dispute without an id")?;
    let order_no = text(detail, &["parent_order_id", "order_id"]).ok_or("a dispute without an order")?;
    let status = text(detail, &["issue_status"]).ok_or("a dispute without a state")?;
    let opened_at = moment(field(detail, "gmt_create"))
        .or_else(|| parts().filter_map(|p| moment(field(p, "gmt_create"))).min())
        .ok_or("a dispute without a time")?;
    let closed = is_closed(&status);
    let due = if closed { None } else { moment(field(detail, "timeout_trigger_time")) };
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

/// Whether a state is an end.
fn is_closed(status: &str) -> bool {
    let status = status.to_ascii_lowercase();
    matches!(status.as_str(), "finish" | "finished" | "end_issue") || status.contains("cancel")
}

/// Whether an answer is the detail of a dispute.
pub(super) fn is_detail(data: &Value) -> bool {
    !field(data, "issue_status").is_null() && !field(data, "process_dto_list").is_null()
}
