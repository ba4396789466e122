//! Intake: what a channel handed in becomes messages, owners, deadlines and log entries, all in one transaction.
//!
//! Idempotent: an event whose provider id is known changes nothing, so any batch may come again after a crash, late,
//! or out of order. The round is decided in memory between one load and one write; nobody hears of it before the
//! commit (`docs/ARCHITECTURE.md`, invariant 4).

mod fold;
mod load;
mod other;
mod round;
mod show;

pub(crate) use fold::{changed_verdicts, fact_of, from_record};
pub use round::Mode;
pub(crate) use round::{Hand, settle};

use crate::desk::Desk;
use crate::engine::Engine;
use crate::error::EngineError;
use channels::{Batch, Cursors, Quarantined, Received};
use domain::{Author, ConversationId, ConversationKind, IncomingEvent, IncomingMessage, Platform, StoreId};
use fold::refold;
use load::load;
use round::{Ids, Link, Round, chat_kind};
use rules::alerts::Act;
use rules::dispatch::Seat;
use store::{
    Acted, ConversationKey, CursorWrite, MessageRow, OutboxRow, OutboxState, PackedRaw, QuarantineWrite,
    RawId, WriteTx,
};
use tokio::sync::MutexGuard;

/// Events of one transaction: large enough that a commit costs little, small enough that a reply waits for none.
const ROUND: usize = 500;
/// The same for a file that is taken in: nobody waits, and every transaction has its fixed cost.
const HISTORY_ROUND: usize = 10_000;

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

/// The desk while a round is decided on: what was counted is taken back if nothing was written, also when the round
/// is dropped half way because its store is no longer read.
struct Tentative<'a> {
    desk: MutexGuard<'a, Desk>,
    before: Option<Vec<Seat>>,
}

impl Drop for Tentative<'_> {
    fn drop(&mut self) {
        if let Some(before) = self.before.take() {
            self.desk.seats = before;
        }
    }
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
        let most = if mode == Mode::History { HISTORY_ROUND } else { ROUND };
        let rounds = rounds(&batch.received, most);
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
        let mut tentative = Tentative { before: Some(desk.seats.clone()), desk };
        let result = self.write_round(lot, &packed, &mut tentative.desk, now).await;
        if result.is_ok() {
            tentative.before = None;
        }
        drop(tentative);
        let accepted = self.disk_noted(result)?;
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
        if lot.mode == Mode::Live {
            tx.acted(&replies(&write.messages)).await?;
        }
        if let Some(Sent { row, from, provider_id }) = &lot.sent {
            tx.move_outbox(row.id, *from, OutboxState::Sent, provider_id, "", now).await?;
        }
        tx.commit().await?;
        Ok(Accepted { taken, quarantined: lot.quarantined.len() as u64, changed })
    }
}

/// Messages from seller seats: whoever wrote them, on whichever device, acted on what had been raised until then.
fn replies(messages: &[MessageRow]) -> Vec<Acted> {
    let reply = |row: &MessageRow| Acted {
        conversation: row.conversation,
        act: Act::Replied.as_str(),
        at: row.sent_at,
        late: true,
    };
    messages.iter().filter(|row| row.author == Author::Seller).map(reply).collect()
}

/// Payloads in portions of about `most` events; one at least, for the cursors.
fn rounds(received: &[Received], most: usize) -> Vec<&[Received]> {
    let mut rounds = Vec::new();
    let (mut start, mut events) = (0, 0);
    for (at, payload) in received.iter().enumerate() {
        events += payload.events.len().max(1);
        if events >= most {
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
