//! Whether a conversation is read, here and at the platform.
//!
//! Opening a conversation says nothing to the platform: the buyer may see the mark, and a buyer who was read and not
//! answered goes into a dispute more often than not (`docs/RULES.md` §3 `read_silent`). A reply that was sent says that
//! everything before it was read.

use crate::attention::log;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::outbox::ASKED_AGAIN;
use channels::{Connector, ReadMark};
use domain::{AccountId, Author, ConversationId, LogKind};
use store::{ConversationItem, MessageRow, OutboxRow};

/// Messages looked through for the newest one of the buyer.
const LOOKED_THROUGH: u32 = 50;

impl Engine {
    /// Puts a conversation back among the unread ones, here and where the platform can be told. False if the platform was
    /// not told; here it is unread all the same.
    ///
    /// # Errors
    /// If it is gone, or the file refuses.
    pub async fn mark_unread(
        &self,
        conversation: ConversationId,
        by: AccountId,
    ) -> Result<bool, EngineError> {
        self.change(conversation, None, |hand, now, write| {
            if hand.row.unread > 0 {
                return false;
            }
            hand.row.unread = 1;
            log(write, hand, LogKind::Unread, now, &serde_json::json!({ "by": by.0 }));
            true
        })
        .await?;
        let item = self.store().conversation(conversation).await?;
        let Some(connector) = self.runners().connector(item.conversation.store).await else {
            return Ok(false);
        };
        match connector.mark(&item.conversation.key, &ReadMark::Unread).await {
            Ok(told) => Ok(told),
            Err(error) => {
                tracing::info!(%error, "the platform did not hear that a conversation is unread");
                Ok(false)
            }
        }
    }

    /// A reply was sent: tells the platform that what its writer had seen was read. What the buyer wrote while it was on its
    /// way stays unread, there as here. Nothing hangs on it.
    pub(crate) async fn tell_read(
        &self,
        row: &OutboxRow,
        item: &ConversationItem,
        connector: &dyn Connector,
    ) {
        let Ok(newest_first) = self.store().messages(item.conversation.id, None, LOOKED_THROUGH).await else {
            return;
        };
        let Some(newest) = read_up_to(row, newest_first) else { return };
        let mark = ReadMark::Read { newest };
        if let Err(error) = connector.mark(&item.conversation.key, &mark).await {
            tracing::info!(%error, "the platform did not hear that a conversation was read");
        }
    }
}

/// The newest message of the buyer with nothing unseen at or before it: the platform's mark covers all that is older.
fn read_up_to(row: &OutboxRow, newest_first: Vec<MessageRow>) -> Option<String> {
    let mut newest = None;
    for message in newest_first.into_iter().filter(|message| message.author == Author::Buyer) {
        if had_seen(row, &message) {
            newest = newest.or(Some(message.provider_id));
        } else {
            newest = None;
        }
    }
    newest
}

/// Whether a message was before the eyes of whoever wrote a reply, or sent it once more.
pub(crate) fn had_seen(row: &OutboxRow, message: &MessageRow) -> bool {
    row.reply.seen.is_some_and(|seen| message.id <= seen)
        || (row.detail == ASKED_AGAIN && message.received_at <= row.changed_at)
}
