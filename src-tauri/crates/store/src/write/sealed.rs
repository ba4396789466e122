//! Sealed fields of orders.

use crate::{Result, SealedWrite, WriteTx, audit, codec};
use domain::to_ms;
use serde::Serialize;

#[derive(Serialize)]
struct Line<'a> {
    store: i64,
    order_no: &'a str,
    field: &'a str,
    value: String,
    told: i64,
    missed: i64,
}

impl<'a> From<&'a SealedWrite> for Line<'a> {
    fn from(row: &'a SealedWrite) -> Self {
        Self {
            store: row.store.0,
            order_no: &row.order_no,
            field: row.field.as_str(),
            value: audit::hex(row.value.as_deref().unwrap_or_default()),
            told: to_ms(row.told_at),
            missed: if row.value.is_some() { 0 } else { to_ms(row.received_at) },
        }
    }
}

/// An older state never replaces a newer one, what could not be sealed takes nothing away, and what was erased stays so.
const SEALED: &str = "
    INSERT INTO sealed (store_id, order_no, field, value, told_ms, missed_ms)
    SELECT value ->> 'store', value ->> 'order_no', value ->> 'field', unhex(value ->> 'value'), value ->> 'told',
        value ->> 'missed'
    FROM jsonb_each(?) WHERE true
    ON CONFLICT (store_id, order_no, field) DO UPDATE SET
        value = iif(excluded.missed_ms = 0, excluded.value, value), told_ms = excluded.told_ms,
        missed_ms = excluded.missed_ms
    WHERE excluded.told_ms >= told_ms AND erased = 0";

pub(super) fn sealed(tx: &mut WriteTx, rows: &[SealedWrite]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let lines: Vec<Line<'_>> = rows.iter().map(Line::from).collect();
    tx.script.add(SEALED).bind(codec::json(&lines)?)?;
    Ok(())
}
