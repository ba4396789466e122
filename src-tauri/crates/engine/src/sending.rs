//! Replies on their way out.
//!
//! A reply waits for the time of undoing, is marked as being sent before the platform is called, and its fate is
//! recorded whatever happens. What was being sent when the program died is unknown, and `fate.rs` finds out about it;
//! nothing is sent again by itself (`docs/ARCHITECTURE.md`, "Sending").

use crate::engine::Engine;
use crate::error::EngineError;
use crate::outbox::{UNDO_SECONDS, later};
use crate::read_state::had_seen;
use domain::{
    Author, ConversationId, Device, IncomingMessage, OutgoingReply, SendOutcome, StoreId, Timestamp,
};
use std::collections::HashSet;
use std::time::Duration;
use store::{ConversationItem, OutboxRow, OutboxState, StoreError};
use tokio::task::JoinSet;

/// The pump looks at least this often, so that a moved clock can't hold a reply back for long; and waits so long
/// before it tries again to write.
const LOOK: Duration = Duration::from_secs(2);
/// A reply that could have left so many seconds ago lay here while the program did not run, or the machine slept.
const LATE_S: i64 = 30;
/// So long the end of the program waits for replies that are with the platform: their fate would else be unknown.
const PARTING: Duration = Duration::from_secs(10);

impl Engine {
    /// Sends every reply whose time has come, those of one conversation in order, and returns when the fate of each is
    /// recorded. [`Engine::start`] does this all the time; for a face that sends and ends.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn send_due(&self) -> Result<(), EngineError> {
        loop {
            let mut seen = HashSet::new();
            let mut rows = self.due_to_call().await?;
            rows.retain(|row| seen.insert(row.reply.conversation));
            if rows.is_empty() {
                return Ok(());
            }
            futures::future::try_join_all(rows.into_iter().map(|row| self.send_one(row))).await?;
        }
    }

    /// No reply waits for longer than the time of undoing, also after the clock was put back.
    async fn hasten(&self) -> Result<(), EngineError> {
        let latest = later(self.now(), i64::from(UNDO_SECONDS));
        if !self.store().outbox_waits_beyond(latest).await? {
            return Ok(());
        }
        let mut tx = self.store().begin().await?;
        let changed = tx.hasten_outbox(latest).await?;
        tx.commit().await?;
        changed.into_iter().for_each(|conversation| self.outbox_changed(conversation));
        Ok(())
    }

    /// Waiting replies whose time has come, without those that a bridge fetches, and those whose store must be read first.
    async fn due_to_call(&self) -> Result<Vec<OutboxRow>, EngineError> {
        self.hasten().await?;
        let rows = self.store().outbox_due(self.now()).await?;
        let mut ours = Vec::with_capacity(rows.len());
        for row in rows {
            let late = self.now().as_second() - ready_at(&row).as_second() > LATE_S;
            if !late && self.bridges().is_empty() {
                ours.push(row);
                continue;
            }
            let store = self.store().conversation(row.reply.conversation).await?.conversation.store;
            if self.bridges().holds(store) || (late && self.must_be_read(store, &row).await?) {
                continue;
            }
            ours.push(row);
        }
        Ok(ours)
    }

    /// Whether nobody knows yet what the buyer wrote while a reply lay here: then its store is read first, and the reply is
    /// stopped if there is something.
    async fn must_be_read(&self, store: StoreId, row: &OutboxRow) -> Result<bool, EngineError> {
        let read = self.store().store(store).await?.last_success;
        if read.is_some_and(|read| read >= ready_at(row))
            || self.runners().connector_in_place(store).await.is_none()
        {
            return Ok(false);
        }
        self.runners().news(store).await;
        Ok(true)
    }

    /// Sends one reply and records its fate.
    async fn send_one(&self, row: OutboxRow) -> Result<(), EngineError> {
        let item = self.store().conversation(row.reply.conversation).await?;
        let Some(connector) = self.runners().connector_in_place(item.conversation.store).await else {
            let detail = "store_not_connected";
            self.move_row(&row, OutboxState::Waiting, OutboxState::Refused, detail).await?;
            return Ok(());
        };
        let Some(row) = self.with_picture_uploaded(row, connector.as_ref()).await? else { return Ok(()) };
        let reply = self.outgoing(&row, &item).await?;
        if !self.mark_sending(&row).await? {
            return Ok(());
        }
        let outcome = connector.send(&reply).await;
        // The platform has been told: a full disk must not make a known fate unknown.
        while let Err(error) = self.record_fate(&row, &outcome).await {
            if self.is_settled(&row).await {
                tracing::warn!(%error, reply = row.id.0, "a reply was settled, or went with its store, while it was sent");
                return Ok(());
            }
            tracing::error!(%error, "a reply could not be recorded; trying again");
            tokio::time::sleep(LOOK).await;
        }
        if matches!(outcome, SendOutcome::Sent { .. }) {
            self.tell_read(&row, &item, connector.as_ref()).await;
        }
        Ok(())
    }

    /// Takes a waiting reply in hand, unless the buyer wrote while it waited: then it is stopped and shown, with its
    /// words, and a person decides. Under the desk's lock nothing is taken in between the look and the mark.
    pub(crate) async fn mark_sending(&self, row: &OutboxRow) -> Result<bool, EngineError> {
        let desk = self.desk().await;
        let news = self.store().incoming_since(row.reply.conversation, row.reply.seen).await?;
        let stale = news.iter().any(|message| !had_seen(row, message));
        let (to, detail) = if stale { (OutboxState::Refused, "stale") } else { (OutboxState::Sending, "") };
        let moved = self.move_row(row, OutboxState::Waiting, to, detail).await?;
        drop(desk);
        Ok(moved && !stale)
    }

    async fn record_fate(&self, row: &OutboxRow, outcome: &SendOutcome) -> Result<(), EngineError> {
        match outcome {
            SendOutcome::Sent { provider_id, at } => {
                self.record_sent(row, OutboxState::Sending, provider_id, *at).await
            }
            SendOutcome::Refused { code, detail, .. } => {
                let words = format!("{code}: {detail}");
                self.move_row(row, OutboxState::Sending, OutboxState::Refused, &words).await.map(|_| ())
            }
            SendOutcome::Unknown { detail } => {
                self.move_row(row, OutboxState::Sending, OutboxState::Unknown, detail).await.map(|_| ())
            }
        }
    }

    /// Whether a reply that was being sent is so no more, or is not there at all: trying to record its fate would never end.
    async fn is_settled(&self, row: &OutboxRow) -> bool {
        match self.store().outbox(row.id).await {
            Ok(now) => now.state != OutboxState::Sending,
            Err(error) => matches!(error, StoreError::NotFound { .. }),
        }
    }

    async fn outgoing(&self, row: &OutboxRow, item: &ConversationItem) -> Result<OutgoingReply, EngineError> {
        Ok(OutgoingReply {
            id: row.id,
            client_id: row.reply.client_id.clone(),
            conversation_key: item.conversation.key.clone(),
            buyer_key: self.buyer_key(item).await?,
            body: row.reply.body.clone(),
        })
    }

    pub(crate) async fn buyer_key(&self, item: &ConversationItem) -> Result<String, EngineError> {
        Ok(match item.conversation.buyer {
            Some(buyer) => self.store().buyer(buyer).await?.buyer.key,
            None => String::new(),
        })
    }

    /// The reply's new state and its message, in one transaction: it can't be sent without being there.
    pub(crate) async fn record_sent(
        &self,
        row: &OutboxRow,
        from: OutboxState,
        provider_id: &str,
        at: Timestamp,
    ) -> Result<(), EngineError> {
        let item = self.store().conversation(row.reply.conversation).await?;
        let event = IncomingMessage {
            provider_id: provider_id.to_owned(),
            conversation_key: item.conversation.key.clone(),
            buyer: self.buyer_ref(&item).await?,
            author: Author::Seller,
            device: Device::Pc,
            body: row.reply.body.clone(),
            sent_at: at,
            direct_to: None,
            order_no: None,
            item_id: None,
        };
        self.accept_own(item.conversation.store, event, row, from).await?;
        self.folder().forget(&row.reply.file).await;
        self.outbox_changed(row.reply.conversation);
        Ok(())
    }
}

