//! The bare bounds: SQLite alone doing the same inserts, the same index and the same commits, in the same run.

use crate::measure::{ms, percentile, rate, timed};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::{Duration, Instant};

/// Rows of one transaction, as intake has them.
const BATCH: usize = 500;
/// Durable commits measured.
const COMMITS: usize = 200;

/// What bare SQLite can do on this machine, now.
#[derive(Debug)]
pub(crate) struct Bare {
    /// Messages a second, inserted and indexed.
    pub(crate) import_per_s: f64,
    /// A durable commit of one row, p50 and p99, in milliseconds.
    pub(crate) commit_ms: (f64, f64),
    /// For each of the queries, a phrase query over the bare index, newest first, in milliseconds.
    pub(crate) search_p95_ms: f64,
}

/// Measures.
pub(crate) async fn run(corpus: &Path, folder: &Path) -> Result<Bare, String> {
    let file = folder.join("bare.db");
    let mut conn = open(&file).await?;
    let import_per_s = import(&mut conn, corpus).await?;
    let commit_ms = commits(&mut conn).await?;
    let search_p95_ms = searches(&mut conn).await?;
    conn.close().await.map_err(words)?;
    Ok(Bare { import_per_s, commit_ms, search_p95_ms })
}

fn words(error: sqlx::Error) -> String {
    error.to_string()
}

async fn open(file: &Path) -> Result<SqliteConnection, String> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging();
    let mut conn = options.connect().await.map_err(words)?;
    for sql in [
        "CREATE TABLE buyer (id INTEGER PRIMARY KEY, key TEXT, name TEXT) STRICT",
        "CREATE TABLE conversation (id INTEGER PRIMARY KEY, key TEXT, last_ms INTEGER, preview TEXT) STRICT",
        "CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER, provider TEXT, author TEXT, text TEXT,
            sent_ms INTEGER) STRICT",
        "CREATE UNIQUE INDEX message_provider ON message (provider)",
        "CREATE INDEX message_conversation ON message (conversation, sent_ms, id)",
        "CREATE TABLE raw (id INTEGER PRIMARY KEY, bytes BLOB) STRICT",
        "CREATE TABLE log (id INTEGER PRIMARY KEY, at_ms INTEGER, kind TEXT, detail TEXT) STRICT",
        "CREATE VIRTUAL TABLE search USING fts5 (text, content = '', tokenize = 'unicode61 remove_diacritics 2')",
    ] {
        sqlx::query(sql).execute(&mut conn).await.map_err(words)?;
    }
    Ok(conn)
}

/// One line as SQLite gets it: conversation, buyer, instant, author, text, text cut for the index.
type Row = (i64, String, i64, String, String, String);

async fn import(conn: &mut SqliteConnection, corpus: &Path) -> Result<f64, String> {
    let input = BufReader::new(File::open(corpus).map_err(|error| error.to_string())?);
    let (mut rows, mut id, mut spent) = (Vec::with_capacity(BATCH), 0_i64, Duration::ZERO);
    for line in input.lines() {
        rows.push(row(&line.map_err(|error| error.to_string())?)?);
        if rows.len() == BATCH {
            spent += insert(conn, &rows, id).await?;
            id += i64::try_from(BATCH).unwrap_or(0);
            rows.clear();
        }
    }
    spent += insert(conn, &rows, id).await?;
    id += i64::try_from(rows.len()).unwrap_or(0);
    Ok(rate(id.unsigned_abs(), spent))
}

fn row(line: &str) -> Result<Row, String> {
    let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let text = value["text"].as_str().unwrap_or_default().to_owned();
    let cut = store::cut(&text).text;
    let word = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let number = |key: &str| value[key].as_i64().unwrap_or_default();
    Ok((number("conversation"), word("buyer"), number("sent_at"), word("direction"), text, cut))
}

/// The same tables that an intake touches, a statement a table and batch: what SQLite itself costs.
async fn insert(conn: &mut SqliteConnection, rows: &[Row], first: i64) -> Result<Duration, String> {
    let json = serde_json::to_string(rows).map_err(|error| error.to_string())?;
    let started = Instant::now();
    let mut tx = conn.begin().await.map_err(words)?;
    for sql in [
        "INSERT INTO buyer (id, key, name) SELECT ?2 + key, value ->> 1, value ->> 1 FROM json_each(?1)",
        "INSERT INTO conversation (id, key, last_ms, preview)
            SELECT value ->> 0, value ->> 0, value ->> 2, value ->> 4 FROM json_each(?1) WHERE ?2 = ?2
            ON CONFLICT (id) DO UPDATE SET last_ms = excluded.last_ms, preview = excluded.preview",
        "INSERT INTO message (id, conversation, provider, author, text, sent_ms)
            SELECT ?2 + key, value ->> 0, 'p' || (?2 + key), value ->> 3, value ->> 4, value ->> 2 FROM json_each(?1)",
        "INSERT INTO raw (id, bytes) SELECT ?2 + key, CAST(value AS BLOB) FROM json_each(?1)",
        "INSERT INTO log (id, at_ms, kind, detail)
            SELECT ?2 + key, value ->> 2, 'received', 'p' || (?2 + key) FROM json_each(?1)",
        "INSERT INTO search (rowid, text) SELECT ?2 + key, value ->> 5 FROM json_each(?1)",
    ] {
        sqlx::query(sql).bind(json.clone()).bind(first).execute(&mut *tx).await.map_err(words)?;
    }
    tx.commit().await.map_err(words)?;
    Ok(started.elapsed())
}

async fn commits(conn: &mut SqliteConnection) -> Result<(f64, f64), String> {
    let mut samples = Vec::with_capacity(COMMITS);
    for at in 0..COMMITS {
        let sql = "INSERT INTO log (at_ms, kind, detail) VALUES (?1, 'bare', 'one durable row')";
        let query = sqlx::query(sql).bind(i64::try_from(at).unwrap_or(0)).execute(&mut *conn);
        let (done, time) = timed(query).await;
        done.map_err(words)?;
        samples.push(ms(time));
    }
    Ok((percentile(samples.clone(), 50), percentile(samples, 99)))
}

/// The bare index asked what the search asks it: the newest fifty rows of a phrase.
async fn searches(conn: &mut SqliteConnection) -> Result<f64, String> {
    let mut samples = Vec::new();
    for query in crate::reading::QUERIES {
        let phrase = format!("\"{}\"", store::cut(query).text.replace('"', " "));
        for _ in 0..5 {
            let sql = "SELECT s.rowid, m.text FROM search s JOIN message m ON m.id = s.rowid
                WHERE search MATCH ?1 ORDER BY s.rowid DESC LIMIT 50";
            let (found, time) = timed(sqlx::query(sql).bind(phrase.clone()).fetch_all(&mut *conn)).await;
            found.map_err(words)?;
            samples.push(ms(time));
        }
    }
    Ok(percentile(samples, 95))
}
