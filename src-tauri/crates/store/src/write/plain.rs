//! Messages as nearly all are: words, written at a PC, and nothing besides. SQLite finds the n-th value of a row by
//! walking over those before it, so that a row of half as many values costs a quarter of the walking, which is a good
//! part of what an import costs.

use crate::{MessageRow, Result, WriteTx, codec};
use domain::{Body, BodyKind, Device, StoreId, Timestamp, to_ms};
use serde_tuple::Serialize_tuple;

#[derive(Serialize_tuple)]
struct Line<'a> {
    id: i64,
    conversation: i64,
    provider: &'a str,
    author: &'static str,
    text: &'a str,
    sent: i64,
    counting: &'a str,
    raw: i64,
    search: i64,
    turn: i64,
}

impl<'a> Line<'a> {
    fn of(row: &'a MessageRow, search: i64) -> Self {
        Self {
            id: row.id.0,
            conversation: row.conversation.0,
            provider: &row.provider_id,
            author: row.author.as_str(),
            text: row.body.words(),
            sent: to_ms(row.sent_at),
            counting: &row.counting,
            raw: row.raw.map_or(0, |raw| raw.0),
            search,
            turn: row.turn.to_signed(),
        }
    }
}

/// What is not named is as the table says where nobody says otherwise.
const INSERT: &str = "
    INSERT INTO message (kind, device, store_id, received_at_ms, id, conversation_id, provider_id, author, text,
        sent_at_ms, counting, raw_id, search_id, turn)
    SELECT ?, ?, ?, ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
        value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9
    FROM jsonb_each(?)";

/// Whether a message is one of these, and of a store and an instant of arrival.
pub(super) fn is_plain(row: &MessageRow, (store, received_at): (StoreId, Timestamp)) -> bool {
    (row.store, row.received_at) == (store, received_at)
        && matches!(row.body, Body::Text { .. })
        && row.device == Device::Pc
        && !row.direct
        && row.title.is_empty()
        && (row.account, row.outbox) == (None, None)
        && row.item_id.is_none()
}

/// Adds them, each with its row in the search index.
pub(super) fn insert(
    tx: &mut WriteTx,
    rows: &[(&MessageRow, i64)],
    (store, received_at): (StoreId, Timestamp),
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let lines: Vec<Line<'_>> = rows.iter().map(|(row, search)| Line::of(row, *search)).collect();
    tx.script
        .add(INSERT)
        .bind(BodyKind::Text.as_str())?
        .bind(Device::Pc.as_str())?
        .bind(store.0)?
        .bind(to_ms(received_at))?
        .bind(codec::json(&lines)?)?;
    Ok(())
}
