//! Pushes that reached nobody: fetched, stored, and only then confirmed.

use super::api::Api;
use super::errors::Failure;
use super::json::{flag, id, list};
use super::push::parsed;
use super::receiver::LOST;
use crate::{Batch, Cursors, Quarantined, Received};
use domain::RawPayload;
use serde_json::{Value, json};

/// The position in the batch's cursors: `id` of the last lost push that was read.
const CURSOR: &str = "lost";

/// Reads the pushes that were lost. They belong to the application, and a confirmation covers all of them: those of
/// other shops are handed on, to be kept before anything is confirmed.
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
    // Read before, and the confirmation went astray.
    let known = cursors.get(CURSOR).is_some_and(|known| known.trim_end_matches('!') == last);
    if !known {
        let own = shop_id.to_string();
        for message in messages {
            take(message, &own, shop_user_id, batch);
        }
    }
    // The next page comes once this one is confirmed.
    batch.more |= flag(&response["has_next_page"]) && !known;
    batch.cursors.insert(CURSOR.into(), last);
    Ok(())
}

fn take(message: &Value, own: &str, shop_user_id: Option<&str>, batch: &mut Batch) {
    let bytes = match &message["data"] {
        Value::String(text) => text.clone().into_bytes(),
        data => super::json::bytes(data),
    };
    let raw = RawPayload { source: LOST, bytes };
    let read = parsed(&raw.bytes, shop_user_id);
    let named = id(&message["shop_id"]);
    let alone = match (&named, &read) {
        (Some(shop), _) => shop == own,
        (None, Ok(parsed)) => parsed.shops == [own],
        (None, Err(_)) => true,
    };
    match read {
        _ if !alone => batch.for_others.push(raw),
        Ok(parsed) => batch.received.push(Received { raw, events: parsed.events() }),
        Err(flaw) => batch.quarantined.push(Quarantined::new(raw, flaw)),
    }
}

/// Confirms what the committed batch holds. A lost confirmation is harmless: the same pushes come again and are known.
pub(crate) async fn confirm(api: &Api, batch: &Batch) {
    let Some(last) = batch.cursors.get(CURSOR).and_then(|last| last.parse::<i64>().ok()) else { return };
    let path = "/api/v2/push/confirm_consumed_lost_push_message";
    if let Err(failure) = api.post_public(path, &json!({ "last_message_id": last })).await {
        tracing::debug!(?failure, "lost pushes not confirmed");
    }
}
