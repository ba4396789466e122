//! Erasing what somebody wrote and is called (`docs/RULES.md` §8, least data): the content goes, the counts stay.
//!
//! Rows stay where they are, with their instants, directions and verdicts, so that clocks, counts and the push log
//! still agree. What goes is overwritten, not only unlinked: `secure_delete` is on while it happens.

use crate::search::first_row;
use crate::{
    AuditEntry, Content, Entity, Erased, ErasureRow, RawId, Result, Store, StoreError, WriteTx, codec,
};
use domain::{BuyerId, ConversationId, LogKind, StoreId, Timestamp, to_ms};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::HashSet;

/// Replies that may still reach the buyer.
const ON_THEIR_WAY: &str = "SELECT count(*) FROM outbox o JOIN conversation c ON c.id = o.conversation_id
    WHERE c.buyer_id = ?1 AND o.state IN ('waiting', 'sending', 'unknown')";

/// Messages whose content is still there, of some conversations, as `[id, search_id, raw_id, tags]`.
const OF_CONVERSATIONS: &str = "
    SELECT m.id, m.search_id, m.raw_id, 's' || m.store_id || iif(m.author IN ('buyer', 'system'), ' in', ' out')
    FROM json_each(?1) j CROSS JOIN message m INDEXED BY message_conversation ON m.conversation_id = j.value
    WHERE m.body NOT LIKE '{\"type\":\"erased\"%'";

/// As above, of a store and old enough, in conversations where nothing is owed any more; a page in the order of the
/// search index.
const OF_AGE: &str = "
    SELECT m.id, m.search_id, m.raw_id, 's' || m.store_id || iif(m.author IN ('buyer', 'system'), ' in', ' out')
    FROM message m INDEXED BY message_search CROSS JOIN conversation c ON c.id = m.conversation_id
    WHERE m.search_id > ?2 AND m.search_id < ?3 AND m.store_id = ?1 AND c.owes = 0
        AND NOT EXISTS (SELECT 1 FROM deadline d WHERE d.conversation_id = c.id AND d.status = 'open')
        AND m.body NOT LIKE '{\"type\":\"erased\"%'
    ORDER BY m.search_id LIMIT ?4";

/// What is erased of messages. The kind stays, because clocks ask for it.
const MESSAGES: [&str; 8] = [
    "UPDATE message SET title = '', text = '', item_id = '',
            body = json_object('type', 'erased', 'was', kind)
        WHERE id IN (SELECT value ->> 0 FROM json_each(?1))",
    "UPDATE mail SET from_name = '', from_address = '', html = '', attachments = '[]'
        WHERE message_id IN (SELECT value ->> 0 FROM json_each(?1))",
    "UPDATE notice SET url = '' WHERE message_id IN (SELECT value ->> 0 FROM json_each(?1))",
    // What we wrote lies there a second time.
    "UPDATE outbox SET body = '{\"type\":\"erased\",\"was\":\"text\"}', detail = '', file = ''
        WHERE id IN (SELECT m.outbox_id FROM json_each(?1) j CROSS JOIN message m ON m.id = j.value ->> 0
                     WHERE m.outbox_id > 0)",
    "INSERT OR REPLACE INTO search (rowid, text, chars, tags)
        SELECT value ->> 1, '', '', value ->> 3 FROM json_each(?1)",
    "UPDATE raw SET bytes = x'' WHERE id IN (SELECT value ->> 2 FROM json_each(?1))",
    // What a buyer says of a return lies beside its states a second time.
    "UPDATE dispute SET reason = '' WHERE reason <> '' AND conversation_id IN (
        SELECT id FROM conversation WHERE last_message_id IN (SELECT value ->> 0 FROM json_each(?1)))",
    "UPDATE conversation SET preview = '', title = iif(kind IN ('chat', 'case'), title, '')
        WHERE last_message_id IN (SELECT value ->> 0 FROM json_each(?1))",
];

