//! The clock of a mailbox: its last successful check + 72 h (`docs/RULES.md` §3 `system_mail`).
//!
//! It hangs on a conversation of its own, so that lists, the tide line, stages, snooze and ladder treat it like any
//! other deadline. While checks succeed that conversation is put aside, and its clock starts again in the same row with
//! each check; when the mailbox falls silent it comes onto the list of mails. To put it aside by hand says that a
//! person has looked into the mailbox.

use crate::clockwork::Clockwork;
use crate::desk::Desk;
use crate::error::EngineError;
use crate::intake::{Hand, Mode, settle};
use domain::{ConversationKind, ConversationState, DeadlineKind, Timestamp};
use store::{ConversationKey, ConversationRow, DeadlineStatus, IntakeAsk, IntakeWrite, StoreRow, WriteTx};

/// The key of that conversation; threads have message ids and subjects as theirs.
const KEY: &str = "tidebell:mailbox";

/// A check succeeded at `now`: the clock starts again.
pub(crate) async fn checked(
    tx: &mut WriteTx,
    desk: &Desk,
    row: &StoreRow,
    now: Timestamp,
) -> Result<(), EngineError> {
    keep(tx, desk, row, now, now, ConversationState::Done).await
}

/// The mailbox fell silent: its clock runs on, and is something to do.
pub(crate) async fn silent(
    tx: &mut WriteTx,
    desk: &Desk,
    row: &StoreRow,
    now: Timestamp,
) -> Result<(), EngineError> {
    let Some(last) = row.last_success else { return Ok(()) };
    keep(tx, desk, row, last, now, ConversationState::Open).await
}

async fn keep(
    tx: &mut WriteTx,
    desk: &Desk,
    row: &StoreRow,
    checked: Timestamp,
    now: Timestamp,
    state: ConversationState,
) -> Result<(), EngineError> {
    let key = [ConversationKey::new(row.id, ConversationKind::Mail, KEY)];
    let ask = IntakeAsk {
        store: row.id,
        raws: &[],
        received_at: now,
        provider_ids: &[],
        prints: &[],
        conversations: &key,
        buyers: &[],
        about: &[],
    };
    let known = tx.ask(&ask).await?.conversations.pop();
    let settled = known.as_ref().is_some_and(|known| known.state == state && known.title == row.store.name);
    let conversation = known.unwrap_or_else(|| {
        ConversationRow::new(tx.new_conversation(), row.id, ConversationKind::Mail, KEY.to_owned())
    });
    let clock = Clockwork::read(&conversation.clock_json).unwrap_or_default();
    let mut hand = Hand::new(conversation, clock);
    // A person may have looked into it after the last check of ours.
    let by_hand = hand.clock.mailbox_checked.filter(|_| state == ConversationState::Open);
    hand.clock.mailbox_checked = by_hand.max(Some(checked));
    hand.row.state = state;
    hand.row.title.clone_from(&row.store.name);
    let mut set = settle(&mut hand, desk, now, Mode::Live);
    let clock = set.open.iter().find(|open| open.kind == DeadlineKind::SystemMail);
    if let Some(clock) = clock.filter(|_| settled)
        && tx.restart_clock(&hand.row, clock).await?
    {
        return Ok(());
    }
    set.missing = DeadlineStatus::Met;
    let write = IntakeWrite { conversations: vec![hand.row], deadlines: vec![set], ..IntakeWrite::default() };
    tx.write(&write).await?;
    Ok(())
}
