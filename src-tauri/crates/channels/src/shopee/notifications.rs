//! Notices of the Seller Centre, by their own cursor.
//!
//! The documentation does not say whether a cursor leads to newer notices or to older ones. So when it brings nothing, the
//! page without a cursor is looked at too: whichever end it shows, a notice that was not seen there is news.

use super::api::Api;
use super::errors::Failure;
use super::json::{bytes, id, list};
use super::notices::notice;
use super::wire::Answer;
use crate::{Batch, Cursors, Received};
use domain::{IncomingEvent, RawPayload, Timestamp};
use serde_json::Value;
use std::collections::BTreeSet;

/// The platform's id of the last notice.
const CURSOR: &str = "notices";
/// Short ids of the notices taken in last, oldest first.
const SEEN: &str = "notices.seen";
/// Short ids of the notices on the page without a cursor.
const HEAD: &str = "notices.head";
/// The most that the platform gives at once.
const PAGE: usize = 50;
/// How many notices are remembered: both ends of two pages.
const REMEMBERED: usize = 2 * PAGE;

/// One page of notices.
pub(crate) async fn round(api: &Api, cursors: &Cursors, batch: &mut Batch) -> Result<(), Failure> {
    let before = cursors.get(CURSOR);
    let answer = page(api, before).await?;
    let entries = list(&answer.response()["data"]).len();
    let moved = id(&answer.response()["cursor"]).filter(|cursor| before != Some(cursor));
    let news = take(&answer, cursors, before.is_none(), api.now(), batch);
    if let Some(cursor) = moved {
        batch.more |= entries >= PAGE;
        batch.cursors.insert(CURSOR.into(), cursor);
    }
    if before.is_some() && !news {
        let head = page(api, None).await?;
        take(&head, cursors, true, api.now(), batch);
    }
    Ok(())
}

async fn page(api: &Api, cursor: Option<&String>) -> Result<Answer, Failure> {
    let mut params = vec![("page_size", PAGE.to_string())];
    params.extend(cursor.map(|cursor| ("cursor", cursor.clone())));
    // This answer is flat: `cursor` and `data` stand at the top, and `data` is one notice or a list of them.
    api.get("/api/v2/shop/get_shop_notification", &params).await
}

/// Takes in what was not seen. Tells whether there was any. A notice without a time of its own is as old as the answer.
fn take(answer: &Answer, cursors: &Cursors, is_head: bool, now: Timestamp, batch: &mut Batch) -> bool {
    let stored = |name: &str, batch: &Batch| {
        let ids = batch.cursors.get(name).or_else(|| cursors.get(name)).map_or("", String::as_str);
        ids.split(',').filter(|id| !id.is_empty()).map(ToOwned::to_owned).collect::<Vec<String>>()
    };
    let mut seen = stored(SEEN, batch);
    let head = stored(HEAD, batch);
    let known: BTreeSet<&String> = seen.iter().chain(&head).collect();
    let entries = list(&answer.response()["data"]);
    let events: Vec<(String, IncomingEvent, &Value)> = entries
        .into_iter()
        .filter_map(|entry| Some((notice(entry, Some(now))?, entry)))
        .map(|(event, entry)| (short_id(&event), event, entry))
        .collect();
    let shown: Vec<String> = events.iter().map(|(short, ..)| short.clone()).collect();
    let mut news: Vec<_> = events.into_iter().filter(|(short, ..)| !known.contains(short)).collect();
    news.sort_by_key(|(_, event, _)| event.at());
    if is_head && shown != head {
        batch.cursors.insert(HEAD.into(), shown.join(","));
    }
    if news.is_empty() {
        return false;
    }
    seen.extend(news.iter().map(|(short, ..)| short.clone()));
    let surplus = seen.len().saturating_sub(REMEMBERED);
    batch.cursors.insert(SEEN.into(), seen.split_off(surplus).join(","));
    // Each with its own bytes: the page shows old ones again, of which some may have been erased.
    batch.received.extend(news.into_iter().map(|(_, event, entry)| Received {
        raw: RawPayload { source: "shopee.get_shop_notification", bytes: bytes(entry) },
        events: vec![event],
    }));
    true
}

/// The start of the hash that names a notice.
fn short_id(event: &IncomingEvent) -> String {
    match event {
        IncomingEvent::Notification(notice) => {
            notice.provider_id.trim_start_matches("notice:").chars().take(12).collect()
        }
        IncomingEvent::Message(_)
        | IncomingEvent::Mail(_)
        | IncomingEvent::Order(_)
        | IncomingEvent::Dispute(_) => String::new(),
    }
}
