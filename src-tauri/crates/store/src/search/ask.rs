//! The questions.

use super::index::{first_row, joined};
use super::mark::Marker;
use super::query::{self, terms};
use crate::{
    BuyerHit, MessageHit, OrderHit, Result, SearchCursor, SearchFilter, SearchPage, SearchQuery, Store, codec,
};
use domain::{Author, BuyerId, ConversationId, MessageId, StoreId, from_ms, to_ms};
use serde::Deserialize;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::borrow::Cow;

/// The inner select reads the index backwards and stops at the limit; only its rows are looked up. A row is one JSON
/// array: sqlx asks more for nine columns than SQLite for finding them.
pub(crate) const HITS: &str = "
    SELECT json_array(s.row, m.id, m.conversation_id, m.store_id, m.author, m.sent_at_ms, m.title, m.text,
        coalesce(b.name, c.title))
    FROM (SELECT rowid AS row FROM search WHERE search MATCH ?1 AND rowid >= ?2 AND rowid < ?3
          ORDER BY rowid DESC LIMIT ?4) s
    CROSS JOIN message m INDEXED BY message_search ON m.search_id = s.row
    CROSS JOIN conversation c ON c.id = m.conversation_id
    LEFT JOIN buyer b ON b.id = c.buyer_id
    ORDER BY s.row DESC";

/// The array of [`HITS`], in its order.
#[derive(Deserialize)]
struct Stored<'a> {
    row: i64,
    id: i64,
    conversation: i64,
    store: i64,
    #[serde(borrow)]
    author: Cow<'a, str>,
    sent_at: i64,
    #[serde(borrow)]
    title: Cow<'a, str>,
    #[serde(borrow)]
    text: Cow<'a, str>,
    name: String,
}

/// The rows of the index between the filter's dates.
fn rows(filter: &SearchFilter) -> (i64, i64) {
    (filter.from.map_or(0, |at| first_row(to_ms(at))), filter.to.map_or(i64::MAX, |at| first_row(to_ms(at))))
}

fn hit(row: &SqliteRow, marker: &Marker) -> Result<MessageHit> {
    let stored: Stored<'_> = serde_json::from_str(row.try_get(0)?)?;
    Ok(MessageHit {
        message: MessageId(stored.id),
        conversation: ConversationId(stored.conversation),
        store: StoreId(stored.store),
        author: codec::known("message.author", &stored.author, Author::parse(&stored.author))?,
        sent_at: from_ms(stored.sent_at),
        name: stored.name,
        snippet: marker.snippet(&joined(&stored.title, &stored.text)),
        cursor: SearchCursor(stored.row),
    })
}

/// What a search asks of FTS5; none if nothing that could be found was typed. For measuring against the bare index.
#[must_use]
pub fn question(query: &SearchQuery) -> Option<String> {
    query::question(&terms(&query.text, query.typing), &query.filter)
}

