//! The roster: seats, their presence, and who takes part.

use crate::{AccountRow, AuditEntry, Entity, Result, Store, StoreError, WriteTx, codec};
use domain::{AccountId, AccountName, LogKind, MAX_WEIGHT, Presence, Timestamp, from_ms, to_ms};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

const COLUMNS: &str = "id, name, presence, participates, weight, disabled, ever_signed_in";

fn account(row: &SqliteRow) -> Result<AccountRow> {
    let (name, presence): (String, String) = (row.try_get("name")?, row.try_get("presence")?);
    Ok(AccountRow {
        id: AccountId(row.try_get("id")?),
        name: AccountName::parse(&name)
            .map_err(|_| StoreError::Corrupt { column: "account.name", value: name })?,
        presence: codec::known("account.presence", &presence, Presence::parse(&presence))?,
        participates: row.try_get("participates")?,
        weight: codec::count(row.try_get("weight")?).min(MAX_WEIGHT),
        disabled: row.try_get("disabled")?,
        ever_signed_in: row.try_get("ever_signed_in")?,
    })
}

impl Store {
    /// The roster, in its order.
    ///
    /// # Errors
    /// What the database says.
    pub async fn accounts(&self) -> Result<Vec<AccountRow>> {
        let sql = format!("SELECT {COLUMNS} FROM account ORDER BY id");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .fetch_all(&mut *self.reader().await?)
            .await?
            .iter()
            .map(account)
            .collect()
    }

    /// The changes of presence from `since` on, oldest first, with the last one of each account before it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn presence_log(&self, since: Timestamp) -> Result<Vec<(AccountId, Presence, Timestamp)>> {
        let sql = "SELECT account_id, presence, at_ms FROM presence_log p
            WHERE at_ms >= ?1 OR id = (
                SELECT id FROM presence_log b WHERE b.account_id = p.account_id AND b.at_ms < ?1
                ORDER BY b.at_ms DESC, b.id DESC LIMIT 1)
            ORDER BY at_ms, id";
        let rows = sqlx::query(sql).bind(to_ms(since)).fetch_all(&mut *self.reader().await?).await?;
        rows.iter()
            .map(|row| {
                let presence: &str = row.try_get(1)?;
                let presence = codec::known("presence_log.presence", presence, Presence::parse(presence))?;
                Ok((AccountId(row.try_get(0)?), presence, from_ms(row.try_get(2)?)))
            })
            .collect()
    }
}

