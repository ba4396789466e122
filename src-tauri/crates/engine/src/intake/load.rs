//! What is known before a round is decided on.

use super::round::{Hand, Party, Round};
use super::{Lot, conversation_key, provider_id};
use crate::clockwork::Clockwork;
use crate::desk::Desk;
use crate::error::EngineError;
use domain::{BuyerRef, IncomingEvent};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use store::{
    BuyerFacts, BuyerKey, BuyerRow, ConversationKey, ConversationRow, IntakeAsk, IntakeKnown, IntakeWrite,
    RawId, Store, WriteTx,
};

/// What the events of a lot concern, each once, in the order in which it comes up.
#[derive(Default)]
pub(super) struct Concern<'a> {
    provider_ids: Vec<String>,
    conversations: Vec<ConversationKey>,
    buyers: Vec<(BuyerKey, &'a BuyerRef)>,
}

impl<'a> Concern<'a> {
    pub(super) fn of(lot: &Lot<'_>, events: impl Iterator<Item = &'a IncomingEvent>) -> Self {
        let (mut concern, mut seen, mut named) = (Self::default(), HashSet::new(), HashSet::new());
        for event in events {
            concern.provider_ids.extend(provider_id(event));
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

/// Begins the transaction of a lot, or goes on with one: keeps its payloads, reads what its events concern, and makes conversations and
/// buyers that are new. Also gives the ids of the payloads.
pub(super) async fn load<'a>(
    store: &Store,
    begun: Option<WriteTx>,
    lot: &Lot<'_>,
    desk: &'a mut Desk,
    now: domain::Timestamp,
) -> Result<(WriteTx, Vec<RawId>, Round<'a>), EngineError> {
    let events = || lot.events.iter().copied().flatten();
    let all = Concern::of(lot, events());
    let buyers: Vec<BuyerKey> = all.buyers.iter().map(|(key, _)| key.clone()).collect();
    let ask = IntakeAsk {
        store: lot.store,
        raws: lot.payloads,
        received_at: now,
        provider_ids: &all.provider_ids,
        conversations: &all.conversations,
        buyers: &buyers,
    };
    let (mut tx, known) = match begun {
        None => store.begin_intake(&ask).await?,
        Some(mut tx) => {
            let known = tx.ask(&ask).await?;
            (tx, known)
        }
    };
    let IntakeKnown { raws, provider_ids, conversations, buyers } = known;
    let fresh = if provider_ids.is_empty() {
        all
    } else {
        let news = |event: &&IncomingEvent| provider_id(event).is_none_or(|id| !provider_ids.contains(&id));
        Concern::of(lot, events().filter(news))
    };
    let hands = hands(&mut tx, conversations, &fresh.conversations);
    let parties = parties(&mut tx, buyers, fresh.buyers);
    let round = Round {
        desk,
        store: lot.store,
        now,
        mode: lot.mode,
        known: provider_ids,
        hands,
        order: fresh.conversations,
        parties,
        write: IntakeWrite::default(),
        taken: 0,
    };
    Ok((tx, raws, round))
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

fn parties(
    tx: &mut WriteTx,
    known: Vec<BuyerFacts>,
    met: Vec<(BuyerKey, &BuyerRef)>,
) -> HashMap<BuyerKey, Party> {
    let mut parties: HashMap<BuyerKey, Party> = known
        .into_iter()
        .map(|facts| {
            let key = BuyerKey { store: facts.buyer.store, key: facts.buyer.key.clone() };
            (key, Party { facts, changed: false })
        })
        .collect();
    for (key, buyer) in met {
        if let Entry::Vacant(place) = parties.entry(key) {
            let row = BuyerRow {
                id: tx.new_buyer(),
                store: place.key().store,
                key: place.key().key.clone(),
                name: buyer.name.clone(),
                country: buyer.country.clone().unwrap_or_default(),
                private_customer: false,
                tags: Vec::new(),
            };
            place.insert(Party { facts: BuyerFacts { buyer: row, recent: None }, changed: true });
        }
    }
    parties
}
