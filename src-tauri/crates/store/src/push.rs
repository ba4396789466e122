//! Pushes that were taken and wait to be worked on.

use crate::codec::Pieces;
use crate::{PushRow, Result, Store, WriteTx, codec};
use domain::{RawPayload, Timestamp, from_ms, to_ms};
use sqlx::Row;

impl WriteTx {
    /// Keeps pushes, each with the application that it was sent to, behind those that wait already.
    ///
    /// # Errors
    /// What the database says.
    pub fn keep_pushes<'a>(
        &mut self,
        pushes: impl IntoIterator<Item = (&'a str, &'a RawPayload)>,
        now: Timestamp,
    ) -> Result<()> {
        let (mut lines, mut pieces) = (Vec::new(), Pieces::default());
        for (partner, raw) in pushes {
            let (at, len) = pieces.push(&raw.bytes);
            lines.push((partner, raw.source, at, len));
        }
        if lines.is_empty() {
            return Ok(());
        }
        let sql = "INSERT INTO push (at_ms, partner, source, bytes)
            SELECT ?, value ->> 0, value ->> 1, substr(?, value ->> 2, value ->> 3) FROM jsonb_each(?) ORDER BY key";
        self.script.add(sql).bind(to_ms(now))?.bind(pieces.bytes())?.bind(codec::json(&lines)?)?;
        Ok(())
    }

    /// Takes pushes out: what they say is taken in.
    ///
    /// # Errors
    /// What the database says.
    pub fn drop_pushes(&mut self, ids: &[i64]) -> Result<()> {
        let sql = "DELETE FROM push WHERE id IN (SELECT value FROM json_each(?))";
        self.script.add(sql).bind(codec::json(ids)?)?;
        Ok(())
    }
}

impl Store {
    /// Pushes that wait, the oldest first, at most so many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn pushes(&self, limit: u32) -> Result<Vec<PushRow>> {
        let sql = "SELECT id, partner, source, at_ms, bytes FROM push ORDER BY id LIMIT ?1";
        let rows = sqlx::query(sql).bind(limit).fetch_all(&mut *self.reader().await?).await?;
        rows.iter()
            .map(|row| {
                Ok(PushRow {
                    id: row.try_get("id")?,
                    partner: row.try_get("partner")?,
                    source: row.try_get("source")?,
                    at: from_ms(row.try_get("at_ms")?),
                    bytes: row.try_get("bytes")?,
                })
            })
            .collect()
    }

    /// How many pushes to an application wait.
    ///
    /// # Errors
    /// What the database says.
    pub async fn pushes_waiting(&self, partner: &str) -> Result<u64> {
        let sql = "SELECT count(*) FROM push WHERE partner = ?1";
        let count: i64 =
            sqlx::query_scalar(sql).bind(partner.to_owned()).fetch_one(&mut *self.reader().await?).await?;
        Ok(count.unsigned_abs())
    }
}