impl WriteTx {
    /// Adds a seat, offline. Sub-accounts take part in distribution, the main account does not unless switched
    /// (`docs/RULES.md` §2).
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is one of this name, or a second main account.
    pub async fn add_account(&mut self, name: &AccountName, now: Timestamp) -> Result<AccountId> {
        let mains = "SELECT count(*) FROM account WHERE name NOT LIKE '%:%'";
        if name.is_main() && sqlx::query_scalar::<_, i64>(mains).fetch_one(self.conn().await?).await? > 0 {
            return Err(StoreError::Conflict { what: "there is a main account already".to_owned() });
        }
        let sql = "INSERT INTO account (name, participates) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
        let done =
            sqlx::query(sql).bind(name.to_string()).bind(!name.is_main()).execute(self.conn().await?).await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Conflict { what: format!("there is an account {name} already") });
        }
        let id = AccountId(done.last_insert_rowid());
        self.log_account(id, LogKind::AccountAdded, &name.to_string(), now);
        Ok(id)
    }

    /// Sets a seat's presence and logs it. Online for the first time makes it one that has signed in.
    /// Returns whether it changed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_presence(&mut self, id: AccountId, presence: Presence, now: Timestamp) -> Result<bool> {
        let before = self.account(id).await?;
        if before.presence == presence {
            return Ok(false);
        }
        let signed_in = before.ever_signed_in || presence != Presence::Offline;
        let sql = "UPDATE account SET presence = ?2, ever_signed_in = ?3 WHERE id = ?1";
        sqlx::query(sql)
            .bind(id.0)
            .bind(presence.as_str())
            .bind(signed_in)
            .execute(self.conn().await?)
            .await?;
        let sql = "INSERT INTO presence_log (account_id, presence, at_ms) VALUES (?1, ?2, ?3)";
        sqlx::query(sql)
            .bind(id.0)
            .bind(presence.as_str())
            .bind(to_ms(now))
            .execute(self.conn().await?)
            .await?;
        self.log_account(id, LogKind::Presence, presence.as_str(), now);
        Ok(true)
    }

    /// Sets whether a seat takes part in distribution.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_participates(&mut self, id: AccountId, on: bool, now: Timestamp) -> Result<()> {
        self.account(id).await?;
        let sql = "UPDATE account SET participates = ?2 WHERE id = ?1";
        sqlx::query(sql).bind(id.0).bind(on).execute(self.conn().await?).await?;
        self.log_account(id, LogKind::Participates, if on { "on" } else { "off" }, now);
        Ok(())
    }

    /// Sets a seat's weight in distribution, 0 to [`MAX_WEIGHT`] (`docs/RULES.md` §2). Returns whether it changed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it is above; [`StoreError::NotFound`].
    pub async fn set_weight(&mut self, id: AccountId, weight: u32, now: Timestamp) -> Result<bool> {
        if weight > MAX_WEIGHT {
            return Err(StoreError::Conflict {
                what: format!("a weight is 0 to {MAX_WEIGHT}, not {weight}"),
            });
        }
        if self.account(id).await?.weight == weight {
            return Ok(false);
        }
        let sql = "UPDATE account SET weight = ?2 WHERE id = ?1";
        sqlx::query(sql).bind(id.0).bind(weight).execute(self.conn().await?).await?;
        self.log_account(id, LogKind::Weight, &weight.to_string(), now);
        Ok(true)
    }

    /// Disables a seat, which then exists for history only, or enables it again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_disabled(&mut self, id: AccountId, disabled: bool, now: Timestamp) -> Result<()> {
        self.account(id).await?;
        let sql = "UPDATE account SET disabled = ?2 WHERE id = ?1";
        sqlx::query(sql).bind(id.0).bind(disabled).execute(self.conn().await?).await?;
        self.log_account(id, LogKind::Disabled, if disabled { "on" } else { "off" }, now);
        Ok(())
    }

    /// Deletes a seat that nobody has ever signed in with.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if somebody has: it can only be disabled (EK 5). [`StoreError::NotFound`].
    pub async fn delete_account(&mut self, id: AccountId, now: Timestamp) -> Result<()> {
        let row = self.account(id).await?;
        let used = "SELECT count(*) FROM conversation WHERE owner_id = ?1";
        let owned: i64 = sqlx::query_scalar(used).bind(id.0).fetch_one(self.conn().await?).await?;
        if row.ever_signed_in || owned > 0 {
            return Err(StoreError::Conflict { what: format!("{} was in use: disable it", row.name) });
        }
        sqlx::query("DELETE FROM account WHERE id = ?1").bind(id.0).execute(self.conn().await?).await?;
        self.log_account(id, LogKind::AccountDeleted, &row.name.to_string(), now);
        Ok(())
    }

    /// One seat.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn account(&mut self, id: AccountId) -> Result<AccountRow> {
        let sql = format!("SELECT {COLUMNS} FROM account WHERE id = ?1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.0).fetch_optional(self.conn().await?).await?;
        account(&row.ok_or(StoreError::NotFound { what: "account", id: id.0 })?)
    }

    fn log_account(&mut self, id: AccountId, kind: LogKind, what: &str, now: Timestamp) {
        self.change(Entity::Account, id.0);
        let detail = serde_json::json!({ "account": id.0, "what": what }).to_string();
        self.audit(AuditEntry { at: now, kind, conversation: None, detail });
    }
}
