//! What somebody typed and has not sent.

use crate::{DraftRow, Entity, Result, Store, WriteTx};
use domain::{AccountId, ConversationId, Timestamp, from_ms, to_ms};
use sqlx::Row;

impl WriteTx {
    /// Saves a draft; an empty one is removed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn save_draft(
        &mut self,
        conversation: ConversationId,
        account: Option<AccountId>,
        text: &str,
        now: Timestamp,
    ) -> Result<()> {
        let account = account.map_or(0, |a| a.0);
        if text.is_empty() {
            let sql = "DELETE FROM draft WHERE conversation_id = ?1 AND account_id = ?2";
            sqlx::query(sql).bind(conversation.0).bind(account).execute(self.conn().await?).await?;
        } else {
            let sql =
                "INSERT INTO draft (conversation_id, account_id, text, saved_at_ms) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (conversation_id, account_id)
                DO UPDATE SET text = excluded.text, saved_at_ms = excluded.saved_at_ms";
            let query = sqlx::query(sql).bind(conversation.0).bind(account).bind(text.to_owned());
            query.bind(to_ms(now)).execute(self.conn().await?).await?;
        }
        self.change(Entity::Draft, conversation.0);
        Ok(())
    }
}

impl Store {
    /// The draft of an account in a conversation.
    ///
    /// # Errors
    /// What the database says.
    pub async fn draft(
        &self,
        conversation: ConversationId,
        account: Option<AccountId>,
    ) -> Result<Option<DraftRow>> {
        let sql = "SELECT text, saved_at_ms FROM draft WHERE conversation_id = ?1 AND account_id = ?2";
        let query = sqlx::query(sql).bind(conversation.0).bind(account.map_or(0, |a| a.0));
        let row = query.fetch_optional(&mut *self.reader().await?).await?;
        row.map(|row| {
            let (text, saved) = (row.try_get(0)?, from_ms(row.try_get(1)?));
            Ok(DraftRow { conversation, account, text, saved_at: saved })
        })
        .transpose()
    }

    /// The conversations in which an account has a draft.
    ///
    /// # Errors
    /// What the database says.
    pub async fn drafts(&self, account: Option<AccountId>) -> Result<Vec<ConversationId>> {
        let sql = "SELECT conversation_id FROM draft WHERE account_id = ?1 ORDER BY saved_at_ms DESC";
        let query = sqlx::query_scalar::<_, i64>(sql).bind(account.map_or(0, |a| a.0));
        Ok(query.fetch_all(&mut *self.reader().await?).await?.into_iter().map(ConversationId).collect())
    }
}
