//! What people do with a conversation: open it, put it aside, take it up again.

use crate::{AuditEntry, Entity, Result, StoreError, WriteTx};
use domain::{AccountId, ConversationId, LogKind, Timestamp, to_ms};

impl WriteTx {
    /// An agent has opened the conversation: nothing in it is unread, and the 4-hour clock of `docs/RULES.md` §3 may
    /// start (the engine adds it). Opening again keeps the first instant. Returns whether it was the first time.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn opened(
        &mut self,
        id: ConversationId,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "SELECT opened_at_ms FROM conversation WHERE id = ?1";
        let before: Option<i64> =
            sqlx::query_scalar(sql).bind(id.0).fetch_optional(self.conn().await?).await?;
        let first = before.ok_or(StoreError::NotFound { what: "conversation", id: id.0 })? == 0;
        let sql = "UPDATE conversation SET unread = 0, opened_at_ms = iif(opened_at_ms = 0, ?2, opened_at_ms)
            WHERE id = ?1 AND (unread > 0 OR opened_at_ms = 0)";
        if sqlx::query(sql).bind(id.0).bind(to_ms(now)).execute(self.conn().await?).await?.rows_affected() > 0
        {
            self.change(Entity::Conversation, id.0);
        }
        if first {
            self.note(id, LogKind::Opened, by, now);
        }
        Ok(first)
    }

    /// Puts a conversation aside. Its clocks are the platform's and run on if it still owes a reply.
    /// Returns whether it was open.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_done(
        &mut self,
        id: ConversationId,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE conversation SET state = 'done', unread = 0 WHERE id = ?1 AND state <> 'done'";
        let changed = sqlx::query(sql).bind(id.0).execute(self.conn().await?).await?.rows_affected() > 0;
        self.after_state(id, changed, LogKind::Done, by, now).await
    }

    /// Takes a conversation up again. Returns whether it was put aside.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn reopen(
        &mut self,
        id: ConversationId,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE conversation SET state = 'open' WHERE id = ?1 AND state <> 'open'";
        let changed = sqlx::query(sql).bind(id.0).execute(self.conn().await?).await?.rows_affected() > 0;
        self.after_state(id, changed, LogKind::Reopened, by, now).await
    }

    async fn after_state(
        &mut self,
        id: ConversationId,
        changed: bool,
        kind: LogKind,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Result<bool> {
        if changed {
            self.change(Entity::Conversation, id.0);
            self.note(id, kind, by, now);
            return Ok(true);
        }
        let sql = "SELECT count(*) FROM conversation WHERE id = ?1";
        let there: i64 = sqlx::query_scalar(sql).bind(id.0).fetch_one(self.conn().await?).await?;
        if there == 0 { Err(StoreError::NotFound { what: "conversation", id: id.0 }) } else { Ok(false) }
    }

    fn note(&mut self, id: ConversationId, kind: LogKind, by: Option<AccountId>, now: Timestamp) {
        let detail = serde_json::json!({ "by": by.map(|a| a.0) }).to_string();
        self.audit(AuditEntry { at: now, kind, conversation: Some(id), detail });
    }
}
