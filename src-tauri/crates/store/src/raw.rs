//! The bytes as they came, and those that could not be read.

use crate::codec::Pieces;
use crate::script::Script;
use crate::{
    AuditEntry, Entity, QuarantineRow, QuarantineWrite, RawId, Result, Store, StoreError, WriteTx, audit,
    codec,
};
use domain::{LogKind, RawPayload, StoreId, Timestamp, from_ms, to_ms};
use sha2::{Digest, Sha256};
use sqlx::Row;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// zstd's fastest level: payloads are short, and the next levels save a twentieth.
const LEVEL: i32 = 1;
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
    /// Keeps payloads, each content once, and returns their ids in the same order. `known` are the ids of those that
    /// were there before.
    pub(crate) fn keep_raw(
        &mut self,
        store: StoreId,
        payloads: &[PackedRaw],
        known: HashMap<[u8; 32], i64>,
        received_at: Timestamp,
    ) -> Result<Vec<RawId>> {
        let (mut lines, mut hashes, mut pieces) = (Vec::new(), Vec::new(), Pieces::default());
        self.kept.extend(known);
        for payload in payloads {
            let Entry::Vacant(place) = self.kept.entry(payload.sha256) else { continue };
            self.ids.raw += 1;
            place.insert(self.ids.raw);
            hashes.extend_from_slice(&payload.sha256);
            let (at, len) = pieces.push(&payload.bytes);
            lines.push((self.ids.raw, payload.source, payload.head(), at, len));
        }
        if !lines.is_empty() {
            let sql = "INSERT INTO raw (received_at_ms, store_id, id, source, hash_head, sha256, bytes)
                SELECT ?, ?, value ->> 0, value ->> 1, value ->> 2, substr(?, key * 32 + 1, 32),
                       substr(?, value ->> 3, value ->> 4)
                FROM jsonb_each(?)";
            self.script
                .add(sql)
                .bind(to_ms(received_at))?
                .bind(store.0)?
                .bind(hashes)?
                .bind(pieces.bytes())?
                .bind(codec::json(&lines)?)?;
        }
        Ok(payloads.iter().filter_map(|p| self.kept.get(&p.sha256)).map(|id| RawId(*id)).collect())
    }

    /// Takes a quarantined payload out, after it was read at last or given up by a person.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if it is not there.
    pub async fn release_quarantine(&mut self, id: i64) -> Result<()> {
        let sql = "DELETE FROM quarantine WHERE id = ?1";
        if sqlx::query(sql).bind(id).execute(self.conn().await?).await?.rows_affected() == 0 {
            return Err(StoreError::NotFound { what: "quarantined payload", id });
        }
        self.change(Entity::Quarantine, 0);
        Ok(())
    }
}

impl WriteTx {
    /// The push log hears of what could not be read once, however often it comes: a stream may bring it with every
    /// look. It names the bytes by their hash, never by what stands in them.
    pub(crate) async fn log_quarantined(&mut self, rows: &[QuarantineWrite]) -> Result<()> {
        let hash = |row: &QuarantineWrite| audit::hex(&Sha256::digest(&row.bytes));
        let hashes: Vec<String> = rows.iter().map(hash).collect();
        let sql = "SELECT value FROM json_each(?1) WHERE unhex(value) IN (SELECT sha256 FROM quarantine)";
        let query = sqlx::query_scalar(sql).bind(codec::json(&hashes)?);
        let mut known: HashSet<String> = query.fetch_all(self.asking().await?).await?.into_iter().collect();
        for (row, sha256) in rows.iter().zip(hashes) {
            if !known.insert(sha256.clone()) {
                continue;
            }
            let detail = serde_json::json!({
                "store": row.store.map(|store| store.0), "source": row.source, "sha256": sha256,
            });
            let (at, kind) = (row.at, LogKind::Quarantined);
            self.audit(AuditEntry { at, kind, conversation: None, detail: detail.to_string() });
        }
        Ok(())
    }
}

/// Keeps what could not be read; what comes again is counted.
pub(crate) fn quarantine(script: &mut Script, rows: &[QuarantineWrite]) -> Result<()> {
    let (mut lines, mut hashes) = (Vec::with_capacity(rows.len()), Vec::new());
    let mut pieces = Pieces::default();
    for row in rows {
        let packed = zstd::bulk::compress(&row.bytes, LEVEL)?;
        hashes.extend_from_slice(&Sha256::digest(&row.bytes));
        let (at, len) = pieces.push(&packed);
        lines.push((row.store.map_or(0, |s| s.0), &row.source, &row.why, to_ms(row.at), at, len));
    }
    let sql = "INSERT INTO quarantine (sha256, bytes, store_id, source, why, first_at_ms, last_at_ms)
        SELECT substr(?, key * 32 + 1, 32), substr(?, value ->> 4, value ->> 5), value ->> 0, value ->> 1, value ->> 2,
               value ->> 3, value ->> 3
        FROM jsonb_each(?) WHERE true
        ON CONFLICT (sha256) DO UPDATE SET seen = seen + 1, last_at_ms = excluded.last_at_ms, why = excluded.why";
    script.add(sql).bind(hashes)?.bind(pieces.bytes())?.bind(codec::json(&lines)?)?;
    Ok(())
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

    /// How many payloads could not be read.
    ///
    /// # Errors
    /// What the database says.
    pub async fn quarantine_count(&self) -> Result<u64> {
        let n: i64 = sqlx::query_scalar("SELECT count(*) FROM quarantine")
            .fetch_one(&mut *self.reader().await?)
            .await?;
        Ok(n.unsigned_abs())
    }

    /// The payloads that could not be read, newest first, before `before` (none: from the newest).
    ///
    /// # Errors
    /// What the database says.
    pub async fn quarantine_list(&self, before: Option<i64>, limit: u32) -> Result<Vec<QuarantineRow>> {
        let sql = "SELECT id, store_id, source, why, first_at_ms, last_at_ms, seen, length(bytes) AS packed
            FROM quarantine WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
        let query = sqlx::query(sql).bind(before.unwrap_or(i64::MAX)).bind(limit);
        let rows = query.fetch_all(&mut *self.reader().await?).await?;
        rows.iter()
            .map(|row| {
                Ok(QuarantineRow {
                    id: row.try_get("id")?,
                    store: codec::opt_id(row.try_get("store_id")?).map(StoreId),
                    source: row.try_get("source")?,
                    why: row.try_get("why")?,
                    first_at: from_ms(row.try_get("first_at_ms")?),
                    last_at: from_ms(row.try_get("last_at_ms")?),
                    seen: codec::count(row.try_get("seen")?),
                    packed_len: codec::count(row.try_get("packed")?),
                })
            })
            .collect()
    }

    /// The bytes of one of them.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or what zstd says to damaged bytes.
    pub async fn quarantine_bytes(&self, id: i64) -> Result<Vec<u8>> {
        let sql = "SELECT bytes FROM quarantine WHERE id = ?1";
        let row = sqlx::query(sql).bind(id).fetch_optional(&mut *self.reader().await?).await?;
        unpack(row.ok_or(StoreError::NotFound { what: "quarantined payload", id })?.try_get(0)?)
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
