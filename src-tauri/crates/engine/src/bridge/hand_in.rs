//! Batches come in: through the same intake as everything else, with a fate for each item.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::{Mode, case_id};
use channels::Batch;
use channels::bridge::{Fate, Item, ReadMark};
use domain::{ConversationKind, IncomingEvent, MessageId, OrderSnapshot, Platform, StoreId, Turn};
use std::collections::{BTreeSet, HashMap, HashSet};
use store::ConversationKey;

/// More unread messages than this after a mark are not counted.
const COUNTED: u32 = 500;

/// What is there already of a batch, and what the items before added.
struct Known {
    messages: HashSet<String>,
    orders: HashMap<String, OrderSnapshot>,
}

impl Known {
    /// Whether an event says something new; from then on it is known.
    fn is_news(&mut self, event: &IncomingEvent) -> bool {
        match event {
            IncomingEvent::Message(message) => self.messages.insert(message.provider_id.clone()),
            IncomingEvent::Notification(notice) => self.messages.insert(notice.provider_id.clone()),
            IncomingEvent::Mail(mail) => self.messages.insert(mail.provider_id.clone()),
            IncomingEvent::Order(order) => self.order(order),
            IncomingEvent::Dispute(dispute) => self.messages.insert(case_id(dispute)),
        }
    }

    /// An older state replaces nothing; the same state of the same instant may bring a correction.
    fn order(&mut self, order: &OrderSnapshot) -> bool {
        let kept = self.orders.get(&order.order_no);
        let news = kept.is_none_or(|kept| kept.place() <= order.place() && kept != order);
        if news {
            self.orders.insert(order.order_no.clone(), order.clone());
        }
        news
    }
}

impl Engine {
    /// Takes items in. When this returns, everything is stored, and saying it again changes nothing.
    pub(super) async fn take_items(
        &self,
        store: StoreId,
        items: Vec<Item>,
    ) -> Result<Vec<Fate>, EngineError> {
        let mut known = self.known_of(store, &items).await?;
        let (mut batch, mut fates) = (Batch::default(), Vec::with_capacity(items.len()));
        let (mut marks, mut touched) = (Vec::new(), BTreeSet::new());
        for item in items {
            let mut fate = Fate::Known;
            if let Some(received) = item.received {
                let news = received.events.iter().filter(|event| known.is_news(event)).count();
                if news > 0 {
                    fate = Fate::Accepted;
                    touched.extend(received.events.iter().filter_map(conversation).cloned());
                    batch.received.push(received);
                }
            }
            if let Some(mark) = item.read {
                touched.insert(mark.conversation.clone());
                marks.push((fates.len(), mark));
            }
            if let Some(bad) = item.quarantined.first() {
                fate = Fate::Quarantined { why: bad.flaw.words.clone() };
            }
            batch.quarantined.extend(item.quarantined);
            fates.push(fate);
        }
        if !batch.received.is_empty() || !batch.quarantined.is_empty() {
            self.settle_by_record(store, &batch).await?;
            self.accept(store, Platform::Bridge, &batch, Mode::Live).await?;
        }
        for at in self.keep_marks(store, &marks).await? {
            fates[at] = Fate::Accepted;
        }
        self.read_elsewhere(store, &touched.into_iter().collect::<Vec<_>>()).await?;
        Ok(fates)
    }

    async fn known_of(&self, store: StoreId, items: &[Item]) -> Result<Known, EngineError> {
        let mut ids = Vec::new();
        let mut orders = HashMap::new();
        for event in
            items.iter().filter_map(|item| item.received.as_ref()).flat_map(|received| &received.events)
        {
            match event {
                IncomingEvent::Message(message) => ids.push(message.provider_id.clone()),
                IncomingEvent::Notification(notice) => ids.push(notice.provider_id.clone()),
                IncomingEvent::Mail(mail) => ids.push(mail.provider_id.clone()),
                IncomingEvent::Order(order) => {
                    if let Some(kept) = self.store().order(store, &order.order_no).await? {
                        orders.insert(kept.order.order_no.clone(), kept.order);
                    }
                }
                IncomingEvent::Dispute(dispute) => ids.push(case_id(dispute)),
            }
        }
        let messages = self.store().known(store, &ids).await?;
        Ok(Known { messages, orders })
    }

    /// Keeps how far was read; gives the places of those that moved.
    pub(crate) async fn keep_marks(
        &self,
        store: StoreId,
        marks: &[(usize, ReadMark)],
    ) -> Result<Vec<usize>, EngineError> {
        let mut moved = Vec::new();
        if marks.is_empty() {
            return Ok(moved);
        }
        let written = async {
            let mut tx = self.store().begin().await?;
            for (at, mark) in marks {
                if tx.move_read_mark(store, &mark.conversation, mark.at).await? {
                    moved.push(*at);
                }
            }
            tx.commit().await?;
            Ok(moved)
        };
        self.disk_noted(written.await)
    }

    /// What the team read elsewhere is not unread here, whichever came first, the message or the mark.
    pub(crate) async fn read_elsewhere(&self, store: StoreId, keys: &[String]) -> Result<(), EngineError> {
        for (key, at) in self.store().read_marks(store, keys).await? {
            let key = ConversationKey::new(store, ConversationKind::Chat, key);
            let Some(conversation) = self.store().conversation_by_key(&key).await? else { continue };
            let after = (at, Turn::LAST, MessageId(i64::MAX));
            let later = self.store().messages_after(conversation.id, after, COUNTED).await?;
            let later = later.iter().filter(|message| message.author.is_incoming()).count();
            let unread = u32::try_from(later).unwrap_or(u32::MAX);
            if conversation.unread <= unread {
                continue;
            }
            self.change(conversation.id, None, |hand, _, _| {
                hand.row.unread = hand.row.unread.min(unread);
                true
            })
            .await?;
        }
        Ok(())
    }
}

const fn conversation(event: &IncomingEvent) -> Option<&String> {
    match event {
        IncomingEvent::Message(message) => Some(&message.conversation_key),
        IncomingEvent::Notification(_)
        | IncomingEvent::Mail(_)
        | IncomingEvent::Order(_)
        | IncomingEvent::Dispute(_) => None,
    }
}
