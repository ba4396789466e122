//! What is known before a round is decided on.

use super::hand::Hand;
use super::parties::Parties;
use super::round::Round;
use super::{Lot, conversation_key, id_in_file, provider_id};
use crate::clockwork::Clockwork;
use crate::desk::Desk;
use domain::{BuyerRef, IncomingEvent};
use std::collections::{HashMap, HashSet};
use store::{
    About, BuyerKey, ConversationKey, ConversationRow, IntakeAsk, IntakeKnown, IntakeWrite, RawId, WriteTx,
};

/// What the events of a lot concern, each once, in the order in which it comes up.
#[derive(Default)]
pub(super) struct Concern<'a> {
    provider_ids: Vec<String>,
    /// Of mails: one that comes from a file may be there under the id of a server, one from a server under that of another
    /// folder.
    prints: Vec<String>,
    conversations: Vec<ConversationKey>,
    buyers: Vec<(BuyerKey, &'a BuyerRef)>,
}

impl<'a> Concern<'a> {
    pub(super) fn of(lot: &Lot<'_>, events: impl Iterator<Item = &'a IncomingEvent>) -> Self {
        let (mut concern, mut seen, mut named) = (Self::default(), HashSet::new(), HashSet::new());
        for event in events {
            let (id, in_file) = (provider_id(event), id_in_file(event));
            if let (IncomingEvent::Mail(mail), Some(_)) = (event, &in_file) {
                concern.prints.push(mail.print.clone());
            }
            concern.provider_ids.extend(in_file.filter(|in_file| Some(in_file) != id.as_ref()));
            concern.provider_ids.extend(id);
            if let Some(key) = conversation_key(event, lot).filter(|key| seen.insert(key.clone())) {
                concern.conversations.push(key);
            }
            if let IncomingEvent::Message(message) = event {
                let key = BuyerKey { store: lot.store, key: message.buyer.key.clone() };
                if named.insert(key.clone()) {
                    concern.buyers.push((key, &message.buyer));
                }
            }
        }
        concern
    }
}

/// The questions of a lot.
pub(super) struct Questions<'a> {
    concern: Concern<'a>,
    buyers: Vec<BuyerKey>,
    about: Vec<About>,
}

/// What an event tells of an order.
fn about(payload: usize, event: &IncomingEvent) -> Option<About> {
    let (order_no, case) = match event {
        IncomingEvent::Order(order) => (Some(&order.order_no), None),
        IncomingEvent::Dispute(dispute) => (Some(&dispute.order_no), Some(dispute.provider_id.clone())),
        IncomingEvent::Notification(notice) => (notice.order_no.as_ref(), None),
        // Whoever writes again is somebody new.
        IncomingEvent::Message(_) | IncomingEvent::Mail(_) => (None, None),
    };
    order_no.map(|order_no| About { payload, order_no: order_no.clone(), case })
}

impl<'a> Questions<'a> {
    pub(super) fn of(lot: &'a Lot<'_>) -> Self {
        let concern = Concern::of(lot, lot.events.iter().copied().flatten());
        let buyers = concern.buyers.iter().map(|(key, _)| key.clone()).collect();
        let told = lot.events.iter().enumerate();
        let about = told.flat_map(|(at, events)| events.iter().filter_map(move |event| about(at, event)));
        Self { concern, buyers, about: about.collect() }
    }

    pub(super) fn ask(&'a self, lot: &'a Lot<'_>, now: domain::Timestamp) -> IntakeAsk<'a> {
        IntakeAsk {
            store: lot.store,
            raws: lot.payloads,
            received_at: lot.came_at(now),
            provider_ids: &self.concern.provider_ids,
            prints: &self.concern.prints,
            conversations: &self.concern.conversations,
            buyers: &self.buyers,
            about: &self.about,
        }
    }
}

/// Begins the round of a lot with what is known, and makes conversations and buyers that are new. Also gives the ids of
/// the payloads.
pub(super) fn begin<'a>(
    tx: &mut WriteTx,
    known: IntakeKnown,
    (lot, questions): (&Lot<'_>, &Questions<'_>),
    desk: &'a mut Desk,
    now: domain::Timestamp,
) -> (Vec<RawId>, Round<'a>) {
    let IntakeKnown { raws, provider_ids, prints, erased_orders, conversations, buyers } = known;
    let news = |event: &&IncomingEvent| provider_id(event).is_none_or(|id| !provider_ids.contains(&id));
    let fresh = (!provider_ids.is_empty())
        .then(|| Concern::of(lot, lot.events.iter().copied().flatten().filter(news)));
    let concern = fresh.as_ref().unwrap_or(&questions.concern);
    let hands = hands(tx, conversations, &concern.conversations);
    let parties = Parties::of(tx, buyers, &concern.buyers);
    let order = concern.conversations.clone();
    let round = Round {
        desk,
        store: lot.store,
        now,
        came_at: lot.came_at(now),
        mode: lot.mode,
        known: provider_ids,
        prints,
        erased_orders,
        hands,
        order,
        parties,
        write: IntakeWrite::default(),
        taken: 0,
    };
    (raws, round)
}

fn hands(
    tx: &mut WriteTx,
    known: Vec<ConversationRow>,
    order: &[ConversationKey],
) -> HashMap<ConversationKey, Hand> {
    let mut hands: HashMap<ConversationKey, Hand> = HashMap::with_capacity(order.len());
    for row in known {
        let clock = Clockwork::read(&row.clock_json);
        let mut hand = Hand::new(row, clock.clone().unwrap_or_default());
        hand.late = clock.is_none();
        hands.insert(hand.row.conversation_key(), hand);
    }
    for key in order {
        if !hands.contains_key(key) {
            let row = ConversationRow::new(tx.new_conversation(), key.store, key.kind, key.key.clone());
            hands.insert(key.clone(), Hand::new(row, Clockwork::default()));
        }
    }
    hands
}
