//! Pushes that reached nobody: fetched, stored, and only then confirmed.

use super::api::Api;
use super::errors::Failure;
use super::json::{flag, id, list};
use super::push::{Parsed, parsed};
use crate::{Batch, Cursors, Quarantined, Received};
use domain::RawPayload;
use serde_json::{Value, json};

/// The position in the batch's cursors: `id` of the last lost push that was read, with `!` if it may be confirmed.
const CURSOR: &str = "lost";

/// Reads the pushes that were lost. They belong to the application: those of other shops are left for them, and then
/// nothing is confirmed, because a confirmation covers all of them.
pub(crate) async fn round(
    api: &Api,
    shop_id: u64,
    shop_user_id: Option<&str>,
    cursors: &Cursors,
    batch: &mut Batch,
) -> Result<(), Failure> {
    let answer = api.get_public("/api/v2/push/get_lost_push_message").await?;
    let response = answer.response();
    let messages = list(&response["push_message_list"]);
    let Some(last) = id(&response["last_message_id"]).filter(|_| !messages.is_empty()) else { return Ok(()) };
    let own = shop_id.to_string();
    let mut foreign = false;
    let known = cursors.get(CURSOR).is_some_and(|known| known.trim_end_matches('!') == last);
    for message in messages {
        let bytes = match &message["data"] {
            Value::String(text) => text.clone().into_bytes(),
            data => super::json::bytes(data),
        };
        let raw = RawPayload { source: "shopee.lost_push", bytes };
        let read = parsed(&raw.bytes, shop_user_id);
        let named = id(&message["shop_id"]);
        foreign |= match (&named, &read) {
            (Some(shop), _) => *shop != own,
            (None, Ok(Parsed { shops, .. })) => !shops.is_empty() && !shops.contains(&own),
            (None, Err(_)) => false,
        };
        let mine = named.is_none_or(|shop| shop == own);
        match read {
            _ if known || !mine => {}
            Ok(parsed) if parsed.shops.is_empty() || parsed.shops.contains(&own) => {
                batch.received.push(Received { raw, events: parsed.events() });
            }
            Ok(_) => {}
            Err(why) => batch.quarantined.push(Quarantined { raw, why }),
        }
    }
    // The next page comes once this one is confirmed.
    batch.more |= flag(&response["has_next_page"]) && !known && !foreign;
    let mark = if foreign { "" } else { "!" };
    batch.cursors.insert(CURSOR.into(), format!("{last}{mark}"));
    Ok(())
}

/// Confirms what the committed batch holds. A lost confirmation is harmless: the same pushes come again and are known.
pub(crate) async fn confirm(api: &Api, batch: &Batch) {
    let last = batch.cursors.get(CURSOR).and_then(|last| last.strip_suffix('!'));
    let Some(last) = last.and_then(|last| last.parse::<i64>().ok()) else { return };
    let path = "/api/v2/push/confirm_consumed_lost_push_message";
    if let Err(failure) = api.post_public(path, &json!({ "last_message_id": last })).await {
        tracing::debug!(?failure, "lost pushes not confirmed");
    }
}
