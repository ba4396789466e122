//! Filling the search index, and making it again.

use super::cut;
use crate::script::Script;
use crate::{Result, Store, codec};
use domain::{Author, MessageId, Timestamp, to_ms};
use serde_tuple::Serialize_tuple;
use sqlx::Row;

/// Bits of a search id that come from the message id; the rest is the time.
const LOW_BITS: u32 = 21;

/// A message's row in the index: its time, then the low bits of its id. Reading rows backwards is then newest first,
/// and an interval of time is an interval of rows.
#[must_use]
pub fn search_id(sent_at: Timestamp, id: MessageId) -> i64 {
    (clamped(to_ms(sent_at)) << LOW_BITS) | (id.0 & ((1 << LOW_BITS) - 1))
}

/// The first row that a message of this instant can have.
pub(crate) fn first_row(ms: i64) -> i64 {
    clamped(ms) << LOW_BITS
}

/// 42 bits of milliseconds reach from 1970 to 2109; what lies outside sorts to the nearest end.
fn clamped(ms: i64) -> i64 {
    ms.clamp(0, (1 << 42) - 1)
}

/// A row for the index.
#[derive(Debug, Serialize_tuple)]
pub(crate) struct Entry {
    id: i64,
    text: String,
    chars: String,
    tags: String,
}

impl Entry {
    pub(crate) fn new(id: i64, store: i64, incoming: bool, title: &str, text: &str) -> Self {
        let cut = if title.is_empty() { cut(text) } else { cut(&joined(title, text)) };
        Self { id, text: cut.text, chars: cut.chars, tags: tags(store, incoming) }
    }
}

/// A message's headline and words as one text: what is searched, and what a snippet is taken from.
pub(crate) fn joined(title: &str, text: &str) -> String {
    if title.is_empty() { text.to_owned() } else { [title, "\n", text].concat() }
}

/// The words by which a search is narrowed to a store or a direction inside the index.
fn tags(store: i64, incoming: bool) -> String {
    [store_tag(store).as_str(), " ", direction_tag(incoming)].concat()
}

pub(crate) fn store_tag(store: i64) -> String {
    ["s", &store.to_string()].concat()
}

pub(crate) const fn direction_tag(incoming: bool) -> &'static str {
    if incoming { "in" } else { "out" }
}

/// Rows of one statement: what they travel in must not take the memory of an import.
pub(crate) const PORTION: usize = 4_096;

/// Puts rows into ascending order, because the index starts a new segment at every step back.
pub(crate) fn in_order(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_unstable_by_key(|entry| entry.id);
    entries
}

/// Adds a portion of rows that are in order.
pub(crate) fn fill(script: &mut Script, portion: &[Entry]) -> Result<()> {
    let sql = "INSERT INTO search (rowid, text, chars, tags)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM jsonb_each(?)";
    script.add(sql).bind(codec::json(portion)?)?;
    Ok(())
}

/// A row for the index of buyers' names.
#[derive(Debug, Serialize_tuple)]
pub(crate) struct BuyerEntry {
    id: i64,
    text: String,
    chars: String,
}

impl BuyerEntry {
    pub(crate) fn new(id: i64, name: &str) -> Self {
        let cut = cut(name);
        Self { id, text: cut.text, chars: cut.chars }
    }
}

/// Adds names, or replaces those of the same buyer.
pub(crate) fn fill_buyers(script: &mut Script, mut entries: Vec<BuyerEntry>) -> Result<()> {
    entries.sort_unstable_by_key(|entry| entry.id);
    let sql = "INSERT OR REPLACE INTO buyer_search (rowid, text, chars)
        SELECT value ->> 0, value ->> 1, value ->> 2 FROM jsonb_each(?)";
    script.add(sql).bind(codec::json(&entries)?)?;
    Ok(())
}

impl Store {
    /// Makes the search index again from the messages, telling `progress` how many of how many are done. Searching
    /// goes on meanwhile and finds what is already there; new messages come in between.
    ///
    /// # Errors
    /// What the database says. Called again, it starts anew.
    pub async fn rebuild_search(&self, mut progress: impl FnMut(u64, u64)) -> Result<()> {
        let mut tx = self.begin().await?;
        sqlx::query("INSERT INTO search (search) VALUES ('delete-all')").execute(tx.conn().await?).await?;
        sqlx::query("INSERT INTO buyer_search (buyer_search) VALUES ('delete-all')")
            .execute(tx.conn().await?)
            .await?;
        let total: i64 =
            sqlx::query_scalar("SELECT count(*) FROM message").fetch_one(tx.conn().await?).await?;
        let buyers = "SELECT id, name FROM buyer ORDER BY id";
        let mut entries = Vec::new();
        for row in sqlx::query(buyers).fetch_all(tx.conn().await?).await? {
            entries.push(BuyerEntry::new(row.try_get(0)?, row.try_get(1)?));
        }
        fill_buyers(&mut tx.script, entries)?;
        tx.commit().await?;
        let (mut last, mut done) = (-1, 0);
        progress(0, total.unsigned_abs());
        while let Some((row, n)) = self.rebuild_page(last).await? {
            (last, done) = (row, done + n);
            progress(done, total.unsigned_abs().max(done));
        }
        Ok(())
    }

    /// One page of the rebuild: the last row it did and how many. What came in since is put in once more, unharmed.
    async fn rebuild_page(&self, after: i64) -> Result<Option<(i64, u64)>> {
        let sql = "SELECT search_id, store_id, author, title, text FROM message WHERE search_id > ?1
            ORDER BY search_id LIMIT 5000";
        let mut tx = self.begin().await?;
        let rows = sqlx::query(sql).bind(after).fetch_all(tx.conn().await?).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        let last = last.try_get(0)?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in &rows {
            let author: &str = row.try_get(2)?;
            let incoming = codec::known("message.author", author, Author::parse(author))?.is_incoming();
            entries.push(Entry::new(
                row.try_get(0)?,
                row.try_get(1)?,
                incoming,
                row.try_get(3)?,
                row.try_get(4)?,
            ));
        }
        let sql = "INSERT OR REPLACE INTO search (rowid, text, chars, tags)
            SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM jsonb_each(?1)";
        sqlx::query(sql).bind(codec::json(&entries)?).execute(tx.conn().await?).await?;
        tx.commit().await?;
        Ok(Some((last, rows.len() as u64)))
    }
}
