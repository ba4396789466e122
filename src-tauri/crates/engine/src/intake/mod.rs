//! Intake: what a channel handed in becomes messages, owners, deadlines and log entries, all in one transaction.
//!
//! Idempotent: an event whose provider id is known changes nothing, so any batch may come again after a crash, late,
//! or out of order. The round is decided in memory between one load and one write; nobody hears of it before the
//! commit (`docs/ARCHITECTURE.md`, invariant 4).

mod fold;
mod hand;
mod load;
mod other;
mod parties;
mod parts;
mod round;
mod ruled;
mod show;

pub(crate) use fold::{AT_ONCE, changed_verdicts, fact_of, from_record};
pub(crate) use hand::{Hand, settle};
pub(crate) use other::case_id;
pub(crate) use parts::quarantine;
pub use round::Mode;
pub(crate) use show::preview;

use crate::desk::Desk;
use crate::engine::Engine;
use crate::error::EngineError;
use channels::{Batch, Cursors, Quarantined, Received};
use domain::{
    ConversationId, ConversationKind, IncomingEvent, IncomingMessage, Platform, StoreId, Timestamp,
};
use round::{Link, Round, chat_kind};
use rules::dispatch::Seat;
use store::{ConversationKey, Memory, OutboxRow, OutboxState, PackedRaw, SealedWrite};
use tokio::sync::MutexGuard;

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
    /// Message rules that fired.
    pub fired: u64,
}

/// What one transaction takes in of one store.
struct Lot<'a> {
    store: StoreId,
    mode: Mode,
    payloads: &'a [PackedRaw],
    /// What each payload says.
    events: Vec<&'a [IncomingEvent]>,
    quarantined: &'a [Quarantined],
    /// Phone numbers and addresses, sealed already.
    sealed: &'a [SealedWrite],
    cursors: &'a Cursors,
    link: Link,
    /// The platform, where message rules look on: not at history, nor at what we sent ourselves.
    ruled: Option<Platform>,
    /// The reply whose fate this round records: its new state and its message are one fact.
    sent: Option<Sent<'a>>,
    /// The row of the quarantine that this could be read from at last, and leaves with it.
    late: Option<Late>,
}

impl Lot<'_> {
    /// When it came: now, unless it lay unread.
    fn came_at(&self, now: Timestamp) -> Timestamp {
        self.late.map_or(now, |late| late.came_at)
    }
}

/// What lay in the quarantine until it could be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Late {
    /// Its row.
    pub(crate) row: i64,
    /// When it came first.
    pub(crate) came_at: Timestamp,
}

