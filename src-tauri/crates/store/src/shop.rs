//! Stores: connecting, freshness, flags, removal.

use crate::{
    AuditEntry, CheckFailure, Entity, NewStore, Result, Store, StoreError, StoreRow, WriteTx, codec,
};
use domain::{Capability, CapabilityState, Keep, LogKind, Platform, StoreId, Timestamp, to_ms};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeMap;

macro_rules! store_columns {
    () => {
        "s.id, s.platform, s.name, s.external_id, s.settings, s.secret_handle, s.multi_device_sync, s.capabilities,
         s.paused, s.last_success_ms, s.last_error_ms, s.last_error_code, s.owner_must_act,
         s.authorised_until_ms, s.authorisation_told_ms, s.keep_days, s.keep_phone, s.keep_address,
         (SELECT json_group_object(stream, value) FROM cursor WHERE store_id = s.id) AS cursors"
    };
}

fn store(row: &SqliteRow) -> Result<StoreRow> {
    let platform: &str = row.try_get("platform")?;
    Ok(StoreRow {
        id: StoreId(row.try_get("id")?),
        store: NewStore {
            platform: codec::known("store.platform", platform, Platform::parse(platform))?,
            name: row.try_get("name")?,
            external_id: row.try_get("external_id")?,
            settings: row.try_get("settings")?,
            secret_handle: row.try_get("secret_handle")?,
        },
        multi_device_sync: row.try_get("multi_device_sync")?,
        capabilities: serde_json::from_str(row.try_get("capabilities")?)?,
        cursors: serde_json::from_str(row.try_get("cursors")?)?,
        paused: row.try_get("paused")?,
        last_success: codec::opt_at(row.try_get("last_success_ms")?),
        last_error_at: codec::opt_at(row.try_get("last_error_ms")?),
        last_error_code: row.try_get("last_error_code")?,
        owner_must_act: row.try_get("owner_must_act")?,
        authorised_until: codec::opt_at(row.try_get("authorised_until_ms")?),
        authorisation_told: codec::opt_at(row.try_get("authorisation_told_ms")?),
        keep_days: codec::count(row.try_get("keep_days")?),
        keep: Keep { phone: row.try_get("keep_phone")?, address: row.try_get("keep_address")? },
    })
}

impl Store {
    /// All stores, in the order of their connection.
    ///
    /// # Errors
    /// What the database says.
    pub async fn stores(&self) -> Result<Vec<StoreRow>> {
        let sql = concat!("SELECT ", store_columns!(), " FROM store s ORDER BY s.id");
        sqlx::query(sql).fetch_all(&mut *self.reader().await?).await?.iter().map(store).collect()
    }

    /// One store.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn store(&self, id: StoreId) -> Result<StoreRow> {
        let sql = concat!("SELECT ", store_columns!(), " FROM store s WHERE s.id = ?1");
        let row = sqlx::query(sql).bind(id.0).fetch_optional(&mut *self.reader().await?).await?;
        store(&row.ok_or(StoreError::NotFound { what: "store", id: id.0 })?)
    }
}

impl WriteTx {
    /// Connects a store.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the same one is connected already.
    pub async fn add_store(&mut self, new: &NewStore, now: Timestamp) -> Result<StoreId> {
        let sql = "INSERT INTO store (platform, name, external_id, settings, secret_handle)
            VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (platform, external_id) DO NOTHING";
        let done = sqlx::query(sql)
            .bind(new.platform.as_str())
            .bind(new.name.clone())
            .bind(new.external_id.clone())
            .bind(new.settings.clone())
            .bind(new.secret_handle.clone())
            .execute(self.conn().await?)
            .await?;
        if done.rows_affected() == 0 {
            let what = format!("{} {} is connected already", new.platform.as_str(), new.external_id);
            return Err(StoreError::Conflict { what });
        }
        let id = StoreId(done.last_insert_rowid());
        self.log_store(id, LogKind::StoreAdded, &new.name, now);
        Ok(id)
    }

