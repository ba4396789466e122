//! How far the team has read conversations elsewhere.

use crate::{Result, Store, WriteTx, codec};
use domain::{StoreId, Timestamp, from_ms, to_ms};
use sqlx::Row;

impl WriteTx {
    /// Notes how far a conversation was read. A mark never moves back; true if it moved.
    ///
    /// # Errors
    /// What the database says.
    pub async fn move_read_mark(
        &mut self,
        store: StoreId,
        conversation: &str,
        at: Timestamp,
    ) -> Result<bool> {
        let sql = "INSERT INTO read_mark (store_id, conversation_key, at_ms) VALUES (?1, ?2, ?3)
            ON CONFLICT (store_id, conversation_key) DO UPDATE SET at_ms = excluded.at_ms
            WHERE at_ms < excluded.at_ms";
        let query = sqlx::query(sql).bind(store.0).bind(conversation.to_owned()).bind(to_ms(at));
        Ok(query.execute(self.conn().await?).await?.rows_affected() > 0)
    }
}

impl Store {
    /// The marks of those of these conversations that have one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn read_marks(&self, store: StoreId, keys: &[String]) -> Result<Vec<(String, Timestamp)>> {
        let sql = "SELECT r.conversation_key, r.at_ms FROM json_each(?2) j
            JOIN read_mark r ON r.store_id = ?1 AND r.conversation_key = j.value ORDER BY r.id";
        let query = sqlx::query(sql).bind(store.0).bind(codec::json(keys)?);
        let rows = query.fetch_all(&mut *self.reader().await?).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, from_ms(row.try_get(1)?)))).collect()
    }
}
