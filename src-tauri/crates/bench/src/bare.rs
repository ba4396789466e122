//! The bare bounds: SQLite alone, in the same run and with the same rows.
//!
//! The finished file is copied, transaction by transaction, into an empty one with the same tables, indexes, triggers
//! and settings. Whatever is no insert is left out or done before the watch starts: nothing is read from JSON,
//! decided, packed, hashed, cut or looked up.

use crate::measure::{processor_time, rate};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row};
use std::path::Path;
use std::time::{Duration, Instant};

/// Messages of one transaction: as many as an import takes.
const BATCH: i64 = 20_000;

/// The inserts of one transaction, and the table whose rows are counted off for each.
const INSERTS: [(&str, &str); 10] = [
    ("raw", "INSERT INTO raw SELECT * FROM src.raw WHERE id > ?1 AND id <= ?2"),
    ("buyer", "INSERT INTO buyer SELECT * FROM src.buyer WHERE id > ?1 AND id <= ?2"),
    (
        "buyer",
        "INSERT INTO buyer_search (rowid, text, chars) SELECT id, name, '' FROM src.buyer WHERE id > ?1 AND id <= ?2",
    ),
    (
        "message",
        "INSERT INTO conversation SELECT * FROM src.conversation
         WHERE id IN (SELECT conversation_id FROM src.message WHERE id > ?1 AND id <= ?2)
         ON CONFLICT (id) DO UPDATE SET owner_id = excluded.owner_id, state = excluded.state, owes = excluded.owes,
            unread = excluded.unread, due_ms = excluded.due_ms, recency = excluded.recency,
            last_message_id = excluded.last_message_id, last_at_ms = excluded.last_at_ms,
            last_author = excluded.last_author, preview = excluded.preview, clock = excluded.clock",
    ),
    ("message", "INSERT INTO message SELECT * FROM src.message WHERE id > ?1 AND id <= ?2"),
    ("message", "INSERT INTO search (rowid, text, chars, tags) SELECT * FROM cut WHERE ?1 < ?2 ORDER BY id"),
    ("assignment", "INSERT INTO assignment SELECT * FROM src.assignment WHERE id > ?1 AND id <= ?2"),
    ("deadline", "INSERT INTO deadline SELECT * FROM src.deadline WHERE id > ?1 AND id <= ?2"),
    ("audit", "INSERT INTO audit SELECT * FROM src.audit WHERE id > ?1 AND id <= ?2"),
    ("change", "INSERT INTO change SELECT * FROM src.change WHERE seq > ?1 AND seq <= ?2"),
];

/// A file that holds what the imported one holds.
#[derive(Debug)]
pub(crate) struct Bare {
    conn: SqliteConnection,
    single: SqliteConnection,
    /// Messages a second, inserted and indexed.
    pub(crate) import_per_s: f64,
    /// The same by processor time.
    pub(crate) import_per_processor_s: f64,
}

pub(crate) fn words(error: sqlx::Error) -> String {
    error.to_string()
}

/// As durable as the store's own writing connection.
pub(crate) async fn connect(file: &Path) -> Result<SqliteConnection, String> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(false)
        .pragma("temp_store", "memory")
        .pragma("cache_size", "-65536")
        .pragma("wal_autocheckpoint", "65536")
        .disable_statement_logging();
    options.connect().await.map_err(words)
}

