//! Between Rust values and columns.

use crate::{Result, StoreError};
use domain::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The due instant of what has none: sorts last.
pub(crate) const NO_DUE: i64 = i64::MAX;

/// An instant that may be missing: 0 stands for none.
pub(crate) fn opt_ms(at: Option<Timestamp>) -> i64 {
    at.map_or(0, domain::to_ms)
}

/// Reads [`opt_ms`] back.
pub(crate) fn opt_at(ms: i64) -> Option<Timestamp> {
    (ms != 0).then(|| domain::from_ms(ms))
}

/// An id that may be missing: 0 stands for none.
pub(crate) fn opt_id(id: i64) -> Option<i64> {
    (id != 0).then_some(id)
}

/// A count from a column; what does not fit is clamped, because a stored row must stay readable.
pub(crate) fn count(n: i64) -> u32 {
    u32::try_from(n.max(0)).unwrap_or(u32::MAX)
}

/// Reads a unit variant by its serde name, for enums that bring no `parse` of their own.
pub(crate) fn named<T: DeserializeOwned>(column: &'static str, name: &str) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(name.to_owned()))
        .map_err(|_| StoreError::Corrupt { column, value: name.to_owned() })
}

/// Turns a failed `parse` into an error that names the column.
pub(crate) fn known<T>(column: &'static str, value: &str, parsed: Option<T>) -> Result<T> {
    parsed.ok_or_else(|| StoreError::Corrupt { column, value: value.to_owned() })
}

/// The rows of a batch as one JSON text: a statement per row costs sqlx more than SQLite needs for the row.
pub(crate) fn json<T: Serialize + ?Sized>(rows: &T) -> Result<String> {
    Ok(serde_json::to_string(rows)?)
}

/// Values as one blob, from which a statement takes each by `substr`. For bytes, which JSON has no place for, and for texts
/// that are JSON themselves: inside JSON every quote of theirs would be escaped, and unescaped again by SQLite byte by
/// byte, which costs an import more than all the rest of reading its rows.
#[derive(Debug, Default)]
pub(crate) struct Pieces(Vec<u8>);

impl Pieces {
    /// Adds one, and tells where it begins (counted from 1) and how many bytes it has.
    pub(crate) fn push(&mut self, piece: &[u8]) -> (usize, usize) {
        let at = self.0.len() + 1;
        self.0.extend_from_slice(piece);
        (at, piece.len())
    }

    /// All of them. Never nothing at all: a piece of an empty blob would be NULL.
    pub(crate) fn bytes(mut self) -> Vec<u8> {
        if self.0.is_empty() {
            self.0.push(0);
        }
        self.0
    }
}
