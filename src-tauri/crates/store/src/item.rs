//! Products that a conversation speaks of.

use crate::{ItemTalk, Result, Store};
use domain::{ConversationId, from_ms};
use sqlx::Row;

/// So many of the newest messages are looked through.
const LOOKED_THROUGH: u32 = 500;

/// What the buyer sent as a card, or from whose page they wrote, if anything; the newest first.
pub(crate) const OF_BUYER: &str = "
    SELECT iif(m.author <> 'buyer', NULL,
            iif(m.kind = 'item_card', m.body ->> 'item_id', nullif(m.item_id, ''))) AS item,
        iif(m.kind = 'item_card', m.body ->> 'title', NULL) AS title, m.sent_at_ms
    FROM message m INDEXED BY message_conversation
    WHERE m.conversation_id = ?1 ORDER BY m.sent_at_ms DESC, m.turn DESC, m.id DESC LIMIT ?2";

impl Store {
    /// The products that the buyer of a conversation sent or wrote about in its newest 500 messages, the newest mention
    /// first. A product is there as often as it was spoken of.
    ///
    /// # Errors
    /// What the database says.
    pub async fn items_talked_of(&self, conversation: ConversationId) -> Result<Vec<ItemTalk>> {
        let query = sqlx::query(OF_BUYER).bind(conversation.0).bind(LOOKED_THROUGH);
        let rows = query.fetch_all(&mut *self.reader().await?).await?;
        let mut talked = Vec::new();
        for row in &rows {
            if let Some(item_id) = row.try_get("item")? {
                let (title, at) = (row.try_get("title")?, from_ms(row.try_get("sent_at_ms")?));
                talked.push(ItemTalk { item_id, title, at });
            }
        }
        Ok(talked)
    }
}
