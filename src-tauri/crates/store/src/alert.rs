//! Alerts: each stage of a deadline instant is raised at most once, also across crash and restart (`docs/RULES.md` §4).

use crate::{AlertRaise, AlertRow, AuditEntry, Entity, Result, Store, StoreError, WriteTx, codec};
use domain::{ConversationId, DeadlineId, DeadlineKind, LogKind, Stage, Timestamp, from_ms, to_ms};
use serde::Serialize;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::collections::HashSet;

#[derive(Serialize)]
struct Raised {
    deadline: i64,
    stage: i64,
    raised: i64,
    late: i64,
    next: i64,
    ladder: i64,
}

#[derive(Serialize)]
struct Advance(i64, i64);

fn alert(row: &SqliteRow) -> Result<AlertRow> {
    let kind: &str = row.try_get("kind")?;
    Ok(AlertRow {
        id: row.try_get("id")?,
        conversation: ConversationId(row.try_get("conversation_id")?),
        kind: codec::known("alert_raised.kind", kind, DeadlineKind::parse(kind))?,
        due: from_ms(row.try_get("due_ms")?),
        stage: Stage(row.try_get("stage_s")?),
        raised_at: from_ms(row.try_get("raised_at_ms")?),
        late_ms: row.try_get("late_ms")?,
        acted_at: codec::opt_at(row.try_get("acted_at_ms")?),
        action: row.try_get("action")?,
    })
}

/// The stages that were raised last.
pub(crate) async fn newest(conn: &mut SqliteConnection, limit: u32) -> Result<Vec<AlertRow>> {
    let sql = "SELECT id, conversation_id, kind, due_ms, stage_s, raised_at_ms, late_ms, acted_at_ms, action
        FROM alert_raised ORDER BY id DESC LIMIT ?1";
    sqlx::query(sql).bind(limit).fetch_all(conn).await?.iter().map(alert).collect()
}

impl WriteTx {
    /// Marks stages as raised, moves each deadline on to its next one, and begins the ladders that are named. Returns
    /// the deadlines whose stage was new: only of those may anybody be told, and only after the commit. A deadline
    /// that is gone or settled is left out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn raise(&mut self, alerts: &[AlertRaise]) -> Result<Vec<DeadlineId>> {
        let late = |alert: &AlertRaise| (to_ms(alert.raised_at) - to_ms(alert.planned_at)).max(0);
        let rows: Vec<Raised> = alerts
            .iter()
            .map(|alert| Raised {
                deadline: alert.deadline.id.0,
                stage: alert.stage.0,
                raised: to_ms(alert.raised_at),
                late: late(alert),
                next: codec::opt_ms(alert.next_stage_at),
                ladder: codec::opt_ms(alert.ladder_at),
            })
            .collect();
        let json = codec::json(&rows)?;
        let sql = "INSERT INTO alert_raised (conversation_id, kind, due_ms, stage_s, raised_at_ms, late_ms)
            SELECT d.conversation_id, d.kind, d.due_ms, value ->> 'stage', value ->> 'raised', value ->> 'late'
            FROM jsonb_each(?1) j CROSS JOIN deadline d ON d.id = j.value ->> 'deadline'
            WHERE d.status = 'open'
            ON CONFLICT DO NOTHING RETURNING conversation_id, kind, due_ms";
        let new = sqlx::query(sql).bind(json.clone()).fetch_all(self.conn().await?).await?;
        let new: HashSet<(i64, String, i64)> = new
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
            .collect::<Result<_>>()?;
        let sql = "UPDATE deadline SET next_stage_at_ms = j.value ->> 'next', snoozed_until_ms = 0,
                ladder_from_ms = iif(j.value ->> 'ladder' = 0, ladder_from_ms, j.value ->> 'raised'),
                ladder_at_ms = iif(j.value ->> 'ladder' = 0, ladder_at_ms, j.value ->> 'ladder')
            FROM jsonb_each(?1) j WHERE deadline.id = j.value ->> 'deadline' AND deadline.status = 'open'";
        sqlx::query(sql).bind(json).execute(self.conn().await?).await?;
        let mut raised = Vec::with_capacity(new.len());
        for alert in alerts {
            let deadline = &alert.deadline;
            let (kind, due) = (deadline.kind.as_str(), to_ms(deadline.due));
            if !new.contains(&(deadline.conversation.0, kind.to_owned(), due)) {
                continue;
            }
            raised.push(deadline.id);
            self.change(Entity::Conversation, deadline.conversation.0);
            let detail = serde_json::json!({
                "deadline": kind, "due_ms": due, "stage_s": alert.stage.0, "late_ms": late(alert),
            });
            self.audit(AuditEntry {
                at: alert.raised_at,
                kind: LogKind::AlertRaised,
                conversation: Some(deadline.conversation),
                detail: detail.to_string(),
            });
        }
        Ok(raised)
    }

    /// Sets when deadlines' next stages are reached, without raising anything, and ends their snoozes.
    ///
    /// # Errors
    /// What the database says.
    pub async fn advance(&mut self, next: &[(DeadlineId, Option<Timestamp>)]) -> Result<()> {
        let rows: Vec<Advance> = next.iter().map(|(id, at)| Advance(id.0, codec::opt_ms(*at))).collect();
        let sql = "UPDATE deadline SET next_stage_at_ms = j.value ->> 1, snoozed_until_ms = 0
            FROM jsonb_each(?1) j WHERE deadline.id = j.value ->> 0 AND deadline.status = 'open'";
        sqlx::query(sql).bind(codec::json(&rows)?).execute(self.conn().await?).await?;
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
        if sqlx::query(sql).bind(deadline.0).bind(until).execute(self.conn().await?).await?.rows_affected()
            == 0
        {
            return Err(StoreError::NotFound { what: "open deadline", id: deadline.0 });
        }
        let detail = serde_json::json!({ "deadline": kind, "due_ms": due, "until_ms": until }).to_string();
        self.change(Entity::Conversation, conversation);
        let conversation = Some(ConversationId(conversation));
        self.audit(AuditEntry { at: now, kind: LogKind::Snoozed, conversation, detail });
        Ok(from_ms(until))
    }

    async fn deadline_of(&mut self, id: DeadlineId) -> Result<(i64, String, i64)> {
        let sql = "SELECT conversation_id, kind, due_ms FROM deadline WHERE id = ?1";
        let row = sqlx::query(sql).bind(id.0).fetch_optional(self.conn().await?).await?;
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
        let query = sqlx::query(sql).bind(conversation.0);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(alert).collect()
    }
}
