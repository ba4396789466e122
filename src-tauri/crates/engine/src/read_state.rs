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
        let Some(connector) = self.runners().connector_in_place(item.conversation.store).await else {
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
        let Some(mark) = read_up_to(row, newest_first) else { return };
        if let Err(error) = connector.mark(&item.conversation.key, &mark).await {
            tracing::info!(%error, "the platform did not hear that a conversation was read");
        }
    }
}

/// The newest message of the buyer with nothing unseen at or before it: the platform's mark covers all that is older.
fn read_up_to(row: &OutboxRow, newest_first: Vec<MessageRow>) -> Option<ReadMark> {
    let (mut newest, mut whole) = (None, true);
    for message in newest_first.into_iter().filter(|message| message.author == Author::Buyer) {
        if had_seen(row, &message) {
            newest = newest.or(Some(message.provider_id));
        } else {
            (newest, whole) = (None, false);
        }
    }
    newest.map(|newest| ReadMark::Read { newest, whole })
}

/// Whether a message was before the eyes of whoever wrote a reply, or sent it once more.
pub(crate) fn had_seen(row: &OutboxRow, message: &MessageRow) -> bool {
    row.reply.seen.is_some_and(|seen| message.id <= seen)
        || (row.detail == ASKED_AGAIN && message.received_at <= row.changed_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Body, Device, MessageId, OutboxId, StoreId, Turn, from_ms};
    use rstest::rstest;
    use store::{NewOutbox, OutboxState};

    fn message(id: i64, author: Author) -> MessageRow {
        MessageRow {
            id: MessageId(id),
            conversation: ConversationId(1),
            store: StoreId(1),
            provider_id: format!("m{id}"),
            author,
            account: None,
            device: Device::Pc,
            direct: false,
            title: String::new(),
            body: Body::from_text("words"),
            item_id: None,
            sent_at: from_ms(id),
            turn: Turn::default(),
            received_at: from_ms(id),
            counting: String::new(),
            raw: None,
            outbox: None,
        }
    }

    fn reply(seen: i64) -> OutboxRow {
        OutboxRow {
            id: OutboxId(1),
            reply: NewOutbox {
                client_id: "a".into(),
                conversation: ConversationId(1),
                account: None,
                body: Body::from_text("answer"),
                file: String::new(),
                created_at: from_ms(0),
                send_after: from_ms(0),
                seen: Some(MessageId(seen)),
            },
            state: OutboxState::Sent,
            attempts: 1,
            provider_id: String::new(),
            detail: String::new(),
            changed_at: from_ms(0),
        }
    }

    /// Messages as they stand, newest first, and what the writer had seen.
    #[rstest]
    #[case::all_seen(&[(3, Author::Buyer), (2, Author::Seller), (1, Author::Buyer)], 3, Some(("m3", true)))]
    #[case::ours_is_newer(&[(4, Author::Seller), (3, Author::Buyer)], 3, Some(("m3", true)))]
    #[case::one_came_meanwhile(&[(4, Author::Buyer), (3, Author::Buyer)], 3, Some(("m3", false)))]
    #[case::one_came_late_with_an_old_time(&[(3, Author::Buyer), (9, Author::Buyer), (2, Author::Buyer)], 3, Some(("m2", false)))]
    #[case::nothing_seen(&[(2, Author::Buyer)], 1, None)]
    #[case::no_buyer(&[(2, Author::Seller)], 2, None)]
    fn a_mark_reaches_as_far_as_the_writer_had_seen(
        #[case] newest_first: &[(i64, Author)],
        #[case] seen: i64,
        #[case] expected: Option<(&str, bool)>,
    ) {
        let rows = newest_first.iter().map(|(id, author)| message(*id, *author)).collect();
        let expected = expected.map(|(newest, whole)| ReadMark::Read { newest: newest.to_owned(), whole });
        assert_eq!(
            read_up_to(&reply(seen), rows),
            expected,
            "and covers the whole only if all of it was seen"
        );
    }
}