/// The cases about a buyer's orders, in which their reasons stand. From now on they are known as those of an erased buyer.
const CASES: &str = "
    UPDATE conversation SET buyer_id = ?1
    WHERE kind = 'case' AND id IN (
        SELECT d.conversation_id FROM buyer b CROSS JOIN dispute d ON d.store_id = b.store_id
        WHERE b.id = ?1 AND (d.buyer_key = b.key OR d.order_no IN (
            SELECT p.order_no FROM purchase p WHERE p.store_id = b.store_id AND p.buyer_key = b.key
            UNION SELECT c.order_no FROM conversation c WHERE c.buyer_id = b.id AND c.order_no <> '')))";

/// What is erased of a buyer's conversations beside the messages: replies that never became one, drafts, offers, and what
/// one of the team wrote to another.
const BESIDE: [&str; 4] = [
    "UPDATE assignment SET note = '' WHERE conversation_id IN (SELECT id FROM conversation WHERE buyer_id = ?1)",
    "UPDATE outbox SET body = '{\"type\":\"erased\",\"was\":\"text\"}', detail = '', file = ''
        WHERE conversation_id IN (SELECT id FROM conversation WHERE buyer_id = ?1)",
    "DELETE FROM draft WHERE conversation_id IN (SELECT id FROM conversation WHERE buyer_id = ?1)",
    "UPDATE offered_text SET text = '', fate = iif(ended_at_ms = 0, 'withdrawn', fate),
            ended_at_ms = max(ended_at_ms, at_ms)
        WHERE conversation_id IN (SELECT id FROM conversation WHERE buyer_id = ?1)",
];

/// Where a buyer is named; `?2` takes the place of their key. Their own row comes last, because the others ask it.
const NAMED: [&str; 5] = [
    // A history that is still being read may name whose it is.
    "UPDATE cursor SET value = json_set(value, '$.buyer', json_array(?2, ''))
        WHERE store_id = (SELECT store_id FROM buyer WHERE id = ?1)
            AND CASE WHEN json_valid(value) THEN json_extract(value, '$.buyer[0]') END
                = (SELECT key FROM buyer WHERE id = ?1)",
    "UPDATE purchase SET buyer_key = ?2
        WHERE (store_id, buyer_key) = (SELECT store_id, key FROM buyer WHERE id = ?1)",
    "UPDATE dispute SET buyer_key = ?2, reason = ''
        WHERE (store_id, buyer_key) = (SELECT store_id, key FROM buyer WHERE id = ?1)
            OR conversation_id IN (SELECT id FROM conversation WHERE buyer_id = ?1 AND kind = 'case')",
    // A thread of mails is named by what somebody wrote; a chat by the platform's number, and so is a case.
    "UPDATE conversation SET key = iif(kind IN ('chat', 'case'), key, ?2 || ':' || id),
            title = iif(kind = 'case', title, ''), preview = ''
        WHERE buyer_id = ?1",
    "UPDATE buyer SET key = ?2, name = '', country = '', tags = '[]' WHERE id = ?1",
];

/// The second of the words is the name.
const ERASURES: &str = "
    SELECT e.id, e.words, e.after_raw_id,
        (SELECT json_group_array(o.order_no) FROM (
            SELECT order_no FROM purchase WHERE store_id = e.store_id AND buyer_key = 'erased:' || e.buyer_id
            UNION SELECT order_no FROM conversation WHERE buyer_id = e.buyer_id AND buyer_id > 0 AND order_no <> '') o),
        EXISTS (SELECT 1 FROM buyer b WHERE b.name = e.words ->> 1 AND b.id <> e.buyer_id)
    FROM erasure e ORDER BY e.id";

const NAME_IN_SEARCH: &str = "INSERT OR REPLACE INTO buyer_search (rowid, text, chars) VALUES (?1, '', '')";

