//! One buyer's history: newest to oldest until a known message.

use super::cursor::{BuyerCursor, Gap, Position, buyers_with_gaps};
use super::{PAGE, Page, SOURCE, head, number_or_text};
use crate::aliexpress::api::Api;
use crate::aliexpress::error::Fault;
use crate::aliexpress::message::{self, id_of, sent_ms};
use crate::aliexpress::request::Target;
use crate::{Batch, Cursors, Quarantined, Received};
use domain::{BuyerRef, IncomingEvent, RawPayload};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

const HISTORY: Target = Target::Message("aliexpress/message/history/list2");
/// How many pages of one history a round reads; the rest is a gap for the next rounds.
const PAGES_AT_ONCE: u32 = 5;
/// How many gaps a round works on.
const GAPS_AT_ONCE: usize = 5;

/// Reads histories and remembers how far.
pub(super) struct Reader<'a> {
    api: &'a Api,
    cursors: &'a Cursors,
    last_at: HashMap<String, i64>,
}

/// How a stretch ended.
struct Stretch {
    /// Newest to oldest, without repetitions.
    rows: Vec<Value>,
    /// What is left of it.
    rest: Option<Gap>,
    /// What cut it short.
    fault: Option<Fault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(api: &'a Api, cursors: &'a Cursors) -> Self {
        Self { api, cursors, last_at: HashMap::new() }
    }

    /// The time of a buyer's newest known message.
    pub(super) fn last_at(&self, buyer: &str) -> Option<i64> {
        let known = self.last_at.get(buyer).copied();
        known.or_else(|| Some(BuyerCursor::load(self.cursors, &Batch::default(), buyer)?.last_ms))
    }

    /// Whether a session may hold more than is known; a list that tells nothing about it is never trusted to be quiet.
    pub(super) fn may_have_news(&self, buyer: &str, last_id: Option<&str>, last_ms: Option<i64>) -> bool {
        match (BuyerCursor::load(self.cursors, &Batch::default(), buyer), last_id, last_ms) {
            (Some(known), Some(id), _) => known.last.as_deref() != Some(id),
            (Some(known), None, Some(ms)) => ms > known.last_ms,
            (None, _, _) | (_, None, None) => true,
        }
    }

    /// Takes what is new of a buyer. Returns whether there was anything.
    pub(super) async fn read_new(&mut self, buyer: &BuyerRef, batch: &mut Batch) -> Result<bool, Fault> {
        let known = BuyerCursor::load(self.cursors, batch, &buyer.key);
        let first_sight = known.is_none();
        let mut cursor = known.unwrap_or_default();
        if cursor.gap.is_some() && self.close_gap(buyer, &mut cursor, batch).await? {
            // One stretch at a time: what is above the gap is read when the gap is closed.
            return Ok(true);
        }
        let pages = if first_sight { self.api.config.history_pages.max(1) } else { u32::MAX };
        let whole = Gap { at: head(self.api), until: cursor.last.clone(), until_ms: cursor.last_ms, pages };
        let stretch = self.walk(buyer, whole).await;
        let newest = stretch.rows.iter().find_map(|row| Some((id_of(row)?, sent_ms(row))));
        let news = !stretch.rows.is_empty();
        if let Some((id, ms)) = newest {
            cursor = BuyerCursor { last: Some(id), last_ms: ms.max(cursor.last_ms), ..cursor };
        }
        if news || stretch.fault.is_none() {
            cursor.gap = if news { stretch.rest } else { None };
            cursor.name.clone_from(&buyer.name);
            cursor.save(batch, &buyer.key);
        }
        self.last_at.insert(buyer.key.clone(), cursor.last_ms);
        emit(stretch.rows, buyer, batch);
        stretch.fault.map_or(Ok(news), Err)
    }

    /// Works on gaps that earlier rounds left. Returns whether any is still open.
    pub(super) async fn close_gaps(&mut self, batch: &mut Batch) -> Result<bool, Fault> {
        let gaps = buyers_with_gaps(self.cursors, batch);
        for (key, mut cursor) in gaps.into_iter().take(GAPS_AT_ONCE) {
            let buyer = BuyerRef { key, name: cursor.name.clone(), country: None };
            self.close_gap(&buyer, &mut cursor, batch).await?;
        }
        Ok(!buyers_with_gaps(self.cursors, batch).is_empty())
    }

    /// Reads on in a gap. Returns whether it is still open.
    async fn close_gap(
        &self,
        buyer: &BuyerRef,
        cursor: &mut BuyerCursor,
        batch: &mut Batch,
    ) -> Result<bool, Fault> {
        let Some(gap) = cursor.gap.take() else { return Ok(false) };
        let stretch = self.walk(buyer, gap).await;
        cursor.gap = stretch.rest;
        let open = cursor.gap.is_some();
        cursor.save(batch, &buyer.key);
        emit(stretch.rows, buyer, batch);
        stretch.fault.map_or(Ok(open), Err)
    }

    /// Reads a stretch page by page. Whatever ends it, `rest` says where it goes on.
    async fn walk(&self, buyer: &BuyerRef, mut gap: Gap) -> Stretch {
        let mut rows = Vec::new();
        let mut seen = HashSet::new();
        for _ in 0..PAGES_AT_ONCE {
            let page = match self.page(buyer, &gap.at).await {
                Ok(page) => page,
                Err(fault) => return Stretch { rows, rest: Some(gap), fault: Some(fault) },
            };
            for row in page.rows {
                if is_known(&row, &gap) {
                    return Stretch { rows, rest: None, fault: None };
                }
                if id_of(&row).is_none_or(|id| seen.insert(id)) {
                    rows.push(row);
                }
            }
            gap.pages = gap.pages.saturating_sub(1);
            match page.next {
                Some(next) if gap.pages > 0 => gap.at = next,
                _ => return Stretch { rows, rest: None, fault: None },
            }
        }
        Stretch { rows, rest: Some(gap), fault: None }
    }

    async fn page(&self, buyer: &BuyerRef, at: &Position) -> Result<Page, Fault> {
        let mut dto = json!({
            "buyer_id": number_or_text(&buyer.key), "page_size": PAGE, "start_time": at.start,
        });
        if let Some(id) = &at.id {
            dto["last_message_id"] = number_or_text(id);
        }
        let answer = self.api.read(HISTORY, vec![("im_query_message_dto", dto.to_string())]).await?;
        Ok(Page::read(&answer, at, &["message_list"], "last_message_id", "message_id"))
    }
}

/// Whether a row is the known end of a stretch, or older than it: the known message may have been recalled.
fn is_known(row: &Value, gap: &Gap) -> bool {
    let Some(until) = &gap.until else { return false };
    let ms = sent_ms(row);
    id_of(row).as_ref() == Some(until) || (ms > 0 && ms < gap.until_ms)
}

/// Hands rows over, oldest first.
fn emit(rows: Vec<Value>, buyer: &BuyerRef, batch: &mut Batch) {
    for row in rows.into_iter().rev() {
        let raw = RawPayload { source: SOURCE, bytes: row.to_string().into_bytes() };
        match message::read(&row, buyer) {
            Ok(message) => {
                batch.received.push(Received { raw, events: vec![IncomingEvent::Message(message)] });
            }
            Err(why) => batch.quarantined.push(Quarantined { raw, why }),
        }
    }
}
