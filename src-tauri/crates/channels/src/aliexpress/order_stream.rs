//! The orders of a store, page by page, by the time the platform last changed them.
//!
//! The list can only be asked by time. So the position is the newest change *seen* (never this computer's clock, unless a
//! row claims a time that has not come), each pass begins two hours below it, and it moves one pass late: a row that
//! slipped to another page while the list was being read is met again in the next pass.

use super::answer::{data, is_last_page};
use super::api::Api;
use super::error::Fault;
use super::json::redacted_bytes;
use super::order::{self, order_rows};
use super::receipt;
use super::request::Target;
use super::seen::Seen;
use super::times::to_los_angeles;
use crate::{Batch, Cursors, Quarantined, Received, shape};
use domain::{IncomingEvent, RawPayload, from_ms, to_ms};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};

pub(super) const LIST: Target = Target::Dotted("aliexpress.solution.order.get");
pub(super) const SOURCE: &str = "aliexpress.order";
const CURSOR: &str = "orders";
/// Rows of a page; the smaller sizes are for one that cannot be read.
const SIZES: [usize; 3] = [50, 10, 1];
/// So many single rows cannot be read, and none can: it is not the orders, and the page is asked for again later.
const ENOUGH: usize = 4;
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
    // From a position in the future nothing would ever be seen again.
    let stored = stored.filter(|pass| pass.since.max(pass.next_since) <= to_ms(api.now()));
    let mut pass = stored.unwrap_or_else(|| {
        seen.lock().unwrap_or_else(PoisonError::into_inner).forget_orders();
        let start = to_ms(api.now()) - i64::from(api.config.order_days) * DAY_MS;
        Pass { since: start, next_since: start, high: start, page: 1 }
    });
    for _ in 0..PAGES_AT_ONCE {
        let (rows, full) = page(api, &pass, batch).await?;
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

/// The rows of the page that the pass is at, and whether another page follows. A page that cannot be read is asked for in
/// smaller ones, down to single rows: one order hides no other.
async fn page(api: &Api, pass: &Pass, batch: &mut Batch) -> Result<(Vec<Value>, bool), Fault> {
    let (mut rows, mut broken) = (Vec::new(), Vec::new());
    let mut asking = vec![(pass.page, 0)];
    while let Some((page, step)) = asking.pop() {
        let size = SIZES[step];
        match ask(api, pass.since, page, size).await {
            Ok((found, last)) => {
                rows.extend(found);
                if last {
                    batch.quarantined.append(&mut broken);
                    return Ok((rows, false));
                }
            }
            Err(Fault::Garbage { bytes, flaw }) => match SIZES.get(step + 1) {
                Some(smaller) => {
                    let parts = u32::try_from(size / smaller).unwrap_or(1);
                    let first = page.saturating_sub(1).saturating_mul(parts);
                    asking.extend((1..=parts).rev().map(|part| (first.saturating_add(part), step + 1)));
                }
                None if rows.is_empty() && broken.len() + 1 >= ENOUGH => {
                    return Err(Fault::Garbage { bytes, flaw }.without_content());
                }
                None => {
                    let since = to_los_angeles(from_ms(pass.since));
                    let flaw = flaw.at(format_args!("row {page} of those changed since {since}"));
                    // Its place in the list moves, so it is not in what tells it from another.
                    let raw = RawPayload { source: SOURCE, bytes: shape::of_bytes(None, &bytes) };
                    broken.push(Quarantined::new(raw, flaw));
                }
            },
            Err(fault) => return Err(fault),
        }
    }
    batch.quarantined.append(&mut broken);
    Ok((rows, true))
}

/// A page, and whether it is the last.
async fn ask(api: &Api, since: i64, page: u32, size: usize) -> Result<(Vec<Value>, bool), Fault> {
    let query = json!({
        "modified_date_start": to_los_angeles(from_ms(since)),
        "page_size": size,
        "current_page": page,
    });
    let answer = api.read(LIST, vec![("param0", query.to_string())]).await?;
    let data = data(&answer);
    let rows = order_rows(&data);
    let last = is_last_page(&data, rows.len(), page.into(), size);
    Ok((rows, last))
}

fn take(api: &Api, row: &Value, pass: &mut Pass, seen: &Mutex<Seen>, batch: &mut Batch) {
    match order::read(row, api.now()) {
        Ok(order) => {
            // Also if it is no news: a broken row beside it must not look like a platform that nobody understands.
            batch.answers.read();
            // A row that claims to be of next year must not carry the position there.
            pass.high = pass.high.max(to_ms(order.updated_at.min(api.now())));
            let news = seen.lock().unwrap_or_else(PoisonError::into_inner).order_is_news(&order);
            if news {
                let raw = RawPayload { source: SOURCE, bytes: redacted_bytes(row) };
                receipt::want(api, seen, row, &order, batch);
                batch.received.push(Received { raw, events: vec![IncomingEvent::Order(order)] });
            }
        }
        Err(flaw) => {
            let raw = RawPayload { source: SOURCE, bytes: shape::of(None, row) };
            batch.quarantined.push(Quarantined::new(raw, flaw));
        }
    }
}
