//! What could not be read: kept with its bytes, counted when it comes again, tried again by a newer version, and taken
//! out in the transaction that takes in what it says.

use crate::codec::Pieces;
use crate::raw::{LEVEL, unpack};
use crate::script::Script;
use crate::{
    AuditEntry, Entity, QuarantineRow, QuarantineWrite, Released, Result, Store, StoreError, Tried, WriteTx,
    audit, codec,
};
use domain::{Flaw, LogKind, StoreId, Timestamp, UnreadableCause, from_ms, to_ms};
use serde::Serialize;
use serde_tuple::Serialize_tuple;
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::{HashMap, HashSet};

/// A question for rows, without their bytes.
macro_rules! rows {
    ($rest:literal) => {
        concat!(
            "SELECT id, store_id, source, cause, why, beside, reader, tried_at_ms, first_at_ms, last_at_ms, seen,
                length(bytes) AS packed FROM quarantine ",
            $rest
        )
    };
}

impl WriteTx {
    /// Makes sure that a payload may be taken in now: its bytes are still there, and nobody is being erased who may be
    /// named in it. What is asked here holds until the end of the transaction.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] otherwise.
    pub async fn hold_quarantined(&mut self, id: i64) -> Result<()> {
        let sql = "SELECT count(*) FROM quarantine
            WHERE id = ?1 AND length(bytes) > 0 AND NOT EXISTS (SELECT 1 FROM erasure)";
        let there: i64 = sqlx::query_scalar(sql).bind(id).fetch_one(self.asking().await?).await?;
        if there == 0 { Err(not_there(id)) } else { Ok(()) }
    }

    /// Notes of payloads that a newer reader cannot read either. Those that are gone meanwhile are passed over; what is
    /// kept of an erased one stays away.
    ///
    /// # Errors
    /// What the database says.
    pub async fn still_unreadable(&mut self, tried: &[Tried], at: Timestamp) -> Result<()> {
        #[derive(Serialize)]
        struct Line<'a>(i64, &'static str, &'a str, &'a str);
        if tried.is_empty() {
            return Ok(());
        }
        let lines: Vec<Line<'_>> = tried
            .iter()
            .map(|row| Line(row.id, row.flaw.cause.as_str(), &row.flaw.words, &row.reader))
            .collect();
        let sql = "UPDATE quarantine SET cause = t.value ->> 1, reader = t.value ->> 3, tried_at_ms = ?2,
                why = iif(length(bytes) > 0, t.value ->> 2, '')
            FROM json_each(?1) t WHERE quarantine.id = t.value ->> 0";
        let query = sqlx::query(sql).bind(codec::json(&lines)?).bind(to_ms(at));
        query.execute(self.conn().await?).await?;
        self.change(Entity::Quarantine, 0);
        Ok(())
    }

    /// What came for a store that was not here is to be tried once more, by whichever version: a store was connected.
    ///
    /// # Errors
    /// What the database says.
    pub async fn try_nobodys_again(&mut self) -> Result<()> {
        let sql = "UPDATE quarantine SET reader = ''
            WHERE store_id = 0 AND cause IN (?1, '') AND length(bytes) > 0";
        let query = sqlx::query(sql).bind(UnreadableCause::ForeignShop.as_str());
        query.execute(self.conn().await?).await?;
        Ok(())
    }

    /// Erases what could not be read of a store, or of none, and came last before an instant: its bytes, what was known
    /// beside them, and the reader's words, which may quote them. What kind of fault it was, and how often it came,
    /// stays. Gives how many there were.
    ///
    /// # Errors
    /// What the database says.
    pub async fn expire_quarantined(
        &mut self,
        store: Option<StoreId>,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<u64> {
        self.secure(true).await?;
        let sql = "UPDATE quarantine SET bytes = x'', beside = '', why = '', own_id = 'erased:' || id
            WHERE store_id = ?1 AND last_at_ms < ?2 AND length(bytes) > 0";
        let query = sqlx::query(sql).bind(store.map_or(0, |store| store.0)).bind(to_ms(before));
        let done = query.execute(self.conn().await?).await?.rows_affected();
        self.secure(false).await?;
        if done > 0 {
            self.purge_anew().await?;
            self.change(Entity::Quarantine, 0);
            let store = store.map(|store| store.0);
            let detail = serde_json::json!({ "store": store, "messages": 0, "payloads": done }).to_string();
            self.audit(AuditEntry { at: now, kind: LogKind::ContentExpired, conversation: None, detail });
        }
        Ok(done)
    }

    /// The rows in which some of this is kept already; none of what is new. The push log hears of what is new, and so of each
    /// once, however often it comes: a stream may bring it with every look. It names the bytes by their hash, never by what
    /// stands in them.
    pub(crate) async fn known_quarantined(&mut self, rows: &[QuarantineWrite]) -> Result<Vec<Option<i64>>> {
        let hashes: Vec<String> = rows.iter().map(|row| audit::hex(&Sha256::digest(&row.bytes))).collect();
        let lines: Vec<_> = rows.iter().zip(&hashes).map(|(row, sha256)| Asked::of(row, sha256)).collect();
        let query = sqlx::query_as(KNOWN).bind(codec::json(&lines)?);
        let known: Vec<(Option<i64>, bool)> = query.fetch_all(self.asking().await?).await?;
        let (mut places, mut taken, mut told) = (Vec::new(), HashMap::new(), HashSet::new());
        for ((row, line), (id, erased)) in rows.iter().zip(&lines).zip(known) {
            // Of two that would both be what less was known of, it is the first.
            let place = id.filter(|id| erased || *taken.entry(*id).or_insert(line) == line);
            if place.is_none() && told.insert(line) {
                let detail = detail(row.store.map(|store| store.0), &row.source, line.sha256);
                self.audit(AuditEntry { at: row.at, kind: LogKind::Quarantined, conversation: None, detail });
            }
            places.push(place);
        }
        Ok(places)
    }

    /// Takes out what could be read at last. The push log says so of the same bytes of which it said before that they
    /// could not.
    pub(crate) async fn release(&mut self, released: Released) -> Result<()> {
        let Released { id, at } = released;
        let sql = "SELECT store_id, source, sha256 FROM quarantine WHERE id = ?1";
        if let Some(row) = sqlx::query(sql).bind(id).fetch_optional(self.asking().await?).await? {
            let sha256 = audit::hex(row.try_get(2)?);
            let detail = detail(codec::opt_id(row.try_get(0)?), row.try_get(1)?, &sha256);
            self.audit(AuditEntry { at, kind: LogKind::ReadAgain, conversation: None, detail });
        }
        self.script.add("DELETE FROM quarantine WHERE id = ?").bind(id)?;
        self.change(Entity::Quarantine, 0);
        Ok(())
    }
}

