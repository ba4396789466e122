//! Buyers, orders, disputes and cursors.

use crate::search::{BuyerEntry, fill_buyers};
use crate::{AuditEntry, BuyerWrite, CursorWrite, DisputeWrite, Entity, OrderWrite, Result, WriteTx, codec};
use domain::{LogKind, OrderSnapshot, Timestamp, Turn, from_ms, to_ms};
use serde::Serialize;
use serde_tuple::Serialize_tuple;
use sqlx::Row;
use std::collections::HashMap;

#[derive(Serialize_tuple)]
struct BuyerLine<'a> {
    id: i64,
    store: i64,
    key: &'a str,
    name: &'a str,
    country: &'a str,
}

impl<'a> From<&'a BuyerWrite> for BuyerLine<'a> {
    fn from(row: &'a BuyerWrite) -> Self {
        Self { id: row.id.0, store: row.store.0, key: &row.key, name: &row.name, country: &row.country }
    }
}

pub(super) fn buyers(tx: &mut WriteTx, rows: &[BuyerWrite]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let lines: Vec<BuyerLine<'_>> = rows.iter().map(BuyerLine::from).collect();
    let sql = "INSERT INTO buyer (id, store_id, key, name, country)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
        FROM jsonb_each(?) WHERE true
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, country = excluded.country";
    tx.script.add(sql).bind(codec::json(&lines)?)?;
    let entries = rows.iter().map(|row| BuyerEntry::new(row.id.0, &row.name)).collect();
    fill_buyers(&mut tx.script, entries)?;
    rows.iter().for_each(|row| tx.change(Entity::Buyer, row.id.0));
    Ok(())
}

#[derive(Serialize)]
struct OrderLine<'a> {
    store: i64,
    order_no: &'a str,
    buyer: &'a str,
    status: &'a str,
    currency: &'a str,
    amount: &'a str,
    lines: String,
    logistics: &'a str,
    paid: i64,
    due: i64,
    updated: i64,
}

impl<'a> OrderLine<'a> {
    fn of(OrderWrite { store, order, .. }: &'a OrderWrite) -> Result<Self> {
        Ok(Self {
            store: store.0,
            order_no: &order.order_no,
            buyer: order.buyer_key.as_deref().unwrap_or_default(),
            status: &order.status,
            currency: &order.currency,
            amount: &order.amount,
            lines: codec::json(&order.lines)?,
            logistics: order.logistics.as_deref().unwrap_or_default(),
            paid: codec::opt_ms(order.paid_at),
            due: codec::opt_ms(order.due),
            updated: to_ms(order.updated_at),
        })
    }
}

/// An order whose buyer was erased stays nobody's: the platform shows it again with every look.
const ORDERS: &str = "
    INSERT INTO purchase (store_id, order_no, buyer_key, status, currency, amount, lines, logistics, paid_at_ms,
        due_ms, updated_at_ms)
    SELECT value ->> 'store', value ->> 'order_no', value ->> 'buyer', value ->> 'status', value ->> 'currency',
        value ->> 'amount', value ->> 'lines', value ->> 'logistics', value ->> 'paid', value ->> 'due',
        value ->> 'updated'
    FROM jsonb_each(?1) WHERE true
    ON CONFLICT (order_no, store_id) DO UPDATE SET status = excluded.status, currency = excluded.currency,
        amount = excluded.amount, lines = excluded.lines, logistics = excluded.logistics,
        paid_at_ms = excluded.paid_at_ms, due_ms = excluded.due_ms, updated_at_ms = excluded.updated_at_ms,
        buyer_key = iif(excluded.buyer_key = '' OR buyer_key GLOB 'erased:*', buyer_key, excluded.buyer_key)
    WHERE excluded.updated_at_ms >= updated_at_ms
    RETURNING id";

pub(super) async fn orders(tx: &mut WriteTx, rows: &[OrderWrite]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let standing = standing(tx, rows).await?;
    let lines: Vec<OrderLine<'_>> = standing.iter().map(|row| OrderLine::of(row)).collect::<Result<_>>()?;
    let ids: Vec<i64> =
        sqlx::query_scalar(ORDERS).bind(codec::json(&lines)?).fetch_all(tx.conn().await?).await?;
    ids.into_iter().for_each(|id| tx.change(Entity::Order, id));
    Ok(())
}

/// The states in which some orders are, each by the place of what is told of it.
const KNOWN_ORDERS: &str = "
    SELECT j.key, p.updated_at_ms, p.status FROM jsonb_each(?1) j
    CROSS JOIN purchase p INDEXED BY purchase_number
      ON p.order_no = j.value ->> 1 AND p.store_id = j.value ->> 0";

