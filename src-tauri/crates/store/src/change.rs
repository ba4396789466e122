//! The feed: "changes since n".

use crate::{Change, Entity, Result, Store, codec};
use sqlx::Row;

impl Store {
    /// The number of the last change ever made, also if it was pruned.
    ///
    /// # Errors
    /// What the database says.
    pub async fn last_seq(&self) -> Result<i64> {
        let sql = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'change'), 0)";
        Ok(sqlx::query_scalar(sql).fetch_one(&mut *self.reader().await?).await?)
    }

    /// What changed after `seq`, oldest first, at most `limit`. One thing may come more than once: the reader asks
    /// for its present state anyway.
    ///
    /// # Errors
    /// What the database says.
    pub async fn changes_since(&self, seq: i64, limit: u32) -> Result<Vec<Change>> {
        let sql = "SELECT seq, entity, entity_id FROM change WHERE seq > ?1 ORDER BY seq LIMIT ?2";
        let rows = sqlx::query(sql).bind(seq).bind(limit).fetch_all(&mut *self.reader().await?).await?;
        rows.iter()
            .map(|row| {
                let entity: &str = row.try_get(1)?;
                let entity = codec::known("change.entity", entity, Entity::parse(entity))?;
                Ok(Change { seq: row.try_get(0)?, entity, id: row.try_get(2)? })
            })
            .collect()
    }
}
