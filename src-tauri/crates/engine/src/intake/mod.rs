//! Intake: what a channel handed in becomes messages, owners, deadlines and log entries, all in one transaction.
//!
//! Idempotent: an event whose provider id is known changes nothing, so any batch may come again after a crash, late,
//! or out of order. The round is decided in memory between one load and one write; nobody hears of it before the
//! commit (`docs/ARCHITECTURE.md`, invariant 4).

mod other;
mod round;

pub use round::Mode;
pub(crate) use round::{Hand, settle, verdict};

use crate::clockwork::{Clockwork, rules_of};
use crate::desk::Desk;
use crate::engine::Engine;
use crate::error::EngineError;
use channels::{Batch, Cursors, Quarantined, Received};
use domain::{BuyerRef, ConversationId, ConversationKind, IncomingEvent, IncomingMessage, Platform, StoreId};
use round::{Ids, Link, Party, Round, chat_kind};
use rules::clocks::MessageFact;
use std::collections::{HashMap, HashSet};
use store::{
    BuyerFacts, BuyerKey, BuyerRow, ConversationKey, ConversationRow, CursorWrite, IntakeWrite, MessageRow,
    OutboxRow, OutboxState, PackedRaw, QuarantineWrite, RawId, VerdictWrite, WriteTx,
};

/// Events of one transaction: large enough that a commit costs little, small enough that a reply waits for none.
const ROUND: usize = 500;

/// What an intake did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Events taken in; repeated ones are not counted.
    pub taken: u64,
    /// Payloads that could not be read.
    pub quarantined: u64,
    /// Conversations that changed.
    pub changed: Vec<ConversationId>,
}

/// What one transaction takes in.
struct Lot<'a> {
    store: StoreId,
    mode: Mode,
    received: &'a [Received],
    quarantined: &'a [Quarantined],
    cursors: &'a Cursors,
    link: Link,
    /// The reply whose fate this round records: its new state and its message are one fact.
    sent: Option<Sent<'a>>,
}

/// A reply that the platform took.
struct Sent<'a> {
    row: &'a OutboxRow,
    from: OutboxState,
    provider_id: &'a str,
}

impl Engine {
    /// Takes in what a channel handed over. The cursors are stored with the last round, so that a crash in between
    /// reads the rest again.
    ///
    /// # Errors
    /// If the file refuses; then the cursors stay where they were and the same batch may be handed in again.
    pub async fn accept(
        &self,
        store: StoreId,
        platform: Platform,
        batch: &Batch,
        mode: Mode,
    ) -> Result<Accepted, EngineError> {
        let mut accepted = Accepted::default();
        let rounds = rounds(&batch.received);
        let last = rounds.len().saturating_sub(1);
        let nothing = Cursors::new();
        for (at, received) in rounds.into_iter().enumerate() {
            let lot = Lot {
                store,
                mode,
                received,
                quarantined: if at == last { &batch.quarantined } else { &[] },
                cursors: if at == last { &batch.cursors } else { &nothing },
                link: Link { mail_store: platform == Platform::Mail, ..Link::default() },
                sent: None,
            };
            let round = self.take(&lot).await?;
            accepted.taken += round.taken;
            accepted.quarantined += round.quarantined;
            accepted.changed.extend(round.changed);
        }
        Ok(accepted)
    }

    /// Takes in a reply of ours that a platform took, linked to the seat that wrote it.
    pub(crate) async fn accept_own(
        &self,
        store: StoreId,
        event: IncomingMessage,
        row: &OutboxRow,
        from: OutboxState,
    ) -> Result<(), EngineError> {
        let provider_id = event.provider_id.clone();
        let raw = domain::RawPayload { source: "tidebell.sent", bytes: provider_id.clone().into_bytes() };
        let received = [Received { raw, events: vec![IncomingEvent::Message(event)] }];
        let cursors = Cursors::new();
        let lot = Lot {
            store,
            mode: Mode::Live,
            received: &received,
            quarantined: &[],
            cursors: &cursors,
            link: Link { account: row.reply.account, outbox: Some(row.id), mail_store: false },
            sent: Some(Sent { row, from, provider_id: &provider_id }),
        };
        self.take(&lot).await.map(|_| ())
    }

