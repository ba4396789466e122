//! Reading deadlines: of a conversation, on the tide line, and those whose next stage has come.

use crate::{DeadlineRow, DeadlineStatus, DueAlert, Result, Store, codec};
use domain::{AccountId, ConversationId, DeadlineId, DeadlineKind, StoreId, Timestamp, from_ms, to_ms};
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
    ", c.store_id, c.owner_id, coalesce(b.name, c.title) AS name
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
