//! The buyers of a round, each found by the platform's key and by ours: a file may hold thousands of them.

use domain::{AccountId, BuyerId, BuyerRef, Timestamp};
use std::collections::HashMap;
use store::{BuyerFacts, BuyerKey, BuyerRow, BuyerWrite, WriteTx};

/// A buyer in hand.
#[derive(Debug)]
struct Party {
    facts: BuyerFacts,
    changed: bool,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Parties {
    ids: HashMap<BuyerKey, BuyerId>,
    all: HashMap<BuyerId, Party>,
}

impl Parties {
    /// Those who are known, and those who were met for the first time.
    pub(super) fn of(tx: &mut WriteTx, known: Vec<BuyerFacts>, met: &[(BuyerKey, &BuyerRef)]) -> Self {
        let mut parties =
            Self { ids: HashMap::with_capacity(met.len()), all: HashMap::with_capacity(met.len()) };
        for facts in known {
            let key = BuyerKey { store: facts.buyer.store, key: facts.buyer.key.clone() };
            parties.add(key, Party { facts, changed: false });
        }
        for (key, buyer) in met {
            if parties.ids.contains_key(key) {
                continue;
            }
            let buyer = BuyerRow {
                id: tx.new_buyer(),
                store: key.store,
                key: key.key.clone(),
                name: buyer.name.clone(),
                country: buyer.country.clone().unwrap_or_default(),
                private_customer: false,
                tags: Vec::new(),
            };
            parties.add(key.clone(), Party { facts: BuyerFacts { buyer, recent: None }, changed: true });
        }
        parties
    }

    fn add(&mut self, key: BuyerKey, party: Party) {
        let id = party.facts.buyer.id;
        self.ids.insert(key, id);
        self.all.insert(id, party);
    }

    /// What is known of a buyer; none if the round has not met them.
    pub(super) fn facts(&self, id: BuyerId) -> Option<&BuyerFacts> {
        self.all.get(&id).map(|party| &party.facts)
    }

    /// The buyer whom the platform knows by a key.
    pub(super) fn named(&self, key: &BuyerKey) -> Option<BuyerId> {
        self.ids.get(key).copied()
    }

    /// The buyer of a message. Only the conversation's newest message renames them: an older one knew an older name.
    pub(super) fn meet(&mut self, key: &BuyerKey, buyer: &BuyerRef, newest: bool) -> &BuyerFacts {
        let id = self.ids.get(key);
        let party = id
            .and_then(|id| self.all.get_mut(id))
            .expect("every buyer of the round was loaded or made before its first event");
        let row = &mut party.facts.buyer;
        if !buyer.name.is_empty() && row.name != buyer.name && (newest || row.name.is_empty()) {
            row.name.clone_from(&buyer.name);
            party.changed = true;
        }
        let country = buyer.country.as_ref().filter(|_| newest || row.country.is_empty());
        if let Some(country) = country.filter(|country| **country != row.country) {
            row.country.clone_from(country);
            party.changed = true;
        }
        &party.facts
    }

    /// Notes to whom a buyer was distributed.
    pub(super) fn went_to(&mut self, id: BuyerId, seat: AccountId, at: Timestamp) {
        if let Some(party) = self.all.get_mut(&id) {
            party.facts.recent = Some((seat, at));
        }
    }

    /// Those who changed, in the order of their ids: what is written must not depend on a hash.
    pub(super) fn into_writes(self) -> Vec<BuyerWrite> {
        let changed = self.all.into_values().filter(|party| party.changed);
        let mut writes: Vec<BuyerWrite> = changed
            .map(|Party { facts: BuyerFacts { buyer, .. }, .. }| BuyerWrite {
                id: buyer.id,
                store: buyer.store,
                key: buyer.key,
                name: buyer.name,
                country: buyer.country,
            })
            .collect();
        writes.sort_by_key(|buyer| buyer.id);
        writes
    }
}
