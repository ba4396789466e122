//! Reading chats from a list of sessions by last activity and a history per session from newest to oldest.
//!
//! Reading remembers the last message id of every session. The list is walked from its newest end until a page brings
//! nothing new and lies behind the last finished walk; a walk that is interrupted goes on where it stopped. How pages
//! are asked for and what their rows say is the [`Wire`]'s matter.

mod again;
mod cursor;
mod history;

use super::error::Fault;
use super::source::{Door, MessageSource};
use crate::{Batch, Cursors, Quarantined, Reread};
use again::reread;
pub(super) use cursor::Position;
use cursor::{Sweep, Walk};
use domain::{BuyerRef, Flaw, IncomingMessage, RawPayload, Timestamp};
use futures::future::BoxFuture;
use history::Reader;
use serde_json::Value;

/// How many pages of sessions one round goes back.
const SWEEP_PAGES: usize = 3;

/// One page of rows, with where the next one begins.
pub(super) struct Page {
    pub(super) rows: Vec<Value>,
    pub(super) next: Option<Position>,
}

/// A row of the session list.
pub(super) struct Session {
    /// The platform's id of the conversation.
    pub(super) channel: String,
    /// With whom.
    pub(super) buyer: BuyerRef,
    /// The newest message, if the list tells.
    pub(super) last_id: Option<String>,
    /// Its time in milliseconds, if the list tells.
    pub(super) last_ms: Option<i64>,
}

/// One interface's way of listing messages.
pub(super) trait Wire: Door {
    /// What its cursors begin with.
    fn prefix(&self) -> &'static str;
    /// Where its raw rows come from.
    fn raw_source(&self) -> &'static str;
    /// How many pages of a history are fetched when its buyer is first seen.
    fn history_pages(&self) -> u32;
    /// Where a list or a history begins: at its newest end.
    fn newest(&self) -> Position;
    /// A page of sessions.
    fn sessions<'a>(&'a self, at: &'a Position) -> BoxFuture<'a, Result<Page, Fault>>;
    /// A page of a history.
    fn history<'a>(&'a self, channel: &'a str, at: &'a Position) -> BoxFuture<'a, Result<Page, Fault>>;
    /// Reads a row of the session list; none if it names nobody.
    fn session(&self, row: &Value) -> Option<Session>;
    /// Reads a row of a history.
    ///
    /// # Errors
    /// What is missing; the row is quarantined.
    fn message(&self, row: &Value, channel: &str, buyer: &BuyerRef) -> Result<IncomingMessage, Flaw>;
}

/// What can be walked through is a source of messages.
impl<W: Wire> MessageSource for W {
    fn read<'a>(&'a self, cursors: &'a Cursors, batch: &'a mut Batch) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(read(self, cursors, batch))
    }

    fn reread<'a>(
        &'a self,
        conversation: &'a str,
        buyer: &'a BuyerRef,
        since: Timestamp,
    ) -> BoxFuture<'a, Result<Reread, Fault>> {
        Box::pin(reread(self, conversation, buyer, since))
    }
}

/// What one page of sessions brought.
struct Taken {
    /// Whether any session had something new.
    news: bool,
    /// The last activity of the page's oldest session, if known.
    oldest: Option<i64>,
    /// The last activity of the page's newest session, if known.
    newest: Option<i64>,
}

/// Reads what is new into `batch`. One round is bounded; what is left is told by `batch.more`.
async fn read(wire: &dyn Wire, cursors: &Cursors, batch: &mut Batch) -> Result<(), Fault> {
    let mut reader = Reader::new(wire, cursors);
    let mut walk = Walk::load(wire.prefix(), cursors);
    let page = wire.sessions(&wire.newest()).await?;
    let taken = take(&mut reader, wire, &page, batch).await?;
    if walk.sweep.is_none() {
        match page.next {
            Some(next) if !walk.is_behind(&taken) => {
                walk.sweep = Some(Sweep { at: next, mark: taken.newest.unwrap_or_default() });
            }
            _ => walk.finish(taken.newest),
        }
        walk.save(wire.prefix(), batch);
    }
    for _ in 0..SWEEP_PAGES {
        let Some(sweep) = walk.sweep.clone() else { break };
        let page = wire.sessions(&sweep.at).await?;
        let taken = take(&mut reader, wire, &page, batch).await?;
        match page.next {
            Some(next) if !walk.is_behind(&taken) => walk.sweep = Some(Sweep { at: next, ..sweep }),
            _ => walk.finish(Some(sweep.mark)),
        }
        walk.save(wire.prefix(), batch);
    }
    let gaps_left = reader.close_gaps(batch).await?;
    batch.more |= walk.sweep.is_some() || gaps_left;
    Ok(())
}

/// Reads the histories of a page's sessions that have something new.
async fn take(
    reader: &mut Reader<'_>,
    wire: &dyn Wire,
    page: &Page,
    batch: &mut Batch,
) -> Result<Taken, Fault> {
    let mut taken = Taken { news: false, oldest: None, newest: None };
    for row in &page.rows {
        let Some(session) = wire.session(row) else {
            let raw = RawPayload { source: wire.raw_source(), bytes: row.to_string().into_bytes() };
            batch.quarantined.push(Quarantined::new(raw, Flaw::missing("a session without a buyer")));
            continue;
        };
        if reader.may_have_news(&session) {
            taken.news |= reader.read_new(&session, batch).await?;
        } else {
            // Nothing new is an answer that was understood; of one with news its messages decide.
            batch.answers.read();
        }
        if let Some(activity) = session.last_ms.or_else(|| reader.last_ms(&session.channel)) {
            taken.oldest = Some(taken.oldest.map_or(activity, |o| o.min(activity)));
            taken.newest = Some(taken.newest.map_or(activity, |n| n.max(activity)));
        }
    }
    Ok(taken)
}

/// Ids are numbers on the wire where they are numbers at all.
pub(super) fn number_or_text(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| Value::from(id), Value::from)
}
