//! Stores that fall silent, and until when deadlines were watched.

use crate::{AuditEntry, Entity, Result, SilenceRow, Store, WriteTx, codec};
use domain::{LogKind, StoreId, Timestamp, from_ms, to_ms};
use sqlx::Row;

impl WriteTx {
    /// Writes down that people are told of a silence. Returns whether it was new: while a silence lasts each reason is
    /// told once, also across a restart.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_silence(
        &mut self,
        store: StoreId,
        why: &str,
        code: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "INSERT INTO silence (store_id, why, code, raised_at_ms)
            SELECT id, ?2, ?3, ?4 FROM store WHERE id = ?1 ON CONFLICT DO NOTHING";
        let query =
            sqlx::query(sql).bind(store.0).bind(why.to_owned()).bind(code.to_owned()).bind(to_ms(now));
        let new = query.execute(self.conn().await?).await?.rows_affected() > 0;
        if new {
            self.change(Entity::Store, store.0);
            let detail = serde_json::json!({ "store": store.0, "why": why, "code": code }).to_string();
            self.audit(AuditEntry { at: now, kind: LogKind::StoreSilent, conversation: None, detail });
        }
        Ok(new)
    }

    /// Ends the silence of a store that was read again. Returns whether there was one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn end_silence(&mut self, store: StoreId, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE silence SET ended_at_ms = ?2 WHERE store_id = ?1 AND ended_at_ms = 0";
        let query = sqlx::query(sql).bind(store.0).bind(to_ms(now));
        let ended = query.execute(self.conn().await?).await?.rows_affected() > 0;
        if ended {
            self.change(Entity::Store, store.0);
            let detail = serde_json::json!({ "store": store.0 }).to_string();
            self.audit(AuditEntry { at: now, kind: LogKind::StoreHeard, conversation: None, detail });
        }
        Ok(ended)
    }

    /// Notes until when deadlines were watched.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_watched_until(&mut self, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO watch (id, until_ms) VALUES (1, ?1)
            ON CONFLICT (id) DO UPDATE SET until_ms = excluded.until_ms";
        sqlx::query(sql).bind(to_ms(now)).execute(self.conn().await?).await?;
        Ok(())
    }
}

impl Store {
    /// What people were told of silences that last, and of those that ended at `since` or later.
    ///
    /// # Errors
    /// What the database says.
    pub async fn silences(&self, since: Timestamp) -> Result<Vec<SilenceRow>> {
        let sql = "SELECT y.store_id, y.why, y.code, y.raised_at_ms, y.ended_at_ms
            FROM store s CROSS JOIN silence y INDEXED BY silence_store ON y.store_id = s.id
            WHERE y.ended_at_ms = 0 OR y.ended_at_ms >= ?1 ORDER BY y.id";
        let rows = sqlx::query(sql).bind(to_ms(since)).fetch_all(&mut *self.reader().await?).await?;
        rows.iter()
            .map(|row| {
                Ok(SilenceRow {
                    store: StoreId(row.try_get(0)?),
                    why: row.try_get(1)?,
                    code: row.try_get(2)?,
                    raised_at: from_ms(row.try_get(3)?),
                    ended_at: codec::opt_at(row.try_get(4)?),
                })
            })
            .collect()
    }

    /// Until when deadlines were watched, to the nearest minutes; none on a fresh file.
    ///
    /// # Errors
    /// What the database says.
    pub async fn watched_until(&self) -> Result<Option<Timestamp>> {
        let sql = "SELECT until_ms FROM watch WHERE id = 1";
        let ms: Option<i64> = sqlx::query_scalar(sql).fetch_optional(&mut *self.reader().await?).await?;
        Ok(ms.map(from_ms))
    }
}
