//! What the engine asks inside the write transaction, before it decides.

use crate::{
    BuyerFacts, BuyerKey, ConversationKey, ConversationRow, MessageRow, Result, WriteTx, buyer, codec,
    conversation, message,
};
use domain::{ConversationId, StoreId};
use sqlx::Row;
use std::collections::HashSet;

impl WriteTx {
    /// Which of these provider ids are already there.
    ///
    /// # Errors
    /// What the database says.
    pub async fn known<S: AsRef<str>>(
        &mut self,
        store: StoreId,
        provider_ids: &[S],
    ) -> Result<HashSet<String>> {
        let ids: Vec<&str> = provider_ids.iter().map(AsRef::as_ref).collect();
        let sql = "SELECT m.provider_id FROM json_each(?2) j
            CROSS JOIN message m INDEXED BY message_provider ON m.store_id = ?1 AND m.provider_id = j.value";
        let rows = sqlx::query(sql).bind(store.0).bind(codec::json(&ids)?).fetch_all(self.conn()?).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Those of these conversations that exist, in no particular order. Creates nothing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn conversations(&mut self, keys: &[ConversationKey]) -> Result<Vec<ConversationRow>> {
        let keys: Vec<_> = keys.iter().map(|k| (k.store.0, k.kind.as_str(), k.key.as_str())).collect();
        conversation::by_keys(self.conn()?, codec::json(&keys)?).await
    }

    /// Those of these conversations that exist.
    ///
    /// # Errors
    /// What the database says.
    pub async fn conversations_by_id(&mut self, ids: &[ConversationId]) -> Result<Vec<ConversationRow>> {
        conversation::by_ids(self.conn()?, codec::json(ids)?).await
    }

    /// Every conversation that owes a reply or has an open deadline, of one store or of all: what a change of policy,
    /// calendar or flag recomputes.
    ///
    /// # Errors
    /// What the database says.
    pub async fn live_conversations(&mut self, store: Option<StoreId>) -> Result<Vec<ConversationRow>> {
        conversation::live(self.conn()?, store).await
    }

    /// Every chat of a store in which the team ever wrote from a phone: what a flip of 多端同步 recomputes besides.
    ///
    /// # Errors
    /// What the database says.
    pub async fn conversations_answered_by_phone(&mut self, store: StoreId) -> Result<Vec<ConversationRow>> {
        conversation::answered_by_phone(self.conn()?, store).await
    }

    /// Those of these buyers that exist, with the account each was last distributed to.
    ///
    /// # Errors
    /// What the database says.
    pub async fn buyers(&mut self, keys: &[BuyerKey]) -> Result<Vec<BuyerFacts>> {
        let keys: Vec<_> = keys.iter().map(|k| (k.store.0, k.key.as_str())).collect();
        buyer::by_keys(self.conn()?, codec::json(&keys)?).await
    }

    /// The whole history of a conversation, oldest first: for a recomputation.
    ///
    /// # Errors
    /// What the database says.
    pub async fn messages_of(&mut self, conversation: ConversationId) -> Result<Vec<MessageRow>> {
        message::all_of(self.conn()?, conversation).await
    }
}