    async fn take(&self, lot: &Lot<'_>) -> Result<Accepted, EngineError> {
        let now = self.now();
        // Packed before the lock is taken: compressing is the slowest part that needs nobody.
        let payloads: Vec<_> = lot.received.iter().map(|received| received.raw.clone()).collect();
        let packed = PackedRaw::pack_all(&payloads)?;
        let mut desk = self.desk().await;
        desk.turn_day(now);
        let before = desk.seats.clone();
        let result = self.write_round(lot, &packed, &mut desk, now).await;
        if result.is_err() {
            // Nothing was written, so nothing was distributed.
            desk.seats = before;
        }
        drop(desk);
        let accepted = result?;
        self.tell(&accepted);
        Ok(accepted)
    }

    async fn write_round(
        &self,
        lot: &Lot<'_>,
        packed: &[PackedRaw],
        desk: &mut Desk,
        now: domain::Timestamp,
    ) -> Result<Accepted, EngineError> {
        let mut tx = self.store().begin().await?;
        let raws = tx.keep_raw(packed, now).await?;
        let events: Vec<(RawId, &IncomingEvent)> = lot
            .received
            .iter()
            .zip(raws)
            .flat_map(|(received, raw)| received.events.iter().map(move |event| (raw, event)))
            .collect();
        let mut round = load(&mut tx, lot, &events, desk, now).await?;
        for (raw, event) in events {
            take_event(&mut round, &mut tx, event, raw, lot);
        }
        refold(&mut tx, &mut round).await?;
        round.write.quarantined = lot.quarantined.iter().map(|bad| quarantine(lot.store, bad, now)).collect();
        round.write.cursors = lot
            .cursors
            .iter()
            .map(|(stream, value)| CursorWrite {
                store: lot.store,
                stream: stream.clone(),
                value: value.clone(),
            })
            .collect();
        let (write, changed, taken) = round.finish();
        tx.write(&write).await?;
        if let Some(Sent { row, from, provider_id }) = &lot.sent {
            tx.move_outbox(row.id, *from, OutboxState::Sent, provider_id, "", now).await?;
        }
        tx.commit().await?;
        Ok(Accepted { taken, quarantined: lot.quarantined.len() as u64, changed })
    }
}

/// Payloads in portions of about [`ROUND`] events; one at least, for the cursors.
fn rounds(received: &[Received]) -> Vec<&[Received]> {
    let mut rounds = Vec::new();
    let (mut start, mut events) = (0, 0);
    for (at, payload) in received.iter().enumerate() {
        events += payload.events.len().max(1);
        if events >= ROUND {
            rounds.push(&received[start..=at]);
            (start, events) = (at + 1, 0);
        }
    }
    if start < received.len() || rounds.is_empty() {
        rounds.push(&received[start..]);
    }
    rounds
}

fn quarantine(store: StoreId, bad: &Quarantined, at: domain::Timestamp) -> QuarantineWrite {
    QuarantineWrite {
        store: Some(store),
        source: bad.raw.source.to_owned(),
        why: bad.why.clone(),
        bytes: bad.raw.bytes.clone(),
        at,
    }
}

/// The id under which an event is known; none for a state that replaces the one before.
fn provider_id(event: &IncomingEvent) -> Option<String> {
    match event {
        IncomingEvent::Message(message) => Some(message.provider_id.clone()),
        IncomingEvent::Notification(notice) => Some(notice.provider_id.clone()),
        IncomingEvent::Mail(mail) => Some(mail.provider_id.clone()),
        IncomingEvent::Dispute(dispute) => Some(other::case_id(dispute)),
        IncomingEvent::Order(_) => None,
    }
}

fn conversation_key(event: &IncomingEvent, lot: &Lot<'_>) -> Option<ConversationKey> {
    let (kind, key) = match event {
        IncomingEvent::Message(message) => (chat_kind(lot.link.mail_store), &message.conversation_key),
        IncomingEvent::Notification(notice) => (ConversationKind::Notice, &notice.thread_key),
        IncomingEvent::Mail(mail) => (ConversationKind::Mail, &mail.thread_key),
        IncomingEvent::Dispute(dispute) => (ConversationKind::Case, &dispute.provider_id),
        IncomingEvent::Order(_) => return None,
    };
    Some(ConversationKey::new(lot.store, kind, key.clone()))
}

