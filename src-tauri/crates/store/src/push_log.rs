//! Asking the push log: pages from the newest on, spans for an export, numbers.
//!
//! Entries are never deleted, so their numbers have no gaps, and a range of numbers bounds the work of a question
//! whatever it asks. A page that has not found enough within its bound says how far it looked, and is asked again.

use crate::audit::{audit_columns, audit_row};
use crate::{LogFilter, LogPage, LogRobot, LogRow, Result, Store, codec};
use domain::{LogKind, RobotId, StoreId, from_ms, to_ms};
use sqlx::Row;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};

/// Entries that a page looks at when each has to be read: with words or places beyond the entry itself, or without.
/// Either is some hundredths of a second.
const READ: i64 = 50_000;
const PASSED: i64 = 200_000;
/// The first range of a page that has an index for the sorts it asks for; ranges grow while they hold too little.
const FIRST_RANGE: i64 = 4_096;
const LARGEST_RANGE: i64 = 65_536;

/// Which entries a question reads.
macro_rules! from {
    // Every entry of the range.
    (all) => {
        " FROM audit a"
    };
    (kinds) => {
        " FROM json_each(?4) k CROSS JOIN audit a INDEXED BY audit_kind ON a.kind = k.value AND a.kind <> 'received'"
    };
}

/// What of their sorts is still to be asked.
macro_rules! narrow {
    (all) => {
        " AND (?4 = '[]' OR a.kind IN (SELECT value FROM json_each(?4)))"
    };
    (kinds) => {
        ""
    };
}

/// What is written in the detail of an entry, if that is JSON.
macro_rules! said {
    ($name:literal) => {
        concat!("iif(json_valid(a.detail), a.detail ->> '", $name, "', NULL)")
    };
}

