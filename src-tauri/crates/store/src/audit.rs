//! The push log: append-only, chained by hashes (`docs/RULES.md` §8).

use crate::script::Script;
use crate::{AuditEntry, AuditRow, Result, Store, codec};
use domain::{ConversationId, from_ms, to_ms};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// The hash before the first entry.
pub(crate) const GENESIS: [u8; 32] = [0; 32];

/// The hash of an entry: over the hash before it and everything the entry says. Lengths go before texts, so that no
/// two entries have the same bytes.
pub(crate) fn link(before: &[u8], id: i64, entry: &AuditEntry) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(id.to_be_bytes());
    hash.update(to_ms(entry.at).to_be_bytes());
    hash.update(entry.conversation.map_or(0, |c| c.0).to_be_bytes());
    for text in [&entry.kind, &entry.detail] {
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

#[derive(Serialize)]
struct Line<'a> {
    id: i64,
    at: i64,
    kind: &'a str,
    conversation: i64,
    detail: &'a str,
    hash: String,
}

/// Adds entries, the first with the id `first`, after the one whose hash is `last`.
pub(crate) fn append(
    script: &mut Script,
    first: i64,
    last: Option<Vec<u8>>,
    entries: &[AuditEntry],
) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut before = last.unwrap_or_else(|| GENESIS.to_vec());
    let mut lines = Vec::with_capacity(entries.len());
    for (id, entry) in (first..).zip(entries) {
        let hash = link(&before, id, entry);
        before = hash.to_vec();
        lines.push(Line {
            id,
            at: to_ms(entry.at),
            kind: &entry.kind,
            conversation: entry.conversation.map_or(0, |c| c.0),
            detail: &entry.detail,
            hash: hex(&hash),
        });
    }
    let sql = "INSERT INTO audit (id, at_ms, kind, conversation_id, detail, hash)
        SELECT value ->> 'id', value ->> 'at', value ->> 'kind', value ->> 'conversation', value ->> 'detail',
               unhex(value ->> 'hash')
        FROM jsonb_each(?)";
    script.add(sql).bind(codec::json(&lines)?)?;
    Ok(())
}

fn audit_row(row: &SqliteRow) -> Result<AuditRow> {
    let conversation: i64 = row.try_get("conversation_id")?;
    Ok(AuditRow {
        id: row.try_get("id")?,
        entry: AuditEntry {
            at: from_ms(row.try_get("at_ms")?),
            kind: row.try_get("kind")?,
            conversation: codec::opt_id(conversation).map(ConversationId),
            detail: row.try_get("detail")?,
        },
        hash: hex(row.try_get::<&[u8], _>("hash")?),
    })
}

/// The first entry after `after`, at most `limit`, that is not what the chain says; and the last id that was looked at.
pub(crate) async fn check(conn: &mut SqliteConnection) -> Result<Option<i64>> {
    const PAGE: usize = 5_000;
    let sql = "SELECT id, at_ms, kind, conversation_id, detail, hash FROM audit WHERE id > ?1 ORDER BY id LIMIT 5000";
    let (mut last, mut before) = (0_i64, GENESIS.to_vec());
    loop {
        let rows = sqlx::query(sql).bind(last).fetch_all(&mut *conn).await?;
        for row in &rows {
            let AuditRow { id, entry, hash } = audit_row(row)?;
            let want = link(&before, id, &entry);
            if id != last + 1 || hash != hex(&want) {
                return Ok(Some(last + 1));
            }
            (last, before) = (id, want.to_vec());
        }
        if rows.len() < PAGE {
            break;
        }
    }
    // Entries cut off at the end leave a chain that is whole but shorter than the numbers handed out.
    let sql = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0)";
    let handed_out: i64 = sqlx::query_scalar(sql).fetch_one(conn).await?;
    Ok((handed_out > last).then_some(last + 1))
}

impl Store {
    /// Entries of the push log before `before` (none: from the end), newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_log(&self, before: Option<i64>, limit: u32) -> Result<Vec<AuditRow>> {
        let sql = "SELECT id, at_ms, kind, conversation_id, detail, hash FROM audit WHERE id < ?1
            ORDER BY id DESC LIMIT ?2";
        let query = sqlx::query(sql).bind(before.unwrap_or(i64::MAX)).bind(limit);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(audit_row).collect()
    }

    /// The entries about one conversation, oldest first: for an evidence pack. Reads the whole log.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_of(&self, conversation: ConversationId) -> Result<Vec<AuditRow>> {
        let sql =
            "SELECT id, at_ms, kind, conversation_id, detail, hash FROM audit WHERE conversation_id = ?1
            ORDER BY id";
        let query = sqlx::query(sql).bind(conversation.0);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(audit_row).collect()
    }
}
