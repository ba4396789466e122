//! Orders and disputes.

use crate::{DisputeRow, OrderRow, Result, Store, codec};
use domain::{ConversationId, DisputeSnapshot, OrderSnapshot, StoreId, from_ms};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

macro_rules! order_columns {
    () => {
        "p.id, p.store_id, p.order_no, p.buyer_key, p.status, p.currency, p.amount, p.lines, p.logistics,
         p.paid_at_ms, p.due_ms, p.updated_at_ms"
    };
}

macro_rules! dispute_columns {
    () => {
        "d.id, d.store_id, d.provider_id, d.conversation_id, d.order_no, d.buyer_key, d.status, d.reason, d.closed,
         d.due_ms, d.opened_at_ms, d.updated_at_ms"
    };
}

fn some_text(row: &SqliteRow, column: &str) -> Result<Option<String>> {
    let text: String = row.try_get(column)?;
    Ok((!text.is_empty()).then_some(text))
}

fn order(row: &SqliteRow) -> Result<OrderRow> {
    Ok(OrderRow {
        id: row.try_get("id")?,
        store: StoreId(row.try_get("store_id")?),
        order: OrderSnapshot {
            order_no: row.try_get("order_no")?,
            buyer_key: some_text(row, "buyer_key")?,
            status: row.try_get("status")?,
            currency: row.try_get("currency")?,
            amount: row.try_get("amount")?,
            lines: serde_json::from_str(row.try_get("lines")?)?,
            paid_at: codec::opt_at(row.try_get("paid_at_ms")?),
            logistics: some_text(row, "logistics")?,
            due: codec::opt_at(row.try_get("due_ms")?),
            updated_at: from_ms(row.try_get("updated_at_ms")?),
        },
    })
}

fn dispute(row: &SqliteRow) -> Result<DisputeRow> {
    Ok(DisputeRow {
        id: row.try_get("id")?,
        store: StoreId(row.try_get("store_id")?),
        conversation: codec::opt_id(row.try_get("conversation_id")?).map(ConversationId),
        dispute: DisputeSnapshot {
            provider_id: row.try_get("provider_id")?,
            order_no: row.try_get("order_no")?,
            buyer_key: some_text(row, "buyer_key")?,
            status: row.try_get("status")?,
            reason: row.try_get("reason")?,
            due: codec::opt_at(row.try_get("due_ms")?),
            closed: row.try_get("closed")?,
            opened_at: from_ms(row.try_get("opened_at_ms")?),
            updated_at: from_ms(row.try_get("updated_at_ms")?),
        },
    })
}

/// A buyer's newest orders.
pub(crate) async fn of_buyer(
    conn: &mut SqliteConnection,
    store: StoreId,
    key: &str,
) -> Result<Vec<OrderRow>> {
    let sql = concat!(
        "SELECT ",
        order_columns!(),
        " FROM purchase p WHERE p.store_id = ?1 AND p.buyer_key = ?2 ORDER BY p.updated_at_ms DESC LIMIT 20"
    );
    sqlx::query(sql).bind(store.0).bind(key.to_owned()).fetch_all(conn).await?.iter().map(order).collect()
}

/// Some orders of a store, those that exist.
pub(crate) async fn by_numbers(
    conn: &mut SqliteConnection,
    store: StoreId,
    order_nos: &[String],
) -> Result<Vec<OrderRow>> {
    let sql = concat!(
        "SELECT ",
        order_columns!(),
        " FROM json_each(?1) j CROSS JOIN purchase p ON p.order_no = j.value AND p.store_id = ?2"
    );
    let query = sqlx::query(sql).bind(codec::json(order_nos)?).bind(store.0);
    query.fetch_all(conn).await?.iter().map(order).collect()
}

/// Some disputes of a store, those that exist.
pub(crate) async fn disputes_by_ids(
    conn: &mut SqliteConnection,
    store: StoreId,
    provider_ids: &[String],
) -> Result<Vec<DisputeRow>> {
    let sql = concat!(
        "SELECT ",
        dispute_columns!(),
        " FROM json_each(?1) j CROSS JOIN dispute d ON d.store_id = ?2 AND d.provider_id = j.value"
    );
    let query = sqlx::query(sql).bind(codec::json(provider_ids)?).bind(store.0);
    query.fetch_all(conn).await?.iter().map(dispute).collect()
}

/// The orders that changed last.
pub(crate) async fn newest(conn: &mut SqliteConnection, limit: u32) -> Result<Vec<OrderRow>> {
    let sql = concat!(
        "SELECT ",
        order_columns!(),
        " FROM purchase p ORDER BY p.updated_at_ms DESC, p.id DESC LIMIT ?1"
    );
    sqlx::query(sql).bind(limit).fetch_all(conn).await?.iter().map(order).collect()
}

/// The disputes that came last.
pub(crate) async fn newest_disputes(conn: &mut SqliteConnection, limit: u32) -> Result<Vec<DisputeRow>> {
    let sql = concat!("SELECT ", dispute_columns!(), " FROM dispute d ORDER BY d.id DESC LIMIT ?1");
    sqlx::query(sql).bind(limit).fetch_all(conn).await?.iter().map(dispute).collect()
}

impl Store {
    /// An order by its number.
    ///
    /// # Errors
    /// What the database says.
    pub async fn order(&self, store: StoreId, order_no: &str) -> Result<Option<OrderRow>> {
        let sql = concat!(
            "SELECT ",
            order_columns!(),
            " FROM purchase p WHERE p.order_no = ?1 AND p.store_id = ?2"
        );
        let query = sqlx::query(sql).bind(order_no.to_owned()).bind(store.0);
        query.fetch_optional(&mut *self.reader().await?).await?.as_ref().map(order).transpose()
    }

    /// A dispute by the platform's id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn dispute(&self, store: StoreId, provider_id: &str) -> Result<Option<DisputeRow>> {
        let sql = concat!(
            "SELECT ",
            dispute_columns!(),
            " FROM dispute d WHERE d.store_id = ?1 AND d.provider_id = ?2"
        );
        let query = sqlx::query(sql).bind(store.0).bind(provider_id.to_owned());
        query.fetch_optional(&mut *self.reader().await?).await?.as_ref().map(dispute).transpose()
    }

    /// The disputes about an order.
    ///
    /// # Errors
    /// What the database says.
    pub async fn disputes_of_order(&self, store: StoreId, order_no: &str) -> Result<Vec<DisputeRow>> {
        let sql = concat!(
            "SELECT ",
            dispute_columns!(),
            " FROM dispute d WHERE d.order_no = ?2 AND d.store_id = ?1 ORDER BY d.id"
        );
        let query = sqlx::query(sql).bind(store.0).bind(order_no.to_owned());
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(dispute).collect()
    }
}
