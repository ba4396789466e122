//! Replies on their way out.
//!
//! A reply waits for the time of undoing, is marked as being sent before the platform is called, and its fate is
//! recorded whatever happens. What was being sent when the program died is unknown: a person is asked, nothing is
//! sent again by itself (`docs/ARCHITECTURE.md`, "Sending").

use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use domain::{
    AccountId, Author, Body, BuyerRef, Capability, CapabilityState, ConversationId, ConversationKind, Device,
    IncomingMessage, MessageId, OutgoingReply, SendOutcome, StoreId, Timestamp,
};
use std::collections::HashSet;
use std::time::Duration;
use store::{ConversationItem, NewOutbox, OutboxRow, OutboxState};
use tokio::task::JoinSet;

/// For so many seconds a reply can be taken back.
pub const UNDO_SECONDS: u32 = 5;
/// The pump looks at least this often, so that a moved clock can't hold a reply back for long.
const LOOK: Duration = Duration::from_secs(2);

impl Engine {
    /// Why nothing can be sent in a conversation, with the platform's word; none if a reply can be sent.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn send_gate(
        &self,
        item: &ConversationItem,
    ) -> Result<Option<(&'static str, String)>, EngineError> {
        if item.conversation.kind != ConversationKind::Chat {
            return Ok(Some(("read_only_kind", String::new())));
        }
        let store = self.store().store(item.conversation.store).await?;
        if store.paused {
            return Ok(Some(("store_paused", String::new())));
        }
        match store.capabilities.get(&Capability::SendChat) {
            Some(CapabilityState::Off { code }) => Ok(Some(("capability_off", code.clone()))),
            Some(CapabilityState::On | CapabilityState::Unknown) | None => Ok(None),
        }
    }

    /// Queues a reply that a person wrote. `client_id` is made when send is pressed: a second press is the same
    /// reply. `seen` is the newest message on the writer's screen.
    ///
    /// # Errors
    /// [`EngineError::Stale`] if the buyer wrote after `seen`, [`EngineError::CannotSend`] if the gate is closed.
    pub async fn send_reply(
        &self,
        conversation: ConversationId,
        account: AccountId,
        client_id: &str,
        text: &str,
        seen: Option<MessageId>,
    ) -> Result<OutboxRow, EngineError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EngineError::CannotSend { code: "empty" });
        }
        let item = self.store().conversation(conversation).await?;
        if let Some((code, _)) = self.send_gate(&item).await? {
            return Err(EngineError::CannotSend { code });
        }
        let now = self.now();
        let new = NewOutbox {
            client_id: client_id.to_owned(),
            conversation,
            account: Some(account),
            body: Body::from_text(text),
            created_at: now,
            send_after: later(now, i64::from(UNDO_SECONDS)),
            seen,
        };
        // Under the desk's lock no intake runs, so nothing can come between the look and the queueing.
        let desk = self.desk().await;
        let news = self.store().incoming_since(conversation, seen).await?;
        let mut tx = self.store().begin().await?;
        // Pressed twice: the row that is there is the answer, whatever came meanwhile.
        let again = self.store().outbox_by_client_id(client_id).await?.is_some();
        if !again && !news.is_empty() {
            return Err(EngineError::Stale);
        }
        let row = tx.enqueue(&new).await?;
        tx.save_draft(conversation, None, "", now).await?;
        tx.commit().await?;
        drop(desk);
        self.outbox_changed(conversation);
        Ok(row)
    }

    /// Takes a reply back. False if it is too late.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn undo_send(&self, client_id: &str) -> Result<bool, EngineError> {
        self.back_to_draft(client_id, OutboxState::Waiting).await
    }

    /// Drops a refused reply; its words go back to the draft.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn drop_refused(&self, client_id: &str) -> Result<bool, EngineError> {
        self.back_to_draft(client_id, OutboxState::Refused).await
    }

    /// Hands a refused reply to the platform once more, because a person asked for it.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn retry_refused(&self, client_id: &str) -> Result<bool, EngineError> {
        self.move_by_client(client_id, OutboxState::Refused, OutboxState::Waiting, "").await
    }

    /// A person looked at the platform: the reply of unknown fate arrived, or it did not and goes back to the draft.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn settle_unknown(&self, client_id: &str, arrived: bool) -> Result<bool, EngineError> {
        if !arrived {
            return self.back_to_draft(client_id, OutboxState::Unknown).await;
        }
        let Some(row) = self.store().outbox_by_client_id(client_id).await? else { return Ok(false) };
        if row.state != OutboxState::Unknown {
            return Ok(false);
        }
        // The platform's id is not known; ours stands in until the platform's own copy comes, which `already` finds.
        let at = row.changed_at;
        let provider_id = format!("confirmed:{client_id}");
        self.record_sent(&row, OutboxState::Unknown, &provider_id, at).await?;
        Ok(true)
    }

    /// Keeps what is typed; an empty text forgets it.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn save_draft(&self, conversation: ConversationId, text: &str) -> Result<(), EngineError> {
        let mut tx = self.store().begin().await?;
        tx.save_draft(conversation, None, text, self.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn back_to_draft(&self, client_id: &str, from: OutboxState) -> Result<bool, EngineError> {
        let Some(row) = self.store().outbox_by_client_id(client_id).await? else { return Ok(false) };
        let now = self.now();
        let mut tx = self.store().begin().await?;
        if !moved(tx.move_outbox(row.id, from, OutboxState::Cancelled, "", "", now).await)? {
            return Ok(false);
        }
        tx.save_draft(row.reply.conversation, None, row.reply.body.words(), now).await?;
        tx.commit().await?;
        self.outbox_changed(row.reply.conversation);
        Ok(true)
    }

    async fn move_by_client(
        &self,
        client_id: &str,
        from: OutboxState,
        to: OutboxState,
        detail: &str,
    ) -> Result<bool, EngineError> {
        let Some(row) = self.store().outbox_by_client_id(client_id).await? else { return Ok(false) };
        self.move_row(&row, from, to, detail).await
    }

    async fn move_row(
        &self,
        row: &OutboxRow,
        from: OutboxState,
        to: OutboxState,
        detail: &str,
    ) -> Result<bool, EngineError> {
        let mut tx = self.store().begin().await?;
        if !moved(tx.move_outbox(row.id, from, to, "", detail, self.now()).await)? {
            return Ok(false);
        }
        tx.commit().await?;
        self.outbox_changed(row.reply.conversation);
        Ok(true)
    }

    fn outbox_changed(&self, conversation: ConversationId) {
        self.outbox_wake().notify_one();
        self.bus().publish(Event::Conversations([conversation].as_slice().into()));
    }

    /// Sends one reply and records its fate.
    async fn send_one(&self, row: OutboxRow) -> Result<(), EngineError> {
        let item = self.store().conversation(row.reply.conversation).await?;
        let Some(connector) = self.runners().connector(item.conversation.store).await else {
            let detail = "store_not_connected";
            self.move_row(&row, OutboxState::Waiting, OutboxState::Refused, detail).await?;
            return Ok(());
        };
        let reply = self.outgoing(&row, &item).await?;
        if !self.move_row(&row, OutboxState::Waiting, OutboxState::Sending, "").await? {
            return Ok(());
        }
        match connector.send(&reply).await {
            SendOutcome::Sent { provider_id, at } => {
                self.record_sent(&row, OutboxState::Sending, &provider_id, at).await
            }
            SendOutcome::Refused { code, detail, .. } => {
                let words = format!("{code}: {detail}");
                self.move_row(&row, OutboxState::Sending, OutboxState::Refused, &words).await.map(|_| ())
            }
            SendOutcome::Unknown { detail } => {
                self.move_row(&row, OutboxState::Sending, OutboxState::Unknown, &detail).await.map(|_| ())
            }
        }
    }

    async fn outgoing(&self, row: &OutboxRow, item: &ConversationItem) -> Result<OutgoingReply, EngineError> {
        let buyer_key = match item.conversation.buyer {
            Some(buyer) => self.store().buyer(buyer).await?.buyer.key,
            None => String::new(),
        };
        Ok(OutgoingReply {
            id: row.id,
            client_id: row.reply.client_id.clone(),
            conversation_key: item.conversation.key.clone(),
            buyer_key,
            body: row.reply.body.clone(),
        })
    }

    /// The reply's new state and its message, in one transaction: it can't be sent without being there.
    async fn record_sent(
        &self,
        row: &OutboxRow,
        from: OutboxState,
        provider_id: &str,
        at: Timestamp,
    ) -> Result<(), EngineError> {
        let item = self.store().conversation(row.reply.conversation).await?;
        let key = match item.conversation.buyer {
            Some(buyer) => self.store().buyer(buyer).await?.buyer.key,
            None => String::new(),
        };
        let event = IncomingMessage {
            provider_id: provider_id.to_owned(),
            conversation_key: item.conversation.key.clone(),
            buyer: BuyerRef { key, name: item.buyer_name.clone(), country: None },
            author: Author::Seller,
            device: Device::Pc,
            body: row.reply.body.clone(),
            sent_at: at,
            direct_to: None,
            order_no: None,
        };
        self.accept_own(item.conversation.store, event, row, from).await?;
        self.outbox_changed(row.reply.conversation);
        Ok(())
    }

    /// A message of ours that the platform shows may be the reply whose fate was unknown: same conversation, same
    /// words. Then nobody needs to be asked.
    pub(crate) async fn settle_by_record(
        &self,
        store: StoreId,
        batch: &channels::Batch,
    ) -> Result<(), EngineError> {
        let mut unknown = self.store().outbox_unsettled().await?;
        unknown.retain(|row| row.state == OutboxState::Unknown);
        if unknown.is_empty() {
            return Ok(());
        }
        let ours =
            batch.received.iter().flat_map(|received| &received.events).filter_map(|event| match event {
                domain::IncomingEvent::Message(message) if message.author == Author::Seller => Some(message),
                _ => None,
            });
        let mut settled = HashSet::new();
        for message in ours {
            for row in unknown.iter().filter(|row| row.reply.body == message.body) {
                let item = self.store().conversation(row.reply.conversation).await?.conversation;
                let same = item.store == store && item.key == message.conversation_key;
                if same && message.sent_at >= earlier(row.reply.created_at, 60) && settled.insert(row.id) {
                    let mut tx = self.store().begin().await?;
                    let (from, to) = (OutboxState::Unknown, OutboxState::Sent);
                    tx.move_outbox(row.id, from, to, &message.provider_id, "found", self.now()).await?;
                    tx.commit().await?;
                    self.outbox_changed(row.reply.conversation);
                    break;
                }
            }
        }
        Ok(())
    }
}

