//! Pushes other than chat: orders, returns, violations, penalties, authorisation, notices of the Seller Centre.

use super::body::order_no;
use super::json::{id, int, list, text, time, words};
use super::sign::content_hash;
use domain::{IncomingEvent, IncomingNotification, NoticeTopic, Timestamp};
use serde_json::Value;

/// What every push says about itself.
pub(crate) struct Envelope {
    /// The platform's id of the push, or one made from its content.
    pub(crate) id: String,
    /// When it was sent.
    pub(crate) at: Timestamp,
}

/// The notices in the push with this code. None for a code that brings nothing to a seller's inbox, or that is unknown.
pub(crate) fn notices(code: i64, envelope: &Envelope, data: &Value) -> Vec<IncomingEvent> {
    match code {
        1 | 2 => vec![authorisation(envelope, data)],
        3 => order(envelope, data, &["status", "completed_scenario"]),
        4 => order(envelope, data, &["tracking_no", "package_number"]),
        5 => list(&data["actions"])
            .into_iter()
            .filter_map(|action| notice(action, Some(envelope.at)))
            .collect(),
        12 => vec![expiry(envelope, data)],
        16 => vec![violation(envelope, data)],
        28 => vec![penalty(envelope, data)],
        29 => returned(envelope, data),
        _ => Vec::new(),
    }
}

/// A notice of the Seller Centre, pushed or polled. It has no id of its own: its content is its id, so that both ways give
/// the same one.
pub(crate) fn notice(entry: &Value, otherwise: Option<Timestamp>) -> Option<IncomingEvent> {
    let (title, content) = (words(&entry["title"]), words(&entry["content"]));
    let url = text(&entry["url"]);
    let at = time(&entry["create_time"]).or_else(|| time(&entry["update_time"]));
    if title.is_empty() && content.is_empty() {
        return None;
    }
    // Without a time of its own, the time of the carrier must not make two of one.
    let own_time = at.map_or(0, |at| at.as_second()).to_be_bytes();
    let hash = content_hash(&[
        title.as_bytes(),
        content.as_bytes(),
        url.as_deref().unwrap_or_default().as_bytes(),
        &own_time,
    ]);
    let provider_id = format!("notice:{hash}");
    Some(IncomingEvent::Notification(IncomingNotification {
        thread_key: provider_id.clone(),
        provider_id,
        topic: NoticeTopic::Notice,
        title: title.to_owned(),
        text: content.to_owned(),
        url,
        at: at.or(otherwise)?,
        due: None,
        order_no: None,
    }))
}

fn plain(envelope: &Envelope, topic: NoticeTopic, thread_key: String, title: String) -> IncomingNotification {
    IncomingNotification {
        provider_id: envelope.id.clone(),
        thread_key,
        topic,
        title,
        text: String::new(),
        url: None,
        at: envelope.at,
        due: None,
        order_no: None,
    }
}

fn order(envelope: &Envelope, data: &Value, fields: &[&str]) -> Vec<IncomingEvent> {
    let Some(order_no) = order_no(data) else { return Vec::new() };
    let said: Vec<String> = fields.iter().filter_map(|field| text(&data[*field])).collect();
    let title = format!("{order_no} · {}", said.join(" · "));
    let mut notice = plain(envelope, NoticeTopic::Order, order_no.clone(), title);
    notice.at = time(&data["update_time"]).unwrap_or(envelope.at);
    notice.order_no = Some(order_no);
    vec![IncomingEvent::Notification(notice)]
}

