//! Pushes other than chat: orders, returns, violations, penalties, authorisation, notices of the Seller Centre.

use super::body::order_no;
use super::json::{flag, id, int, list, text, time, words};
use super::sign::content_hash;
use crate::{Party, StatedDue, Told};
use domain::{IncomingEvent, IncomingNotification, NoticeTopic, Timestamp};
use serde_json::Value;

/// What every push says about itself.
pub(crate) struct Envelope {
    /// The platform's id of the push, or one made from its content.
    pub(crate) id: String,
    /// When it was sent.
    pub(crate) at: Timestamp,
}

/// Whether a push with this code says something to an inbox, so that one without content is broken.
pub(crate) fn is_news(code: i64) -> bool {
    matches!(code, 1..=6 | 10 | 12 | 16 | 27..=30 | 33..=35 | 47)
}

/// The notices in the push with this code. None for a code that brings nothing to a seller's inbox, or that is unknown.
pub(crate) fn notices(code: i64, envelope: &Envelope, data: &Value) -> Vec<Told> {
    let one = |notice: IncomingNotification| vec![Told::event(IncomingEvent::Notification(notice))];
    match code {
        1 | 2 => one(authorisation(envelope, data)),
        3 => order(envelope, data, &["status", "completed_scenario"]).map_or_else(Vec::new, one),
        4 => order(envelope, data, &["tracking_no", "package_number"]).map_or_else(Vec::new, one),
        5 => list(&data["actions"]).into_iter().map(|action| action_of(action, envelope.at)).collect(),
        // 6 is what 16 was called before.
        6 | 16 => vec![violation(envelope, data)],
        12 => vec![expiry(envelope, data)],
        27 | 33 | 34 | 35 => one(failure(code, envelope, data)),
        28 => one(penalty(envelope, data)),
        29 => returned(envelope, data).map_or_else(Vec::new, one),
        30 => order(envelope, data, &["fulfillment_status", "package_number"]).map_or_else(Vec::new, one),
        47 => parcel(envelope, data).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn action_of(action: &Value, otherwise: Timestamp) -> Told {
    notice(action, Some(otherwise)).map_or_else(|| placeholder(action), Told::event)
}

/// A notice that says nothing, as the official samples have it.
pub(crate) fn placeholder(entry: &Value) -> Told {
    let mut told = Told::new("notification", None);
    told.say("left_out", Some("placeholder"));
    for name in ["title", "content", "url"] {
        told.say(name, text(&entry[name]));
    }
    told
}

/// A notice of the Seller Centre, pushed or polled. It has no id of its own: its content is its id, so that both ways give
/// the same one.
pub(crate) fn notice(entry: &Value, otherwise: Option<Timestamp>) -> Option<IncomingEvent> {
    // The official samples print "-" for "nothing to say".
    let said = |name: &str| Some(words(&entry[name])).filter(|words| *words != "-").unwrap_or_default();
    let (title, content) = (said("title"), said("content"));
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

fn order(envelope: &Envelope, data: &Value, fields: &[&str]) -> Option<IncomingNotification> {
    let order_no = order_no(data)?;
    let said: Vec<String> = fields.iter().filter_map(|field| text(&data[*field])).collect();
    let title = format!("{order_no} · {}", said.join(" · "));
    let mut notice = plain(envelope, NoticeTopic::Order, order_no.clone(), title);
    notice.at = time(&data["update_time"]).unwrap_or(envelope.at);
    notice.order_no = Some(order_no);
    Some(notice)
}

/// What changed about a parcel: its date to ship by, its carrier, the code that the courier asks for when it comes back.
/// The date is told and not made a deadline: the order itself is fetched and carries the one in force.
fn parcel(envelope: &Envelope, data: &Value) -> Option<Told> {
    let mut notice = order(envelope, data, &["package_number"])?;
    let (old, new) = (&data["old"], &data["new"]);
    let dated =
        |value: &Value| time(value).map(|at| at.to_string()).or_else(|| text(value)).unwrap_or_default();
    let lines: Vec<String> = list_of_words(&data["changed_fields"])
        .iter()
        .map(|field| {
            let show = |value: &Value| {
                if field == "ship_by_date" { dated(value) } else { text(value).unwrap_or_default() }
            };
            format!("{field}: {} → {}", show(&old[field.as_str()]), show(&new[field.as_str()]))
        })
        .collect();
    notice.text = lines.join("\n");
    let mut told = Told::event(IncomingEvent::Notification(notice));
    told.dues.extend(due("ship_by_date", &new["ship_by_date"], Some(Party::Seller), true));
    Some(told)
}

/// The words in a list; one alone may stand without it.
fn list_of_words(value: &Value) -> Vec<String> {
    match value {
        Value::Array(entries) => entries.iter().filter_map(text).collect(),
        one => text(one).into_iter().collect(),
    }
}

/// A due date, if the field holds one.
pub(crate) fn due(name: &str, value: &Value, party: Option<Party>, open: bool) -> Option<StatedDue> {
    Some(StatedDue { name: name.to_owned(), at: time(value)?, party, open })
}

/// Something that the platform could not do and the seller should know of. What it is about differs from code to code.
fn failure(code: i64, envelope: &Envelope, data: &Value) -> IncomingNotification {
    let name = super::codes::name(code).unwrap_or_default();
    let mut notice = plain(envelope, NoticeTopic::Notice, envelope.id.clone(), name.to_owned());
    let fields = data.as_object().into_iter().flatten();
    let lines: Vec<String> =
        fields.filter_map(|(name, value)| Some(format!("{name}: {}", text(value)?))).take(20).collect();
    notice.text = lines.join("\n");
    notice.at = time(&data["update_time"]).unwrap_or(envelope.at);
    notice.order_no = order_no(data);
    notice
}

fn returned(envelope: &Envelope, data: &Value) -> Option<IncomingNotification> {
    let return_sn = id(&data["return_sn"])?;
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
    Some(notice)
}

fn violation(envelope: &Envelope, data: &Value) -> Told {
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
    // A listing that is normal and ranked lower still has something to mend.
    let open = status != "NORMAL" || flag(&data["deboost"]);
    let mended_by =
        |detail: &&Value| due("fix_deadline_time", &detail["fix_deadline_time"], Some(Party::Seller), open);
    let dues: Vec<StatedDue> = details.iter().filter_map(mended_by).collect();
    notice.due = Told::sellers_due(&dues);
    let mut told = Told::event(IncomingEvent::Notification(notice));
    told.dues = dues;
    told.say("item_id", id(&data["item_id"]));
    told.say("item_status", text(&data["item_status"]));
    told.say("deboost", data["deboost"].as_bool());
    told
}

fn penalty(envelope: &Envelope, data: &Value) -> IncomingNotification {
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
    notice
}

fn authorisation(envelope: &Envelope, data: &Value) -> IncomingNotification {
    let title = words(&data["authorize_type"]).to_owned();
    let mut notice = plain(envelope, NoticeTopic::Authorisation, "authorisation".into(), title);
    notice.text = words(&data["extra"]).to_owned();
    notice
}

fn expiry(envelope: &Envelope, data: &Value) -> Told {
    let title = "open_api_authorization_expiry".to_owned();
    let mut notice = plain(envelope, NoticeTopic::Authorisation, "authorisation".into(), title);
    let everybody = ["shop_expire_soon", "merchant_expire_soon", "user_expire_soon"];
    notice.text = everybody
        .iter()
        .map(|name| (name, list_of_words(&data[*name])))
        .filter(|(_, ids)| !ids.is_empty())
        .map(|(name, ids)| format!("{name}: {}", ids.join(", ")))
        .collect::<Vec<_>>()
        .join("\n");
    notice.due = time(&data["expire_before"]);
    let mut told = Told::event(IncomingEvent::Notification(notice));
    told.dues.extend(due("expire_before", &data["expire_before"], Some(Party::Seller), true));
    for name in everybody {
        told.say(name, Some(list_of_words(&data[name])).filter(|ids| !ids.is_empty()));
    }
    told
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
