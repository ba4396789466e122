//! Who got what and why; and the counts from which distribution is decided.

use crate::{AssignmentRow, AssignmentWrite, Entity, Result, SeatCount, Store, StoreError, WriteTx, codec};
use domain::{AccountId, AssignmentId, BuyerId, ConversationId, DispatchReason, Timestamp, from_ms, to_ms};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

fn assignment(row: &SqliteRow) -> Result<AssignmentRow> {
    let reason: &str = row.try_get("reason")?;
    let facts: &str = row.try_get("facts")?;
    Ok(AssignmentRow {
        id: AssignmentId(row.try_get("id")?),
        assignment: AssignmentWrite {
            conversation: ConversationId(row.try_get("conversation_id")?),
            buyer: codec::opt_id(row.try_get("buyer_id")?).map(BuyerId),
            from: codec::opt_id(row.try_get("from_id")?).map(AccountId),
            to: AccountId(row.try_get("to_id")?),
            reason: codec::known("assignment.reason", reason, DispatchReason::parse(reason))?,
            facts: if facts.is_empty() { None } else { Some(serde_json::from_str(facts)?) },
            at: from_ms(row.try_get("at_ms")?),
            note: row.try_get("note")?,
        },
    })
}

impl Store {
    /// The distributions and transfers of a conversation, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn assignments(&self, conversation: ConversationId) -> Result<Vec<AssignmentRow>> {
        let sql =
            "SELECT id, conversation_id, buyer_id, from_id, to_id, reason, facts, at_ms, note FROM assignment
            WHERE conversation_id = ?1 ORDER BY at_ms, id";
        let query = sqlx::query(sql).bind(conversation.0);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(assignment).collect()
    }

    /// Per account of the roster: its distributions since `since` (00:00 UTC+8), and its last one ever.
    ///
    /// # Errors
    /// What the database says.
    pub async fn dispatch_counts(&self, since: Timestamp) -> Result<Vec<SeatCount>> {
        let sql = "SELECT a.id,
                (SELECT count(*) FROM assignment s INDEXED BY assignment_today
                 WHERE s.to_id = a.id AND s.distributed = 1 AND s.at_ms >= ?1) AS today,
                (SELECT max(s.at_ms) FROM assignment s INDEXED BY assignment_today
                 WHERE s.to_id = a.id AND s.distributed = 1) AS last
            FROM account a ORDER BY a.id";
        let rows = sqlx::query(sql).bind(to_ms(since)).fetch_all(&mut *self.reader().await?).await?;
        rows.iter()
            .map(|row| {
                Ok(SeatCount {
                    account: AccountId(row.try_get("id")?),
                    today: codec::count(row.try_get("today")?),
                    last: row.try_get::<Option<i64>, _>("last")?.map(from_ms),
                })
            })
            .collect()
    }

    /// The account each buyer was last distributed to, for those last distributed at `since` or later.
    ///
    /// # Errors
    /// What the database says.
    pub async fn recent(&self, since: Timestamp) -> Result<Vec<(BuyerId, AccountId, Timestamp)>> {
        // With max() in a grouped select, SQLite takes the other columns from the row of the maximum.
        let sql = "SELECT buyer_id, to_id, max(at_ms) FROM assignment INDEXED BY assignment_recent
            WHERE distributed = 1 AND buyer_id > 0 GROUP BY buyer_id HAVING max(at_ms) >= ?1";
        let rows = sqlx::query(sql).bind(to_ms(since)).fetch_all(&mut *self.reader().await?).await?;
        rows.iter()
            .map(|row| Ok((BuyerId(row.try_get(0)?), AccountId(row.try_get(1)?), from_ms(row.try_get(2)?))))
            .collect()
    }
}

impl WriteTx {
    /// Gives a conversation to another account and records why.
    pub(crate) async fn assign(
        &mut self,
        conversation: ConversationId,
        to: AccountId,
        reason: DispatchReason,
        now: Timestamp,
    ) -> Result<()> {
        let row = self.conversations_by_id(&[conversation]).await?.into_iter().next();
        let row = row.ok_or(StoreError::NotFound { what: "conversation", id: conversation.0 })?;
        let sql = "UPDATE conversation SET owner_id = ?2 WHERE id = ?1";
        sqlx::query(sql).bind(conversation.0).bind(to.0).execute(self.conn().await?).await?;
        let sql = "INSERT INTO assignment (conversation_id, buyer_id, from_id, to_id, reason, at_ms)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        sqlx::query(sql)
            .bind(conversation.0)
            .bind(row.buyer.map_or(0, |b| b.0))
            .bind(row.owner.map_or(0, |a| a.0))
            .bind(to.0)
            .bind(reason.as_str())
            .bind(to_ms(now))
            .execute(self.conn().await?)
            .await?;
        self.change(Entity::Conversation, conversation.0);
        Ok(())
    }
}
