//! Which conversations have news.
//!
//! What the platform's list does, as measured, and what follows from it:
//! - `direction` and `type` must be given; more than 25 rows asked for give an empty list, not an error.
//! - `older` without a time starts at the newest (`latest` without one starts at the oldest, years back), pinned ones
//!   first; the order is not strict. So a row is news if its latest message is not the one that was seen last, whatever
//!   its time; times only tell when a walk may end.
//! - A page is cut "strictly before" the time of its last row. The walk asks from one nanosecond later, so that rows of
//!   the same instant are not lost, unless it would then stand still.
//! - An unread row need not be on the first page, so the unread list is read too.
//!
//! A walk goes from the newest conversation down to the first page without news that is wholly older than the newest one
//! of the walk before. It is one page a round and goes on where it stood, also after a restart.

use super::api::{Api, CHAT};
use super::errors::Failure;
use super::history::{Gap, Known, MESSAGES, Reached, Until, read_back};
use super::json::{bytes, flag, id, int, list, text};
use super::message::Around;
use crate::{Batch, Cursors, Quarantined};
use domain::{Flaw, RawPayload, Timestamp, to_ms};
use serde_json::Value;

/// The most rows that the list gives; asking for more gives none.
const ROWS: usize = 25;
/// Pages of the unread list looked at in a round.
const UNREAD_PAGES: usize = 3;
/// Calls for messages in a round; what is left goes on in the next one.
const MESSAGE_CALLS: usize = 30;
/// The newest time of the last finished walk.
const HIGH_WATER: &str = "chat.high";
/// `next|top` of the walk under way; empty between walks.
const WALK: &str = "chat.walk";

/// A row of the list.
struct Row {
    id: String,
    latest: String,
    at_ns: i64,
    pinned: bool,
    buyer_id: Option<String>,
    buyer_name: Option<String>,
}

impl Row {
    fn read(row: &Value) -> Option<Self> {
        Some(Self {
            id: id(&row["conversation_id"])?,
            latest: id(&row["latest_message_id"]).unwrap_or_default(),
            at_ns: int(&row["last_message_timestamp"]).unwrap_or(0),
            pinned: flag(&row["pinned"]),
            buyer_id: id(&row["to_id"]),
            buyer_name: text(&row["to_name"]),
        })
    }

    fn at_ms(&self) -> i64 {
        // Whole seconds, as messages have them.
        super::times::instant(self.at_ns).map_or(0, |at| at.as_second() * 1000)
    }
}

struct Listing {
    rows: Vec<Row>,
    more: bool,
    next_ns: Option<i64>,
}

/// Whether a row has messages that were not read.
enum News {
    None,
    Some,
    /// An older reading must be finished first.
    Waiting,
}

/// A round over the chat of a shop.
pub(crate) struct Chat<'a> {
    api: &'a Api,
    cursors: &'a Cursors,
    around: Around,
    start: Timestamp,
    budget: usize,
}

impl<'a> Chat<'a> {
    pub(crate) fn new(api: &'a Api, cursors: &'a Cursors, around: Around, start: Timestamp) -> Self {
        Self { api, cursors, around, start, budget: MESSAGE_CALLS }
    }

    /// The shop's user id, if it is known by now.
    pub(crate) fn shop_user_id(&self) -> Option<String> {
        self.around.shop_user_id.clone()
    }

    /// One round. What was read before a failure stays in `batch`.
    pub(crate) async fn round(&mut self, batch: &mut Batch) -> Result<(), Failure> {
        let first = self.list("all", self.walk_position()).await?;
        self.close_gaps(batch).await?;
        self.unread(batch).await?;
        self.walk(first, batch).await
    }

    /// Finishes readings that a round before had to leave open.
    async fn close_gaps(&mut self, batch: &mut Batch) -> Result<(), Failure> {
        let cursors = self.cursors;
        for (name, stored) in cursors.range("gap.".to_owned()..) {
            let Some(conversation) = name.strip_prefix("gap.") else { break };
            let Some(gap) = Gap::parse(stored) else { continue };
            self.around.buyer_id = None;
            self.around.buyer_name = None;
            self.around.conversation = Some(conversation.to_owned());
            self.read(("", 0), Some(gap), batch).await?;
        }
        Ok(())
    }