impl WriteTx {
    /// Erases a buyer: their name, key, tags, every message of their conversations in both directions with its
    /// payload, drafts, offers, the sealed fields of their orders, what names them on orders and disputes, and their
    /// reasons for these. How many messages there were, when, from whom and what became of the clocks stays. If they write
    /// again, they are somebody new.
    ///
    /// Payloads that no message points at are left to [`Store::mentions`]; [`WriteTx::erasure_at`] says how far that
    /// has come.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] while a reply to them is on its way or of unknown outcome.
    pub async fn erase_buyer(&mut self, id: BuyerId, now: Timestamp) -> Result<Erased> {
        let buyer = self.buyer(id).await?.buyer;
        let waiting: i64 = sqlx::query_scalar(ON_THEIR_WAY).bind(id.0).fetch_one(self.conn().await?).await?;
        if waiting > 0 {
            return Err(StoreError::Conflict {
                what: format!("{waiting} replies to this buyer are on their way"),
            });
        }
        sqlx::query(CASES).bind(id.0).execute(self.conn().await?).await?;
        let conversations: Vec<i64> = self.conversations_of(id).await?.into_iter().map(|id| id.0).collect();
        let query = sqlx::query(OF_CONVERSATIONS).bind(codec::json(&conversations)?);
        let content = content(&query.fetch_all(self.conn().await?).await?)?;
        self.secure(true).await?;
        let mut erased = self.erase_content(&content).await?;
        erased.conversations = conversations.len() as u64;
        for sql in BESIDE.into_iter().chain([NAME_IN_SEARCH]) {
            sqlx::query(sql).bind(id.0).execute(self.conn().await?).await?;
        }
        self.erase_sealed(id).await?;
        for sql in NAMED {
            let query = sqlx::query(sql).bind(id.0).bind(format!("erased:{id}"));
            query.execute(self.conn().await?).await?;
        }
        let words: Vec<&str> = [&buyer.key, &buyer.name].into_iter().map(String::as_str).collect();
        let sql = "INSERT INTO erasure (store_id, words, begun_at_ms, buyer_id) VALUES (?1, ?2, ?3, ?4)";
        let query =
            sqlx::query(sql).bind(buyer.store.0).bind(codec::json(&words)?).bind(to_ms(now)).bind(id.0);
        query.execute(self.conn().await?).await?;
        self.secure(false).await?;
        self.change(Entity::Buyer, id.0);
        conversations.iter().for_each(|id| self.change(Entity::Conversation, *id));
        let Erased { conversations, messages, payloads } = erased;
        let detail = serde_json::json!({
            "buyer": id.0, "conversations": conversations, "messages": messages, "payloads": payloads,
        });
        self.erasure_note(LogKind::BuyerErased, &detail, now);
        Ok(erased)
    }

    /// The conversations of a buyer, and the cases about their orders once they were erased.
    ///
    /// # Errors
    /// What the database says.
    pub async fn conversations_of(&mut self, buyer: BuyerId) -> Result<Vec<ConversationId>> {
        let sql = "SELECT id FROM conversation WHERE buyer_id = ?1 AND buyer_id > 0";
        let ids: Vec<i64> = sqlx::query_scalar(sql).bind(buyer.0).fetch_all(self.conn().await?).await?;
        Ok(ids.into_iter().map(ConversationId).collect())
    }

    /// Erases what [`Store::expired`] found.
    ///
    /// # Errors
    /// What the database says.
    pub async fn erase_expired(
        &mut self,
        store: StoreId,
        content: &[Content],
        now: Timestamp,
    ) -> Result<Erased> {
        self.secure(true).await?;
        let erased = self.erase_content(content).await?;
        self.secure(false).await?;
        let detail = serde_json::json!({
            "store": store.0, "messages": erased.messages, "payloads": erased.payloads,
        });
        self.erasure_note(LogKind::ContentExpired, &detail, now);
        Ok(erased)
    }

    async fn erase_content(&mut self, content: &[Content]) -> Result<Erased> {
        let rows = codec::json(content)?;
        for sql in MESSAGES {
            sqlx::query(sql).bind(rows.clone()).execute(self.conn().await?).await?;
        }
        content.iter().for_each(|row| self.change(Entity::Message, row.0));
        let payloads: HashSet<i64> = content.iter().map(|row| row.2).filter(|raw| *raw != 0).collect();
        self.purge_anew().await?;
        Ok(Erased { conversations: 0, messages: content.len() as u64, payloads: payloads.len() as u64 })
    }

    /// Erases the mails and notices that [`Store::naming`] found.
    ///
    /// # Errors
    /// What the database says.
    pub async fn erase_naming(&mut self, content: &[Content]) -> Result<()> {
        self.secure(true).await?;
        self.erase_content(content).await?;
        self.secure(false).await
    }

