//! The old message interface: dotted names, page numbers. The platform has switched it off for most apps; it is the
//! second door, tried when the first is closed.

mod message;
mod send;

pub(super) use message::{buyer_in, read};

use super::again::LEGACY;
use super::answer::{any_list, data, is_last_page};
use super::api::Api;
use super::error::Fault;
use super::json::{int, text};
use super::message::id_of;
use super::request::{Business, Target};
use super::source::Door;
use super::walk::{Page, Position, Session, Wire};
use crate::ReadMark;
use domain::{BuyerRef, Flaw, IncomingMessage, OutgoingReply, SendOutcome};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::Arc;

const RELATIONS: Target = Target::Dotted("aliexpress.message.redefining.versiontwo.querymsgrelationlist");
const DETAILS: Target = Target::Dotted("aliexpress.message.redefining.versiontwo.querymsgdetaillist");
const READ: Target = Target::Dotted("aliexpress.message.redefining.versiontwo.updatemsgread");
/// Rows of one page.
const PAGE: usize = 50;

/// The old message interface as a source of messages. A conversation is a channel; the buyer is named by login, as in
/// orders and disputes.
pub(super) struct LegacyMessages(pub(super) Arc<Api>);

async fn relations(api: &Api, at: &Position, size: usize) -> Result<Page, Fault> {
    let query = json!({ "current_page": at.start, "page_size": size });
    let answer = api.read(RELATIONS, vec![("query", query.to_string())]).await?;
    Ok(page(&answer, "relation_list", at, size))
}

async fn details(api: &Api, channel: &str, at: &Position, size: usize) -> Result<Page, Fault> {
    let business: Business = vec![
        ("channel_id", channel.to_owned()),
        ("current_page", at.start.to_string()),
        ("page_size", size.to_string()),
    ];
    let answer = api.read(DETAILS, business).await?;
    Ok(page(&answer, "message_detail_list", at, size))
}

/// The mark covers the whole channel: it is set only if the platform shows nothing of the buyer after `newest`, whose
/// sender they are. Between the look and the mark lies one call.
async fn mark_read(api: &Api, channel: &str, newest: &str) -> Result<bool, Fault> {
    let page = details(api, channel, &first_page(), PAGE).await?;
    let Some(place) = page.rows.iter().position(|row| id_of(row).as_deref() == Some(newest)) else {
        return Ok(false);
    };
    let (newer, rest) = page.rows.split_at(place);
    let buyer = rest.first().and_then(message::sender);
    // A row that does not say who wrote it may be the buyer's.
    let ours = |row: &Value| {
        let sides = (message::sender(row), &buyer);
        matches!(sides, (Some(who), Some(buyer)) if !who.eq_ignore_ascii_case(buyer))
    };
    if !newer.iter().all(ours) {
        return Ok(false);
    }
    api.read(READ, vec![("channel_id", channel.to_owned())]).await?;
    Ok(true)
}

/// Pages are numbered: one that is not the last is followed by another.
fn page(answer: &Value, list: &str, at: &Position, size: usize) -> Page {
    let data = data(answer);
    let rows = any_list(&data, &[list]).to_vec();
    let last = is_last_page(&data, rows.len(), u64::try_from(at.start).unwrap_or(u64::MAX), size);
    let next = Position { start: at.start.saturating_add(1), id: None };
    Page { rows, next: (!last).then_some(next) }
}

fn first_page() -> Position {
    Position { start: 1, id: None }
}

impl Door for LegacyMessages {
    fn name(&self) -> &'static str {
        "legacy_messages"
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), Fault>> {
        Box::pin(async { relations(&self.0, &first_page(), 1).await.map(|_| ()) })
    }

    /// What it adds is words, or the address of a picture.
    fn cards(&self) -> Result<(), &'static str> {
        Err("cards_not_by_old_interface")
    }

    /// The only mark there is covers the whole channel, so that it is not set while something in it is unseen, and never
    /// taken back.
    fn mark_read<'a>(
        &'a self,
        conversation: &'a str,
        mark: &'a ReadMark,
    ) -> BoxFuture<'a, Result<bool, Fault>> {
        Box::pin(async move {
            match mark {
                ReadMark::Read { newest, whole: true } => mark_read(&self.0, conversation, newest).await,
                ReadMark::Read { whole: false, .. } | ReadMark::Unread => Ok(false),
            }
        })
    }

    fn send<'a>(&'a self, reply: &'a OutgoingReply) -> BoxFuture<'a, Result<SendOutcome, Fault>> {
        Box::pin(send::send(&self.0, reply))
    }
}

impl Wire for LegacyMessages {
    fn prefix(&self) -> &'static str {
        "legacy"
    }

    fn raw_source(&self) -> &'static str {
        LEGACY
    }

    fn history_pages(&self) -> u32 {
        self.0.config.history_pages
    }

    fn newest(&self) -> Position {
        first_page()
    }

    fn sessions<'a>(&'a self, at: &'a Position) -> BoxFuture<'a, Result<Page, Fault>> {
        Box::pin(relations(&self.0, at, PAGE))
    }

    fn history<'a>(&'a self, channel: &'a str, at: &'a Position) -> BoxFuture<'a, Result<Page, Fault>> {
        Box::pin(details(&self.0, channel, at, PAGE))
    }

    fn session(&self, row: &Value) -> Option<Session> {
        let key = text(row, &["other_login_id", "other_ali_id"])?;
        let name = text(row, &["other_name"]).unwrap_or_else(|| key.clone());
        Some(Session {
            channel: text(row, &["channel_id"])?,
            buyer: BuyerRef { key, name, country: None },
            last_id: text(row, &["last_message_id"]),
            last_ms: int(row, &["message_time"]),
        })
    }

    fn message(&self, row: &Value, channel: &str, buyer: &BuyerRef) -> Result<IncomingMessage, Flaw> {
        message::read(row, channel, buyer)
    }
}