fn returned(envelope: &Envelope, data: &Value) -> Vec<IncomingEvent> {
    let Some(return_sn) = id(&data["return_sn"]) else { return Vec::new() };
    let lines: Vec<String> = list(&data["updated_values"])
        .into_iter()
        .map(|change| {
            let [field, old, new] =
                ["update_field", "old_value", "new_value"].map(|name| words(&change[name]));
            format!("{field}: {old} → {new}")
        })
        .collect();
    let at =
        list(&data["updated_values"]).into_iter().filter_map(|change| time(&change["update_time"])).max();
    let title = format!("{return_sn} · {}", lines.first().map_or("", String::as_str));
    let mut notice = plain(envelope, NoticeTopic::Return, return_sn, title);
    notice.text = lines.join("\n");
    notice.at = at.unwrap_or(envelope.at);
    notice.order_no = order_no(data);
    vec![IncomingEvent::Notification(notice)]
}

fn violation(envelope: &Envelope, data: &Value) -> IncomingEvent {
    // An official sample spells one of these lists differently from its own description.
    let details: Vec<&Value> = ["item_status_details", "deboost_details", "deboosted_details"]
        .into_iter()
        .flat_map(|name| list(&data[name]))
        .collect();
    let lines: Vec<String> = details
        .iter()
        .map(|detail| {
            ["violation_type", "violation_reason", "suggestion"]
                .into_iter()
                .filter_map(|name| text(&detail[name]))
                .collect::<Vec<_>>()
                .join(" · ")
        })
        .collect();
    let status = words(&data["item_status"]);
    let title = format!("{status} · {}", words(&data["item_name"]));
    let thread = id(&data["item_id"]).unwrap_or_else(|| envelope.id.clone());
    let mut notice = plain(envelope, NoticeTopic::Violation, thread, title);
    notice.text = lines.join("\n");
    if status != "NORMAL" {
        notice.due = details.iter().filter_map(|detail| time(&detail["fix_deadline_time"])).min();
    }
    IncomingEvent::Notification(notice)
}

fn penalty(envelope: &Envelope, data: &Value) -> IncomingEvent {
    let (issued, removed, tier) =
        (&data["points_issued_data"], &data["points_removed_data"], &data["tier_update_data"]);
    let number = |value: &Value| int(value).unwrap_or(0);
    let title = match int(&data["action_type"]) {
        Some(1) => format!("points_issued +{}", number(&issued["issued_points"])),
        Some(2) => format!("points_removed −{}", number(&removed["removed_points"])),
        Some(3) => format!("tier {} → {}", number(&tier["old_tier"]), number(&tier["new_tier"])),
        Some(_) | None => "penalty".to_owned(),
    };
    let mut notice = plain(envelope, NoticeTopic::Penalty, "penalty".into(), title);
    let kind = int(&issued["violation_type"]).or_else(|| int(&removed["violation_type"]));
    let reason = text(&removed["removed_reason"]);
    notice.text = [kind.map(|kind| format!("violation_type {kind}")), reason]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    notice.at = time(&data["update_time"]).unwrap_or(envelope.at);
    IncomingEvent::Notification(notice)
}

fn authorisation(envelope: &Envelope, data: &Value) -> IncomingEvent {
    let title = words(&data["authorize_type"]).to_owned();
    let mut notice = plain(envelope, NoticeTopic::Authorisation, "authorisation".into(), title);
    notice.text = words(&data["extra"]).to_owned();
    IncomingEvent::Notification(notice)
}

fn expiry(envelope: &Envelope, data: &Value) -> IncomingEvent {
    let title = "open_api_authorization_expiry".to_owned();
    let mut notice = plain(envelope, NoticeTopic::Authorisation, "authorisation".into(), title);
    notice.text = shops(data).join(", ");
    notice.due = time(&data["expire_before"]);
    IncomingEvent::Notification(notice)
}

/// The shops that an authorisation push speaks of, in all the spellings seen.
pub(crate) fn shops(data: &Value) -> Vec<String> {
    ["shop_id", "shopid", "shop_id_list", "shop_expire_soon"]
        .into_iter()
        .flat_map(|name| match &data[name] {
            Value::Array(ids) => ids.iter().filter_map(id).collect::<Vec<_>>(),
            one => id(one).into_iter().collect(),
        })
        .collect()
}
