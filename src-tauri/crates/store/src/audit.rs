//! The push log: append-only, chained by hashes (`docs/RULES.md` §8).

use crate::codec::Pieces;
use crate::script::Script;
use crate::{AuditEntry, AuditRow, ChainCheck, Result, Store, codec};
use domain::{ConversationId, from_ms, to_ms};
use serde_tuple::Serialize_tuple;
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// The hash before the first entry.
pub(crate) const GENESIS: [u8; 32] = [0; 32];

/// The hash of an entry: over the hash before it and everything the entry says. Lengths go before texts, so that no
/// two entries have the same bytes.
pub(crate) fn link<K: AsRef<str>>(before: &[u8], id: i64, entry: &AuditEntry<K>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(id.to_be_bytes());
    hash.update(to_ms(entry.at).to_be_bytes());
    hash.update(entry.conversation.map_or(0, |c| c.0).to_be_bytes());
    for text in [entry.kind.as_ref(), entry.detail.as_str()] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

#[derive(Serialize_tuple)]
struct Line<'a> {
    id: i64,
    at: i64,
    kind: &'a str,
    conversation: i64,
    detail_at: usize,
    detail_len: usize,
}

/// Adds entries, the first with the id `first`, after the one whose hash is `last`. Gives the hash of the last.
pub(crate) fn append(
    script: &mut Script,
    first: i64,
    last: Option<Vec<u8>>,
    entries: &[AuditEntry],
) -> Result<Option<Vec<u8>>> {
    if entries.is_empty() {
        return Ok(last);
    }
    let mut before = last.unwrap_or_else(|| GENESIS.to_vec());
    let mut lines = Vec::with_capacity(entries.len());
    let (mut hashes, mut details) = (Vec::with_capacity(entries.len() * GENESIS.len()), Pieces::default());
    for (id, entry) in (first..).zip(entries) {
        let hash = link(&before, id, entry);
        hashes.extend_from_slice(&hash);
        before = hash.to_vec();
        let (detail_at, detail_len) = details.push(entry.detail.as_bytes());
        lines.push(Line {
            id,
            at: to_ms(entry.at),
            kind: entry.kind.as_str(),
            conversation: entry.conversation.map_or(0, |c| c.0),
            detail_at,
            detail_len,
        });
    }
    let sql = "INSERT INTO audit (id, at_ms, kind, conversation_id, detail, hash)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3,
            CAST(substr(?, value ->> 4, value ->> 5) AS TEXT), substr(?, key * 32 + 1, 32)
        FROM jsonb_each(?)";
    script.add(sql).bind(details.bytes())?.bind(hashes)?.bind(codec::json(&lines)?)?;
    Ok(Some(before))
}

/// The columns of an entry `a`, with the hash of the one before it as it stands in the file.
macro_rules! audit_columns {
    () => {
        "a.id, a.at_ms, a.kind, a.conversation_id, a.detail, a.hash,
         (SELECT p.hash FROM audit p WHERE p.id = a.id - 1) AS before_hash"
    };
}
pub(crate) use audit_columns;

pub(crate) fn audit_row(row: &SqliteRow) -> Result<AuditRow> {
    let conversation: i64 = row.try_get("conversation_id")?;
    let before: Option<&[u8]> = row.try_get("before_hash")?;
    Ok(AuditRow {
        id: row.try_get("id")?,
        entry: AuditEntry {
            at: from_ms(row.try_get("at_ms")?),
            kind: row.try_get("kind")?,
            conversation: codec::opt_id(conversation).map(ConversationId),
            detail: row.try_get("detail")?,
        },
        before: hex(before.unwrap_or(&GENESIS)),
        hash: hex(row.try_get::<&[u8], _>("hash")?),
    })
}

/// Looks at the `most` entries after number `after`, which is 0 or was sound itself.
pub(crate) async fn check(conn: &mut SqliteConnection, after: i64, most: u32) -> Result<ChainCheck> {
    // Asked first: what is written while the entries are read must not look like something that is missing.
    let sql = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0),
        (SELECT hash FROM audit WHERE id = ?1)";
    let start = sqlx::query(sql).bind(after).fetch_one(&mut *conn).await?;
    let handed_out: i64 = start.try_get(0)?;
    let kept: Option<Vec<u8>> = start.try_get(1)?;
    let (mut last, mut before) = (after, kept.unwrap_or_else(|| GENESIS.to_vec()));
    let sql = concat!("SELECT ", audit_columns!(), " FROM audit a WHERE a.id > ?1 ORDER BY a.id LIMIT ?2");
    let rows = sqlx::query(sql).bind(after).bind(most).fetch_all(conn).await?;
    for row in &rows {
        let AuditRow { id, entry, hash, .. } = audit_row(row)?;
        let want = link(&before, id, &entry);
        if id != last + 1 || hash != hex(&want) {
            return Ok(ChainCheck { checked: last, handed_out, broken: Some(last + 1), done: true });
        }
        (last, before) = (id, want.to_vec());
    }
    let done = rows.len() < most as usize;
    // Entries cut off at the end leave a chain that is whole but shorter than the numbers handed out.
    let broken = (done && handed_out > last).then_some(last + 1);
    Ok(ChainCheck { checked: last, handed_out, broken, done })
}

/// The first entry that is not what the chain says.
pub(crate) async fn first_broken(conn: &mut SqliteConnection) -> Result<Option<i64>> {
    const PAGE: u32 = 5_000;
    let mut after = 0;
    loop {
        let found = check(conn, after, PAGE).await?;
        if found.done {
            return Ok(found.broken);
        }
        after = found.checked;
    }
}

impl Store {
    /// Looks whether the `most` entries after number `after` are what the chain says. Begin with 0 and go on with
    /// [`ChainCheck::checked`] until it is done: that is a check of the whole log, in steps between which it can be
    /// shown how far it is, and stopped.
    ///
    /// # Errors
    /// What the database says.
    pub async fn check_log(&self, after: i64, most: u32) -> Result<ChainCheck> {
        check(&mut *self.reader().await?, after, most).await
    }

    /// Entries of the push log before `before` (none: from the end), newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_log(&self, before: Option<i64>, limit: u32) -> Result<Vec<AuditRow>> {
        let sql =
            concat!("SELECT ", audit_columns!(), " FROM audit a WHERE a.id < ?1 ORDER BY a.id DESC LIMIT ?2");
        let query = sqlx::query(sql).bind(before.unwrap_or(i64::MAX)).bind(limit);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(audit_row).collect()
    }

    /// The entries about one conversation, oldest first: for an evidence pack. Reads the whole log.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_of(&self, conversation: ConversationId) -> Result<Vec<AuditRow>> {
        let sql =
            concat!("SELECT ", audit_columns!(), " FROM audit a WHERE a.conversation_id = ?1 ORDER BY a.id");
        let query = sqlx::query(sql).bind(conversation.0);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(audit_row).collect()
    }
}
