//! Reading chats from a list of sessions by last activity and a history per session from newest to oldest.
//!
//! Reading remembers the last message id of every session. The list is walked from its newest end until a page brings
//! nothing new and lies behind the last finished walk; a walk that is interrupted goes on where it stopped. How pages
//! are asked for and what their rows say is the [`Wire`]'s matter.

mod again;
mod cursor;
mod history;

use super::api::Api;
use super::error::Fault;
use super::source::MessageSource;
use crate::{Batch, Cursors, Quarantined, Reread};
use again::reread;
pub(super) use cursor::Position;
use cursor::{Sweep, Walk};
use domain::{BuyerRef, Flaw, IncomingMessage, OutgoingReply, RawPayload, SendOutcome, Timestamp};
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

/// One interface's way of asking and answering.
pub(super) trait Wire: Send + Sync {
    /// Its name in the log.
    fn name(&self) -> &'static str;
    /// What its cursors begin with.
    fn prefix(&self) -> &'static str;
    /// Where its raw rows come from.
    fn raw_source(&self) -> &'static str;
    /// Where a list or a history begins: at its newest end.
    fn newest(&self, api: &Api) -> Position;
    /// A page of sessions.
    fn sessions<'a>(&'a self, api: &'a Api, at: &'a Position) -> BoxFuture<'a, Result<Page, Fault>>;
    /// A page of a history.
    fn history<'a>(
        &'a self,
        api: &'a Api,
        channel: &'a str,
        at: &'a Position,
    ) -> BoxFuture<'a, Result<Page, Fault>>;
    /// Reads a row of the session list; none if it names nobody.
    fn session(&self, row: &Value) -> Option<Session>;
    /// Reads a row of a history.
    ///
    /// # Errors
    /// What is missing; the row is quarantined.
    fn message(&self, row: &Value, channel: &str, buyer: &BuyerRef) -> Result<IncomingMessage, Flaw>;
    /// A call that costs little and fails when the permission is missing.
    fn probe<'a>(&'a self, api: &'a Api) -> BoxFuture<'a, Result<(), Fault>>;
    /// Whether an order or a product can be sent as a card; if not, a code that says why.
    fn cards(&self) -> Result<(), &'static str>;
    /// Tells the platform that a whole conversation is read. False where it can't be told. It may be repeated.
    fn mark_read<'a>(
        &'a self,
        api: &'a Api,
        conversation: &'a str,
        newest: &'a str,
    ) -> BoxFuture<'a, Result<bool, Fault>>;
    /// Sends one reply.
    fn send<'a>(
        &'a self,
        api: &'a Api,
        reply: &'a OutgoingReply,
    ) -> BoxFuture<'a, Result<SendOutcome, Fault>>;
}

/// What can be walked through is a source of messages.
impl<W: Wire> MessageSource for W {
    fn name(&self) -> &'static str {
        Wire::name(self)
    }

    fn probe<'a>(&'a self, api: &'a Api) -> BoxFuture<'a, Result<(), Fault>> {
        Wire::probe(self, api)
    }

    fn read<'a>(
        &'a self,
        api: &'a Api,
        cursors: &'a Cursors,
        batch: &'a mut Batch,
    ) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(read(self, api, cursors, batch))
    }

    fn reread<'a>(
        &'a self,
        api: &'a Api,
        conversation: &'a str,
        buyer: &'a BuyerRef,
        since: Timestamp,
    ) -> BoxFuture<'a, Result<Reread, Fault>> {
        Box::pin(reread(self, api, conversation, buyer, since))
    }

    fn cards(&self) -> Result<(), &'static str> {
        Wire::cards(self)
    }

    fn mark_read<'a>(
        &'a self,
        api: &'a Api,
        conversation: &'a str,
        newest: &'a str,
    ) -> BoxFuture<'a, Result<bool, Fault>> {
        Wire::mark_read(self, api, conversation, newest)
    }

    fn send<'a>(
        &'a self,
        api: &'a Api,
        reply: &'a OutgoingReply,
    ) -> BoxFuture<'a, Result<SendOutcome, Fault>> {
        Wire::send(self, api, reply)
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
async fn read(wire: &dyn Wire, api: &Api, cursors: &Cursors, batch: &mut Batch) -> Result<(), Fault> {
    let mut reader = Reader::new(wire, api, cursors);
    let mut walk = Walk::load(wire.prefix(), cursors);
    let page = wire.sessions(api, &wire.newest(api)).await?;
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
        let page = wire.sessions(api, &sweep.at).await?;
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