    /// Changes what was given when the store was connected, except platform and external id.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn update_store(&mut self, id: StoreId, new: &NewStore, now: Timestamp) -> Result<()> {
        let sql = "UPDATE store SET name = ?2, settings = ?3, secret_handle = ?4 WHERE id = ?1";
        let done = sqlx::query(sql)
            .bind(id.0)
            .bind(new.name.clone())
            .bind(new.settings.clone())
            .bind(new.secret_handle.clone())
            .execute(self.conn().await?)
            .await?;
        self.touched(id, done.rows_affected())?;
        self.log_store(id, LogKind::StoreChanged, &new.name, now);
        Ok(())
    }

    /// Sets whether phone replies count. The engine recomputes the store's clocks in the same transaction.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_multi_device_sync(&mut self, id: StoreId, on: bool, now: Timestamp) -> Result<()> {
        let sql = "UPDATE store SET multi_device_sync = ?2 WHERE id = ?1";
        let done = sqlx::query(sql).bind(id.0).bind(on).execute(self.conn().await?).await?;
        self.touched(id, done.rows_affected())?;
        self.log_store(id, LogKind::MultiDeviceSync, if on { "on" } else { "off" }, now);
        Ok(())
    }

    /// Switches a store's channels off or on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_paused(&mut self, id: StoreId, paused: bool, now: Timestamp) -> Result<()> {
        let sql = "UPDATE store SET paused = ?2 WHERE id = ?1";
        let done = sqlx::query(sql).bind(id.0).bind(paused).execute(self.conn().await?).await?;
        self.touched(id, done.rows_affected())?;
        self.log_store(id, if paused { LogKind::StorePaused } else { LogKind::StoreResumed }, "", now);
        Ok(())
    }

    /// Sets for how many days content is kept; 0 = for ever.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_keep_days(&mut self, id: StoreId, days: u32, now: Timestamp) -> Result<()> {
        let sql = "UPDATE store SET keep_days = ?2 WHERE id = ?1";
        let done = sqlx::query(sql).bind(id.0).bind(days).execute(self.conn().await?).await?;
        self.touched(id, done.rows_affected())?;
        self.log_store(id, LogKind::KeepDays, &days.to_string(), now);
        Ok(())
    }

    /// Notes what a store is able to do.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_capabilities(
        &mut self,
        id: StoreId,
        capabilities: &BTreeMap<Capability, CapabilityState>,
    ) -> Result<()> {
        let sql = "UPDATE store SET capabilities = ?2 WHERE id = ?1";
        let done =
            sqlx::query(sql).bind(id.0).bind(codec::json(capabilities)?).execute(self.conn().await?).await?;
        self.touched(id, done.rows_affected())
    }

    /// Notes how a check of a store went: none = it succeeded, or why it failed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_freshness(
        &mut self,
        id: StoreId,
        failure: Option<CheckFailure<'_>>,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE store SET
                last_success_ms = iif(?2 = '', ?3, last_success_ms),
                last_error_ms = iif(?2 = '', last_error_ms, ?3),
                last_error_code = ?2, owner_must_act = ?4
            WHERE id = ?1";
        let (code, owner) = failure.map_or(("", false), |failure| (failure.code, failure.owner_must_act));
        let query = sqlx::query(sql).bind(id.0).bind(code.to_owned()).bind(to_ms(now)).bind(owner);
        let done = query.execute(self.conn().await?).await?;
        self.touched(id, done.rows_affected())
    }

    /// Notes when a store's authorisation ends; none: nobody knows.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_authorised_until(&mut self, id: StoreId, until: Option<Timestamp>) -> Result<()> {
        let sql = "UPDATE store SET authorised_until_ms = ?2 WHERE id = ?1";
        let done = sqlx::query(sql).bind(id.0).bind(codec::opt_ms(until)).execute(self.conn().await?).await?;
        self.touched(id, done.rows_affected())
    }

    /// Writes down that the owner is told of the end of an authorisation.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn note_authorisation_told(
        &mut self,
        id: StoreId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE store SET authorisation_told_ms = ?2 WHERE id = ?1";
        let done = sqlx::query(sql).bind(id.0).bind(to_ms(now)).execute(self.conn().await?).await?;
        self.touched(id, done.rows_affected())?;
        self.log_store(id, LogKind::AuthorisationEnds, &until.to_string(), now);
        Ok(())
    }

    /// Removes a store and everything of it. What the push log says of it stays: it is evidence.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_store(&mut self, id: StoreId, now: Timestamp) -> Result<()> {
        let before = [
            "DELETE FROM search WHERE rowid IN (SELECT search_id FROM message WHERE store_id = ?1)",
            "DELETE FROM buyer_search WHERE rowid IN (SELECT id FROM buyer WHERE store_id = ?1)",
            "DELETE FROM raw WHERE (store_id = ?1 OR id IN (SELECT raw_id FROM message WHERE store_id = ?1))
                AND id NOT IN (SELECT raw_id FROM message WHERE store_id <> ?1)",
            "DELETE FROM quarantine WHERE store_id = ?1",
        ];
        for sql in before {
            sqlx::query(sql).bind(id.0).execute(self.conn().await?).await?;
        }
        // The rest hangs on the store by foreign keys.
        let done =
            sqlx::query("DELETE FROM store WHERE id = ?1").bind(id.0).execute(self.conn().await?).await?;
        self.touched(id, done.rows_affected())?;
        sqlx::query("DELETE FROM tally WHERE store_id = ?1").bind(id.0).execute(self.conn().await?).await?;
        self.log_store(id, LogKind::StoreRemoved, "", now);
        // What no row leads to any more is overwritten beside the work.
        self.purge_anew().await
    }

    fn touched(&mut self, id: StoreId, rows: u64) -> Result<()> {
        if rows == 0 {
            return Err(StoreError::NotFound { what: "store", id: id.0 });
        }
        self.change(Entity::Store, id.0);
        Ok(())
    }

    fn log_store(&mut self, id: StoreId, kind: LogKind, what: &str, now: Timestamp) {
        self.change(Entity::Store, id.0);
        let detail = serde_json::json!({ "store": id.0, "what": what }).to_string();
        self.audit(AuditEntry { at: now, kind, conversation: None, detail });
    }
}