/// Since when nothing but the way out was missing.
fn ready_at(row: &OutboxRow) -> Timestamp {
    row.reply.send_after.max(row.changed_at)
}

/// Sends what is due until the engine stops: different conversations beside each other, one conversation in order.
pub(crate) async fn pump(engine: Engine) {
    let stop = engine.stopped();
    let mut busy: HashSet<ConversationId> = HashSet::new();
    let mut tasks: JoinSet<ConversationId> = JoinSet::new();
    loop {
        match engine.due_to_call().await {
            Ok(rows) => {
                for row in rows {
                    if busy.insert(row.reply.conversation) {
                        tasks.spawn(send(engine.clone(), row));
                    }
                }
            }
            Err(error) => tracing::error!(%error, "the outbox could not be read"),
        }
        tokio::select! {
            () = stop.cancelled() => break,
            Some(done) = tasks.join_next() => {
                if let Ok(conversation) = done { busy.remove(&conversation); }
            }
            () = engine.outbox_wake().notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    // Whoever closes the window right after the time for undoing should not be asked tomorrow whether it arrived.
    let parting = async { while tasks.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(PARTING, parting).await;
}

async fn send(engine: Engine, row: OutboxRow) -> ConversationId {
    let conversation = row.reply.conversation;
    if let Err(error) = engine.send_one(row).await {
        tracing::error!(%error, "a reply could not be taken in hand");
        // Nothing was sent, and the next look finds it again.
        tokio::time::sleep(LOOK).await;
    }
    conversation
}