    /// Erases payloads, and notes how far the search for what mentions a buyer has come.
    ///
    /// # Errors
    /// What the database says.
    pub async fn erasure_at(&mut self, erasure: i64, found: &[RawId], at: RawId) -> Result<()> {
        self.secure(true).await?;
        let ids: Vec<i64> = found.iter().map(|raw| raw.0).collect();
        let sql = "UPDATE raw SET bytes = x'' WHERE id IN (SELECT value FROM json_each(?1))";
        sqlx::query(sql).bind(codec::json(&ids)?).execute(self.conn().await?).await?;
        let sql = "UPDATE erasure SET after_raw_id = ?2 WHERE id = ?1";
        sqlx::query(sql).bind(erasure).bind(at.0).execute(self.conn().await?).await?;
        self.secure(false).await
    }

    /// Ends an erasure with what could not be read and mentions the buyer: nothing else does.
    ///
    /// # Errors
    /// What the database says.
    pub async fn erasure_done(&mut self, erasure: i64, quarantined: &[i64]) -> Result<()> {
        self.secure(true).await?;
        // A reader's words may quote what stands in the bytes; the kind of the fault stays.
        let sql = "UPDATE quarantine SET bytes = x'', beside = '', why = '', own_id = 'erased:' || id
            WHERE id IN (SELECT value FROM json_each(?1))";
        sqlx::query(sql).bind(codec::json(quarantined)?).execute(self.conn().await?).await?;
        sqlx::query("DELETE FROM erasure WHERE id = ?1").bind(erasure).execute(self.conn().await?).await?;
        self.secure(false).await
    }

    /// Whether what is deleted is overwritten, also where that costs writing a page.
    pub(crate) async fn secure(&mut self, on: bool) -> Result<()> {
        let sql = if on { "PRAGMA secure_delete = ON" } else { "PRAGMA secure_delete = FAST" };
        sqlx::query(sql).execute(self.conn().await?).await?;
        Ok(())
    }

    /// From now on there is something to be overwritten that no row leads to.
    pub(crate) async fn purge_anew(&mut self) -> Result<()> {
        sqlx::query("UPDATE purge SET step = 1").execute(self.conn().await?).await?;
        Ok(())
    }

    fn erasure_note(&mut self, kind: LogKind, detail: &serde_json::Value, at: Timestamp) {
        let entry = AuditEntry { at, kind, conversation: None, detail: detail.to_string() };
        self.audit(entry);
    }
}

impl Store {
    /// At most `limit` messages of a store whose content is older than `before`, the oldest first, after `after` (none:
    /// from the beginning). Conversations in which something is owed or due are left out, however old they are.
    ///
    /// # Errors
    /// What the database says.
    pub async fn expired(
        &self,
        store: StoreId,
        before: Timestamp,
        after: Option<&Content>,
        limit: u32,
    ) -> Result<Vec<Content>> {
        let query = sqlx::query(OF_AGE)
            .bind(store.0)
            .bind(after.map_or(i64::MIN, |row| row.1))
            .bind(first_row(to_ms(before)))
            .bind(limit);
        content(&query.fetch_all(&mut *self.reader().await?).await?)
    }

    /// Erasures whose search for payloads is not done.
    ///
    /// # Errors
    /// What the database says.
    pub async fn erasures(&self) -> Result<Vec<ErasureRow>> {
        let rows = sqlx::query(ERASURES).fetch_all(&mut *self.reader().await?).await?;
        let row = |row: &SqliteRow| {
            Ok(ErasureRow {
                id: row.try_get(0)?,
                words: serde_json::from_str(row.try_get(1)?)?,
                after: RawId(row.try_get(2)?),
                orders: serde_json::from_str(row.try_get(3)?)?,
                namesake: row.try_get(4)?,
            })
        };
        rows.iter().map(row).collect()
    }
}

pub(crate) fn content(rows: &[SqliteRow]) -> Result<Vec<Content>> {
    rows.iter()
        .map(|row| Ok(Content(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?)))
        .collect()
}
