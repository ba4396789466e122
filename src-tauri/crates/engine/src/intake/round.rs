//! One round of intake in memory: what was loaded, what changed, what will be written.

use super::hand::{Hand, Undecided, settle};
use super::parties::Parties;
use super::show::{is_newest, name_order, preview, show, verdict};
use crate::clockwork::rules_of;
use crate::desk::{Ask, Desk};
use domain::{
    Author, BuyerId, ConversationId, ConversationKind, Entry, IncomingMessage, LogKind, MessageId, StoreId,
    Timestamp, Turn,
};
use rules::clocks::{MessageFact, Push};
use std::collections::{HashMap, HashSet};
use store::{
    AssignmentWrite, AuditEntry, BuyerFacts, BuyerKey, ConversationKey, IntakeWrite, MessageRow, RawId,
};

/// Whether events are news or history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// They happen now: decisions are taken at the wall clock, old ones once a round.
    Live,
    /// They are taken in from a file, in order: each is decided on as of the instant it carries.
    History,
}

/// See the module.
pub(super) struct Round<'a> {
    pub(super) desk: &'a mut Desk,
    pub(super) store: StoreId,
    pub(super) now: Timestamp,
    /// When what is taken in came: now, unless it lay unread.
    pub(super) came_at: Timestamp,
    pub(super) mode: Mode,
    pub(super) known: HashSet<String>,
    /// Prints of mails that are there, with the ids under which they are.
    pub(super) prints: HashMap<String, Vec<String>>,
    /// Orders of buyers who were erased, by their numbers.
    pub(super) erased_orders: HashSet<String>,
    pub(super) hands: HashMap<ConversationKey, Hand>,
    /// The conversations in the order in which they came up: what is written must not depend on a hash.
    pub(super) order: Vec<ConversationKey>,
    pub(super) parties: Parties,
    pub(super) write: IntakeWrite,
    pub(super) taken: u64,
}

