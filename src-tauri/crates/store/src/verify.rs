//! Is everything whole? And, if not, what.

use crate::{Result, Store, audit};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

/// Rows that belong to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphans {
    /// What is wrong, in words.
    pub what: &'static str,
    /// How many.
    pub rows: u64,
}

/// What a check of the file found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// SQLite's own findings; empty if it says `ok`.
    pub damage: Vec<String>,
    /// Foreign keys that point at nothing, as `table:row`.
    pub broken_keys: Vec<String>,
    /// The first entry of the push log that is not what the chain says.
    pub broken_link: Option<i64>,
    /// Rows that belong to nothing, of each sort that has any.
    pub orphans: Vec<Orphans>,
    /// Messages in the file.
    pub messages: u64,
    /// Rows in the search index: as many as messages, else rebuild it.
    pub indexed: u64,
    /// Whether the numbers beside the lists are those of a count.
    pub tally_agrees: bool,
}

impl VerifyReport {
    /// Whether all is well.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.damage.is_empty()
            && self.broken_keys.is_empty()
            && self.broken_link.is_none()
            && self.orphans.is_empty()
            && self.messages == self.indexed
            && self.tally_agrees
    }
}

/// References that are no foreign keys, because 0 stands for none in them.
const LOOSE: [(&str, &str); 10] = [
    (
        "conversations whose buyer is gone",
        "SELECT count(*) FROM conversation WHERE buyer_id <> 0 AND buyer_id NOT IN (SELECT id FROM buyer)",
    ),
    (
        "conversations whose owner is gone",
        "SELECT count(*) FROM conversation WHERE owner_id <> 0 AND owner_id NOT IN (SELECT id FROM account)",
    ),
    (
        "conversations whose last message is gone",
        "SELECT count(*) FROM conversation c WHERE last_message_id <> 0
            AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = c.last_message_id AND m.conversation_id = c.id)",
    ),
    (
        "messages of another store than their conversation",
        "SELECT count(*) FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE c.store_id <> m.store_id",
    ),
    (
        "messages whose payload is gone",
        "SELECT count(*) FROM message WHERE raw_id <> 0 AND raw_id NOT IN (SELECT id FROM raw)",
    ),
    (
        "messages whose reply is gone",
        "SELECT count(*) FROM message WHERE outbox_id <> 0 AND outbox_id NOT IN (SELECT id FROM outbox)",
    ),
    (
        "assignments to an account that is gone",
        "SELECT count(*) FROM assignment WHERE to_id NOT IN (SELECT id FROM account)",
    ),
    (
        "disputes whose conversation is gone",
        "SELECT count(*) FROM dispute WHERE conversation_id <> 0
            AND conversation_id NOT IN (SELECT id FROM conversation)",
    ),
    (
        "fired rules whose conversation is gone",
        "SELECT count(*) FROM rule_firing WHERE conversation_id <> 0
            AND conversation_id NOT IN (SELECT id FROM conversation)",
    ),
    (
        "messages without a row in the search index",
        "SELECT count(*) FROM message WHERE search_id NOT IN (SELECT rowid FROM search)",
    ),
];

/// Rows in which the kept numbers and a count differ.
const TALLY: &str = "
    SELECT count(*) FROM (
        SELECT store_id, kind, state, owner_id, owes, unread, n FROM tally WHERE n <> 0
        EXCEPT
        SELECT store_id, kind, state, owner_id, owes, unread > 0, count(*) FROM conversation GROUP BY 1, 2, 3, 4, 5, 6
    )";

async fn number(conn: &mut SqliteConnection, sql: &'static str) -> Result<u64> {
    Ok(sqlx::query_scalar::<_, i64>(sql).fetch_one(conn).await?.unsigned_abs())
}

impl Store {
    /// Checks everything. Reads the whole file, so it takes seconds on a large one; nobody is held up.
    ///
    /// # Errors
    /// What the database says when it can't even be read.
    pub async fn verify(&self) -> Result<VerifyReport> {
        // A new connection: the search index keeps its structure in memory, and the check would compare that of a
        // connection in use with what has been written since.
        let conn = &mut self.fresh_reader().await?;
        let mut report = VerifyReport::default();
        for row in sqlx::query("PRAGMA integrity_check").fetch_all(&mut *conn).await? {
            let finding: String = row.try_get(0)?;
            if finding != "ok" {
                report.damage.push(finding);
            }
        }
        for row in sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut *conn).await? {
            let (table, id): (String, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
            report.broken_keys.push(format!("{table}:{}", id.unwrap_or_default()));
        }
        report.broken_link = audit::first_broken(conn).await?;
        for (what, sql) in LOOSE {
            let rows = number(conn, sql).await?;
            if rows > 0 {
                report.orphans.push(Orphans { what, rows });
            }
        }
        report.messages = number(conn, "SELECT count(*) FROM message").await?;
        report.indexed = number(conn, "SELECT count(*) FROM search").await?;
        let kept = number(conn, "SELECT coalesce(sum(n), 0) FROM tally").await?;
        let counted = number(conn, "SELECT count(*) FROM conversation").await?;
        report.tally_agrees = kept == counted && number(conn, TALLY).await? == 0;
        Ok(report)
    }
}