/// Those of the states that come after what is there and after those before them, or say more of the same one. So the state in
/// which an order is does not depend on which came first. The push log hears of each once: a platform shows the same one with
/// every look.
async fn standing<'a>(tx: &mut WriteTx, rows: &'a [OrderWrite]) -> Result<Vec<&'a OrderWrite>> {
    let asked: Vec<_> = rows.iter().map(|row| (row.store.0, &row.order.order_no)).collect();
    let known = sqlx::query(KNOWN_ORDERS).bind(codec::json(&asked)?).fetch_all(tx.conn().await?).await?;
    let mut newest = HashMap::new();
    for row in known {
        let (place, at): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        if let Some(key) = usize::try_from(place).ok().and_then(|place| asked.get(place)) {
            newest.insert(*key, (from_ms(at), Turn::of_progress(row.try_get(2)?)));
        }
    }
    let mut standing = Vec::with_capacity(rows.len());
    for (key, row) in asked.iter().zip(rows) {
        let (place, before) = (in_ms(&row.order), newest.get(key).copied());
        if before > Some(place) {
            continue;
        }
        standing.push(row);
        if before < Some(place) {
            newest.insert(*key, place);
            let detail = serde_json::json!({
                "store": row.store.0, "order_no": row.order.order_no, "status": row.order.status,
            });
            let (at, kind) = (row.received_at, LogKind::OrderReceived);
            tx.audit(AuditEntry { at, kind, conversation: None, detail: detail.to_string() });
        }
    }
    Ok(standing)
}

/// [`OrderSnapshot::place`], as exact as it is kept.
fn in_ms(order: &OrderSnapshot) -> (Timestamp, Turn) {
    let (at, turn) = order.place();
    (from_ms(to_ms(at)), turn)
}

#[derive(Serialize)]
struct DisputeLine<'a> {
    store: i64,
    provider: &'a str,
    conversation: i64,
    order_no: &'a str,
    buyer: &'a str,
    status: &'a str,
    reason: &'a str,
    closed: u8,
    due: i64,
    opened: i64,
    updated: i64,
}

const DISPUTES: &str = "
    INSERT INTO dispute (store_id, provider_id, conversation_id, order_no, buyer_key, status, reason, closed,
        due_ms, opened_at_ms, updated_at_ms)
    SELECT value ->> 'store', value ->> 'provider', value ->> 'conversation', value ->> 'order_no',
        value ->> 'buyer', value ->> 'status', value ->> 'reason', value ->> 'closed', value ->> 'due',
        value ->> 'opened', value ->> 'updated'
    FROM jsonb_each(?1) WHERE true
    ON CONFLICT (store_id, provider_id) DO UPDATE SET status = excluded.status, reason = excluded.reason,
        closed = excluded.closed, due_ms = excluded.due_ms, opened_at_ms = excluded.opened_at_ms,
        updated_at_ms = excluded.updated_at_ms, order_no = excluded.order_no,
        conversation_id = iif(excluded.conversation_id = 0, conversation_id, excluded.conversation_id),
        buyer_key = iif(excluded.buyer_key = '', buyer_key, excluded.buyer_key)
    WHERE excluded.updated_at_ms >= updated_at_ms
    RETURNING id";

impl<'a> From<&'a DisputeWrite> for DisputeLine<'a> {
    fn from(row: &'a DisputeWrite) -> Self {
        let DisputeWrite { store, conversation, dispute } = row;
        Self {
            store: store.0,
            provider: &dispute.provider_id,
            conversation: conversation.map_or(0, |c| c.0),
            order_no: &dispute.order_no,
            buyer: dispute.buyer_key.as_deref().unwrap_or_default(),
            status: &dispute.status,
            reason: &dispute.reason,
            closed: u8::from(dispute.closed),
            due: codec::opt_ms(dispute.due),
            opened: to_ms(dispute.opened_at),
            updated: to_ms(dispute.updated_at),
        }
    }
}

pub(super) async fn disputes(tx: &mut WriteTx, rows: &[DisputeWrite]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let lines: Vec<DisputeLine<'_>> = rows.iter().map(DisputeLine::from).collect();
    let ids: Vec<i64> =
        sqlx::query_scalar(DISPUTES).bind(codec::json(&lines)?).fetch_all(tx.conn().await?).await?;
    ids.into_iter().for_each(|id| tx.change(Entity::Dispute, id));
    Ok(())
}

pub(super) fn cursors(tx: &mut WriteTx, rows: &[CursorWrite]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let lines: Vec<_> = rows.iter().map(|row| (row.store.0, &row.stream, &row.value)).collect();
    let sql = "INSERT INTO cursor (store_id, stream, value)
        SELECT value ->> 0, value ->> 1, value ->> 2 FROM jsonb_each(?) WHERE true
        ON CONFLICT (store_id, stream) DO UPDATE SET value = excluded.value";
    tx.script.add(sql).bind(codec::json(&lines)?)?;
    Ok(())
}