impl Store {
    /// Messages that hold every word typed, newest first. Any text is a valid question; one without a letter or digit
    /// finds nothing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn search(&self, query: &SearchQuery) -> Result<SearchPage> {
        let terms = terms(&query.text, query.typing);
        let Some(question) = query::question(&terms, &query.filter) else { return Ok(SearchPage::default()) };
        let (from, to) = rows(&query.filter);
        let to = query.before.map_or(to, |cursor| to.min(cursor.0));
        let bound = sqlx::query(HITS).bind(question).bind(from).bind(to).bind(query.limit);
        let found = bound.fetch_all(&mut *self.reader().await?).await?;
        let marker = Marker::new(&terms);
        let hits: Vec<MessageHit> = found.iter().map(|row| hit(row, &marker)).collect::<Result<_>>()?;
        let full = hits.len() >= query.limit as usize;
        Ok(SearchPage { next: hits.last().filter(|_| full).map(|hit| hit.cursor), hits })
    }

    /// How many messages hold every word typed. Reads all their rows of the index.
    ///
    /// # Errors
    /// What the database says.
    pub async fn search_count(&self, text: &str, typing: bool, filter: &SearchFilter) -> Result<u64> {
        let Some(question) = query::question(&terms(text, typing), filter) else { return Ok(0) };
        let (from, to) = rows(filter);
        let sql = "SELECT count(*) FROM search WHERE search MATCH ?1 AND rowid >= ?2 AND rowid < ?3";
        let query = sqlx::query_scalar::<_, i64>(sql).bind(question).bind(from).bind(to);
        Ok(query.fetch_one(&mut *self.reader().await?).await?.unsigned_abs())
    }

    /// Buyers by name, the newest known first; the last word may be the beginning of one while typing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn search_buyers(
        &self,
        text: &str,
        typing: bool,
        store: Option<StoreId>,
        limit: u32,
    ) -> Result<Vec<BuyerHit>> {
        let Some(question) = query::question(&terms(text, typing), &SearchFilter::default()) else {
            return Ok(Vec::new());
        };
        let sql = "SELECT b.id, b.store_id, b.name,
                (SELECT c.id FROM conversation c INDEXED BY conversation_buyer
                 WHERE c.buyer_id = b.id AND c.buyer_id > 0 ORDER BY c.recency LIMIT 1) AS conversation
            FROM (SELECT rowid AS row FROM buyer_search WHERE buyer_search MATCH ?1 ORDER BY rowid DESC) s
            CROSS JOIN buyer b ON b.id = s.row
            WHERE (?2 = 0 OR b.store_id = ?2) LIMIT ?3";
        let query = sqlx::query(sql).bind(question).bind(store.map_or(0, |s| s.0)).bind(limit);
        let found = query.fetch_all(&mut *self.reader().await?).await?;
        found
            .iter()
            .map(|row| {
                Ok(BuyerHit {
                    buyer: BuyerId(row.try_get("id")?),
                    store: StoreId(row.try_get("store_id")?),
                    name: row.try_get("name")?,
                    conversation: row.try_get::<Option<i64>, _>("conversation")?.map(ConversationId),
                })
            })
            .collect()
    }

    /// Orders whose number begins as typed, in the order of their numbers. Fewer than three characters find nothing:
    /// they would begin too many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn search_orders(
        &self,
        typed: &str,
        store: Option<StoreId>,
        limit: u32,
    ) -> Result<Vec<OrderHit>> {
        let number = typed.trim().trim_start_matches('#');
        if number.len() < 3 || number.contains(char::is_whitespace) {
            return Ok(Vec::new());
        }
        let end = [number, "\u{10ffff}"].concat();
        let sql = "SELECT p.store_id, p.order_no, p.status,
                coalesce(
                    (SELECT c.id FROM conversation c INDEXED BY conversation_order
                     WHERE c.order_no = p.order_no AND c.order_no <> '' AND c.store_id = p.store_id
                     ORDER BY c.recency LIMIT 1),
                    (SELECT c.id FROM buyer b CROSS JOIN conversation c INDEXED BY conversation_buyer
                     ON c.buyer_id = b.id AND c.buyer_id > 0
                     WHERE b.store_id = p.store_id AND b.key = p.buyer_key ORDER BY c.recency LIMIT 1)
                ) AS conversation
            FROM purchase p INDEXED BY purchase_number
            WHERE p.order_no >= ?1 AND p.order_no < ?2 AND (?3 = 0 OR p.store_id = ?3)
            ORDER BY p.order_no, p.store_id LIMIT ?4";
        let query =
            sqlx::query(sql).bind(number.to_owned()).bind(end).bind(store.map_or(0, |s| s.0)).bind(limit);
        let found = query.fetch_all(&mut *self.reader().await?).await?;
        found
            .iter()
            .map(|row| {
                Ok(OrderHit {
                    store: StoreId(row.try_get("store_id")?),
                    order_no: row.try_get("order_no")?,
                    status: row.try_get("status")?,
                    conversation: row.try_get::<Option<i64>, _>("conversation")?.map(ConversationId),
                })
            })
            .collect()
    }
}
