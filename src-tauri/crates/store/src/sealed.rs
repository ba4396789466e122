//! Phone numbers and addresses of orders, sealed (`docs/RULES.md` §8). What opens them is not in this crate.

use crate::{AuditEntry, Entity, Result, SealedRow, Store, StoreError, WriteTx, codec};
use domain::{BuyerId, Keep, LogKind, PersonalField, StoreId, Timestamp, to_ms};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// The orders of a buyer: those that name them, and those that their conversations speak of.
const OF_BUYER: &str = "
    INSERT INTO sealed (store_id, order_no, field, erased)
    SELECT b.store_id, p.order_no, f.value, 1
    FROM buyer b CROSS JOIN purchase p ON p.store_id = b.store_id CROSS JOIN json_each(?2) f
    WHERE b.id = ?1 AND (p.buyer_key = b.key
        OR p.order_no IN (SELECT c.order_no FROM conversation c WHERE c.buyer_id = b.id))
    ON CONFLICT (store_id, order_no, field) DO UPDATE SET value = x'', missed_ms = 0, erased = 1";

macro_rules! something_is_to_be_done {
    () => {
        "(c.owes = 1 OR EXISTS (SELECT 1 FROM deadline d WHERE d.conversation_id = c.id AND d.status = 'open'))"
    };
}

/// What is old enough, but for orders of which anything is owed or due: where they are spoken of, or to their buyer.
pub(crate) const EXPIRED: &str = concat!(
    "UPDATE sealed SET value = x'', missed_ms = 0, erased = 1
    WHERE store_id = ?1 AND told_ms < ?2 AND erased = 0
        AND NOT EXISTS (
            SELECT 1 FROM conversation c
            WHERE c.order_no = sealed.order_no AND c.order_no <> '' AND c.store_id = sealed.store_id AND ",
    something_is_to_be_done!(),
    ")
        AND NOT EXISTS (
            SELECT 1 FROM purchase p
            CROSS JOIN buyer b ON b.store_id = p.store_id AND b.key = p.buyer_key
            CROSS JOIN conversation c ON c.buyer_id = b.id AND c.buyer_id > 0
            WHERE p.order_no = sealed.order_no AND p.store_id = sealed.store_id AND p.buyer_key <> '' AND ",
    something_is_to_be_done!(),
    ")"
);

fn row(row: &SqliteRow) -> Result<SealedRow> {
    let field: &str = row.try_get(1)?;
    Ok(SealedRow {
        order_no: row.try_get(0)?,
        field: codec::known("sealed.field", field, PersonalField::parse(field))?,
        value: row.try_get(2)?,
        missed_at: codec::opt_at(row.try_get(3)?),
    })
}

impl Store {
    /// The sealed fields of some orders of a store, those that exist; of what was erased nothing is left.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sealed_of(&self, store: StoreId, order_nos: &[String]) -> Result<Vec<SealedRow>> {
        let sql = "SELECT s.order_no, s.field, s.value, s.missed_ms FROM json_each(?2) j
            CROSS JOIN sealed s ON s.store_id = ?1 AND s.order_no = j.value
            WHERE s.erased = 0 ORDER BY s.order_no, s.field DESC";
        let query = sqlx::query(sql).bind(store.0).bind(codec::json(order_nos)?);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(row).collect()
    }

    /// How many values of each field of a store are kept.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sealed_count(&self, store: StoreId, field: PersonalField) -> Result<u64> {
        let sql = "SELECT count(*) FROM sealed WHERE store_id = ?1 AND field = ?2 AND value <> x''";
        let query = sqlx::query_scalar(sql).bind(store.0).bind(field.as_str());
        let count: i64 = query.fetch_one(&mut *self.reader().await?).await?;
        Ok(count.unsigned_abs())
    }
}

impl WriteTx {
    /// Notes what the owner of a store wants to be kept from now on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_keep(&mut self, store: StoreId, keep: Keep) -> Result<()> {
        let sql = "UPDATE store SET keep_phone = ?2, keep_address = ?3 WHERE id = ?1";
        let query = sqlx::query(sql).bind(store.0).bind(keep.phone).bind(keep.address);
        if query.execute(self.conn().await?).await?.rows_affected() == 0 {
            return Err(StoreError::NotFound { what: "store", id: store.0 });
        }
        self.change(Entity::Store, store.0);
        Ok(())
    }

    /// Takes every value of a field of a store away, overwritten. Gives how many there were.
    ///
    /// # Errors
    /// What the database says.
    pub async fn drop_sealed(&mut self, store: StoreId, field: PersonalField) -> Result<u64> {
        self.secure(true).await?;
        let sql = "DELETE FROM sealed WHERE store_id = ?1 AND field = ?2 AND erased = 0";
        let query = sqlx::query(sql).bind(store.0).bind(field.as_str());
        let dropped = query.execute(self.conn().await?).await?.rows_affected();
        self.secure(false).await?;
        self.purge_anew().await?;
        Ok(dropped)
    }

    /// Takes the values of a buyer's orders away, for good: nothing that the platform says of these orders later brings
    /// them back. Asks by the buyer's key, so it comes before that goes.
    pub(crate) async fn erase_sealed(&mut self, buyer: BuyerId) -> Result<()> {
        let fields: Vec<&str> = PersonalField::ALL.into_iter().map(PersonalField::as_str).collect();
        let query = sqlx::query(OF_BUYER).bind(buyer.0).bind(codec::json(&fields)?);
        query.execute(self.conn().await?).await?;
        Ok(())
    }

    /// Erases the values of orders that did not change since `before`, for good, except where something is owed or due.
    /// Gives how many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn expire_sealed(&mut self, store: StoreId, before: Timestamp, now: Timestamp) -> Result<u64> {
        self.secure(true).await?;
        let query = sqlx::query(EXPIRED).bind(store.0).bind(to_ms(before));
        let expired = query.execute(self.conn().await?).await?.rows_affected();
        self.secure(false).await?;
        if expired > 0 {
            self.purge_anew().await?;
            let detail = serde_json::json!({ "store": store.0, "values": expired }).to_string();
            let kind = LogKind::PersonalExpired;
            self.audit(AuditEntry { at: now, kind, conversation: None, detail });
        }
        Ok(expired)
    }
}
