//! What was already handed over and committed, so that an unchanged order or dispute is not handed over every round.
//! Lost at a restart, which costs a repetition and nothing else: intake takes a snapshot once.

use super::order;
use crate::{Batch, Quarantined};
use domain::{DisputeSnapshot, IncomingEvent, OrderSnapshot};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A due date made from a remaining time may move by this much without being news.
const DUE_SLACK: Duration = Duration::from_secs(120);
/// More than this is forgotten, to bound memory.
const LIMIT: usize = 10_000;

/// The committed snapshots of this process.
#[derive(Debug, Default)]
pub(super) struct Seen {
    orders: BTreeMap<String, OrderSnapshot>,
    disputes: BTreeMap<String, DisputeSnapshot>,
    quarantined: BTreeSet<[u8; 32]>,
    /// Orders of which nobody has asked yet where they go.
    receipts: BTreeMap<String, OrderSnapshot>,
    /// The app may not ask.
    receipts_refused: bool,
}

impl Seen {
    pub(super) fn order_is_news(&self, order: &OrderSnapshot) -> bool {
        self.orders.get(&order.order_no).is_none_or(|old| !order::same(old, order, DUE_SLACK))
    }

    pub(super) fn dispute_is_news(&self, dispute: &DisputeSnapshot) -> bool {
        self.disputes.get(&dispute.provider_id) != Some(dispute)
    }

    /// Whether bytes were quarantined before; the same broken row comes with every answer.
    pub(super) fn is_new(&self, quarantined: &Quarantined) -> bool {
        !self.quarantined.contains(&fingerprint(quarantined))
    }

    /// Orders are read from the start again, so every one of them is wanted.
    pub(super) fn forget_orders(&mut self) {
        self.orders.clear();
    }

    /// Where an order goes is to be asked.
    pub(super) fn owe_receipt(&mut self, order: &OrderSnapshot) {
        if !self.receipts_refused && self.receipts.len() < LIMIT {
            self.receipts.insert(order.order_no.clone(), order.clone());
        }
    }

    /// Some of the orders of which that is to be asked.
    pub(super) fn owed_receipts(&self, most: usize) -> Vec<OrderSnapshot> {
        self.receipts.values().take(most).cloned().collect()
    }

    /// It was asked of this state of an order.
    pub(super) fn receipt_is_here(&mut self, order: &OrderSnapshot) {
        self.receipts.remove(&order.order_no);
    }

    /// The app may not ask: it is not tried again.
    pub(super) fn refuse_receipts(&mut self) {
        self.receipts_refused = true;
        self.receipts.clear();
    }

    /// Disputes are read from the start again.
    pub(super) fn forget_disputes(&mut self) {
        self.disputes.clear();
    }

    /// Remembers a batch that was committed.
    pub(super) fn remember(&mut self, batch: &Batch) {
        if self.orders.len() + self.disputes.len() + self.quarantined.len() > LIMIT {
            let (receipts, receipts_refused) = (std::mem::take(&mut self.receipts), self.receipts_refused);
            *self = Self { receipts, receipts_refused, ..Self::default() };
        }
        for event in batch.received.iter().flat_map(|r| &r.events) {
            match event {
                IncomingEvent::Order(order) => {
                    self.orders.insert(order.order_no.clone(), order.clone());
                }
                IncomingEvent::Dispute(dispute) => {
                    self.disputes.insert(dispute.provider_id.clone(), dispute.clone());
                }
                IncomingEvent::Message(_) | IncomingEvent::Notification(_) | IncomingEvent::Mail(_) => {}
            }
        }
        self.quarantined.extend(batch.quarantined.iter().map(fingerprint));
    }
}

fn fingerprint(quarantined: &Quarantined) -> [u8; 32] {
    Sha256::digest(&quarantined.raw.bytes).into()
}
