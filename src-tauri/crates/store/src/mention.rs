//! Looking through payloads for what mentions somebody.

use crate::erase::content;
use crate::{Content, ErasureRow, RawId, Result, Store, raw};
use domain::MessageId;
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

    /// Looks through at most `limit` mails and notices after `after` for what speaks of an erased buyer. Gives these, and the
    /// last that was looked at; none if there are no more.
    ///
    /// It speaks of them if it has their key, their name beside the number of an order of theirs, or, as a reminder that a
    /// buyer wrote, a name that nobody else here has: others may be called so, and what concerns them must stay.
    ///
    /// # Errors
    /// What the database says.
    pub async fn naming(
        &self,
        erasure: &ErasureRow,
        after: MessageId,
        limit: u32,
    ) -> Result<(Vec<Content>, Option<MessageId>)> {
        let known = |word: &&String| word.len() >= SHORTEST;
        let key = erasure.words.first().filter(|key| key.len() >= SHORTEST_KEY).map(whole);
        let name = erasure.words.get(1).filter(known).map(whole);
        let orders: Vec<Finder<'_>> = erasure.orders.iter().filter(known).map(whole).collect();
        let query = sqlx::query(LINES).bind(after.0).bind(limit);
        let rows = query.fetch_all(&mut *self.reader().await?).await?;
        let (mut found, mut last) = (Vec::new(), None);
        for row in rows {
            last = Some(MessageId(row.try_get(0)?));
            let (words, reminds): (&str, bool) = (row.try_get(4)?, row.try_get(5)?);
            let has = |word: &Finder<'_>| mentions(words.as_bytes(), word);
            let theirs = || (reminds && !erasure.namesake) || orders.iter().any(has);
            if key.as_ref().is_some_and(has) || name.as_ref().is_some_and(has) && theirs() {
                found.push(row);
            }
        }
        Ok((content(&found)?, last))
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

/// Mails and notices whose content is still there, with all their words, and whether they say that a buyer wrote.
const LINES: &str = "
    SELECT m.id, m.search_id, m.raw_id, 's' || m.store_id || iif(m.author IN ('buyer', 'system'), ' in', ' out'),
        m.title || char(10) || m.text || char(10) || n.more, n.topic = 'chat_reminder'
    FROM (
        SELECT message_id, from_name || char(10) || from_address || char(10) || html AS more, topic
            FROM mail WHERE message_id > ?1
        UNION ALL
        SELECT message_id, url, '' FROM notice WHERE message_id > ?1
        ORDER BY message_id LIMIT ?2) n
    CROSS JOIN message m ON m.id = n.message_id
    ORDER BY n.message_id";

/// Shorter words name nobody: half of all payloads would have them.
const SHORTEST: usize = 4;
/// A shorter key may be any number that a mail has.
const SHORTEST_KEY: usize = 6;

fn whole(word: &String) -> Finder<'_> {
    Finder::new(word.as_bytes())
}

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
