//! Looking through payloads for what mentions somebody.

use crate::{RawId, Result, Store, raw};
use memchr::memmem::Finder;
use sqlx::Row;

impl Store {
    /// Looks through at most `limit` payloads after `after` for any of these words, as whole words. Gives those that
    /// mention one, and the last that was looked at; none if there are no more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mentions(
        &self,
        words: &[String],
        after: RawId,
        limit: u32,
    ) -> Result<(Vec<RawId>, Option<RawId>)> {
        let sql = "SELECT id, bytes, '' FROM raw WHERE id > ?1 ORDER BY id LIMIT ?2";
        let (found, last) = self.mentioned(sql, words, after.0, limit).await?;
        Ok((found.into_iter().map(RawId).collect(), last.map(RawId)))
    }

    /// The same over everything that could not be read, `at_once` payloads in memory at a time.
    ///
    /// # Errors
    /// As [`Store::mentions`].
    pub async fn quarantine_mentions(&self, words: &[String], at_once: u32) -> Result<Vec<i64>> {
        let sql = "SELECT id, bytes, beside FROM quarantine WHERE id > ?1 ORDER BY id LIMIT ?2";
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let (found, last) = self.mentioned(sql, words, after, at_once).await?;
            all.extend(found);
            let Some(last) = last else { return Ok(all) };
            after = last;
        }
    }

    /// Which rows of a page have any of these words, and the id of the page's last.
    async fn mentioned(
        &self,
        sql: &'static str,
        words: &[String],
        after: i64,
        limit: u32,
    ) -> Result<(Vec<i64>, Option<i64>)> {
        let spelt: Vec<String> =
            words.iter().filter(|word| word.len() >= SHORTEST).flat_map(|word| spellings(word)).collect();
        let spelt: Vec<Finder<'_>> = spelt.iter().map(|word| Finder::new(word.as_bytes())).collect();
        let query = sqlx::query(sql).bind(after).bind(limit);
        let (mut found, mut last) = (Vec::new(), None);
        for row in &query.fetch_all(&mut *self.reader().await?).await? {
            let (id, packed, beside): (i64, &[u8], &str) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            last = Some(id);
            // Damaged bytes mention nobody; `verify` tells of them.
            let payload = raw::unpack(packed).unwrap_or_default();
            if spelt.iter().any(|word| mentions(&payload, word) || mentions(beside.as_bytes(), word)) {
                found.push(id);
            }
        }
        Ok((found, last))
    }
}

/// Shorter words name nobody: half of all payloads would have them.
const SHORTEST: usize = 4;

/// A word as it may stand in a payload: as it is, and as JSON writes it where it keeps to ASCII.
fn spellings(word: &str) -> Vec<String> {
    if word.is_ascii() {
        return vec![word.to_owned()];
    }
    let escaped = |upper: bool| {
        let unit = |unit: u16| match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
            _ if upper => format!("\\u{unit:04X}"),
            _ => format!("\\u{unit:04x}"),
        };
        word.encode_utf16().map(unit).collect::<String>()
    };
    vec![word.to_owned(), escaped(false), escaped(true)]
}

/// Whether a payload has the word, not as a part of a longer one.
fn mentions(payload: &[u8], word: &Finder<'_>) -> bool {
    let part = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let (first, last) = (part(word.needle().first()), part(word.needle().last()));
    word.find_iter(payload).any(|at| {
        let before = at.checked_sub(1).and_then(|at| payload.get(at));
        let after = payload.get(at + word.needle().len());
        let longer = first && part(before) || last && part(after);
        !longer
    })
}
