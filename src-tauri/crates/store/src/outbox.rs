//! Replies on their way out. A state is left only from the state that the caller saw (compare and set): two runs of
//! the sending loop can't both hand a reply to the platform.

use crate::{
    AuditEntry, Entity, NewOutbox, OutboxRow, OutboxState, Result, Store, StoreError, WriteTx, codec,
};
use domain::{AccountId, Body, ConversationId, LogKind, MessageId, OutboxId, Timestamp, from_ms, to_ms};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

macro_rules! outbox_columns {
    () => {
        "o.id, o.client_id, o.conversation_id, o.account_id, o.body, o.file, o.state, o.created_at_ms, o.send_after_ms,
         o.seen_message_id, o.attempts, o.changed_at_ms, o.provider_id, o.detail"
    };
}

/// Bytes of the longest word that is one.
const LONGEST_CAUSE: usize = 64;

const DUE: &str = concat!(
    "SELECT ",
    outbox_columns!(),
    " FROM outbox o INDEXED BY outbox_unsettled
      WHERE o.state = 'waiting' AND o.state <> 'sent' AND o.state <> 'cancelled' AND o.send_after_ms <= ?1
        AND NOT EXISTS (
            SELECT 1 FROM outbox e INDEXED BY outbox_conversation
            WHERE e.conversation_id = o.conversation_id AND e.id < o.id AND e.state = 'waiting'
                AND e.send_after_ms > ?1)
      ORDER BY o.id"
);

/// The word that a row's detail begins with; nothing if it is none. Platforms and programs behind a bridge may go on with a
/// name or a phone number, and the push log can't be erased.
fn cause(detail: &str) -> &str {
    let word = detail.split(':').next().unwrap_or_default();
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if word.len() <= LONGEST_CAUSE && word.chars().all(sign) { word } else { "" }
}

fn outbox(row: &SqliteRow) -> Result<OutboxRow> {
    let state: &str = row.try_get("state")?;
    Ok(OutboxRow {
        id: OutboxId(row.try_get("id")?),
        reply: NewOutbox {
            client_id: row.try_get("client_id")?,
            conversation: ConversationId(row.try_get("conversation_id")?),
            account: codec::opt_id(row.try_get("account_id")?).map(AccountId),
            body: serde_json::from_str(row.try_get("body")?)?,
            file: row.try_get("file")?,
            created_at: from_ms(row.try_get("created_at_ms")?),
            send_after: from_ms(row.try_get("send_after_ms")?),
            seen: codec::opt_id(row.try_get("seen_message_id")?).map(MessageId),
        },
        state: codec::known("outbox.state", state, OutboxState::parse(state))?,
        attempts: codec::count(row.try_get("attempts")?),
        changed_at: from_ms(row.try_get("changed_at_ms")?),
        provider_id: row.try_get("provider_id")?,
        detail: row.try_get("detail")?,
    })
}

const fn kind_of(state: OutboxState) -> LogKind {
    match state {
        OutboxState::Waiting => LogKind::ReplyWaiting,
        OutboxState::Sending => LogKind::ReplySending,
        OutboxState::Sent => LogKind::ReplySent,
        OutboxState::Refused => LogKind::ReplyRefused,
        OutboxState::Unknown => LogKind::ReplyUnknown,
        OutboxState::Cancelled => LogKind::ReplyCancelled,
    }
}

async fn by_id(conn: &mut SqliteConnection, id: OutboxId) -> Result<OutboxRow> {
    let sql = concat!("SELECT ", outbox_columns!(), " FROM outbox o WHERE o.id = ?1");
    let row = sqlx::query(sql).bind(id.0).fetch_optional(conn).await?;
    outbox(&row.ok_or(StoreError::NotFound { what: "reply", id: id.0 })?)
}