fn detail(store: Option<i64>, source: &str, sha256: &str) -> String {
    serde_json::json!({ "store": store, "source": source, "sha256": sha256 }).to_string()
}

/// What something is looked for by.
#[derive(Debug, PartialEq, Eq, Hash, Serialize)]
struct Asked<'a> {
    sha256: &'a str,
    source: &'a str,
    store: i64,
    own_id: &'a str,
    /// Nothing came: then the bytes tell it from nothing.
    blank: bool,
}

impl<'a> Asked<'a> {
    fn of(row: &'a QuarantineWrite, sha256: &'a str) -> Self {
        let QuarantineWrite { store, source, own_id, bytes, .. } = row;
        let store = store.map_or(0, |store| store.0);
        Self { sha256, source, store, own_id, blank: bytes.is_empty() }
    }
}

/// Each in the row that is its own. Else in one of which less was known: nobody's then, or without the provider's name. Else in
/// one that was erased, whatever its name was: what was erased does not come back under another.
const KNOWN: &str = "
    SELECT known.id, EXISTS (SELECT 1 FROM quarantine q WHERE q.id = known.id AND q.bytes = x'')
    FROM (SELECT j.key AS place, coalesce(
        (SELECT q.id FROM quarantine q INDEXED BY quarantine_known
         WHERE q.sha256 = unhex(j.value ->> 'sha256') AND q.source = j.value ->> 'source'
            AND q.store_id = j.value ->> 'store' AND q.own_id = j.value ->> 'own_id'),
        (SELECT min(q.id) FROM quarantine q INDEXED BY quarantine_known
         WHERE q.sha256 = unhex(j.value ->> 'sha256') AND q.source = j.value ->> 'source'
            AND q.store_id IN (j.value ->> 'store', 0) AND q.own_id IN (j.value ->> 'own_id', '')),
        (SELECT min(q.id) FROM quarantine q INDEXED BY quarantine_known
         WHERE q.sha256 = unhex(j.value ->> 'sha256') AND q.source = j.value ->> 'source'
            AND q.store_id IN (j.value ->> 'store', 0) AND q.bytes = x'' AND NOT j.value ->> 'blank')) AS id
        FROM json_each(?1) j) AS known
    ORDER BY known.place";

