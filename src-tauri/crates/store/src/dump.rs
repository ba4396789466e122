//! The business state as text, to compare two files that were filled in different ways.

use crate::{Result, Store};
use sqlx::Row;

/// One select per sort of fact. Each gives one text column that names things by the platforms' keys, never by ids or
/// by when they came here, so that a run that crashed and went on gives the same lines as one that did not.
const FACTS: [&str; 13] = [
    "SELECT json_array('store', platform, external_id, name, multi_device_sync, paused) FROM store",
    "SELECT json_array('cursor', s.platform, s.external_id, c.stream, c.value)
        FROM cursor c JOIN store s ON s.id = c.store_id",
    "SELECT json_array('account', name, presence, participates, weight, disabled, ever_signed_in) FROM account",
    "SELECT json_array('buyer', s.external_id, b.key, b.name, b.country, b.private_customer, b.tags)
        FROM buyer b JOIN store s ON s.id = b.store_id",
    "SELECT json_array('conversation', s.external_id, c.kind, c.key, coalesce(b.key, ''), coalesce(a.name, ''),
            c.state, c.owes, c.unread, c.due_ms, c.last_at_ms, c.last_author, c.preview, c.title, c.order_no,
            c.sensitive, coalesce(m.provider_id, ''))
        FROM conversation c JOIN store s ON s.id = c.store_id LEFT JOIN buyer b ON b.id = c.buyer_id
        LEFT JOIN account a ON a.id = c.owner_id LEFT JOIN message m ON m.id = c.last_message_id",
    "SELECT json_array('message', s.external_id, c.kind, c.key, m.provider_id, m.author, coalesce(a.name, ''),
            m.device, m.direct, m.kind, m.title, m.text, m.body, m.item_id, m.sent_at_ms, m.counting)
        FROM message m JOIN conversation c ON c.id = m.conversation_id JOIN store s ON s.id = m.store_id
        LEFT JOIN account a ON a.id = m.account_id",
    "SELECT json_array('order', s.external_id, p.order_no, p.buyer_key, p.status, p.currency, p.amount, p.lines,
            p.logistics, p.paid_at_ms, p.due_ms, p.updated_at_ms)
        FROM purchase p JOIN store s ON s.id = p.store_id",
    "SELECT json_array('dispute', s.external_id, d.provider_id, d.order_no, d.status, d.closed, d.due_ms,
            d.updated_at_ms)
        FROM dispute d JOIN store s ON s.id = d.store_id",
    "SELECT json_array('assignment', s.external_id, c.kind, c.key, coalesce(f.name, ''), t.name, x.reason, x.at_ms)
        FROM assignment x JOIN conversation c ON c.id = x.conversation_id JOIN store s ON s.id = c.store_id
        LEFT JOIN account f ON f.id = x.from_id JOIN account t ON t.id = x.to_id",
    "SELECT json_array('deadline', s.external_id, c.kind, c.key, d.kind, d.status, d.from_ms, d.due_ms)
        FROM deadline d JOIN conversation c ON c.id = d.conversation_id JOIN store s ON s.id = c.store_id",
    "SELECT json_array('rule', name, enabled, place, version, definition) FROM message_rule",
    "SELECT json_array('firing', f.name, s.external_id, f.event, coalesce(c.kind, ''), coalesce(c.key, ''), f.rings)
        FROM rule_firing f JOIN store s ON s.id = f.store_id LEFT JOIN conversation c ON c.id = f.conversation_id",
    "SELECT json_array('offer', f.name, s.external_id, c.key, f.event, o.language, o.text, o.fate)
        FROM offered_text o JOIN rule_firing f ON f.id = o.firing_id
        JOIN conversation c ON c.id = o.conversation_id JOIN store s ON s.id = c.store_id",
];

impl Store {
    /// The business state as sorted lines of JSON: equal texts mean equal states, whatever the order in which things
    /// came in, the ids they got, and how often the program was stopped in between.
    ///
    /// # Errors
    /// What the database says.
    pub async fn dump(&self) -> Result<String> {
        let conn = &mut *self.reader().await?;
        let mut lines: Vec<String> = Vec::new();
        for sql in FACTS {
            for row in sqlx::query(sql).fetch_all(&mut *conn).await? {
                lines.push(row.try_get(0)?);
            }
        }
        lines.sort_unstable();
        lines.push(String::new());
        Ok(lines.join("\n"))
    }
}