async fn load<'a>(
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
        if !parties.contains_key(&key) {
            let row = BuyerRow {
                id: tx.new_buyer(),
                store: key.store,
                key: key.key.clone(),
                name: buyer.name.clone(),
                country: buyer.country.clone().unwrap_or_default(),
                private_customer: false,
                tags: Vec::new(),
            };
            parties.insert(key, Party { facts: BuyerFacts { buyer: row, recent: None }, changed: true });
        }
    }
    Ok(parties)
}

fn take_event(round: &mut Round<'_>, tx: &mut WriteTx, event: &IncomingEvent, raw: RawId, lot: &Lot<'_>) {
    if let IncomingEvent::Order(order) = event {
        return round.order(order);
    }
    // Known from before, or twice in this very batch.
    let fresh = provider_id(event).is_some_and(|id| round.known.insert(id));
    if !fresh {
        return;
    }
    let ids = Ids { message: tx.new_message(), raw: Some(raw) };
    match event {
        IncomingEvent::Message(message) => round.message(message, ids, &lot.link),
        IncomingEvent::Notification(notice) => round.notice(notice, ids),
        IncomingEvent::Mail(mail) => round.mail(mail, ids),
        IncomingEvent::Dispute(dispute) => round.dispute(dispute, ids),
        IncomingEvent::Order(_) => {}
    }
}

/// Makes the clocks of conversations with a late message again from the record. Only the fold is made anew; what
/// people did (opened, escalated) stays.
async fn refold(tx: &mut WriteTx, round: &mut Round<'_>) -> Result<(), EngineError> {
    let late: Vec<ConversationKey> = round.order.iter().filter(|key| round.hand(key).late).cloned().collect();
    for key in late {
        let conversation = round.hand(&key).row.id;
        let record = tx.messages_of(conversation).await?;
        let rules = rules_of(round.desk, round.store);
        let hand = round.hands.get_mut(&key).expect("it was filtered out of the hands");
        let mut all: Vec<(MessageFact, String)> =
            record.iter().map(|row| (fact_of(row), row.body.words().to_owned())).collect();
        all.append(&mut hand.fresh);
        hand.clock = from_record(&hand.clock, all, &rules);
    }
    Ok(())
}

/// The clocks of a conversation made again from its messages, in any order.
pub(crate) fn from_record(
    before: &Clockwork,
    mut messages: Vec<(MessageFact, String)>,
    rules: &rules::clocks::ClockRules<'_>,
) -> Clockwork {
    messages.sort_by_key(|(fact, _)| (fact.at, fact.id));
    let mut clock = Clockwork {
        escalated_until: before.escalated_until,
        stated: before.stated,
        unread_mail: before.unread_mail,
        ..Clockwork::default()
    };
    for (fact, words) in &messages {
        clock.push(fact, words, rules);
    }
    let owed_since = clock.state.first_unanswered.map(|mark| mark.at);
    clock.read_since = before.read_since.filter(|read| owed_since.is_some_and(|since| *read >= since));
    clock
}

/// A kept message as the clocks see it. Whether it was sent straight to one account matters only to its own decision,
/// which was taken when it came.
pub(crate) fn fact_of(row: &MessageRow) -> MessageFact {
    MessageFact {
        id: row.id,
        at: row.sent_at,
        author: row.author,
        kind: row.body.kind(),
        device: row.device,
        direct: false,
    }
}

/// Verdicts that differ from those that are kept.
pub(crate) fn changed_verdicts(record: &[MessageRow], sync: bool) -> Vec<VerdictWrite> {
    record
        .iter()
        .filter_map(|row| {
            let counting = verdict(&fact_of(row), sync);
            (counting != row.counting)
                .then(|| VerdictWrite { message: row.id, counting: counting.to_owned() })
        })
        .collect()
}
