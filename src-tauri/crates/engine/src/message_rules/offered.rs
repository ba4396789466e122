//! Texts that wait for a person. Nothing here sends: whoever takes one sends a reply like any other (`docs/RULES.md` §5).

use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use domain::{AccountId, ConversationId};

impl Engine {
    /// A person took an offered text into the reply they write; the push log has it.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn take_offer(&self, offer: i64, by: AccountId) -> Result<bool, EngineError> {
        let mut tx = self.store().begin().await?;
        let open = tx.note_offer_taken(offer, by, self.now()).await?;
        tx.commit().await?;
        Ok(open)
    }

    /// A person does not want an offered text. False if it had ended before.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn drop_offer(
        &self,
        conversation: ConversationId,
        offer: i64,
        by: AccountId,
    ) -> Result<bool, EngineError> {
        let mut tx = self.store().begin().await?;
        let open = tx.drop_offer(offer, by, self.now()).await?;
        tx.commit().await?;
        self.bus().publish(Event::Conversations([conversation].as_slice().into()));
        Ok(open)
    }
}
