//! The partner IM interface: a list of sessions by last activity, and each buyer's history from newest to oldest.
//!
//! Reading remembers the last message id of every buyer. The list is walked from its newest end until a page brings
//! nothing new and lies behind the last finished walk; a walk that is interrupted goes on where it stopped.

mod cursor;
mod history;
mod send;

use super::answer::{any_list, data};
use super::api::Api;
use super::error::Fault;
use super::json::{flag, int, text};
use super::message::buyer_of;
use super::request::{Business, Target};
use super::source::MessageSource;
use crate::{Batch, Cursors, Quarantined};
use cursor::{Position, Sweep, Walk};
use domain::{OutgoingReply, RawPayload, SendOutcome};
use futures::future::BoxFuture;
use history::Reader;
use serde_json::{Value, json};

const SESSIONS: Target = Target::Message("aliexpress/message/history/buyer/list");
/// Rows of one page; the history takes no more.
const PAGE: u32 = 20;
/// How many pages of sessions one round goes back.
const SWEEP_PAGES: usize = 3;
/// Where raw rows come from.
const SOURCE: &str = "aliexpress.im";

/// The partner IM interface as a source of messages.
pub(super) struct PartnerIm;

/// One page of rows, with where the next one begins.
struct Page {
    rows: Vec<Value>,
    next: Option<Position>,
}

impl Page {
    /// Reads a page that was asked for at `asked`. A next position that does not move is the end: a platform's slip
    /// must not become an endless loop.
    fn read(answer: &Value, asked: &Position, lists: &[&str], last_id: &str, row_id: &str) -> Self {
        let data = data(answer);
        let rows = any_list(&data, lists).to_vec();
        let next = Position {
            start: int(&data, &["next_start_time"]).unwrap_or(asked.start),
            id: text(&data, &[last_id]).or_else(|| text(rows.last()?, &[row_id])),
        };
        let more = flag(&data, "has_more") == Some(true) && next != *asked && !rows.is_empty();
        Self { rows, next: more.then_some(next) }
    }
}

/// What one page of sessions brought.
struct Taken {
    /// Whether any buyer had something new.
    news: bool,
    /// The last activity of the page's oldest session, if known.
    oldest: Option<i64>,
    /// The last activity of the page's newest session, if known.
    newest: Option<i64>,
}

async fn sessions(api: &Api, at: &Position, size: u32) -> Result<Page, Fault> {
    let mut dto = json!({ "page_size": size, "start_time": at.start });
    if let Some(id) = &at.id {
        dto["last_buyer_id"] = number_or_text(id);
    }
    let business: Business = vec![("ae_im_query_session_dto", dto.to_string())];
    let answer = api.read(SESSIONS, business).await?;
    let lists = ["buyer_list", "session_list", "buyers", "list"];
    Ok(Page::read(&answer, at, &lists, "last_buyer_id", "buyer_id"))
}

/// The list starts now and goes back.
fn head(api: &Api) -> Position {
    Position { start: domain::to_ms(api.now()), id: None }
}

async fn read(api: &Api, cursors: &Cursors, batch: &mut Batch) -> Result<(), Fault> {
    let mut reader = Reader::new(api, cursors);
    let mut walk = Walk::load(cursors);
    let page = sessions(api, &head(api), PAGE).await?;
    let taken = take(&mut reader, &page, batch).await?;
    if walk.sweep.is_none() {
        match page.next {
            Some(next) if !walk.is_behind(&taken) => {
                walk.sweep = Some(Sweep { at: next, mark: taken.newest.unwrap_or_default() });
            }
            _ => walk.finish(taken.newest),
        }
        walk.save(batch);
    }
    for _ in 0..SWEEP_PAGES {
        let Some(sweep) = walk.sweep.clone() else { break };
        let page = sessions(api, &sweep.at, PAGE).await?;
        let taken = take(&mut reader, &page, batch).await?;
        match page.next {
            Some(next) if !walk.is_behind(&taken) => walk.sweep = Some(Sweep { at: next, ..sweep }),
            _ => walk.finish(Some(sweep.mark)),
        }
        walk.save(batch);
    }
    let gaps_left = reader.close_gaps(batch).await?;
    batch.more |= walk.sweep.is_some() || gaps_left;
    Ok(())
}

/// Reads the histories of a page's buyers that have something new.
async fn take(reader: &mut Reader<'_>, page: &Page, batch: &mut Batch) -> Result<Taken, Fault> {
    let mut taken = Taken { news: false, oldest: None, newest: None };
    for row in &page.rows {
        let Some(buyer) = buyer_of(row) else {
            let raw = RawPayload { source: SOURCE, bytes: row.to_string().into_bytes() };
            batch.quarantined.push(Quarantined { raw, why: "a session without a buyer".into() });
            continue;
        };
        let last_id = text(row, &["last_message_id"]);
        let stated = int(row, &["last_message_time", "last_send_time", "send_time", "gmt_modified"]);
        if reader.may_have_news(&buyer.key, last_id.as_deref(), stated) {
            taken.news |= reader.read_new(&buyer, batch).await?;
        }
        if let Some(activity) = stated.or_else(|| reader.last_at(&buyer.key)) {
            taken.oldest = Some(taken.oldest.map_or(activity, |o| o.min(activity)));
            taken.newest = Some(taken.newest.map_or(activity, |n| n.max(activity)));
        }
    }
    Ok(taken)
}

/// Ids are numbers on the wire where they are numbers at all.
fn number_or_text(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| Value::from(id), Value::from)
}

impl MessageSource for PartnerIm {
    fn name(&self) -> &'static str {
        "partner_im"
    }

    fn probe<'a>(&'a self, api: &'a Api) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async { sessions(api, &head(api), 1).await.map(|_| ()) })
    }

    fn read<'a>(
        &'a self,
        api: &'a Api,
        cursors: &'a Cursors,
        batch: &'a mut Batch,
    ) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(read(api, cursors, batch))
    }

    fn send<'a>(
        &'a self,
        api: &'a Api,
        reply: &'a OutgoingReply,
    ) -> BoxFuture<'a, Result<SendOutcome, Fault>> {
        Box::pin(send::send(api, reply))
    }
}