impl Round<'_> {
    /// Takes in one chat message, from either side.
    pub(super) fn message(&mut self, event: &IncomingMessage, ids: Ids, link: &Link) {
        let kind = chat_kind(link.mail_store);
        let key = ConversationKey::new(self.store, kind, event.conversation_key.clone());
        let entry = self.entry(event);
        let fact = MessageFact {
            id: ids.message,
            turn: Turn::of(&event.provider_id),
            at: event.sent_at,
            author: event.author,
            kind: event.body.kind(),
            device: event.device,
            direct: entry != Entry::ContactLink,
        };
        let newest = is_newest(self.hand(&key), &fact);
        let party = BuyerKey { store: self.store, key: event.buyer.key.clone() };
        let BuyerFacts { buyer, recent } = self.parties.meet(&party, &event.buyer, newest);
        let (buyer, private, recent) = (buyer.id, buyer.private_customer, *recent);
        let counting = verdict(&fact, self.desk.sync(self.store));
        let words = event.body.words().to_owned();
        let (owner_before, served_before) = (self.hand(&key).row.owner, self.hand(&key).served());
        let owed_owner = self.hand(&key).clock.state.owes_owner;
        let push = self.fold(&key, fact, &words, buyer);
        if event.author == Author::Buyer && kind == ConversationKind::Chat {
            let ask = Ask { entry, private, recent, owing_owner: owner_before.filter(|_| owed_owner) };
            self.distribute(&key, ask, push, event.sent_at);
        }
        self.desk.serves(served_before, self.hands[&key].served());
        let hand = self.hand_mut(&key);
        name_order(hand, event.order_no.as_deref(), (fact.at, fact.turn));
        show(hand, &fact, preview(&words));
        self.keep(&key, event, &fact, &Kept { raw: ids.raw, counting, link });
    }

    /// A message straight to a seat that is not ours, or where nobody sits, is distributed like any other.
    fn entry(&self, event: &IncomingMessage) -> Entry {
        let direct = event.direct_to.as_deref().and_then(|name| self.desk.seat_named(name));
        direct.map_or(Entry::ContactLink, Entry::Direct)
    }

    fn fold(&mut self, key: &ConversationKey, fact: MessageFact, words: &str, buyer: BuyerId) -> Push {
        let Self { desk, hands, store, .. } = self;
        let hand = hands
            .get_mut(key)
            .expect("every conversation of the round was loaded or made before its first event");
        hand.touched = true;
        hand.row.buyer = Some(buyer);
        hand.fresh.push((fact, words.to_owned()));
        if hand.row.kind != ConversationKind::Chat {
            hand.late |= !hand.clock.state.note(&fact);
            if fact.author.is_incoming() {
                hand.clock.note_mail(fact.at);
            }
            return Push::NotCounting(rules::clocks::NotCounting::NotASeller);
        }
        if hand.late {
            return Push::Late;
        }
        let push = hand.clock.push(&fact, words, &rules_of(desk, *store));
        hand.late = push == Push::Late;
        push
    }

    /// Decides on a buyer message. One that is older than the platform's limit, or that came late, only asks that the
    /// conversation has an owner in the end: a shop connected today must not count last month's buyers.
    fn distribute(&mut self, key: &ConversationKey, ask: Ask, push: Push, sent_at: Timestamp) {
        let limit = self.desk.policy.reply_limit_s.value;
        let old = self.now.as_second().saturating_sub(sent_at.as_second()) > limit;
        if self.mode == Mode::Live && (old || push == Push::Late) {
            let wanted = self.hand(key).undecided.is_some_and(|waiting| waiting.wanted) || !old;
            self.hand_mut(key).undecided = Some(Undecided { entry: ask.entry, wanted });
            return;
        }
        let at = match self.mode {
            Mode::Live => self.now,
            Mode::History => sent_at,
        };
        self.decide(key, &ask, at);
    }

    fn decide(&mut self, key: &ConversationKey, ask: &Ask, at: Timestamp) {
        let (decision, facts) = self.desk.decide(ask, at);
        let hand = self.hands.get_mut(key).expect("the caller holds it");
        let from = hand.row.owner;
        if decision.reason.changes_owner() || from.is_none() {
            hand.row.owner = Some(decision.to);
        }
        let (conversation, buyer) = (hand.row.id, hand.row.buyer);
        if decision.reason.is_distribution() {
            self.desk.count(decision.to, at);
            if let Some(buyer) = buyer {
                self.parties.went_to(buyer, decision.to, at);
            }
        }
        self.write.assignments.push(AssignmentWrite {
            conversation,
            buyer,
            from,
            to: decision.to,
            reason: decision.reason,
            facts: Some(facts),
            at,
            note: String::new(),
        });
    }

    fn keep(&mut self, key: &ConversationKey, event: &IncomingMessage, fact: &MessageFact, kept: &Kept<'_>) {
        let conversation = self.hand(key).row.id;
        self.write.messages.push(MessageRow {
            id: fact.id,
            conversation,
            store: self.store,
            provider_id: event.provider_id.clone(),
            author: event.author,
            account: kept.link.account,
            device: event.device,
            direct: fact.direct,
            title: String::new(),
            body: event.body.clone(),
            item_id: event.item_id.clone(),
            sent_at: event.sent_at,
            turn: fact.turn,
            received_at: self.came_at,
            counting: kept.counting.to_owned(),
            raw: kept.raw,
            outbox: kept.link.outbox,
        });
        self.log_received(conversation, event.author, &event.provider_id);
    }

    /// The push log's entry of what came in.
    pub(super) fn log_received(&mut self, conversation: ConversationId, author: Author, provider_id: &str) {
        let detail = serde_json::json!({
            "store": self.store.0, "author": author.as_str(), "provider_id": provider_id,
        });
        self.log(LogKind::Received, conversation, &detail);
        self.taken += 1;
    }

    fn log(&mut self, kind: LogKind, conversation: ConversationId, detail: &serde_json::Value) {
        let (conversation, detail) = (Some(conversation), detail.to_string());
        self.write.audit.push(AuditEntry { at: self.now, kind, conversation, detail });
    }

    /// The push log says to whom a conversation went; that it stayed where it was is in the record of distribution.
    fn log_owners(&mut self) {
        let moved: Vec<_> = self
            .write
            .assignments
            .iter()
            .filter(|given| given.from.is_none() || given.reason.changes_owner())
            .filter(|given| given.from != Some(given.to))
            .map(|given| (given.conversation, given.from, given.to, given.reason))
            .collect();
        for (conversation, from, to, reason) in moved {
            let detail =
                serde_json::json!({ "from": from.map(|a| a.0), "to": to.0, "reason": reason.as_str() });
            self.log(LogKind::Assigned, conversation, &detail);
        }
    }

    pub(super) fn hand(&self, key: &ConversationKey) -> &Hand {
        self.hands
            .get(key)
            .expect("every conversation of the round was loaded or made before its first event")
    }

    pub(super) fn hand_mut(&mut self, key: &ConversationKey) -> &mut Hand {
        self.hands
            .get_mut(key)
            .expect("every conversation of the round was loaded or made before its first event")
    }

    /// Gives conversations that waited for the end of the round an owner.
    pub(super) fn settle_owners(&mut self) {
        let order = std::mem::take(&mut self.order);
        for key in &order {
            if self.hand(key).touched {
                self.settle_owner(key);
            }
        }
        self.order = order;
    }

    /// Puts everything in hand into the write: states, clocks, buyers.
    pub(super) fn finish(mut self) -> (IntakeWrite, Vec<ConversationId>, u64) {
        let mut changed = Vec::new();
        for key in std::mem::take(&mut self.order) {
            if !self.hand(&key).touched {
                continue;
            }
            let hand = self.hands.get_mut(&key).expect("listed because it is in hand");
            let mut set = settle(hand, self.desk, self.now, self.mode);
            (set.missing, set.at) = hand.fate_of_missing(self.now);
            changed.push(hand.row.id);
            self.write.deadlines.push(set);
            self.write.conversations.push(hand.row.clone());
        }
        self.write.buyers = std::mem::take(&mut self.parties).into_writes();
        self.log_owners();
        (self.write, changed, self.taken)
    }

    fn settle_owner(&mut self, key: &ConversationKey) {
        let hand = self.hand_mut(key);
        let Some(Undecided { entry, wanted }) = hand.undecided.take() else { return };
        if hand.row.owner.is_some() || !(wanted || hand.clock.state.owes()) {
            return;
        }
        let buyer = hand.row.buyer;
        let facts = buyer.and_then(|id| self.parties.facts(id));
        let ask = Ask {
            entry,
            private: facts.is_some_and(|facts| facts.buyer.private_customer),
            recent: facts.and_then(|facts| facts.recent),
            owing_owner: None,
        };
        let served_before = self.hand(key).served();
        self.decide(key, &ask, self.now);
        self.desk.serves(served_before, self.hands[key].served());
    }
}

/// What is kept of a message beside the event.
struct Kept<'a> {
    raw: Option<RawId>,
    counting: &'a str,
    link: &'a Link,
}

/// The ids of one message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ids {
    pub(super) message: MessageId,
    pub(super) raw: Option<RawId>,
}

/// What the engine knows of a message beyond the event: our own replies have a seat and an outbox row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Link {
    pub(super) account: Option<domain::AccountId>,
    pub(super) outbox: Option<domain::OutboxId>,
    pub(super) mail_store: bool,
}

/// The conversations of a mailbox are mail threads, whoever hands the messages in.
pub(super) const fn chat_kind(mail_store: bool) -> ConversationKind {
    if mail_store { ConversationKind::Mail } else { ConversationKind::Chat }
}
