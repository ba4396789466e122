//! The orders of a store, page by page, by the time the platform last changed them.
//!
//! The list can only be asked by time. So the position is the newest change *seen* (never this computer's clock), each
//! pass begins two hours below it, and it moves one pass late: a row that slipped to another page while the list was
//! being read is met again in the next pass.

use super::answer::data;
use super::api::Api;
use super::error::Fault;
use super::json::redacted_bytes;
use super::order::{self, order_rows};
use super::receipt;
use super::request::Target;
use super::seen::Seen;
use super::times::to_los_angeles;
use crate::contact::withheld;
use crate::{Batch, Cursors, Quarantined, Received};
use domain::{IncomingEvent, RawPayload, from_ms, to_ms};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};

pub(super) const LIST: Target = Target::Dotted("aliexpress.solution.order.get");
pub(super) const SOURCE: &str = "aliexpress.order";
const CURSOR: &str = "orders";
const PAGE: usize = 50;
/// How many pages one round reads.
const PAGES_AT_ONCE: u32 = 4;
/// Los Angeles has one hour twice a year; a pass begins more than that below the newest change.
const OVERLAP_MS: i64 = 2 * 3_600 * 1_000;
const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// A pass through the list. Instants are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Pass {
    /// Changes from here on are asked for.
    since: i64,
    /// Where the next pass begins.
    next_since: i64,
    /// The newest change seen in this pass.
    high: i64,
    /// The page to read, from 1.
    page: u32,
}

impl Pass {
    fn finished(&self) -> Self {
        let next_since = (self.high - OVERLAP_MS).max(self.next_since);
        Self { since: self.next_since, next_since, high: self.high, page: 1 }
    }
}

/// Reads some pages of orders into `batch`.
pub(super) async fn read(
    api: &Api,
    cursors: &Cursors,
    seen: &Mutex<Seen>,
    batch: &mut Batch,
) -> Result<(), Fault> {
    let stored = cursors.get(CURSOR).and_then(|text| serde_json::from_str::<Pass>(text).ok());
    let mut pass = stored.unwrap_or_else(|| {
        seen.lock().unwrap_or_else(PoisonError::into_inner).forget_orders();
        let start = to_ms(api.now()) - i64::from(api.config.order_days) * DAY_MS;
        Pass { since: start, next_since: start, high: start, page: 1 }
    });
    for _ in 0..PAGES_AT_ONCE {
        let rows = page(api, &pass).await?;
        let full = rows.len() >= PAGE;
        for row in &rows {
            take(api, row, &mut pass, seen, batch);
        }
        if full {
            pass.page = pass.page.saturating_add(1);
        } else {
            pass = pass.finished();
        }
        batch.cursors.insert(CURSOR.into(), serde_json::to_string(&pass).unwrap_or_default());
        if !full {
            receipt::fetch(api, seen, batch).await;
            return Ok(());
        }
    }
    receipt::fetch(api, seen, batch).await;
    batch.more = true;
    Ok(())
}

async fn page(api: &Api, pass: &Pass) -> Result<Vec<Value>, Fault> {
    let query = json!({
        "modified_date_start": to_los_angeles(from_ms(pass.since)),
        "page_size": PAGE,
        "current_page": pass.page,
    });
    let answer = api.read(LIST, vec![("param0", query.to_string())]).await.map_err(|fault| match fault {
        Fault::Garbage { bytes, why } => Fault::Garbage { bytes: withheld(&bytes, api.config.keep), why },
        other => other,
    })?;
    Ok(order_rows(&data(&answer)))
}

fn take(api: &Api, row: &Value, pass: &mut Pass, seen: &Mutex<Seen>, batch: &mut Batch) {
    let raw = RawPayload { source: SOURCE, bytes: redacted_bytes(row) };
    match order::read(row, api.now()) {
        Ok(order) => {
            pass.high = pass.high.max(to_ms(order.updated_at));
            let news = seen.lock().unwrap_or_else(PoisonError::into_inner).order_is_news(&order);
            if news {
                receipt::want(api, seen, row, &order, batch);
                batch.received.push(Received { raw, events: vec![IncomingEvent::Order(order)] });
            }
        }
        Err(why) => batch.quarantined.push(Quarantined { raw, why }),
    }
}
