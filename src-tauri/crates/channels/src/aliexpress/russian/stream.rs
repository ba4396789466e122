//! Reading the flat stream of all conversations.
//!
//! The first reading asks for a page without a position and then at both ends of it: whether the answers hold newer or
//! older rows tells in which direction positions lead. From then on
//!
//! - *upwards* the newest known rows are asked for again with what follows them, until nothing follows;
//! - *downwards* the newest page is asked for, and older ones until they reach back to what is known;
//! - where positions lead nowhere, the newest page is all there is, and a page that does not reach back to what is known is
//!   shown to a person.
//!
//! Whether a position is part of its page makes no difference: rows are known by their numbers. A page that brings nothing
//! beyond its position is an end, so that no answer makes an endless loop. Where upward reading begins is the platform's
//! choice: with its oldest message or on its newest page; what is older than that page is then not asked for.

use super::api::LocalApi;
use super::position::{Gap, Position, Way, overlap};
use super::{SOURCE, row};
use crate::aliexpress::error::Fault;
use crate::{Answers, Batch, Quarantined, Received};
use domain::{Flaw, IncomingEvent, RawPayload};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Rows asked for at once: the most that the call takes.
pub(super) const PAGE: u32 = 50;
/// How many pages a round reads in one direction; the rest is for the next rounds.
const PAGES_AT_ONCE: usize = 5;

/// A round of reading.
pub(super) struct Reader<'a> {
    api: &'a LocalApi,
    position: Position,
    /// What is new, by number: the order in which it was written.
    rows: BTreeMap<u64, Value>,
    /// Rows without a number, and what a person should know.
    strange: Vec<Quarantined>,
    /// What became of the rows that were shown, known ones too: as long as none of them can be read, the store is not read.
    /// An empty page says neither; behind a page without sense it may be its end.
    answers: Answers,
    more: bool,
}

/// The numbers of a page, lowest first.
#[derive(Default)]
struct Page(Vec<u64>);

impl Page {
    fn low(&self) -> Option<u64> {
        self.0.first().copied()
    }

    fn high(&self) -> Option<u64> {
        self.0.last().copied()
    }

    fn reaches_above(&self, id: u64) -> bool {
        self.high().is_some_and(|high| high > id)
    }

