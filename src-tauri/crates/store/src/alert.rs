//! Alerts: each stage of a deadline instant is raised at most once, also across crash and restart (`docs/RULES.md` §4).

use crate::{AlertRaise, AlertRow, AuditEntry, Entity, Result, Store, StoreError, WriteTx, codec};
use domain::{ConversationId, DeadlineId, DeadlineKind, Stage, Timestamp, from_ms, to_ms};
use sqlx::Row;

impl WriteTx {
    /// Marks a stage as raised and moves the deadline on to its next one. Returns whether it was new: only then may
    /// anybody be told, and only after the commit.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such deadline.
    pub async fn raise(&mut self, alert: &AlertRaise) -> Result<bool> {
        let (conversation, kind, due) = self.deadline_of(alert.deadline).await?;
        let late = to_ms(alert.raised_at) - to_ms(alert.planned_at);
        let sql = "INSERT INTO alert_raised (conversation_id, kind, due_ms, stage_s, raised_at_ms, late_ms)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
        let done = sqlx::query(sql)
            .bind(conversation)
            .bind(kind.clone())
            .bind(due)
            .bind(alert.stage.0)
            .bind(to_ms(alert.raised_at))
            .bind(late.max(0))
            .execute(self.conn()?)
            .await?;
        let new = done.rows_affected() > 0;
        self.advance(alert.deadline, alert.next_stage_at).await?;
        if new {
            let detail = serde_json::json!({ "deadline": kind, "due_ms": due, "stage_s": alert.stage.0, "late_ms": late.max(0) });
            let conversation = Some(ConversationId(conversation));
            let detail = detail.to_string();
            self.audit(AuditEntry {
                at: alert.raised_at,
                kind: "alert_raised".to_owned(),
                conversation,
                detail,
            });
        }
        self.change(Entity::Conversation, conversation);
        Ok(new)
    }

    /// Sets when a deadline's next stage is reached, without raising anything, and ends its snooze.
    ///
    /// # Errors
    /// What the database says.
    pub async fn advance(&mut self, deadline: DeadlineId, next_stage_at: Option<Timestamp>) -> Result<()> {
        let sql = "UPDATE deadline SET next_stage_at_ms = ?2, snoozed_until_ms = 0 WHERE id = ?1 AND status = 'open'";
        sqlx::query(sql).bind(deadline.0).bind(codec::opt_ms(next_stage_at)).execute(self.conn()?).await?;
        Ok(())
    }

    /// Puts a deadline off until `until`, never past its instant (稍后). Returns until when.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such open deadline.
    pub async fn snooze(
        &mut self,
        deadline: DeadlineId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Timestamp> {
        let (conversation, kind, due) = self.deadline_of(deadline).await?;
        // A deadline that has passed can't be put off to before itself: then it is as asked.
        let until = if due > to_ms(now) { to_ms(until).min(due) } else { to_ms(until) };
        let sql = "UPDATE deadline SET snoozed_until_ms = ?2, next_stage_at_ms = ?2 WHERE id = ?1 AND status = 'open'";
        if sqlx::query(sql).bind(deadline.0).bind(until).execute(self.conn()?).await?.rows_affected() == 0 {
            return Err(StoreError::NotFound { what: "open deadline", id: deadline.0 });
        }
        let detail = serde_json::json!({ "deadline": kind, "due_ms": due, "until_ms": until }).to_string();
        self.change(Entity::Conversation, conversation);
        let conversation = Some(ConversationId(conversation));
        self.audit(AuditEntry { at: now, kind: "snoozed".to_owned(), conversation, detail });
        Ok(from_ms(until))
    }

    /// Notes what somebody did on the alerts of a deadline that nobody had acted on yet.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such deadline.
    pub async fn acted(&mut self, deadline: DeadlineId, action: &str, now: Timestamp) -> Result<()> {
        let (conversation, kind, due) = self.deadline_of(deadline).await?;
        let sql = "UPDATE alert_raised SET acted_at_ms = ?4, action = ?5
            WHERE conversation_id = ?1 AND kind = ?2 AND due_ms = ?3 AND acted_at_ms = 0";
        sqlx::query(sql)
            .bind(conversation)
            .bind(kind.clone())
            .bind(due)
            .bind(to_ms(now))
            .bind(action.to_owned())
            .execute(self.conn()?)
            .await?;
        let detail = serde_json::json!({ "deadline": kind, "due_ms": due, "action": action }).to_string();
        self.change(Entity::Conversation, conversation);
        let conversation = Some(ConversationId(conversation));
        self.audit(AuditEntry { at: now, kind: "alert_acted".to_owned(), conversation, detail });
        Ok(())
    }

    async fn deadline_of(&mut self, id: DeadlineId) -> Result<(i64, String, i64)> {
        let sql = "SELECT conversation_id, kind, due_ms FROM deadline WHERE id = ?1";
        let row = sqlx::query(sql).bind(id.0).fetch_optional(self.conn()?).await?;
        let row = row.ok_or(StoreError::NotFound { what: "deadline", id: id.0 })?;
        Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
    }
}

impl Store {
    /// The stages raised for a conversation, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn alerts_of(&self, conversation: ConversationId) -> Result<Vec<AlertRow>> {
        let sql =
            "SELECT id, conversation_id, kind, due_ms, stage_s, raised_at_ms, late_ms, acted_at_ms, action
            FROM alert_raised WHERE conversation_id = ?1 ORDER BY raised_at_ms, id";
        let rows = sqlx::query(sql).bind(conversation.0).fetch_all(&mut *self.reader().await?).await?;
        rows.iter()
            .map(|row| {
                let kind: &str = row.try_get("kind")?;
                Ok(AlertRow {
                    id: row.try_get("id")?,
                    conversation,
                    kind: codec::known("alert_raised.kind", kind, DeadlineKind::parse(kind))?,
                    due: from_ms(row.try_get("due_ms")?),
                    stage: Stage(row.try_get("stage_s")?),
                    raised_at: from_ms(row.try_get("raised_at_ms")?),
                    late_ms: row.try_get("late_ms")?,
                    acted_at: codec::opt_at(row.try_get("acted_at_ms")?),
                    action: row.try_get("action")?,
                })
            })
            .collect()
    }
}
