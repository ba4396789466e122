//! Disputes.

use super::answer::{Refusal, list as listed};
use super::call::Call;
use super::state::{Inner, PretendDispute};
use super::zone::los_angeles;
use serde_json::{Value, json};

const MAX_PAGE: u64 = 50;
/// The detail's own `id` is another number than the dispute's.
const OTHER_ID: u64 = 6_000_000_000_000_000;

pub(super) fn list(inner: &Inner, call: &Call) -> Result<Value, Refusal> {
    let Some(query) = call.json("query_dto") else { return Err(Refusal::bad("query_dto")) };
    let size = query["page_size"].as_u64().unwrap_or(20);
    let page = query["current_page"].as_u64().unwrap_or(1).max(1);
    if size > MAX_PAGE {
        return Err(Refusal::bad("page_size"));
    }
    let wanted = query["issue_status"].as_str().unwrap_or("processing");
    let found: Vec<&PretendDispute> = inner.disputes.values().filter(|d| group(d) == wanted).collect();
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let rows = found.iter().skip(count(size.saturating_mul(page - 1))).take(count(size)).map(|d| {
        json!({
            "issue_id": d.issue_id,
            "order_id": d.parent_order_id + 10_000,
            "parent_order_id": d.parent_order_id,
            "buyer_login_id": d.buyer_login,
            "issue_status": group(d),
            "reason_chinese": "未收到货",
            "reason_english": "Not received",
            "gmt_create": los_angeles(d.created),
            "gmt_modified": los_angeles(d.modified),
        })
    });
    let rows = listed(call, "issue_api_issue_dto", rows.collect());
    Ok(json!({
        "data_list": rows, "total_item": found.len(), "page_size": size, "current_page": page, "success": true,
    }))
}

pub(super) fn detail(inner: &Inner, call: &Call) -> Result<Value, Refusal> {
    let id = call.get("issue_id").parse::<u64>().ok();
    let found =
        id.and_then(|id| inner.disputes.get(&id)).filter(|d| d.buyer_login == call.get("buyer_login_id"));
    let Some(d) = found else { return Err(Refusal::bad("issue_id or buyer_login_id")) };
    let process = json!({
        "action_type": "initiate",
        "submit_member_type": "buyer",
        "content": d.reason,
        "issue_id": d.issue_id,
        "attachments": listed(call, "api_attachment_dto", Vec::new()),
        "gmt_create": los_angeles(d.created),
        "receive_goods": false,
    });
    let mut detail = json!({
        "id": OTHER_ID + d.issue_id % 1_000_000,
        "order_id": d.parent_order_id + 10_000,
        "parent_order_id": d.parent_order_id,
        "buyer_login_id": d.buyer_login,
        "issue_status": d.status,
        "gmt_create": los_angeles(d.created),
        "process_dto_list": listed(call, "api_issue_process_dto", vec![process]),
        "buyer_solution_list": listed(call, "solution_api_dto", Vec::new()),
        "product_name": "USB-C cable",
        "refund_money_max": "12.40",
    });
    if let Some(due) = d.due.filter(|_| group(d) == "processing") {
        detail["timeout_type"] = "WAIT_SOLUTION_TIMEOUT".into();
        detail["timeout_trigger_time"] = los_angeles(due).into();
    }
    Ok(json!({ "result_object": detail }))
}

fn group(d: &PretendDispute) -> &str {
    match d.status.as_str() {
        "finish" => "finish",
        "canceled_issue" => "canceled_issue",
        _ => "processing",
    }
}
