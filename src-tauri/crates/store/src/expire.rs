//! Payloads that have become too old. Those in which a message came go with its content; this finds the others: states of
//! orders, and what was told a second time. And what people wrote that never became a message.

use crate::{AuditEntry, Entity, Result, Store, WriteTx, codec};
use domain::{LogKind, StoreId, Timestamp, to_ms};
use sqlx::Row;

/// In the order in which they came, whose ever they are: so a store that has few is not looked for among all others.
const PAGE: &str = "SELECT r.id, r.store_id, r.received_at_ms
    FROM store s CROSS JOIN raw r ON r.id > s.expired_raw_id WHERE s.id = ?1 ORDER BY r.id LIMIT ?2";

/// Payloads of conversations where something is owed or due are left out, as their content is.
const ERASE: &str =
    "UPDATE raw SET bytes = x'' WHERE id IN (SELECT value FROM json_each(?1)) AND bytes <> x''
    AND id NOT IN (
        SELECT m.raw_id
        FROM (SELECT id FROM conversation WHERE kind = 'chat' AND owes = 1
              UNION SELECT conversation_id FROM deadline INDEXED BY deadline_due WHERE status = 'open') c
        CROSS JOIN message m INDEXED BY message_conversation ON m.conversation_id = c.id)";

/// What people wrote beside the messages, each sort by its ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written([Vec<i64>; 4]);

impl Written {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }
}

/// Where something is owed or due it is left alone, as the messages are.
macro_rules! written {
    ($table:literal, $old:literal) => {
        concat!(
            "SELECT x.id FROM ",
            $table,
            " x CROSS JOIN conversation c ON c.id = x.conversation_id WHERE ",
            $old,
            " AND c.store_id = ?1 AND c.owes = 0
                AND NOT EXISTS (SELECT 1 FROM deadline d WHERE d.conversation_id = c.id AND d.status = 'open')
              LIMIT ?3"
        )
    };
}

/// Drafts; notes to whom something was handed over; replies of which nothing is open; texts that a rule offered. Each with
/// how it is erased. A refused reply is not offered to be sent again: nothing is left of it.
const WRITTEN: [(&str, &str); 4] = [
    (
        written!("draft", "x.saved_at_ms < ?2"),
        "DELETE FROM draft WHERE id IN (SELECT value FROM json_each(?1))",
    ),
    (
        written!("assignment", "x.note <> '' AND x.at_ms < ?2"),
        "UPDATE assignment SET note = '' WHERE id IN (SELECT value FROM json_each(?1))",
    ),
    (
        written!(
            "outbox",
            "x.changed_at_ms < ?2 AND x.state IN ('sent', 'refused', 'cancelled')
                AND x.body NOT LIKE '{\"type\":\"erased\"%'"
        ),
        "UPDATE outbox SET body = '{\"type\":\"erased\",\"was\":\"text\"}', detail = '', file = '',
            state = iif(state = 'refused', 'cancelled', state)
            WHERE id IN (SELECT value FROM json_each(?1)) AND state IN ('sent', 'refused', 'cancelled')",
    ),
    (
        written!("offered_text", "x.text <> '' AND x.at_ms < ?2"),
        "UPDATE offered_text SET text = '', fate = iif(ended_at_ms = 0, 'withdrawn', fate),
            ended_at_ms = max(ended_at_ms, at_ms) WHERE id IN (SELECT value FROM json_each(?1))",
    ),
];

impl Store {
    /// At most `limit` of each sort of what people wrote for a store's conversations before `before`, beside the messages.
    ///
    /// # Errors
    /// What the database says.
    pub async fn expired_written(&self, store: StoreId, before: Timestamp, limit: u32) -> Result<Written> {
        let mut written = Written::default();
        let conn = &mut *self.reader().await?;
        for ((find, _), ids) in WRITTEN.into_iter().zip(&mut written.0) {
            let query = sqlx::query_scalar(find).bind(store.0).bind(to_ms(before)).bind(limit);
            *ids = query.fetch_all(&mut *conn).await?;
        }
        Ok(written)
    }
}

impl WriteTx {
    /// Erases what [`Store::expired_written`] found.
    ///
    /// # Errors
    /// What the database says.
    pub async fn erase_written(&mut self, store: StoreId, written: &Written, now: Timestamp) -> Result<()> {
        self.secure(true).await?;
        let mut erased = 0;
        for ((_, erase), ids) in WRITTEN.into_iter().zip(&written.0).filter(|(_, ids)| !ids.is_empty()) {
            let query = sqlx::query(erase).bind(codec::json(ids)?);
            erased += query.execute(self.conn().await?).await?.rows_affected();
        }
        self.secure(false).await?;
        self.purge_anew().await?;
        let [drafts, _, replies, _] = &written.0;
        // Which conversation a draft was of is not known any more; 0 stands for any.
        drafts.iter().take(1).for_each(|_| self.change(Entity::Draft, 0));
        replies.iter().for_each(|id| self.change(Entity::Outbox, *id));
        let detail = serde_json::json!({ "store": store.0, "messages": erased, "payloads": 0 }).to_string();
        self.audit(AuditEntry { at: now, kind: LogKind::ContentExpired, conversation: None, detail });
        Ok(())
    }

    /// Looks at the next `limit` payloads and erases those of a store that came before `before`. False once all that came
    /// before have been looked at.
    ///
    /// # Errors
    /// What the database says.
    pub async fn expire_payloads(&mut self, store: StoreId, before: Timestamp, limit: u32) -> Result<bool> {
        let rows = sqlx::query(PAGE).bind(store.0).bind(limit).fetch_all(self.conn().await?).await?;
        let (mut last, mut own) = (None, Vec::new());
        for row in &rows {
            let (id, whose, received): (i64, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            if received < to_ms(before) {
                last = Some(id);
                own.extend((whose == store.0).then_some(id));
            }
        }
        let Some(last) = last else { return Ok(false) };
        if !own.is_empty() {
            self.secure(true).await?;
            let query = sqlx::query(ERASE).bind(codec::json(&own)?);
            let erased = query.execute(self.conn().await?).await?.rows_affected();
            self.secure(false).await?;
            if erased > 0 {
                self.purge_anew().await?;
            }
        }
        let sql = "UPDATE store SET expired_raw_id = ?2 WHERE id = ?1";
        sqlx::query(sql).bind(store.0).bind(last).execute(self.conn().await?).await?;
        Ok(true)
    }
}
