//! Policy data and preferences, as JSON under a key.

use crate::{AuditEntry, Entity, Result, Store, WriteTx};
use domain::{LogKind, Timestamp, to_ms};
use sqlx::Row;

impl WriteTx {
    /// Sets a setting. The push log notes that it changed, with its value.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_setting(&mut self, key: &str, json: &str, now: Timestamp) -> Result<()> {
        if self.put(key, json, now).await? {
            let detail = serde_json::json!({ "key": key, "value": json }).to_string();
            self.audit(AuditEntry { at: now, kind: LogKind::Setting, conversation: None, detail });
        }
        Ok(())
    }

    /// Keeps a note of the program's own under a key, to be read as a setting is. Nobody decided it, so the push log has
    /// nothing to say about it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_note(&mut self, key: &str, json: &str, now: Timestamp) -> Result<()> {
        self.put(key, json, now).await.map(|_| ())
    }

    /// Writes it; whether that changed anything.
    async fn put(&mut self, key: &str, json: &str, now: Timestamp) -> Result<bool> {
        let sql = "INSERT INTO setting (key, value, changed_at_ms) VALUES (?1, ?2, ?3)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed_at_ms = excluded.changed_at_ms
            WHERE value <> excluded.value";
        let query = sqlx::query(sql).bind(key.to_owned()).bind(json.to_owned()).bind(to_ms(now));
        let changed = query.execute(self.conn().await?).await?.rows_affected() > 0;
        if changed {
            self.change(Entity::Setting, 0);
        }
        Ok(changed)
    }
}

impl Store {
    /// A setting's JSON.
    ///
    /// # Errors
    /// What the database says.
    pub async fn setting(&self, key: &str) -> Result<Option<String>> {
        let sql = "SELECT value FROM setting WHERE key = ?1";
        Ok(sqlx::query_scalar(sql).bind(key.to_owned()).fetch_optional(&mut *self.reader().await?).await?)
    }

    /// All settings, by key.
    ///
    /// # Errors
    /// What the database says.
    pub async fn settings(&self) -> Result<Vec<(String, String)>> {
        let sql = "SELECT key, value FROM setting ORDER BY key";
        let rows = sqlx::query(sql).fetch_all(&mut *self.reader().await?).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }
}