/// Sends what is due until the engine stops: different conversations beside each other, one conversation in order.
pub(crate) async fn pump(engine: Engine) {
    let stop = engine.stopped();
    let mut busy: HashSet<ConversationId> = HashSet::new();
    let mut tasks: JoinSet<ConversationId> = JoinSet::new();
    loop {
        match engine.store().outbox_due(engine.now()).await {
            Ok(rows) => {
                for row in rows {
                    let conversation = row.reply.conversation;
                    if busy.insert(conversation) {
                        let engine = engine.clone();
                        tasks.spawn(async move {
                            if let Err(error) = engine.send_one(row).await {
                                tracing::error!(%error, "a reply could not be recorded");
                            }
                            conversation
                        });
                    }
                }
            }
            Err(error) => tracing::error!(%error, "the outbox could not be read"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            Some(done) = tasks.join_next() => {
                if let Ok(conversation) = done { busy.remove(&conversation); }
            }
            () = engine.outbox_wake().notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Whether a reply was still where the caller saw it.
fn moved(result: store::Result<OutboxRow>) -> Result<bool, EngineError> {
    match result {
        Ok(_) => Ok(true),
        Err(store::StoreError::Conflict { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn later(at: Timestamp, seconds: i64) -> Timestamp {
    domain::from_ms(domain::to_ms(at).saturating_add(seconds.saturating_mul(1000)))
}

fn earlier(at: Timestamp, seconds: i64) -> Timestamp {
    later(at, -seconds)
}