impl WriteTx {
    /// Takes a reply in, or returns the row of the one with the same client id: a second press is the same reply.
    ///
    /// # Errors
    /// What the database says.
    pub async fn enqueue(&mut self, reply: &NewOutbox) -> Result<OutboxRow> {
        let sql =
            "INSERT INTO outbox (client_id, conversation_id, account_id, body, created_at_ms, send_after_ms,
                seen_message_id, changed_at_ms, file) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?5, ?8)
            ON CONFLICT (client_id) DO NOTHING";
        let done = sqlx::query(sql)
            .bind(reply.client_id.clone())
            .bind(reply.conversation.0)
            .bind(reply.account.map_or(0, |a| a.0))
            .bind(codec::json(&reply.body)?)
            .bind(to_ms(reply.created_at))
            .bind(to_ms(reply.send_after))
            .bind(reply.seen.map_or(0, |m| m.0))
            .bind(reply.file.clone())
            .execute(self.conn().await?)
            .await?;
        let sql = concat!("SELECT ", outbox_columns!(), " FROM outbox o WHERE o.client_id = ?1");
        let row =
            outbox(&sqlx::query(sql).bind(reply.client_id.clone()).fetch_one(self.conn().await?).await?)?;
        if done.rows_affected() > 0 {
            self.log_outbox(&row, LogKind::ReplyWritten, reply.created_at);
        }
        Ok(row)
    }

    /// Moves a reply from one state to another; `detail` says what happened, `provider_id` is the platform's message
    /// id once sent. Going to `sending` counts as an attempt.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it is no longer in `from`: somebody else moved it, so do nothing more with it.
    pub async fn move_outbox(
        &mut self,
        id: OutboxId,
        from: OutboxState,
        to: OutboxState,
        provider_id: &str,
        detail: &str,
        now: Timestamp,
    ) -> Result<OutboxRow> {
        let sql = "UPDATE outbox SET state = ?3, provider_id = ?4, detail = ?5, changed_at_ms = ?6,
                attempts = attempts + (?3 = 'sending')
            WHERE id = ?1 AND state = ?2";
        let done = sqlx::query(sql)
            .bind(id.0)
            .bind(from.as_str())
            .bind(to.as_str())
            .bind(provider_id.to_owned())
            .bind(detail.to_owned())
            .bind(to_ms(now))
            .execute(self.conn().await?)
            .await?;
        let row = by_id(self.conn().await?, id).await?;
        if done.rows_affected() == 0 {
            let what = format!("reply {id} is {}, not {}", row.state.as_str(), from.as_str());
            return Err(StoreError::Conflict { what });
        }
        self.log_outbox(&row, kind_of(to), now);
        Ok(row)
    }

    /// Where the picture of a reply that has not left yet is at the platform; empty: to be uploaded again.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it is neither waiting nor refused.
    pub async fn set_outbox_body(&mut self, id: OutboxId, body: &Body) -> Result<OutboxRow> {
        let sql = "UPDATE outbox SET body = ?2 WHERE id = ?1 AND state IN ('waiting', 'refused')";
        let query = sqlx::query(sql).bind(id.0).bind(codec::json(body)?);
        if query.execute(self.conn().await?).await?.rows_affected() == 0 {
            return Err(StoreError::Conflict { what: format!("reply {id} has left") });
        }
        self.change(Entity::Outbox, id.0);
        by_id(self.conn().await?, id).await
    }

    /// Lets no reply wait beyond `latest`: a clock that was put back would hold it for as long as it was put back. Returns
    /// the conversations of those that would have.
    ///
    /// # Errors
    /// What the database says.
    pub async fn hasten_outbox(&mut self, latest: Timestamp) -> Result<Vec<ConversationId>> {
        let sql = "UPDATE outbox SET send_after_ms = ?1 WHERE state = 'waiting' AND send_after_ms > ?1
            RETURNING id, conversation_id";
        let query = sqlx::query_as::<_, (i64, i64)>(sql).bind(to_ms(latest));
        let rows = query.fetch_all(self.conn().await?).await?;
        rows.iter().for_each(|(id, _)| self.change(Entity::Outbox, *id));
        Ok(rows.into_iter().map(|(_, conversation)| ConversationId(conversation)).collect())
    }

    /// After a start: whatever was being sent when the program ended is of unknown fate. Returns those replies.
    ///
    /// # Errors
    /// What the database says.
    pub async fn recover_outbox(&mut self, now: Timestamp) -> Result<Vec<OutboxRow>> {
        let sql = "UPDATE outbox SET state = 'unknown', detail = 'the program ended while sending', changed_at_ms = ?1
            WHERE state = 'sending' RETURNING id";
        let ids: Vec<i64> = sqlx::query_scalar(sql).bind(to_ms(now)).fetch_all(self.conn().await?).await?;
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            let row = by_id(self.conn().await?, OutboxId(id)).await?;
            self.log_outbox(&row, LogKind::ReplyUnknown, now);
            rows.push(row);
        }
        Ok(rows)
    }

    /// One reply.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn outbox(&mut self, id: OutboxId) -> Result<OutboxRow> {
        by_id(self.conn().await?, id).await
    }

    fn log_outbox(&mut self, row: &OutboxRow, kind: LogKind, at: Timestamp) {
        self.change(Entity::Outbox, row.id.0);
        self.change(Entity::Conversation, row.reply.conversation.0);
        let by = row.reply.account.map(|a| a.0);
        let detail = serde_json::json!({
            "reply": row.id.0, "client_id": row.reply.client_id, "by": by, "provider_id": row.provider_id,
            "detail": cause(&row.detail),
        });
        let conversation = Some(row.reply.conversation);
        self.audit(AuditEntry { at, kind, conversation, detail: detail.to_string() });
    }
}

