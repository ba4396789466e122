//! Notices of the Seller Centre, by their own cursor.

use super::api::Api;
use super::errors::Failure;
use super::json::{id, list};
use super::notices::notice;
use crate::{Batch, Cursors, Received};
use domain::RawPayload;

/// The position in the batch's cursors: the platform's id of the last notice.
const CURSOR: &str = "notices";
/// The most that the platform gives at once.
const PAGE: usize = 50;

/// One page of notices.
pub(crate) async fn round(api: &Api, cursors: &Cursors, batch: &mut Batch) -> Result<(), Failure> {
    let before = cursors.get(CURSOR);
    let mut params = vec![("page_size", PAGE.to_string())];
    params.extend(before.map(|cursor| ("cursor", cursor.clone())));
    let answer = api.get("/api/v2/shop/get_shop_notification", &params).await?;
    // This answer is flat: `cursor` and `data` stand at the top, and `data` is one notice or a list of them.
    let fields = answer.response();
    let entries = list(&fields["data"]);
    let events: Vec<_> = entries.iter().filter_map(|entry| notice(entry, None)).collect();
    let moved = id(&fields["cursor"]).filter(|cursor| before != Some(cursor));
    if !events.is_empty() {
        let raw = RawPayload { source: "shopee.get_shop_notification", bytes: answer.bytes.clone() };
        batch.received.push(Received { raw, events });
    }
    if let Some(cursor) = moved {
        batch.more |= entries.len() >= PAGE;
        batch.cursors.insert(CURSOR.into(), cursor);
    }
    Ok(())
}
