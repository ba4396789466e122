//! The parts of one transaction: what is decided on while what is written, and how a part is decided on.

use super::fold::refold;
use super::load::{Questions, begin};
use super::round::{Ids, Round};
use super::ruled::Watch;
use super::{Accepted, Lot, Mode, Sent, came_otherwise, provider_id};
use crate::desk::Desk;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::message_rules::Firings;
use crate::quarantine::READER;
use channels::Quarantined;
use domain::{Author, IncomingEvent, StoreId, Timestamp};
use rules::alerts::Act;
use store::{
    Acted, CursorWrite, IntakeKnown, IntakeWrite, Memory, MessageRow, OutboxState, QuarantineWrite, RawId,
    Released, WriteTx,
};

/// Takes the lots in, each of a store of its own, in one transaction. All are asked about at its beginning; while one is
/// decided on, the one before is written. What is remembered is not asked for, and is remembered again.
pub(super) async fn write(
    engine: &Engine,
    lots: &[Lot<'_>],
    desk: &mut Desk,
    now: Timestamp,
    memory: Option<&mut Memory>,
) -> Result<Accepted, EngineError> {
    let mut accepted = Accepted::default();
    let questions: Vec<Questions<'_>> = lots.iter().map(Questions::of).collect();
    let asks: Vec<_> = lots.iter().zip(&questions).map(|(lot, questions)| questions.ask(lot, now)).collect();
    let (held, memory) = memory.map(|memory| (std::mem::take(memory), memory)).unzip();
    let (mut tx, mut answers) = engine.store().begin_intake(&asks, held).await?;
    for late in lots.iter().filter_map(|lot| lot.late) {
        tx.hold_quarantined(late.row).await?;
    }
    // Before the first there is nothing to write.
    let (mut last, mut fired) = (IntakeWrite::default(), Firings::default());
    for ((lot, questions), ask) in lots.iter().zip(&questions).zip(&asks) {
        tx.write_behind(&last).await?;
        fired.write(engine, &mut tx, now).await?;
        let known = tx.answer(&mut answers, ask)?;
        (last, fired) = decide(engine, &mut tx, known, (lot, questions), desk, now, &mut accepted).await?;
    }
    if fired.is_empty() {
        let held = tx.commit_with(&last).await?;
        if let (Some(memory), Some(held)) = (memory, held) {
            *memory = held;
        }
    } else {
        tx.write(&last).await?;
        fired.write(engine, &mut tx, now).await?;
        tx.commit().await?;
    }
    Ok(accepted)
}

/// Decides on one lot, and tells what is to be written and which message rules fire with it.
async fn decide(
    engine: &Engine,
    tx: &mut WriteTx,
    known: IntakeKnown,
    (lot, questions): (&Lot<'_>, &Questions<'_>),
    desk: &mut Desk,
    now: Timestamp,
    accepted: &mut Accepted,
) -> Result<(IntakeWrite, Firings), EngineError> {
    let (raws, mut round) = begin(tx, known, (lot, questions), desk, now);
    let mut watch = Watch::begin(tx, &round, lot).await?;
    for (events, raw) in lot.events.iter().zip(raws) {
        for event in *events {
            take_event(&mut round, tx, event, raw, lot, watch.as_mut());
        }
    }
    refold(tx, &mut round).await?;
    round.settle_owners();
    let fired = match watch {
        Some(watch) => watch.judge(engine, tx, &round).await?,
        None => Firings::default(),
    };
    round.write.quarantined =
        lot.quarantined.iter().map(|bad| quarantine(Some(lot.store), bad, lot.came_at(now))).collect();
    round.write.released = lot.late.map(|late| Released { id: late.row, at: now });
    round.write.sealed = lot.sealed.to_vec();
    round.write.cursors = cursors(lot);
    if lot.link.mail_store {
        crate::mail_folders::note_news(tx, lot.store, lot.cursors, now);
    }
    let (write, changed, taken) = round.finish();
    if let Some(Sent { row, from, provider_id }) = &lot.sent {
        tx.move_outbox(row.id, *from, OutboxState::Sent, provider_id, "", now).await?;
    }
    if lot.mode == Mode::Live {
        tx.acted(&replies(&write.messages)).await?;
    }
    accepted.taken += taken;
    accepted.quarantined += lot.quarantined.len() as u64;
    let fired_in = fired.conversations().into_iter().filter(|id| !changed.contains(id));
    accepted.changed.extend(fired_in);
    accepted.changed.extend(changed);
    accepted.fired += fired.count();
    Ok((write, fired))
}

fn take_event(
    round: &mut Round<'_>,
    tx: &mut WriteTx,
    event: &IncomingEvent,
    raw: RawId,
    lot: &Lot<'_>,
    watch: Option<&mut Watch>,
) {
    // Known from before, or twice in this very batch; an order has no id, each of its states replaces the one before.
    let id = provider_id(event);
    let known = id.as_ref().is_some_and(|id| round.known.contains(id));
    if known || came_otherwise(round, event) {
        return;
    }
    if let IncomingEvent::Mail(mail) = event
        && !mail.print.is_empty()
    {
        round.prints.entry(mail.print.clone()).or_default().push(mail.provider_id.clone());
    }
    round.known.extend(id);
    let nobodys = round.of_erased(event);
    let event = nobodys.as_ref().unwrap_or(event);
    if let Some(watch) = watch {
        watch.note(event, lot);
    }
    let mut ids = || Ids { message: tx.new_message(), raw: Some(raw) };
    match event {
        IncomingEvent::Message(message) => round.message(message, ids(), &lot.link),
        IncomingEvent::Notification(notice) => round.notice(notice, ids()),
        IncomingEvent::Mail(mail) => round.mail(mail, ids()),
        IncomingEvent::Dispute(dispute) => round.dispute(dispute, ids()),
        IncomingEvent::Order(order) => round.order(order),
    }
}

fn cursors(lot: &Lot<'_>) -> Vec<CursorWrite> {
    let write = |(stream, value): (&String, &String)| CursorWrite {
        store: lot.store,
        stream: stream.clone(),
        value: value.clone(),
    };
    lot.cursors.iter().map(write).collect()
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

pub(crate) fn quarantine(store: Option<StoreId>, bad: &Quarantined, at: Timestamp) -> QuarantineWrite {
    QuarantineWrite {
        store,
        source: bad.raw.source.to_owned(),
        flaw: bad.flaw.clone(),
        bytes: bad.raw.bytes.clone(),
        own_id: bad.beside.own_id().to_owned(),
        beside: bad.beside.to_text(),
        reader: READER.to_owned(),
        at,
    }
}
