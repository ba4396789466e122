//! One channel's history: newest to oldest until a known message.

use super::cursor::{ChannelCursor, Gap, with_gaps};
use super::{Session, Wire};
use crate::aliexpress::error::Fault;
use crate::aliexpress::message::{id_of, sent_ms};
use crate::{Batch, Beside, Cursors, Quarantined, Received};
use domain::{BuyerRef, IncomingEvent, RawPayload};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// How many pages of one history a round reads; the rest is a gap for the next rounds.
const PAGES_AT_ONCE: u32 = 5;
/// How many gaps a round works on.
const GAPS_AT_ONCE: usize = 5;

/// Reads histories and remembers how far.
pub(super) struct Reader<'a> {
    wire: &'a dyn Wire,
    cursors: &'a Cursors,
    last_ms: HashMap<String, i64>,
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
    pub(super) fn new(wire: &'a dyn Wire, cursors: &'a Cursors) -> Self {
        Self { wire, cursors, last_ms: HashMap::new() }
    }

    /// The time of a channel's newest known message.
    pub(super) fn last_ms(&self, channel: &str) -> Option<i64> {
        self.last_ms.get(channel).copied().or_else(|| Some(self.stored(channel)?.last_ms))
    }

    /// Whether a session may hold more than is known; a list that tells nothing about it is never trusted to be quiet.
    pub(super) fn may_have_news(&self, session: &Session) -> bool {
        match (self.stored(&session.channel), &session.last_id, session.last_ms) {
            (Some(known), Some(id), _) => known.last.as_ref() != Some(id),
            (Some(known), None, Some(ms)) => ms > known.last_ms,
            (None, _, _) | (_, None, None) => true,
        }
    }

    /// Takes what is new of a session. Returns whether there was anything.
    pub(super) async fn read_new(&mut self, session: &Session, batch: &mut Batch) -> Result<bool, Fault> {
        let (channel, buyer) = (&session.channel, &session.buyer);
        let known = ChannelCursor::load(self.wire.prefix(), self.cursors, batch, channel);
        let first_sight = known.is_none();
        let mut cursor = known.unwrap_or_default();
        if cursor.gap.is_some() && self.close_gap(channel, buyer, &mut cursor, batch).await? {
            // One stretch at a time: what is above the gap is read when the gap is closed.
            return Ok(true);
        }
        let pages = if first_sight { self.wire.history_pages().max(1) } else { u32::MAX };
        let at = self.wire.newest();
        let whole = Gap { at, until: cursor.last.clone(), until_ms: cursor.last_ms, pages };
        let stretch = self.walk(channel, whole).await;
        let newest = stretch.rows.iter().find_map(|row| Some((id_of(row)?, sent_ms(row))));
        let news = !stretch.rows.is_empty();
        if let Some((id, ms)) = newest {
            cursor = ChannelCursor { last: Some(id), last_ms: ms.max(cursor.last_ms), ..cursor };
        }
        if news || stretch.fault.is_none() {
            cursor.gap = if news { stretch.rest } else { None };
            cursor.buyer = (buyer.key.clone(), buyer.name.clone());
            cursor.save(self.wire.prefix(), batch, channel);
        }
        self.last_ms.insert(channel.clone(), cursor.last_ms);
        self.emit(stretch.rows, channel, buyer, batch);
        stretch.fault.map_or(Ok(news), Err)
    }

    /// Works on gaps that earlier rounds left. Returns whether any is still open.
    pub(super) async fn close_gaps(&mut self, batch: &mut Batch) -> Result<bool, Fault> {
        let gaps = with_gaps(self.wire.prefix(), self.cursors, batch);
        for (channel, mut cursor) in gaps.into_iter().take(GAPS_AT_ONCE) {
            let (key, name) = cursor.buyer.clone();
            let buyer = BuyerRef { key, name, country: None };
            self.close_gap(&channel, &buyer, &mut cursor, batch).await?;
        }
        Ok(!with_gaps(self.wire.prefix(), self.cursors, batch).is_empty())
    }

    fn stored(&self, channel: &str) -> Option<ChannelCursor> {
        ChannelCursor::load(self.wire.prefix(), self.cursors, &Batch::default(), channel)
    }

    /// Reads on in a gap. Returns whether it is still open.
    async fn close_gap(
        &self,
        channel: &str,
        buyer: &BuyerRef,
        cursor: &mut ChannelCursor,
        batch: &mut Batch,
    ) -> Result<bool, Fault> {
        let Some(gap) = cursor.gap.take() else { return Ok(false) };
        let stretch = self.walk(channel, gap).await;
        cursor.gap = stretch.rest;
        let open = cursor.gap.is_some();
        cursor.save(self.wire.prefix(), batch, channel);
        self.emit(stretch.rows, channel, buyer, batch);
        stretch.fault.map_or(Ok(open), Err)
    }

    /// Reads a stretch page by page. Whatever ends it, `rest` says where it goes on.
    async fn walk(&self, channel: &str, mut gap: Gap) -> Stretch {
        let mut rows = Vec::new();
        let mut seen = HashSet::new();
        for _ in 0..PAGES_AT_ONCE {
            let page = match self.wire.history(channel, &gap.at).await {
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

    /// Hands rows over, oldest first.
    fn emit(&self, rows: Vec<Value>, channel: &str, buyer: &BuyerRef, batch: &mut Batch) {
        for row in rows.into_iter().rev() {
            let raw = RawPayload { source: self.wire.raw_source(), bytes: row.to_string().into_bytes() };
            match self.wire.message(&row, channel, buyer) {
                Ok(message) => {
                    batch.received.push(Received { raw, events: vec![IncomingEvent::Message(message)] });
                }
                Err(flaw) => {
                    let beside = Beside::chat(channel, buyer);
                    batch.quarantined.push(Quarantined::new(raw, flaw).beside(beside));
                }
            }
        }
    }
}

/// Whether a row is the known end of a stretch, or older than it: the known message may have been recalled.
fn is_known(row: &Value, gap: &Gap) -> bool {
    let Some(until) = &gap.until else { return false };
    let ms = sent_ms(row);
    id_of(row).as_ref() == Some(until) || (ms > 0 && ms < gap.until_ms)
}