    fn reaches_below(&self, id: u64) -> bool {
        self.low().is_some_and(|low| low < id)
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(api: &'a LocalApi, position: Position) -> Self {
        Self {
            api,
            position,
            rows: BTreeMap::new(),
            strange: Vec::new(),
            answers: Answers::default(),
            more: false,
        }
    }

    /// Reads a bounded part of what is new. After a fault what was read before it stands, and the position agrees with it.
    pub(super) async fn run(&mut self) -> Result<(), Fault> {
        match self.position.way {
            None => self.find_way().await,
            Some(Way::Up) => self.up().await,
            Some(Way::Down) => self.down().await,
            Some(Way::Still) => self.newest().await,
        }
    }

    /// Hands over what was read. Returns the position reached and the rows.
    pub(super) fn finish(self, batch: &mut Batch) -> (Position, Vec<Value>) {
        self.position.save(batch);
        batch.more |= self.more;
        batch.answers = self.answers;
        batch.quarantined.extend(self.strange);
        let rows: Vec<Value> = self.rows.into_values().collect();
        for row in &rows {
            let raw = raw(row);
            match row::read(row, &self.api.config.login) {
                Ok(message) => {
                    batch.received.push(Received { raw, events: vec![IncomingEvent::Message(message)] });
                }
                Err(flaw) => batch.quarantined.push(Quarantined::new(raw, flaw)),
            }
        }
        (self.position, rows)
    }

    async fn find_way(&mut self) -> Result<(), Fault> {
        let page = self.page(None).await?;
        let (Some(low), Some(high)) = (page.low(), page.high()) else { return Ok(()) };
        let (at_high, at_low) = (self.page(Some(high)).await?, self.page(Some(low)).await?);
        let up = at_high.reaches_above(high) || at_low.reaches_above(low);
        let down = at_high.reaches_below(high) || at_low.reaches_below(low);
        match (up, down) {
            (false, false) => Ok(()),
            (true, false) => {
                self.position.way = Some(Way::Up);
                self.up().await
            }
            (false, true) => {
                self.position.way = Some(Way::Down);
                // An earlier try may have been cut short: nothing counts as read to its end.
                self.open_gap(low, Vec::new());
                self.close_gap().await
            }
            (true, true) => {
                self.position.way = Some(Way::Still);
                Ok(())
            }
        }
    }

    async fn up(&mut self) -> Result<(), Fault> {
        let mut from = self.position.overlap();
        if self.position.is_short() {
            self.page(None).await?;
        }
        for _ in 0..PAGES_AT_ONCE {
            let at = from.unwrap_or_default();
            let known: Vec<u64> = self.position.recent.iter().copied().filter(|id| *id > at).collect();
            let page = self.page(from).await?;
            if let (Some(last), Some(low)) = (known.last(), page.low())
                && low > *last
            {
                self.tell_hole(*last, low);
            }
            if page.reaches_below(at) {
                self.position.forget_way();
                return Ok(());
            }
            if !page.reaches_above(at) {
                return Ok(());
            }
            from = page.high();
        }
        self.more = true;
        Ok(())
    }

    async fn down(&mut self) -> Result<(), Fault> {
        // One stretch at a time: what is above it is read when it is closed.
        self.close_gap().await?;
        if self.position.gap.is_some() || self.position.way.is_none() {
            return Ok(());
        }
        let known = self.position.recent.clone();
        let page = self.page(None).await?;
        if let Some(low) = page.low().filter(|low| overlap(&known).is_none_or(|known| *low > known)) {
            self.open_gap(low, known);
        }
        self.close_gap().await
    }

    /// A first reading goes back so far; a later one, until it reaches what is known.
    fn open_gap(&mut self, below: u64, known: Vec<u64>) {
        let pages = if known.is_empty() { self.api.config.history_pages } else { u32::MAX };
        self.position.gap = Some(Gap { below, known, pages });
    }

    async fn close_gap(&mut self) -> Result<(), Fault> {
        for _ in 0..PAGES_AT_ONCE {
            let Some(Gap { below, pages, .. }) = self.position.gap else { return Ok(()) };
            let page = if pages > 0 { self.page(Some(below)).await? } else { Page::default() };
            if page.reaches_above(below) {
                self.position.forget_way();
                return Ok(());
            }
            let next = page.low().filter(|low| *low < below);
            self.position.gap = self.position.gap.take().and_then(|gap| {
                let reached = |low: &u64| overlap(&gap.known).is_none_or(|known| *low > known);
                let below = next.filter(reached)?;
                Some(Gap { below, pages: gap.pages - 1, ..gap })
            });
        }
        self.more = self.position.gap.is_some();
        Ok(())
    }

    async fn newest(&mut self) -> Result<(), Fault> {
        let known = self.position.recent.last().copied();
        let page = self.page(None).await?;
        if let (Some(known), Some(low)) = (known, page.low())
            && low > known
        {
            self.tell_hole(known, low);
        }
        Ok(())
    }

    /// A page that should have begun with what is known begins above it.
    fn tell_hole(&mut self, after: u64, before: u64) {
        let between = json!({ "after": after, "before": before });
        let why = "the platform shows its newest messages only, and these do not reach back to what is here";
        let raw = RawPayload { source: "aliexpress.answer", bytes: between.to_string().into_bytes() };
        self.strange.push(Quarantined::new(raw, Flaw::missing(why)));
    }

    /// Asks for a page and takes what is new on it.
    async fn page(&mut self, from: Option<u64>) -> Result<Page, Fault> {
        let rows = self.api.messages(from, PAGE).await?;
        let mut numbered = BTreeMap::new();
        for row in rows {
            match row::read(&row, &self.api.config.login) {
                Ok(_) => self.answers.read(),
                Err(flaw) => self.answers.unreadable(&flaw),
            }
            match row::id_of(&row) {
                Some(id) => {
                    numbered.insert(id, row);
                }
                None => {
                    let flaw = Flaw::missing("a message without a number");
                    self.strange.push(Quarantined::new(raw(&row), flaw));
                }
            }
        }
        let page = Page(numbered.keys().copied().collect());
        let times: Vec<_> = numbered.iter().map(|(id, row)| (*id, row::sent_at(row))).collect();
        self.rows.extend(numbered.into_iter().filter(|(id, _)| !self.position.has(*id)));
        self.position.note(times.into_iter());
        Ok(page)
    }
}

fn raw(row: &Value) -> RawPayload {
    RawPayload { source: SOURCE, bytes: row.to_string().into_bytes() }
}
