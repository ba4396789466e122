//! Payloads that have become too old. Those in which a message came go with its content; this finds the others: states of
//! orders, and what was told a second time.

use crate::{Result, WriteTx, codec};
use domain::{StoreId, Timestamp, to_ms};
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

impl WriteTx {
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