impl Store {
    /// One reply.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn outbox(&self, id: OutboxId) -> Result<OutboxRow> {
        by_id(&mut *self.reader().await?, id).await
    }

    /// The reply with this client id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbox_by_client_id(&self, client_id: &str) -> Result<Option<OutboxRow>> {
        let sql = concat!("SELECT ", outbox_columns!(), " FROM outbox o WHERE o.client_id = ?1");
        let query = sqlx::query(sql).bind(client_id.to_owned());
        query.fetch_optional(&mut *self.reader().await?).await?.as_ref().map(outbox).transpose()
    }

    /// The platform's ids of the replies of a conversation that are known to be sent.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sent_ids(&self, conversation: ConversationId) -> Result<Vec<String>> {
        let sql = "SELECT provider_id FROM outbox
            WHERE conversation_id = ?1 AND state = 'sent' AND provider_id <> ''";
        let query = sqlx::query_scalar(sql).bind(conversation.0);
        Ok(query.fetch_all(&mut *self.reader().await?).await?)
    }

    /// The replies of a conversation that are not settled (sent or cancelled), oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbox_of(&self, conversation: ConversationId) -> Result<Vec<OutboxRow>> {
        let sql = concat!(
            "SELECT ",
            outbox_columns!(),
            " FROM outbox o WHERE o.conversation_id = ?1 AND o.state <> 'sent' AND o.state <> 'cancelled'
              ORDER BY o.id"
        );
        let query = sqlx::query(sql).bind(conversation.0);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(outbox).collect()
    }

    /// Waiting replies whose time has come, oldest first. One that was written after another of its conversation waits
    /// for it, whatever the clock said when they were written.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbox_due(&self, now: Timestamp) -> Result<Vec<OutboxRow>> {
        let query = sqlx::query(DUE).bind(to_ms(now));
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(outbox).collect()
    }

    /// Whether a reply waits beyond `latest`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbox_waits_beyond(&self, latest: Timestamp) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM outbox o INDEXED BY outbox_unsettled
            WHERE o.state = 'waiting' AND o.state <> 'sent' AND o.state <> 'cancelled' AND o.send_after_ms > ?1)";
        Ok(sqlx::query_scalar(sql).bind(to_ms(latest)).fetch_one(&mut *self.reader().await?).await?)
    }

    /// Everything that is not settled: waiting, sending, refused or unknown.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbox_unsettled(&self) -> Result<Vec<OutboxRow>> {
        let sql = concat!(
            "SELECT ",
            outbox_columns!(),
            " FROM outbox o INDEXED BY outbox_unsettled WHERE o.state <> 'sent' AND o.state <> 'cancelled'
              ORDER BY o.id"
        );
        sqlx::query(sql).fetch_all(&mut *self.reader().await?).await?.iter().map(outbox).collect()
    }
}