/// What it says to one store.
pub(crate) struct LatePart {
    pub(crate) store: StoreId,
    pub(crate) platform: Platform,
    pub(crate) mode: Mode,
    pub(crate) batch: Batch,
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

/// What a file holds of one store, in order, with the payloads packed already.
pub(crate) struct Portion {
    pub(crate) store: StoreId,
    pub(crate) platform: Platform,
    pub(crate) payloads: Vec<PackedRaw>,
    /// What each payload says.
    pub(crate) events: Vec<IncomingEvent>,
    pub(crate) quarantined: Vec<Quarantined>,
}

impl Portion {
    fn lot<'a>(&'a self, cursors: &'a Cursors) -> Lot<'a> {
        Lot {
            store: self.store,
            mode: Mode::History,
            payloads: &self.payloads,
            events: self.events.iter().map(std::slice::from_ref).collect(),
            quarantined: &self.quarantined,
            sealed: &[],
            cursors,
            link: Link { mail_store: self.platform == Platform::Mail, ..Link::default() },
            ruled: None,
            sent: None,
            late: None,
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
        // With the cursors: what a crash leaves out comes again.
        let (sealed, _held) = self.seal(store, &batch.contacts).await?;
        let news = rounds(&batch.received, ROUND).into_iter().map(|part| (part, mode));
        let old = (!batch.old.is_empty()).then(|| rounds(&batch.old, ROUND));
        let old = old.into_iter().flatten().map(|part| (part, Mode::History));
        let rounds: Vec<_> = news.chain(old).collect();
        let last = rounds.len().saturating_sub(1);
        let nothing = Cursors::new();
        for (at, (received, mode)) in rounds.into_iter().enumerate() {
            // Packed before the lock is taken: compressing is the slowest part that needs nobody.
            let payloads = PackedRaw::pack_all(received.iter().map(|received| &received.raw))?;
            let lot = Lot {
                store,
                mode,
                payloads: &payloads,
                events: received.iter().map(|received| received.events.as_slice()).collect(),
                quarantined: if at == last { &batch.quarantined } else { &[] },
                sealed: if at == last { &sealed } else { &[] },
                cursors: if at == last { &batch.cursors } else { &nothing },
                link: Link { mail_store: platform == Platform::Mail, ..Link::default() },
                ruled: Some(platform).filter(|_| mode == Mode::Live),
                sent: None,
                late: None,
            };
            let round = self.take(&[lot], None).await?;
            accepted.taken += round.taken;
            accepted.quarantined += round.quarantined;
            accepted.changed.extend(round.changed);
            accepted.fired += round.fired;
        }
        Ok(accepted)
    }

    /// Takes in what a file holds of several stores, all in one transaction: it costs by the pages it touches, and
    /// nobody waits for it. What it has in hand may be remembered for the next one.
    pub(crate) async fn accept_history(
        &self,
        portions: &[Portion],
        memory: Option<&mut Memory>,
    ) -> Result<Accepted, EngineError> {
        let cursors = Cursors::new();
        let lots: Vec<Lot<'_>> = portions.iter().map(|portion| portion.lot(&cursors)).collect();
        self.take(&lots, memory).await
    }

    /// Takes in what could be read at last, all in one transaction, in which it leaves the quarantine. It is dated by when it
    /// came. Message rules look on only if that is less than the platform's limit ago: nobody is told today of what a
    /// buyer wrote last month; an alert for a deadline that is over by that much never rings either.
    ///
    /// # Errors
    /// [`store::StoreError::NotFound`] if it is no longer there, or may name somebody who is being erased; or if the file
    /// refuses.
    pub(crate) async fn accept_late(&self, late: Late, parts: &[LatePart]) -> Result<Accepted, EngineError> {
        let age_s = self.now().as_second().saturating_sub(late.came_at.as_second());
        let recent = age_s <= self.desk().await.policy.reply_limit_s.value;
        let mut packed = Vec::with_capacity(parts.len());
        for part in parts {
            packed.push(PackedRaw::pack_all(part.batch.received.iter().map(|received| &received.raw))?);
        }
        let nothing = Cursors::new();
        let lots = parts.iter().zip(&packed).map(|(part, payloads)| Lot {
            store: part.store,
            mode: part.mode,
            payloads,
            events: part.batch.received.iter().map(|received| received.events.as_slice()).collect(),
            quarantined: &part.batch.quarantined,
            sealed: &[],
            cursors: &nothing,
            link: Link { mail_store: part.platform == Platform::Mail, ..Link::default() },
            ruled: Some(part.platform).filter(|_| recent && part.mode == Mode::Live),
            sent: None,
            late: Some(late),
        });
        self.take(&lots.collect::<Vec<_>>(), None).await
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
        let (payload, event) = (PackedRaw::pack(&raw)?, IncomingEvent::Message(event));
        let cursors = Cursors::new();
        let lot = Lot {
            store,
            mode: Mode::Live,
            payloads: &[payload],
            events: vec![std::slice::from_ref(&event)],
            quarantined: &[],
            sealed: &[],
            cursors: &cursors,
            link: Link { account: row.reply.account, outbox: Some(row.id), mail_store: false },
            ruled: None,
            sent: Some(Sent { row, from, provider_id: &provider_id }),
            late: None,
        };
        self.take(&[lot], None).await.map(|_| ())
    }

    async fn take(&self, lots: &[Lot<'_>], memory: Option<&mut Memory>) -> Result<Accepted, EngineError> {
        let now = self.now();
        let mut desk = self.desk().await;
        if desk.is_ahead_of(now) {
            *desk = self.desk_of_record().await?;
        }
        desk.turn_day(now);
        if desk.switches.fewest_serving {
            // Replies are sent and conversations handed over between two rounds: the record knows of all of them.
            desk.seats = self.serving(&desk.seats).await?;
        }
        let mut tentative = Tentative { before: Some(desk.seats.clone()), desk };
        let result = parts::write(self, lots, &mut tentative.desk, now, memory).await;
        if result.is_ok() {
            tentative.before = None;
        }
        drop(tentative);
        let accepted = self.disk_noted(result)?;
        if accepted.fired > 0 {
            self.robots().poke();
        }
        self.tell(&accepted);
        Ok(accepted)
    }
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

/// The id that a mail has or would have if it came from a file; none for anything else. A mail that came from a file is
/// not taken again from a server, nor the other way round.
fn id_in_file(event: &IncomingEvent) -> Option<String> {
    let IncomingEvent::Mail(mail) = event else { return None };
    (!mail.print.is_empty()).then(|| channels::mail::file_id(&mail.print))
}

/// The folder in which a mail has its id, with the folder's numbers left out; the same for every mail of a file.
fn folder_of(id: &str) -> &str {
    id.rsplitn(3, ':').nth(2).unwrap_or_default()
}

/// Whether an event is known by what it says, though not by its id: from a file, or from another folder of the mailbox. What
/// is twice in one folder is two mails, as its server says.
fn came_otherwise(round: &Round<'_>, event: &IncomingEvent) -> bool {
    let IncomingEvent::Mail(mail) = event else { return false };
    match id_in_file(event) {
        Some(id) if id == mail.provider_id => round.prints.contains_key(&mail.print),
        Some(id) => {
            let here = folder_of(&mail.provider_id);
            let elsewhere = |known: &String| folder_of(known) != here;
            round.known.contains(&id)
                || round.prints.get(&mail.print).is_some_and(|ids| ids.iter().any(elsewhere))
        }
        None => false,
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
