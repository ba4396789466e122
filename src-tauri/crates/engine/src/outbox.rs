//! Replies that people write: queued, taken back, asked for again, settled. What happens to them on the way out is in
//! `sending.rs`.

use crate::alerts::acted;
use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::picture::file_name;
use channels::pictures::Picture;
use domain::{
    AccountId, Body, Capability, CapabilityState, ConversationId, ConversationKind, MessageId, Timestamp,
};
use rules::alerts::Act;
use store::{ConversationItem, NewOutbox, OutboxRow, OutboxState};

/// For so many seconds a reply can be taken back.
pub const UNDO_SECONDS: u32 = 5;
/// What the row of a refused reply says that a person sent once more, with everything before their eyes.
pub(crate) const ASKED_AGAIN: &str = "asked_again";

/// What a person sends.
struct Content {
    body: Body,
    picture: Option<Picture>,
}

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
        let content = Content { body: Body::from_text(text), picture: None };
        self.queue(conversation, account, client_id, content, seen).await
    }

    /// Queues a picture that a person chose, as [`Engine::send_reply`] does it. What is kept of it until it is sent, and
    /// what leaves, has no notes of a camera.
    ///
    /// # Errors
    /// As there; [`EngineError::Invalid`] with `picture_type`, `picture_too_large` or `picture_damaged`.
    pub async fn send_picture(
        &self,
        conversation: ConversationId,
        account: AccountId,
        client_id: &str,
        bytes: &[u8],
        seen: Option<MessageId>,
    ) -> Result<OutboxRow, EngineError> {
        let item = self.store().conversation(conversation).await?;
        let taken = self.pictures_taken(&item).await?;
        let limits = taken.map_err(|code| EngineError::CannotSend { code })?;
        let picture =
            Picture::check(bytes, &limits).map_err(|fault| EngineError::invalid(fault.to_string()))?;
        let body = Body::Image { url: String::new(), thumb: None };
        self.queue(conversation, account, client_id, Content { body, picture: Some(picture) }, seen).await
    }

    /// Queues an order or a product as a card, as [`Engine::send_reply`] does it.
    ///
    /// # Errors
    /// As there; with `no_cards` where the platform takes none.
    pub async fn send_card(
        &self,
        conversation: ConversationId,
        account: AccountId,
        client_id: &str,
        card: Body,
        seen: Option<MessageId>,
    ) -> Result<OutboxRow, EngineError> {
        let takes = self.cards_taken(&self.store().conversation(conversation).await?).await?;
        let taken = match &card {
            Body::OrderCard { .. } => takes.orders,
            Body::ItemCard { .. } => takes.items,
            _ => false,
        };
        if !taken {
            return Err(EngineError::CannotSend { code: "no_cards" });
        }
        self.queue(conversation, account, client_id, Content { body: card, picture: None }, seen).await
    }

    /// Queues a product as a card, as [`Engine::send_card`] does it, with the title under which it is known here.
    ///
    /// # Errors
    /// As there.
    pub async fn send_item(
        &self,
        conversation: ConversationId,
        account: AccountId,
        client_id: &str,
        item_id: &str,
        seen: Option<MessageId>,
    ) -> Result<OutboxRow, EngineError> {
        let known = self.items_of(&self.store().conversation(conversation).await?).await?;
        let found = known.iter().find(|item| item.item_id == item_id);
        let card = found.map_or_else(
            // Taken back and sent once more when it is no longer among the newest.
            || Body::ItemCard { item_id: item_id.to_owned(), title: None },
            crate::OfferedItem::card,
        );
        self.send_card(conversation, account, client_id, card, seen).await
    }

    async fn queue(
        &self,
        conversation: ConversationId,
        account: AccountId,
        client_id: &str,
        content: Content,
        seen: Option<MessageId>,
    ) -> Result<OutboxRow, EngineError> {
        let item = self.store().conversation(conversation).await?;
        if let Some((code, _)) = self.send_gate(&item).await? {
            return Err(EngineError::CannotSend { code });
        }
        let now = self.now();
        let Content { body, picture } = content;
        let file = picture.as_ref().map(|picture| file_name(client_id, picture.kind)).unwrap_or_default();
        let from_draft = is_words(&body);
        let new = NewOutbox {
            client_id: client_id.to_owned(),
            conversation,
            account: Some(account),
            body,
            file,
            created_at: now,
            send_after: later(now, i64::from(UNDO_SECONDS)),
            seen,
        };
        // Under the desk's lock no intake runs, so nothing can come between the look and the queueing.
        let desk = self.desk().await;
        let news = self.store().incoming_since(conversation, seen).await?;
        // Pressed twice: the row that is there is the answer, whatever came meanwhile.
        let again = self.store().outbox_by_client_id(client_id).await?.is_some();
        if !again && !news.is_empty() {
            return Err(EngineError::Stale);
        }
        if let Some(picture) = picture.filter(|_| !again) {
            let kept = self.folder().keep(&new.file, &picture.bytes).await;
            self.disk_noted(kept)?;
        }
        let mut tx = self.store().begin().await?;
        let written = async {
            let row = tx.enqueue(&new).await?;
            if !again {
                if from_draft {
                    tx.save_draft(conversation, None, "", now).await?;
                }
                acted(&mut tx, conversation, Act::Replied, now).await?;
            }
            tx.commit().await?;
            Ok(row)
        };
        let row = self.disk_noted(written.await)?;
        drop(desk);
        self.outbox_changed(conversation);
        Ok(row)
    }

    /// Takes a reply back; words go back to the draft. False if it is too late.
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
        let Some(row) = self.store().outbox_by_client_id(client_id).await? else { return Ok(false) };
        let now = self.now();
        let mut tx = self.store().begin().await?;
        let (from, to) = (OutboxState::Refused, OutboxState::Waiting);
        if !moved(tx.move_outbox(row.id, from, to, "", ASKED_AGAIN, now).await)? {
            return Ok(false);
        }
        if !row.reply.file.is_empty() {
            // The address of an earlier upload may be what was refused.
            tx.set_outbox_body(row.id, &Body::Image { url: String::new(), thumb: None }).await?;
        }
        tx.commit().await?;
        self.outbox_changed(row.reply.conversation);
        Ok(true)
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
        if self.settle_by_history(&row).await? {
            return Ok(true);
        }
        // The platform's id is not known; ours stands in for it.
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
        let now = self.now();
        let mut tx = self.store().begin().await?;
        tx.save_draft(conversation, None, text, now).await?;
        if !text.is_empty() {
            acted(&mut tx, conversation, Act::Drafted, now).await?;
        }
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
        if is_words(&row.reply.body) {
            tx.save_draft(row.reply.conversation, None, row.reply.body.words(), now).await?;
        }
        tx.commit().await?;
        self.folder().forget(&row.reply.file).await;
        self.outbox_changed(row.reply.conversation);
        Ok(true)
    }

    pub(crate) async fn move_row(
        &self,
        row: &OutboxRow,
        from: OutboxState,
        to: OutboxState,
        detail: &str,
    ) -> Result<bool, EngineError> {
        let written = async {
            let mut tx = self.store().begin().await?;
            let moved = moved(tx.move_outbox(row.id, from, to, "", detail, self.now()).await)?;
            if moved {
                tx.commit().await?;
            }
            Ok(moved)
        };
        let moved = self.disk_noted(written.await)?;
        if moved {
            self.outbox_changed(row.reply.conversation);
        }
        Ok(moved)
    }

    pub(crate) fn outbox_changed(&self, conversation: ConversationId) {
        self.outbox_wake().notify_one();
        self.bridges().wake();
        self.bus().publish(Event::Conversations([conversation].as_slice().into()));
    }
}

/// Whether it was typed, and can be a draft again.
const fn is_words(body: &Body) -> bool {
    matches!(body, Body::Text { .. } | Body::Emoji { .. })
}

/// Whether a reply was still where the caller saw it.
fn moved(result: store::Result<OutboxRow>) -> Result<bool, EngineError> {
    match result {
        Ok(_) => Ok(true),
        Err(store::StoreError::Conflict { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn later(at: Timestamp, seconds: i64) -> Timestamp {
    domain::from_ms(domain::to_ms(at).saturating_add(seconds.saturating_mul(1000)))
}