impl Bare {
    /// Copies the file in `data` and times the inserts.
    pub(crate) async fn copy(data: &Path, folder: &Path) -> Result<Self, String> {
        let home = folder.join("bare");
        let empty = store::Store::open(&home).await.map_err(|error| error.to_string())?;
        empty.close().await.map_err(|error| error.to_string())?;
        let mut conn = connect(&home.join(store::DATABASE_FILE)).await?;
        let imported = data.join(store::DATABASE_FILE).display().to_string();
        sqlx::query("ATTACH ?1 AS src").bind(imported).execute(&mut conn).await.map_err(words)?;
        for sql in [
            // The bare index is merged as SQLite does by itself.
            "INSERT INTO search (search, rank) VALUES ('automerge', 4)",
            "INSERT INTO search (search, rank) VALUES ('crisismerge', 16)",
            "INSERT INTO store SELECT * FROM src.store",
            "INSERT INTO account SELECT * FROM src.account",
            "CREATE TEMP TABLE cut (id INTEGER PRIMARY KEY, text TEXT, chars TEXT, tags TEXT)",
        ] {
            sqlx::query(sql).execute(&mut conn).await.map_err(words)?;
        }
        let messages = last(&mut conn, "message").await?;
        let parts = (messages + BATCH - 1) / BATCH;
        let (mut spent, mut processor) = (Duration::ZERO, Duration::ZERO);
        for part in 0..parts {
            let (wall, busy) = copy_part(&mut conn, part, parts).await?;
            spent += wall;
            processor += busy;
        }
        sqlx::query("DETACH src").execute(&mut conn).await.map_err(words)?;
        let mut single = connect(&folder.join("single.db")).await?;
        let table = "CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT";
        sqlx::query(table).execute(&mut single).await.map_err(words)?;
        let messages = messages.unsigned_abs();
        let (import_per_s, import_per_processor_s) = (rate(messages, spent), rate(messages, processor));
        Ok(Self { conn, single, import_per_s, import_per_processor_s })
    }

    /// One row in a durable transaction of its own: the least that a commit costs here.
    pub(crate) async fn commit(&mut self) -> Result<Duration, String> {
        let started = Instant::now();
        let insert = sqlx::query("INSERT INTO line (text) VALUES ('one durable row')");
        insert.execute(&mut self.single).await.map_err(words)?;
        Ok(started.elapsed())
    }

    /// The connection to the copy.
    pub(crate) const fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.conn
    }

    /// Closes both files.
    pub(crate) async fn close(self) -> Result<(), String> {
        self.conn.close().await.map_err(words)?;
        self.single.close().await.map_err(words)
    }
}

/// The last number that a table of the imported file has handed out.
async fn last(conn: &mut SqliteConnection, table: &str) -> Result<i64, String> {
    let sql = "SELECT coalesce((SELECT seq FROM src.sqlite_sequence WHERE name = ?1), 0)";
    sqlx::query_scalar(sql).bind(table.to_owned()).fetch_one(conn).await.map_err(words)
}

/// One transaction: the same part of every table. Tells its time on the wall and on the processors.
async fn copy_part(
    conn: &mut SqliteConnection,
    part: i64,
    parts: i64,
) -> Result<(Duration, Duration), String> {
    let mut inserts = Vec::with_capacity(INSERTS.len());
    for (table, sql) in INSERTS {
        let last = last(conn, table).await?;
        inserts.push((sql, last * part / parts, last * (part + 1) / parts));
    }
    let messages = last(conn, "message").await?;
    cut(conn, messages * part / parts, messages * (part + 1) / parts).await?;
    let (started, before) = (Instant::now(), processor_time());
    let mut tx = conn.begin().await.map_err(words)?;
    for (sql, after, to) in inserts {
        sqlx::query(sql).bind(after).bind(to).execute(&mut *tx).await.map_err(words)?;
    }
    tx.commit().await.map_err(words)?;
    Ok((started.elapsed(), processor_time().saturating_sub(before)))
}

/// Lays out what the index gets, in the order of its rows.
async fn cut(conn: &mut SqliteConnection, after: i64, to: i64) -> Result<(), String> {
    sqlx::query("DELETE FROM cut").execute(&mut *conn).await.map_err(words)?;
    let sql =
        "SELECT search_id, text, 's' || store_id || iif(author = 'buyer', ' in', ' out') FROM src.message
        WHERE id > ?1 AND id <= ?2";
    let rows = sqlx::query(sql).bind(after).bind(to).fetch_all(&mut *conn).await.map_err(words)?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        let cut = store::cut(row.try_get(1).map_err(words)?);
        let (id, tags): (i64, &str) = (row.try_get(0).map_err(words)?, row.try_get(2).map_err(words)?);
        lines.push((id, cut.text, cut.chars, tags));
    }
    let json = serde_json::to_string(&lines).map_err(|error| error.to_string())?;
    let sql = "INSERT INTO cut SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM jsonb_each(?1)";
    sqlx::query(sql).bind(json).execute(conn).await.map_err(words)?;
    Ok(())
}