/// The entries of a range of numbers that fit. All of these statements take the same values.
macro_rules! entries {
    ($way:ident, $order:literal) => {
        concat!(
            "SELECT ",
            audit_columns!(),
            ", coalesce(c.store_id, ",
            said!("store"),
            ", 0) AS store_id, coalesce(b.name, c.title, '') AS title, c.id IS NOT NULL AS there",
            from!($way),
            " LEFT JOIN conversation c ON c.id = a.conversation_id LEFT JOIN buyer b ON b.id = c.buyer_id
              WHERE a.id > ?1 AND a.id < ?2",
            narrow!($way),
            " AND a.at_ms >= ?9 AND a.at_ms < ?10 AND (?5 = 0 OR a.conversation_id = ?5)
              AND (?6 = 0 OR coalesce(c.store_id, ",
            said!("store"),
            ") = ?6)
              AND (?7 = 0 OR c.buyer_id = ?7 OR ",
            said!("buyer"),
            " = ?7)
              AND (?8 = 0 OR ",
            said!("robot"),
            " = ?8)
              AND (?11 = '[]' OR NOT EXISTS (
                  SELECT 1 FROM json_each(?11) w
                  WHERE NOT (a.detail LIKE w.value ESCAPE '\\' OR coalesce(b.name, c.title, '') LIKE w.value ESCAPE '\\')))
              ORDER BY a.id ",
            $order,
            " LIMIT ?3"
        )
    };
}

pub(crate) const PAGE_ALL: &str = entries!(all, "DESC");
pub(crate) const PAGE_KINDS: &str = entries!(kinds, "DESC");
pub(crate) const SPAN_ALL: &str = entries!(all, "ASC");
pub(crate) const SPAN_KINDS: &str = entries!(kinds, "ASC");
pub(crate) const COUNT_KINDS: &str = "SELECT count(*) FROM json_each(?1) k
    CROSS JOIN audit a INDEXED BY audit_kind ON a.kind = k.value AND a.kind <> 'received'";
const ROBOTS: &str = "SELECT id, name, 0 AS gone FROM robot
    UNION ALL
    SELECT CAST(a.detail ->> 'robot' AS INTEGER), CAST(a.detail ->> 'what' AS TEXT), 1
    FROM audit a INDEXED BY audit_kind WHERE a.kind = 'robot_removed' AND a.kind <> 'received' AND json_valid(a.detail)
    ORDER BY gone, id";
const LAST: &str = "SELECT coalesce(max(id), 0) FROM audit";

/// How a question finds its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    All,
    Kinds,
}

/// A filter as the statements take it.
struct Asked<'a> {
    way: Way,
    filter: &'a LogFilter,
    kinds: String,
    words: String,
}

impl<'a> Asked<'a> {
    fn new(filter: &'a LogFilter) -> Result<Self> {
        let indexed = !filter.kinds.is_empty() && !filter.kinds.contains(&LogKind::Received);
        let way = if indexed { Way::Kinds } else { Way::All };
        let kinds: Vec<&str> = filter.kinds.iter().map(|kind| kind.as_str()).collect();
        let words: Vec<String> = filter.words.split_whitespace().map(pattern).collect();
        Ok(Self { way, filter, kinds: codec::json(&kinds)?, words: codec::json(&words)? })
    }

    /// The statement `sql` for numbers above `low` and below `high`.
    fn query(
        &self,
        sql: &'static str,
        (low, high): (i64, i64),
        limit: i64,
    ) -> Query<'static, sqlx::Sqlite, SqliteArguments> {
        let LogFilter { conversation, store, buyer, robot, from, to, .. } = self.filter;
        sqlx::query(sql)
            .bind(low)
            .bind(high)
            .bind(limit)
            .bind(self.kinds.clone())
            .bind(conversation.map_or(0, |id| id.0))
            .bind(store.map_or(0, |id| id.0))
            .bind(buyer.map_or(0, |id| id.0))
            .bind(robot.map_or(0, |id| id.0))
            .bind(from.map_or(i64::MIN, to_ms))
            .bind(to.map_or(i64::MAX, to_ms))
            .bind(self.words.clone())
    }

    /// How many entries one page looks at.
    fn bound(&self) -> i64 {
        let LogFilter { store, buyer, robot, words, .. } = self.filter;
        let by_itself = store.is_none() && buyer.is_none() && robot.is_none() && words.is_empty();
        if by_itself { PASSED } else { READ }
    }

    /// The number above which entries below `high` are looked at next, after `looked` others.
    fn low(&self, high: i64, looked: i64) -> i64 {
        let size = match self.way {
            Way::All => self.bound(),
            Way::Kinds => (FIRST_RANGE + looked * 3).min(LARGEST_RANGE).min(self.bound() - looked),
        };
        (high - 1 - size).max(0)
    }
}

/// A word as LIKE looks for it, wherever it stands.
fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn log_row(row: &SqliteRow) -> Result<LogRow> {
    Ok(LogRow {
        row: audit_row(row)?,
        // A detail may say anything; what is no number names no store.
        store: row.try_get::<i64, _>("store_id").ok().and_then(codec::opt_id).map(StoreId),
        title: row.try_get("title")?,
        there: row.try_get("there")?,
    })
}

impl Store {
    /// Whom the push log may speak of outside: the ways out, then those that were removed, which it still names.
    ///
    /// # Errors
    /// What the database says.
    pub async fn log_robots(&self) -> Result<Vec<LogRobot>> {
        let rows = sqlx::query(ROBOTS).fetch_all(&mut *self.reader().await?).await?;
        let robot = |row: &SqliteRow| {
            Ok(LogRobot { id: RobotId(row.try_get(0)?), name: row.try_get(1)?, gone: row.try_get(2)? })
        };
        rows.iter().map(robot).collect()
    }

    /// The newest entries that fit, below number `before` (none: from the end), at most `limit`. The work is bounded
    /// however long the log is: a page may come back with less than it was asked for and still have a next one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn log_page(&self, filter: &LogFilter, before: Option<i64>, limit: u32) -> Result<LogPage> {
        let asked = Asked::new(filter)?;
        let sql = match asked.way {
            Way::All => PAGE_ALL,
            Way::Kinds => PAGE_KINDS,
        };
        let conn = &mut *self.reader().await?;
        let top = match before {
            Some(before) => before,
            None => sqlx::query_scalar::<_, i64>(LAST).fetch_one(&mut *conn).await? + 1,
        };
        let (mut high, mut rows) = (top, Vec::new());
        loop {
            let low = asked.low(high, top - high);
            let left = i64::from(limit) - i64::try_from(rows.len()).unwrap_or(i64::MAX);
            let found = asked.query(sql, (low, high), left).fetch_all(&mut *conn).await?;
            for row in &found {
                rows.push(log_row(row)?);
            }
            high = low + 1;
            if rows.len() >= limit as usize {
                let next = rows.last().map(|row| row.row.id).filter(|id| *id > 1);
                return Ok(LogPage { rows, next });
            }
            if low == 0 || top - high >= asked.bound() {
                return Ok(LogPage { rows, next: (low > 0).then_some(high) });
            }
        }
    }

    /// The entries that fit with numbers above `after` up to `until`, oldest first: an export asks span by span.
    ///
    /// # Errors
    /// What the database says.
    pub async fn log_span(&self, filter: &LogFilter, after: i64, until: i64) -> Result<Vec<LogRow>> {
        let asked = Asked::new(filter)?;
        let sql = match asked.way {
            Way::All => SPAN_ALL,
            Way::Kinds => SPAN_KINDS,
        };
        let query = asked.query(sql, (after, until.saturating_add(1)), -1);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(log_row).collect()
    }

    /// The number of the last entry; 0 while there is none.
    ///
    /// # Errors
    /// What the database says.
    pub async fn log_end(&self) -> Result<i64> {
        Ok(sqlx::query_scalar(LAST).fetch_one(&mut *self.reader().await?).await?)
    }

    /// How many entries fit, where an index alone knows; else none.
    ///
    /// # Errors
    /// What the database says.
    pub async fn log_count(&self, filter: &LogFilter) -> Result<Option<u64>> {
        let asked = Asked::new(filter)?;
        if *filter != (LogFilter { kinds: filter.kinds.clone(), ..LogFilter::default() }) {
            return Ok(None);
        }
        let n: i64 = match asked.way {
            Way::All if filter.kinds.is_empty() => self.log_end().await?,
            Way::All => return Ok(None),
            Way::Kinds => {
                let query = sqlx::query_scalar(COUNT_KINDS).bind(asked.kinds);
                query.fetch_one(&mut *self.reader().await?).await?
            }
        };
        Ok(Some(n.unsigned_abs()))
    }

    /// When entry `id` was written down, for showing how far a page has looked.
    ///
    /// # Errors
    /// What the database says.
    pub async fn log_instant(&self, id: i64) -> Result<Option<domain::Timestamp>> {
        let sql = "SELECT at_ms FROM audit WHERE id = ?1";
        let at: Option<i64> =
            sqlx::query_scalar(sql).bind(id).fetch_optional(&mut *self.reader().await?).await?;
        Ok(at.map(from_ms))
    }
}
