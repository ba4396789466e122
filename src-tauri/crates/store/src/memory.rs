//! What one intake after another of a long import has in hand, so that it need not ask for it again.

use crate::write::Running;
use crate::{BuyerFacts, BuyerKey, BuyerRow, ConversationKey, ConversationRow, IntakeAsk, IntakeWrite};
use domain::BuyerId;
use std::collections::HashMap;

/// Conversations of which so much is kept: some hundred and twenty megabytes. Beyond it all is forgotten and asked for
/// anew.
const MOST: usize = 131_072;

/// Conversations, their clocks, and buyers, as the transaction before left them. Good only while nobody else has
/// written, which [`crate::Store::begin_intake`] sees to; and only what intakes write is followed, so a transaction that
/// does anything else gives none back.
#[derive(Debug, Default)]
pub struct Memory {
    /// The number of the transaction before.
    after: u64,
    conversations: HashMap<ConversationKey, Held>,
    buyers: HashMap<BuyerId, BuyerFacts>,
    buyer_ids: HashMap<BuyerKey, BuyerId>,
}

/// A conversation and what runs in it.
#[derive(Debug)]
struct Held {
    row: ConversationRow,
    running: Vec<Running>,
}

/// What of a question needs no asking, and what does.
#[derive(Debug, Default)]
pub(crate) struct InHand {
    pub(crate) conversations: Vec<ConversationRow>,
    pub(crate) running: Vec<(i64, Vec<Running>)>,
    pub(crate) buyers: Vec<BuyerFacts>,
}

impl Memory {
    /// Forgets everything if anybody has written since, or if it is too much.
    pub(crate) fn begin(&mut self, before: u64) {
        if self.after != before || self.conversations.len() > MOST {
            *self = Self::default();
        }
    }

    /// Holds good after a transaction of this number.
    pub(crate) const fn committed(mut self, number: u64) -> Self {
        self.after = number;
        self
    }

    /// What it has of a question, and what is left to ask. A conversation is handed out: it comes back when it is
    /// written.
    pub(crate) fn split<'a>(
        this: Option<&mut Self>,
        ask: &IntakeAsk<'a>,
    ) -> (InHand, Vec<&'a ConversationKey>, Vec<&'a BuyerKey>) {
        let mut hand = InHand::default();
        let Some(this) = this else {
            return (hand, ask.conversations.iter().collect(), ask.buyers.iter().collect());
        };
        let (mut conversations, mut buyers) = (Vec::new(), Vec::new());
        for key in ask.conversations {
            match this.conversations.remove(key) {
                Some(Held { row, running }) => {
                    hand.running.push((row.id.0, running));
                    hand.conversations.push(row);
                }
                None => conversations.push(key),
            }
        }
        for key in ask.buyers {
            match this.buyer_ids.get(key).and_then(|id| this.buyers.get(id)) {
                Some(facts) => hand.buyers.push(facts.clone()),
                None => buyers.push(key),
            }
        }
        (hand, conversations, buyers)
    }

    /// Notes a buyer who was asked for, or is new.
    pub(crate) fn meet(&mut self, facts: BuyerFacts) {
        let key = BuyerKey { store: facts.buyer.store, key: facts.buyer.key.clone() };
        self.buyer_ids.insert(key, facts.buyer.id);
        self.buyers.insert(facts.buyer.id, facts);
    }

    /// Follows what an intake writes; `running` is what runs after it.
    pub(crate) fn note(&mut self, batch: &IntakeWrite, mut running: HashMap<i64, Vec<Running>>) {
        for row in &batch.conversations {
            // Of one whose clocks were not set nobody knows what runs.
            if let Some(running) = running.remove(&row.id.0) {
                self.conversations.insert(row.conversation_key(), Held { row: row.clone(), running });
            }
        }
        for write in &batch.buyers {
            if let Some(facts) = self.buyers.get_mut(&write.id) {
                facts.buyer.name.clone_from(&write.name);
                facts.buyer.country.clone_from(&write.country);
                continue;
            }
            let buyer = BuyerRow {
                id: write.id,
                store: write.store,
                key: write.key.clone(),
                name: write.name.clone(),
                country: write.country.clone(),
                private_customer: false,
                tags: Vec::new(),
            };
            self.meet(BuyerFacts { buyer, recent: None });
        }
        for given in batch.assignments.iter().filter(|given| given.reason.is_distribution()) {
            let Some(facts) = given.buyer.and_then(|id| self.buyers.get_mut(&id)) else { continue };
            // The newest instant counts, and of two the one that was written last.
            if facts.recent.is_none_or(|(_, at)| at <= given.at) {
                facts.recent = Some((given.to, given.at));
            }
        }
    }
}