    async fn unread(&mut self, batch: &mut Batch) -> Result<(), Failure> {
        let mut from = None;
        for _ in 0..UNREAD_PAGES {
            let page = self.list("unread", from).await?;
            let (news, done) = self.take_rows(&page.rows, batch).await?;
            from = next_position(&page, from);
            if !done || !news || !page.more || from.is_none() {
                break;
            }
        }
        Ok(())
    }

    async fn walk(&mut self, page: Listing, batch: &mut Batch) -> Result<(), Failure> {
        let (at, mut top) = self.walk_state();
        let high = self.cursors.get(HIGH_WATER).and_then(|high| high.parse::<i64>().ok());
        let (news, done) = self.take_rows(&page.rows, batch).await?;
        if !done {
            batch.more = true;
            return Ok(());
        }
        top = page.rows.iter().map(|row| row.at_ns).chain([top]).max().unwrap_or(top);
        let start_ns = self.start.as_nanosecond();
        let fresh = |row: &Row| {
            !row.pinned && i128::from(row.at_ns) >= start_ns && high.is_none_or(|high| row.at_ns > high)
        };
        // A first page of pinned rows only says nothing about the newest of the rest.
        let buried = at.is_none() && page.rows.iter().all(|row| row.pinned);
        match next_position(&page, at) {
            Some(next) if page.more && (news || buried || page.rows.iter().any(fresh)) => {
                batch.cursors.insert(WALK.into(), format!("{next}|{top}"));
                batch.more = true;
            }
            Some(_) | None => {
                if at.is_some() {
                    batch.cursors.insert(WALK.into(), String::new());
                }
                let high_now = high.map_or(top, |high| high.max(top));
                if high != Some(high_now) {
                    batch.cursors.insert(HIGH_WATER.into(), high_now.to_string());
                }
            }
        }
        Ok(())
    }

    /// Reads every row with news. Tells whether there was any, and whether all of it could be read now.
    async fn take_rows(&mut self, rows: &[Row], batch: &mut Batch) -> Result<(bool, bool), Failure> {
        let (mut news, mut done) = (false, true);
        for row in rows {
            match self.news(row, batch) {
                News::None => {
                    batch.answers.read();
                    continue;
                }
                News::Waiting => {
                    done = false;
                    continue;
                }
                News::Some => news = true,
            }
            if self.budget == 0 {
                batch.more = true;
                return Ok((news, false));
            }
            self.around.buyer_id.clone_from(&row.buyer_id);
            self.around.buyer_name.clone_from(&row.buyer_name);
            self.around.conversation = Some(row.id.clone());
            done &= self.read((&row.latest, row.at_ms()), None, batch).await?;
        }
        Ok((news, done))
    }

    fn news(&self, row: &Row, batch: &Batch) -> News {
        let stored = |prefix: &str| {
            let name = format!("{prefix}.{}", row.id);
            batch.cursors.get(&name).or_else(|| self.cursors.get(&name)).filter(|value| !value.is_empty())
        };
        if stored("gap").is_some() {
            // What is newer waits until the gap is closed.
            return News::Waiting;
        }
        let known = stored("c").and_then(|known| Known::parse(known));
        let unreadable = stored("bad").is_some_and(|latest| *latest == row.latest);
        let too_old = known.is_none() && row.at_ms() < to_ms(self.start);
        let seen = known.is_some_and(|known| known.is(&row.latest));
        if row.latest.is_empty() || unreadable || too_old || seen { News::None } else { News::Some }
    }

