//! The partner IM interface: JSON in one parameter, pages that say where the next one begins.

mod send;

use super::again::PARTNER;
use super::answer::{any_list, data};
use super::api::Api;
use super::error::Fault;
use super::json::{flag, int, text};
use super::message::{self, buyer_of};
use super::request::{Business, Target};
use super::source::Door;
use super::walk::{Page, Position, Session, Wire, number_or_text};
use crate::ReadMark;
use domain::{BuyerRef, Flaw, IncomingMessage, OutgoingReply, SendOutcome};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::Arc;

const SESSIONS: Target = Target::Message("aliexpress/message/history/buyer/list");
const HISTORY: Target = Target::Message("aliexpress/message/history/list2");
/// Rows of one page; the history takes no more.
const PAGE: u32 = 20;

/// The partner IM interface as a source of messages. A conversation is a buyer.
pub(super) struct PartnerIm(pub(super) Arc<Api>);

async fn sessions(api: &Api, at: &Position, size: u32) -> Result<Page, Fault> {
    let mut dto = json!({ "page_size": size, "start_time": at.start });
    if let Some(id) = &at.id {
        dto["last_buyer_id"] = number_or_text(id);
    }
    let business: Business = vec![("ae_im_query_session_dto", dto.to_string())];
    let answer = api.read(SESSIONS, business).await?;
    let lists = ["buyer_list", "session_list", "buyers", "list"];
    Ok(page(&answer, at, &lists, "last_buyer_id", "buyer_id"))
}

async fn history(api: &Api, channel: &str, at: &Position) -> Result<Page, Fault> {
    let mut dto = json!({
        "buyer_id": number_or_text(channel), "page_size": PAGE, "start_time": at.start,
    });
    if let Some(id) = &at.id {
        dto["last_message_id"] = number_or_text(id);
    }
    let answer = api.read(HISTORY, vec![("im_query_message_dto", dto.to_string())]).await?;
    Ok(page(&answer, at, &["message_list"], "last_message_id", "message_id"))
}

/// Reads a page that was asked for at `asked`. A next position that does not move is the end: a platform's slip must
/// not become an endless loop. A page whose rows are all hidden is none, if the next one lies further back.
fn page(answer: &Value, asked: &Position, lists: &[&str], last_id: &str, row_id: &str) -> Page {
    let data = data(answer);
    let rows = any_list(&data, lists).to_vec();
    let last_row = || rows.last().and_then(|row| text(row, &[row_id]));
    let next = Position {
        start: int(&data, &["next_start_time"]).unwrap_or(asked.start),
        id: text(&data, &[last_id]).or_else(last_row),
    };
    let moves = if rows.is_empty() { next.start < asked.start } else { next != *asked };
    let more = flag(&data, "has_more") == Some(true) && moves;
    Page { rows, next: more.then_some(next) }
}

impl Door for PartnerIm {
    fn name(&self) -> &'static str {
        "partner_im"
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), Fault>> {
        Box::pin(async { sessions(&self.0, &self.newest(), 1).await.map(|_| ()) })
    }

    fn cards(&self) -> Result<(), &'static str> {
        Ok(())
    }

    /// The interface has no call for it.
    fn mark_read<'a>(&'a self, _: &'a str, _: &'a ReadMark) -> BoxFuture<'a, Result<bool, Fault>> {
        Box::pin(async { Ok(false) })
    }

    fn send<'a>(&'a self, reply: &'a OutgoingReply) -> BoxFuture<'a, Result<SendOutcome, Fault>> {
        Box::pin(send::send(&self.0, reply))
    }
}

impl Wire for PartnerIm {
    fn prefix(&self) -> &'static str {
        "im"
    }

    fn raw_source(&self) -> &'static str {
        PARTNER
    }

    fn history_pages(&self) -> u32 {
        self.0.config.history_pages
    }

    fn newest(&self) -> Position {
        Position { start: domain::to_ms(self.0.now()), id: None }
    }

    fn sessions<'a>(&'a self, at: &'a Position) -> BoxFuture<'a, Result<Page, Fault>> {
        Box::pin(sessions(&self.0, at, PAGE))
    }

    fn history<'a>(&'a self, channel: &'a str, at: &'a Position) -> BoxFuture<'a, Result<Page, Fault>> {
        Box::pin(history(&self.0, channel, at))
    }

    fn session(&self, row: &Value) -> Option<Session> {
        let buyer = buyer_of(row)?;
        Some(Session {
            channel: buyer.key.clone(),
            buyer,
            last_id: text(row, &["last_message_id"]),
            last_ms: int(row, &["last_message_time", "last_send_time", "send_time", "gmt_modified"]),
        })
    }

    fn message(&self, row: &Value, _: &str, buyer: &BuyerRef) -> Result<IncomingMessage, Flaw> {
        message::read(row, buyer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(json!({ "message_list": [], "has_more": true, "next_start_time": 900 }), Some(900))]
    #[case(json!({ "message_list": {}, "has_more": "true", "next_start_time": "900" }), Some(900))]
    #[case(json!({ "message_list": null, "has_more": true, "next_start_time": 1000, "last_message_id": 5 }), None)]
    #[case(json!({ "message_list": [], "has_more": true }), None)]
    #[case(json!({ "message_list": [], "has_more": false, "next_start_time": 900 }), None)]
    #[case(json!({ "message_list": [{ "message_id": 7 }], "has_more": 1 }), Some(1000))]
    #[case(json!({ "message_list": { "im_message": { "message_id": 7 } }, "has_more": true }), Some(1000))]
    fn a_page_is_followed_by_the_next_as_long_as_that_leads_further_back(
        #[case] data: Value,
        #[case] next: Option<i64>,
    ) {
        let asked = Position { start: 1_000, id: None };
        let answer = json!({ "result": { "success": true, "data": data } });
        let page = page(&answer, &asked, &["message_list"], "last_message_id", "message_id");
        assert_eq!(page.next.map(|at| at.start), next, "{answer}");
    }
}
