//! Buyers, and what people note on them.

use crate::{
    AuditEntry, BuyerFacts, BuyerRow, BuyerSummary, Entity, Result, Store, StoreError, WriteTx, codec, order,
};
use domain::{AccountId, BuyerId, LogKind, StoreId, Timestamp, from_ms};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// A buyer as one JSON array, and `[account, instant]` of the newest distribution.
macro_rules! buyer_columns {
    () => {
        "json_array(b.id, b.store_id, b.key, b.name, b.country, b.private_customer, json(b.tags)) AS buyer,
         (SELECT json_array(a.to_id, a.at_ms) FROM assignment a INDEXED BY assignment_recent
          WHERE a.buyer_id = b.id AND a.distributed = 1 ORDER BY a.at_ms DESC, a.id DESC LIMIT 1) AS recent"
    };
}

pub(crate) fn facts(row: &SqliteRow) -> Result<BuyerFacts> {
    type Stored = (i64, i64, String, String, String, u8, Vec<String>);
    let (id, store, key, name, country, private, tags): Stored = serde_json::from_str(row.try_get("buyer")?)?;
    let recent: Option<&str> = row.try_get("recent")?;
    let recent: Option<(i64, i64)> = recent.map(serde_json::from_str).transpose()?;
    let (id, store, private_customer) = (BuyerId(id), StoreId(store), private != 0);
    Ok(BuyerFacts {
        buyer: BuyerRow { id, store, key, name, country, private_customer, tags },
        recent: recent.map(|(id, at)| (AccountId(id), from_ms(at))),
    })
}

/// The buyers of some keys, each as `[store, key]`.
pub(crate) const BY_KEYS: &str = concat!(
    "SELECT 'buyer', ",
    buyer_columns!(),
    " FROM jsonb_each(?) j CROSS JOIN buyer b ON b.store_id = j.value ->> 0 AND b.key = j.value ->> 1"
);

async fn by_id(conn: &mut SqliteConnection, id: BuyerId) -> Result<BuyerFacts> {
    let sql = concat!("SELECT ", buyer_columns!(), " FROM buyer b WHERE b.id = ?1");
    let row = sqlx::query(sql).bind(id.0).fetch_optional(conn).await?;
    facts(&row.ok_or(StoreError::NotFound { what: "buyer", id: id.0 })?)
}

impl Store {
    /// A buyer with the account they were last distributed to.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn buyer(&self, id: BuyerId) -> Result<BuyerFacts> {
        by_id(&mut *self.reader().await?, id).await
    }

    /// A buyer with what the side panel shows.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn buyer_summary(&self, id: BuyerId) -> Result<BuyerSummary> {
        let conn = &mut *self.reader().await?;
        let facts = by_id(conn, id).await?;
        let sql = "SELECT count(DISTINCT c.id), count(m.id), min(m.sent_at_ms)
            FROM conversation c LEFT JOIN message m ON m.conversation_id = c.id WHERE c.buyer_id = ?1";
        let row = sqlx::query(sql).bind(id.0).fetch_one(&mut *conn).await?;
        let first: Option<i64> = row.try_get(2)?;
        let orders = order::of_buyer(conn, facts.buyer.store, &facts.buyer.key).await?;
        Ok(BuyerSummary {
            facts,
            conversations: codec::count(row.try_get(0)?),
            messages: codec::count(row.try_get(1)?),
            orders,
            first_at: first.map(from_ms),
        })
    }
}

impl WriteTx {
    /// A buyer with the account they were last distributed to.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn buyer(&mut self, id: BuyerId) -> Result<BuyerFacts> {
        by_id(self.conn().await?, id).await
    }

    /// Sets what people note on a buyer: tags, and whether they are a private customer (私密客户).
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_buyer_notes(
        &mut self,
        id: BuyerId,
        private_customer: bool,
        tags: &[String],
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE buyer SET private_customer = ?2, tags = ?3 WHERE id = ?1";
        let query = sqlx::query(sql).bind(id.0).bind(private_customer).bind(codec::json(tags)?);
        if query.execute(self.conn().await?).await?.rows_affected() == 0 {
            return Err(StoreError::NotFound { what: "buyer", id: id.0 });
        }
        self.change(Entity::Buyer, id.0);
        // How many: what a person wrote of a buyer could not be erased from there.
        let detail =
            serde_json::json!({ "buyer": id.0, "private": private_customer, "tags": tags.len() }).to_string();
        self.audit(AuditEntry { at: now, kind: LogKind::BuyerNotes, conversation: None, detail });
        Ok(())
    }
}