    /// Reads the conversation that `around` names. Tells whether that is finished.
    async fn read(
        &mut self,
        listed: (&str, i64),
        from: Option<Gap>,
        batch: &mut Batch,
    ) -> Result<bool, Failure> {
        let conversation = self.around.conversation.clone().unwrap_or_default();
        let (name, gap_name) = (format!("c.{conversation}"), format!("gap.{conversation}"));
        let known = batch.cursors.get(&name).or_else(|| self.cursors.get(&name));
        let until = Until { known: known.and_then(|k| Known::parse(k)), start_ms: to_ms(self.start) };
        let resumed = from.is_some();
        let reached =
            read_back(self.api, &mut self.around, listed, from, &until, &mut self.budget, batch).await;
        let finished = match reached {
            Ok(Reached::All(known)) => {
                batch.cursors.insert(name, known.stored());
                true
            }
            Ok(Reached::Part(gap)) => {
                batch.cursors.insert(gap_name.clone(), gap.stored());
                batch.more = true;
                return Ok(false);
            }
            // Deleted meanwhile, or unreadable: left until it has another latest message, so that it never blocks the
            // others. What was known stays known, so nothing is skipped then.
            Err(Failure::Gone { code }) => {
                tracing::debug!(conversation, code, "conversation is gone");
                batch.cursors.insert(format!("bad.{conversation}"), listed.0.to_owned());
                true
            }
            Err(Failure::Garbage { bytes, flaw }) => {
                let raw = RawPayload { source: MESSAGES, bytes };
                batch.quarantined.push(Quarantined::new(raw, flaw).beside(self.around.beside()));
                batch.cursors.insert(format!("bad.{conversation}"), listed.0.to_owned());
                true
            }
            Err(failure) => return Err(failure),
        };
        if resumed {
            batch.cursors.insert(gap_name, String::new());
            // Something newer may have come meanwhile; the list shows it next round.
            batch.more = true;
        }
        Ok(finished)
    }

    async fn list(&self, kind: &str, from: Option<i64>) -> Result<Listing, Failure> {
        let mut params = vec![
            ("direction", "older".to_owned()),
            ("type", kind.to_owned()),
            ("page_size", ROWS.to_string()),
        ];
        params.extend(from.map(|ns| ("next_timestamp_nano", ns.to_string())));
        let answer = self.api.get(&format!("{CHAT}get_conversation_list"), &params).await?;
        let response = answer.response();
        let page = &response["page_result"];
        let listed = list(&response["conversations"]);
        let rows: Vec<Row> = listed.iter().filter_map(|row| Row::read(row)).collect();
        // `{}` stands for nothing.
        let says = |row: &&Value| row.as_object().is_none_or(|fields| !fields.is_empty());
        if rows.is_empty() && listed.iter().any(says) {
            let flaw = Flaw::missing("conversations without an id");
            return Err(Failure::Garbage { bytes: bytes(response), flaw });
        }
        Ok(Listing {
            rows,
            more: flag(&page["more"]),
            next_ns: int(&page["next_cursor"]["next_message_time_nano"]).filter(|ns| *ns > 0),
        })
    }

    fn walk_position(&self) -> Option<i64> {
        self.walk_state().0
    }

    fn walk_state(&self) -> (Option<i64>, i64) {
        let stored = self.cursors.get(WALK).map(String::as_str).unwrap_or_default();
        stored
            .split_once('|')
            .and_then(|(next, top)| Some((Some(next.parse().ok()?), top.parse().ok()?)))
            .unwrap_or((None, 0))
    }
}

/// Where the next page starts: one nanosecond after the last row, so that its equals are not lost, unless that is where
/// this page started. After a first page that ends with a pinned row, the time of that row says nothing about the rest.
fn next_position(page: &Listing, at: Option<i64>) -> Option<i64> {
    let last = page.rows.last()?;
    let end = if last.pinned && at.is_none() {
        match page.rows.iter().filter(|row| !row.pinned).map(|row| row.at_ns).min() {
            Some(oldest) => oldest,
            None => return Some(i64::MAX),
        }
    } else {
        page.next_ns.unwrap_or(last.at_ns)
    };
    let generous = end.saturating_add(1);
    match at {
        Some(at) if generous >= at => (end < at).then_some(end),
        Some(_) | None => Some(generous),
    }
}
