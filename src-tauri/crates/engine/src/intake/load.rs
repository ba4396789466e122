//! What is known before a round is decided on.

use super::round::{Hand, Party, Round};
use super::{Lot, conversation_key, provider_id};
use crate::clockwork::Clockwork;
use crate::desk::Desk;
use crate::error::EngineError;
use domain::{BuyerRef, IncomingEvent};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use store::{BuyerFacts, BuyerKey, BuyerRow, ConversationKey, ConversationRow, IntakeWrite, RawId, WriteTx};

/// Reads what the events concern; makes conversations and buyers that are new.
pub(super) async fn load<'a>(
    tx: &mut WriteTx,
    lot: &Lot<'_>,
    events: &[(RawId, &IncomingEvent)],
    desk: &'a mut Desk,
    now: domain::Timestamp,
) -> Result<Round<'a>, EngineError> {
    let ids: Vec<String> = events.iter().filter_map(|(_, event)| provider_id(event)).collect();
    let known: HashSet<String> = tx.known(lot.store, &ids).await?;
    let mut order: Vec<ConversationKey> = Vec::new();
    let mut seen = HashSet::new();
    let mut met: Vec<(BuyerKey, &BuyerRef)> = Vec::new();
    let mut named = HashSet::new();
    for (_, event) in events {
        if provider_id(event).is_some_and(|id| known.contains(&id)) {
            continue;
        }
        if let Some(key) = conversation_key(event, lot).filter(|key| seen.insert(key.clone())) {
            order.push(key);
        }
        if let IncomingEvent::Message(message) = event {
            let key = BuyerKey { store: lot.store, key: message.buyer.key.clone() };
            if named.insert(key.clone()) {
                met.push((key, &message.buyer));
            }
        }
    }
    let hands = hands(tx, &order).await?;
    let parties = parties(tx, met).await?;
    Ok(Round {
        desk,
        store: lot.store,
        now,
        mode: lot.mode,
        known,
        hands,
        order,
        parties,
        write: IntakeWrite::default(),
        taken: 0,
    })
}

async fn hands(
    tx: &mut WriteTx,
    order: &[ConversationKey],
) -> Result<HashMap<ConversationKey, Hand>, EngineError> {
    let mut hands: HashMap<ConversationKey, Hand> = HashMap::with_capacity(order.len());
    for row in tx.conversations(order).await? {
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
    Ok(hands)
}

async fn parties(
    tx: &mut WriteTx,
    met: Vec<(BuyerKey, &BuyerRef)>,
) -> Result<HashMap<BuyerKey, Party>, EngineError> {
    let keys: Vec<BuyerKey> = met.iter().map(|(key, _)| key.clone()).collect();
    let mut parties: HashMap<BuyerKey, Party> = tx
        .buyers(&keys)
        .await?
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
    Ok(parties)
}