/// Keeps what could not be read; what comes again is counted in the row it has. What was erased of it does not come back.
pub(crate) fn quarantine(
    script: &mut Script,
    rows: &[QuarantineWrite],
    places: &[Option<i64>],
) -> Result<()> {
    let (mut lines, mut hashes) = (Vec::with_capacity(rows.len()), Vec::new());
    let mut pieces = Pieces::default();
    for (row, place) in rows.iter().zip(places) {
        let packed = zstd::bulk::compress(&row.bytes, LEVEL)?;
        hashes.extend_from_slice(&Sha256::digest(&row.bytes));
        let (at, len) = pieces.push(&packed);
        lines.push(Line {
            place: *place,
            store: row.store.map_or(0, |store| store.0),
            source: &row.source,
            own_id: &row.own_id,
            cause: row.flaw.cause.as_str(),
            why: &row.flaw.words,
            beside: &row.beside,
            reader: &row.reader,
            came_ms: to_ms(row.at),
            at,
            len,
        });
    }
    script.add(KEEP).bind(hashes)?.bind(pieces.bytes())?.bind(codec::json(&lines)?)?;
    Ok(())
}

#[derive(Serialize_tuple)]
struct Line<'a> {
    place: Option<i64>,
    store: i64,
    source: &'a str,
    own_id: &'a str,
    cause: &'static str,
    why: &'a str,
    beside: &'a str,
    reader: &'a str,
    came_ms: i64,
    at: usize,
    len: usize,
}

/// A row that was nobody's, or without a name, learns both from what comes again. The second of two that come at once has no
/// place yet, and meets the first by what it is.
const KEEP: &str = "
    INSERT INTO quarantine (sha256, bytes, id, store_id, source, own_id, cause, why, beside, reader, first_at_ms,
        last_at_ms)
    SELECT substr(?, key * 32 + 1, 32), substr(?, value ->> 9, value ->> 10), value ->> 0, value ->> 1, value ->> 2,
        value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 8
    FROM jsonb_each(?) WHERE true
    ON CONFLICT (id) DO UPDATE SET seen = seen + 1, last_at_ms = excluded.last_at_ms,
        cause = excluded.cause, reader = excluded.reader,
        why = iif(length(quarantine.bytes) > 0, excluded.why, ''),
        store_id = iif(length(quarantine.bytes) > 0, excluded.store_id, quarantine.store_id),
        own_id = iif(length(quarantine.bytes) > 0, excluded.own_id, quarantine.own_id),
        beside = iif(length(quarantine.bytes) > 0, excluded.beside, '')
    ON CONFLICT (sha256, source, store_id, own_id) DO UPDATE SET seen = seen + 1, last_at_ms = excluded.last_at_ms,
        why = excluded.why, cause = excluded.cause, reader = excluded.reader, beside = excluded.beside";

impl Store {
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
        let sql = rows!("WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
        let query = sqlx::query(sql).bind(before.unwrap_or(i64::MAX)).bind(limit);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(read).collect()
    }

    /// Those of them after `after` whose bytes are still there, oldest first. With `reader`, only those that this version
    /// has not tried yet.
    ///
    /// # Errors
    /// What the database says.
    pub async fn quarantine_after(
        &self,
        after: i64,
        reader: Option<&str>,
        limit: u32,
    ) -> Result<Vec<QuarantineRow>> {
        let sql = rows!(
            "WHERE id > ?1 AND (?2 IS NULL OR reader <> ?2) AND length(bytes) > 0 ORDER BY id LIMIT ?3"
        );
        let query = sqlx::query(sql).bind(after).bind(reader).bind(limit);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(read).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or what the database says.
    pub async fn quarantined(&self, id: i64) -> Result<QuarantineRow> {
        let sql = rows!("WHERE id = ?1");
        let query = sqlx::query(sql).bind(id);
        let row = query.fetch_optional(&mut *self.reader().await?).await?;
        read(&row.ok_or_else(|| not_there(id))?)
    }

    /// The bytes of one of them; none are left of one that was erased.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or what zstd says to damaged bytes.
    pub async fn quarantine_bytes(&self, id: i64) -> Result<Vec<u8>> {
        let sql = "SELECT bytes FROM quarantine WHERE id = ?1";
        let row = sqlx::query(sql).bind(id).fetch_optional(&mut *self.reader().await?).await?;
        unpack(row.ok_or_else(|| not_there(id))?.try_get(0)?)
    }
}

const fn not_there(id: i64) -> StoreError {
    StoreError::NotFound { what: "quarantined payload", id }
}

fn read(row: &SqliteRow) -> Result<QuarantineRow> {
    Ok(QuarantineRow {
        id: row.try_get("id")?,
        store: codec::opt_id(row.try_get("store_id")?).map(StoreId),
        source: row.try_get("source")?,
        flaw: Flaw { cause: UnreadableCause::parse(row.try_get("cause")?), words: row.try_get("why")? },
        beside: row.try_get("beside")?,
        reader: row.try_get("reader")?,
        tried_at: codec::opt_at(row.try_get("tried_at_ms")?),
        first_at: from_ms(row.try_get("first_at_ms")?),
        last_at: from_ms(row.try_get("last_at_ms")?),
        seen: codec::count(row.try_get("seen")?),
        packed_len: codec::count(row.try_get("packed")?),
    })
}
