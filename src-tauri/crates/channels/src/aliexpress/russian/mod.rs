//! The local interface of AliExpress Russia as a source of messages: a token that the seller makes in the seller cabinet,
//! no application, no signature.
//!
//! **Built from the published list of its calls; not yet seen against the live service.** The list tells the calls and
//! their parameters, and other calls of the same interface show the envelope, the errors and the times. It does not tell
//! what a row of the answer looks like, how the rows are ordered, whether `from_message_id` is part of what it asks for,
//! nor in which direction it leads. Hence:
//!
//! - A row (`row.rs`) is expected to name things as the sending call does, in any of a few spellings. One whose number,
//!   time or direction is not beyond doubt goes to quarantine with its bytes; a type that is not known is shown as such.
//! - In which direction the stream runs is found out from its answers (`stream.rs`). Rows may come in any order, twice or
//!   late, and the position may be inclusive or exclusive.
//! - A reply is written in the form in which the stream writes messages (`form.rs`); before one was seen, in the form of
//!   the list.

mod again;
mod answer;
mod api;
mod config;
mod connector;
mod form;
mod handed;
mod jwt;
mod position;
mod probe;
mod row;
mod send;
mod stream;

pub use config::{RUSSIAN_GATEWAY, RussianConfig};
pub use connector::RussianConnector;
pub use handed::read_russian;
pub(super) use row::read as read_row;

use super::error::Fault;
use super::source::{Door, MessageSource};
use crate::{Batch, Cursors, ReadMark, Reread};
use api::LocalApi;
use domain::{Author, BuyerRef, OutgoingReply, SendOutcome, Timestamp};
use form::Form;
use futures::future::BoxFuture;
use position::Position;
use row::Parties;
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};

/// The calls of the interface.
const MESSAGES: &str = "api/v2/seller/chat-messages";
const NEW: &str = "api/v2/seller/new-messages";
const READ: &str = "api/v2/seller/read-messages";
/// Why no card can be sent: no type is documented for one.
const NO_CARDS: &str = "cards_not_by_local_api";
/// Where raw rows come from.
pub(super) const SOURCE: &str = "aliexpress.ru";

/// See the module. A conversation is a buyer, named by login.
pub(super) struct RussianLocal {
    api: Arc<LocalApi>,
    /// As the last round left it: a reading in between begins there.
    position: Mutex<Position>,
    form: Mutex<Form>,
}

impl RussianLocal {
    fn new(api: Arc<LocalApi>) -> Self {
        Self { api, position: Mutex::default(), form: Mutex::default() }
    }

    fn position(&self) -> Position {
        self.position.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn form(&self) -> Form {
        self.form.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn round(&self, cursors: &Cursors, batch: &mut Batch) -> Result<(), Fault> {
        let mut reader = stream::Reader::new(&self.api, Position::load(cursors));
        let read = reader.run().await;
        let (position, rows) = reader.finish(batch);
        *self.position.lock().unwrap_or_else(PoisonError::into_inner) = position;
        self.form.lock().unwrap_or_else(PoisonError::into_inner).learn(&rows);
        read
    }

    /// The mark reaches to an instant, so it needs to cover no more than was seen; what came later stays unread.
    async fn told_read(&self, conversation: &str, newest: &str) -> Result<bool, Fault> {
        let Ok(id) = newest.parse() else { return Ok(false) };
        let Some(row) = again::row_of(&self.api, self.position().way, id).await? else { return Ok(false) };
        let theirs = row::parties(&row, &self.api.config.login)
            .is_ok_and(|Parties { buyer, author }| buyer == conversation && author == Author::Buyer);
        let Some(at) = row::stated_time(&row).filter(|_| theirs) else { return Ok(false) };
        // As the row has it, to its last digit: a rounded time would leave the message itself unread.
        let body = json!({ "to_user_login_id": self.form().login(conversation), "created_at": at });
        self.api.repeat(READ, &body).await?;
        Ok(true)
    }
}

impl Door for RussianLocal {
    fn name(&self) -> &'static str {
        "russian_local"
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), Fault>> {
        Box::pin(async { self.api.messages(None, 1).await.map(|_| ()) })
    }

    fn cards(&self) -> Result<(), &'static str> {
        Err(NO_CARDS)
    }

    fn mark_read<'a>(
        &'a self,
        conversation: &'a str,
        mark: &'a ReadMark,
    ) -> BoxFuture<'a, Result<bool, Fault>> {
        Box::pin(async move {
            match mark {
                ReadMark::Read { newest, .. } => self.told_read(conversation, newest).await,
                ReadMark::Unread => Ok(false),
            }
        })
    }

    fn send<'a>(&'a self, reply: &'a OutgoingReply) -> BoxFuture<'a, Result<SendOutcome, Fault>> {
        Box::pin(async move { send::send(&self.api, &self.form(), &self.position(), reply).await })
    }
}

impl MessageSource for RussianLocal {
    fn read<'a>(&'a self, cursors: &'a Cursors, batch: &'a mut Batch) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(self.round(cursors, batch))
    }

    fn reread<'a>(
        &'a self,
        conversation: &'a str,
        _: &'a BuyerRef,
        since: Timestamp,
    ) -> BoxFuture<'a, Result<Reread, Fault>> {
        Box::pin(async move { again::reread(&self.api, &self.position(), conversation, since).await })
    }
}
