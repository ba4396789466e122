//! The bytes as they came.

use crate::codec::Pieces;
use crate::{IntakeAsk, RawId, Result, Store, StoreError, WriteTx, audit, codec};
use domain::{RawPayload, Timestamp, from_ms, to_ms};
use sha2::{Digest, Sha256};
use sqlx::Row;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// zstd's fastest level: payloads are short, and the next levels save a twentieth.
pub(crate) const LEVEL: i32 = 1;
/// The most a payload unpacks to: a mail of 50 MB with room to spare. Guards against a damaged length.
const UNPACKED_LIMIT: usize = 128 << 20;

/// A payload ready to be kept: packed and hashed outside the write lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedRaw {
    source: &'static str,
    sha256: [u8; 32],
    bytes: Vec<u8>,
}

impl PackedRaw {
    /// Packs one payload.
    ///
    /// # Errors
    /// Only if zstd has no memory left.
    pub fn pack(payload: &RawPayload) -> Result<Self> {
        Ok(Self::pack_all([payload])?.remove(0))
    }

    /// Packs many with one compressor, which is most of the cost of a short payload.
    ///
    /// # Errors
    /// Only if zstd has no memory left.
    pub fn pack_all<'a>(payloads: impl IntoIterator<Item = &'a RawPayload>) -> Result<Vec<Self>> {
        let mut zstd = zstd::bulk::Compressor::new(LEVEL)?;
        let pack = |payload: &RawPayload| {
            let sha256 = Sha256::digest(&payload.bytes).into();
            Ok(Self { source: payload.source, sha256, bytes: zstd.compress(&payload.bytes)? })
        };
        payloads.into_iter().map(pack).collect()
    }

    /// The start of the hash as an integer; only for finding, the whole hash decides.
    pub(crate) fn head(&self) -> i64 {
        let mut head = [0; 8];
        head.copy_from_slice(&self.sha256[..8]);
        i64::from_be_bytes(head)
    }
}

impl WriteTx {
    /// Keeps the payloads of an intake, each content once, and returns their ids in the same order. `known` are the ids of
    /// those that were there before, `empty` the places of those that may not say anything.
    pub(crate) fn keep_raw(
        &mut self,
        ask: &IntakeAsk<'_>,
        known: HashMap<[u8; 32], i64>,
        empty: &HashSet<usize>,
    ) -> Result<Vec<RawId>> {
        let (mut lines, mut hashes, mut pieces) = (Vec::new(), Vec::new(), Pieces::default());
        let first = self.ids.raw + 1;
        self.kept.extend(known);
        for (at, payload) in ask.raws.iter().enumerate() {
            let Entry::Vacant(place) = self.kept.entry(payload.sha256) else { continue };
            self.ids.raw += 1;
            place.insert(self.ids.raw);
            hashes.extend_from_slice(&payload.sha256);
            let bytes: &[u8] = if empty.contains(&at) { &[] } else { &payload.bytes };
            let (at, len) = pieces.push(bytes);
            lines.push((payload.source, payload.head(), at, len));
        }
        if !lines.is_empty() {
            let sql = "INSERT INTO raw (received_at_ms, store_id, id, source, hash_head, sha256, bytes)
                SELECT ?, ?, ? + key, value ->> 0, value ->> 1, substr(?, key * 32 + 1, 32),
                       substr(?, value ->> 2, value ->> 3)
                FROM jsonb_each(?)";
            self.script
                .add(sql)
                .bind(to_ms(ask.received_at))?
                .bind(ask.store.0)?
                .bind(first)?
                .bind(hashes)?
                .bind(pieces.bytes())?
                .bind(codec::json(&lines)?)?;
        }
        Ok(ask.raws.iter().filter_map(|p| self.kept.get(&p.sha256)).map(|id| RawId(*id)).collect())
    }
}

pub(crate) fn unpack(bytes: &[u8]) -> Result<Vec<u8>> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let limit = zstd::bulk::Decompressor::upper_bound(bytes).unwrap_or(UNPACKED_LIMIT);
    Ok(zstd::bulk::decompress(bytes, limit.min(UNPACKED_LIMIT))?)
}

impl Store {
    /// A kept payload: its source, when it came, and its bytes; none are left of one that was erased.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or what zstd says to damaged bytes.
    pub async fn raw(&self, id: RawId) -> Result<(String, Timestamp, Vec<u8>)> {
        let sql = "SELECT source, received_at_ms, bytes FROM raw WHERE id = ?1";
        let row = sqlx::query(sql).bind(id.0).fetch_optional(&mut *self.reader().await?).await?;
        let row = row.ok_or(StoreError::NotFound { what: "payload", id: id.0 })?;
        Ok((row.try_get(0)?, from_ms(row.try_get(1)?), unpack(row.try_get(2)?)?))
    }
}

/// The hash of a payload as kept, for an evidence pack.
impl PackedRaw {
    /// Its SHA-256 in hexadecimal.
    #[must_use]
    pub fn sha256_hex(&self) -> String {
        audit::hex(&self.sha256)
    }
}
