//! The nightly check of mailboxes.

use crate::{AuditEntry, Entity, FolderCheck, Result, Store, WriteTx, codec};
use domain::{LogKind, StoreId, Timestamp, from_ms, to_ms};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

fn check(row: &SqliteRow) -> Result<FolderCheck> {
    Ok(FolderCheck {
        store: StoreId(row.try_get("store_id")?),
        folder: row.try_get("folder")?,
        at: from_ms(row.try_get("at_ms")?),
        on_server: codec::count(row.try_get("on_server")?),
        missing: codec::count(row.try_get("missing")?),
        fetched: codec::count(row.try_get("fetched")?),
        gone: codec::count(row.try_get("gone")?),
    })
}

impl WriteTx {
    /// Keeps what a check of a folder found, in place of the one before. The push log notes it where server and record
    /// differed in a way that the check before did not find.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_folder_check(&mut self, found: &FolderCheck) -> Result<()> {
        let before: Option<i64> =
            sqlx::query_scalar("SELECT gone FROM folder_check WHERE store_id = ?1 AND folder = ?2")
                .bind(found.store.0)
                .bind(found.folder.clone())
                .fetch_optional(self.conn().await?)
                .await?;
        let sql = "INSERT INTO folder_check (store_id, folder, at_ms, on_server, missing, fetched, gone)
            SELECT id, ?2, ?3, ?4, ?5, ?6, ?7 FROM store WHERE id = ?1
            ON CONFLICT (store_id, folder) DO UPDATE SET at_ms = excluded.at_ms, on_server = excluded.on_server,
                missing = excluded.missing, fetched = excluded.fetched, gone = excluded.gone";
        sqlx::query(sql)
            .bind(found.store.0)
            .bind(found.folder.clone())
            .bind(to_ms(found.at))
            .bind(found.on_server)
            .bind(found.missing)
            .bind(found.fetched)
            .bind(found.gone)
            .execute(self.conn().await?)
            .await?;
        self.change(Entity::Store, found.store.0);
        if found.missing > 0 || i64::from(found.gone) != before.unwrap_or(0) {
            let detail = serde_json::json!({
                "store": found.store.0, "folder": found.folder, "on_server": found.on_server,
                "missing": found.missing, "fetched": found.fetched, "gone": found.gone,
            });
            let (kind, detail) = (LogKind::MailboxDiffers, detail.to_string());
            self.audit(AuditEntry { at: found.at, kind, conversation: None, detail });
        }
        Ok(())
    }
}

impl WriteTx {
    /// Notes in the push log that a folder of a mailbox cannot be read, or that it can be read again.
    pub fn note_folder(&mut self, store: StoreId, folder: &str, is_gone: bool, at: Timestamp) {
        let kind = if is_gone { LogKind::FolderGone } else { LogKind::FolderBack };
        let detail = serde_json::json!({ "store": store.0, "folder": folder }).to_string();
        self.audit(AuditEntry { at, kind, conversation: None, detail });
        self.change(Entity::Store, store.0);
    }

    /// Forgets what was found in folders of a mailbox that are no longer read: all but those of `kept`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn forget_folder_checks(&mut self, store: StoreId, kept: &[String]) -> Result<()> {
        let sql = "DELETE FROM folder_check WHERE store_id = ?1
            AND folder NOT IN (SELECT value FROM json_each(?2))";
        sqlx::query(sql).bind(store.0).bind(codec::json(kept)?).execute(self.conn().await?).await?;
        self.change(Entity::Store, store.0);
        Ok(())
    }
}

impl Store {
    /// What the last check of each folder found, of one store or of all.
    ///
    /// # Errors
    /// What the database says.
    pub async fn folder_checks(&self, store: Option<StoreId>) -> Result<Vec<FolderCheck>> {
        let sql = "SELECT store_id, folder, at_ms, on_server, missing, fetched, gone FROM folder_check
            WHERE ?1 = 0 OR store_id = ?1 ORDER BY store_id, folder";
        let query = sqlx::query(sql).bind(store.map_or(0, |store| store.0));
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(check).collect()
    }

    /// How many messages of a store have an id that begins so.
    ///
    /// # Errors
    /// What the database says.
    pub async fn count_ids(&self, store: StoreId, prefix: &str) -> Result<u64> {
        // The index is in the order of bytes; the last character there is stands behind every id.
        let sql = "SELECT count(*) FROM message INDEXED BY message_provider
            WHERE store_id = ?1 AND provider_id >= ?2 AND provider_id < ?2 || char(1114111)";
        let query = sqlx::query_scalar(sql).bind(store.0).bind(prefix.to_owned());
        let count: i64 = query.fetch_one(&mut *self.reader().await?).await?;
        Ok(count.unsigned_abs())
    }
}
