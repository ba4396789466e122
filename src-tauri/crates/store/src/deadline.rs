//! Reading deadlines: of a conversation, on the tide line, and those whose next stage has come.

use crate::{
    ConversationRow, DeadlineRow, DeadlineStatus, DueAlert, Entity, OpenDeadline, Result, Store, WriteTx,
    codec,
};
use domain::{
    AccountId, ConversationId, DeadlineId, DeadlineKind, Stage, StoreId, Timestamp, from_ms, to_ms,
};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

macro_rules! deadline_columns {
    () => {
        "d.id, d.conversation_id, d.kind, d.status, d.from_ms, d.due_ms, d.why, d.next_stage_at_ms,
         d.snoozed_until_ms, d.closed_at_ms"
    };
}

fn deadline(row: &SqliteRow) -> Result<DeadlineRow> {
    let kind: &str = row.try_get("kind")?;
    let status: &str = row.try_get("status")?;
    Ok(DeadlineRow {
        id: DeadlineId(row.try_get("id")?),
        conversation: ConversationId(row.try_get("conversation_id")?),
        kind: codec::known("deadline.kind", kind, DeadlineKind::parse(kind))?,
        status: codec::known("deadline.status", status, DeadlineStatus::parse(status))?,
        from: from_ms(row.try_get("from_ms")?),
        due: from_ms(row.try_get("due_ms")?),
        why: row.try_get("why")?,
        next_stage_at: codec::opt_at(row.try_get("next_stage_at_ms")?),
        snoozed_until: codec::opt_at(row.try_get("snoozed_until_ms")?),
        closed_at: codec::opt_at(row.try_get("closed_at_ms")?),
    })
}

fn all(rows: &[SqliteRow]) -> Result<Vec<DeadlineRow>> {
    rows.iter().map(deadline).collect()
}

pub(crate) const DUE_ALERTS: &str = concat!(
    "SELECT ",
    deadline_columns!(),
    ", c.store_id, c.owner_id, coalesce(b.name, c.title) AS name,
     (SELECT max(a.stage_s) FROM alert_raised a
      WHERE a.conversation_id = d.conversation_id AND a.kind = d.kind AND a.due_ms = d.due_ms) AS raised
     FROM deadline d INDEXED BY deadline_alert
     CROSS JOIN conversation c ON c.id = d.conversation_id
     LEFT JOIN buyer b ON b.id = c.buyer_id
     WHERE d.status = 'open' AND d.next_stage_at_ms > 0 AND d.next_stage_at_ms <= ?1
     ORDER BY d.next_stage_at_ms, d.id"
);
pub(crate) const OPEN_BETWEEN: &str = concat!(
    "SELECT ",
    deadline_columns!(),
    " FROM deadline d INDEXED BY deadline_due
      WHERE d.status = 'open' AND d.due_ms >= ?1 AND d.due_ms < ?2 ORDER BY d.due_ms, d.id LIMIT ?3"
);

impl Store {
    /// All deadlines of a conversation, settled ones too, in the order of their instants.
    ///
    /// # Errors
    /// What the database says.
    pub async fn deadlines_of(&self, conversation: ConversationId) -> Result<Vec<DeadlineRow>> {
        let sql = concat!(
            "SELECT ",
            deadline_columns!(),
            " FROM deadline d WHERE d.conversation_id = ?1 ORDER BY d.due_ms, d.id"
        );
        all(&sqlx::query(sql).bind(conversation.0).fetch_all(&mut *self.reader().await?).await?)
    }

    /// Open deadlines due from `from` until before `to`, most urgent first, at most `limit`: the tide line asks for
    /// the next 24 hours, the overdue list for everything before now.
    ///
    /// # Errors
    /// What the database says.
    pub async fn open_deadlines(
        &self,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<DeadlineRow>> {
        let query = sqlx::query(OPEN_BETWEEN).bind(to_ms(from)).bind(to_ms(to)).bind(limit);
        all(&query.fetch_all(&mut *self.reader().await?).await?)
    }

    /// One deadline.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`].
    pub async fn deadline(&self, id: DeadlineId) -> Result<DeadlineRow> {
        let sql = concat!("SELECT ", deadline_columns!(), " FROM deadline d WHERE d.id = ?1");
        let row = sqlx::query(sql).bind(id.0).fetch_optional(&mut *self.reader().await?).await?;
        deadline(&row.ok_or(crate::StoreError::NotFound { what: "deadline", id: id.0 })?)
    }

    /// Open deadlines whose next stage, or the end of whose snooze, has come by `now`, earliest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn due_alerts(&self, now: Timestamp) -> Result<Vec<DueAlert>> {
        let rows = sqlx::query(DUE_ALERTS).bind(to_ms(now)).fetch_all(&mut *self.reader().await?).await?;
        rows.iter()
            .map(|row| {
                Ok(DueAlert {
                    deadline: deadline(row)?,
                    store: StoreId(row.try_get("store_id")?),
                    owner: codec::opt_id(row.try_get("owner_id")?).map(AccountId),
                    name: row.try_get("name")?,
                    raised: row.try_get::<Option<i64>, _>("raised")?.map(Stage),
                })
            })
            .collect()
    }

    /// When the next stage of any open deadline is reached; none if nothing is left to alert.
    ///
    /// # Errors
    /// What the database says.
    pub async fn next_alert_at(&self) -> Result<Option<Timestamp>> {
        let sql = "SELECT min(next_stage_at_ms) FROM deadline INDEXED BY deadline_alert
            WHERE status = 'open' AND next_stage_at_ms > 0";
        let ms: Option<i64> = sqlx::query_scalar(sql).fetch_one(&mut *self.reader().await?).await?;
        Ok(ms.map(from_ms))
    }
}

impl WriteTx {
    /// Starts a running clock of a conversation again, in the row that it has: for one that starts anew every minute,
    /// and would else leave a settled row behind each time. The conversation keeps `row`'s state of the clocks.
    /// Returns whether the clock ran; else nothing was written.
    ///
    /// # Errors
    /// What the database says.
    pub async fn restart_clock(&mut self, row: &ConversationRow, clock: &OpenDeadline) -> Result<bool> {
        let sql = "UPDATE OR REPLACE deadline SET from_ms = ?3, due_ms = ?4, next_stage_at_ms = ?5, why = ?6,
                snoozed_until_ms = 0, ladder_from_ms = 0, ladder_at_ms = 0
            WHERE conversation_id = ?1 AND kind = ?2 AND status = 'open'";
        let done = sqlx::query(sql)
            .bind(row.id.0)
            .bind(clock.kind.as_str())
            .bind(to_ms(clock.from))
            .bind(to_ms(clock.due))
            .bind(codec::opt_ms(clock.next_stage_at))
            .bind(clock.why.clone())
            .execute(self.conn().await?)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        let sql = "UPDATE conversation SET clock = ?2, due_ms = ?3 WHERE id = ?1";
        let due = row.due.map_or(codec::NO_DUE, to_ms);
        sqlx::query(sql)
            .bind(row.id.0)
            .bind(row.clock_json.clone())
            .bind(due)
            .execute(self.conn().await?)
            .await?;
        self.change(Entity::Conversation, row.id.0);
        Ok(true)
    }
}
