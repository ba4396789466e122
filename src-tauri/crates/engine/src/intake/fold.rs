//! Making a conversation's state again from its messages.

use super::hand::Hand;
use super::round::Round;
use super::show::verdict;
use crate::clockwork::{Clockwork, rules_of};
use crate::error::EngineError;
use domain::{Author, ConversationKind};
use rules::clocks::MessageFact;
use store::{ConversationKey, MessageRow, VerdictWrite, WriteTx};

/// Conversations whose messages are read at once: one question for many, and not the whole file in memory.
pub(crate) const AT_ONCE: usize = 64;

/// Makes the clocks of conversations with a late message again from the record. Only the fold is made anew; what
/// people did (opened, escalated) stays.
pub(super) async fn refold(tx: &mut WriteTx, round: &mut Round<'_>) -> Result<(), EngineError> {
    let late: Vec<ConversationKey> = round.order.iter().filter(|key| round.hand(key).late).cloned().collect();
    for some in late.chunks(AT_ONCE) {
        let ids: Vec<_> = some.iter().map(|key| round.hand(key).row.id).collect();
        let mut records = tx.messages_of_each(&ids).await?;
        for (key, id) in some.iter().zip(&ids) {
            refold_one(round, key, &records.remove(id).unwrap_or_default());
        }
    }
    Ok(())
}

fn refold_one(round: &mut Round<'_>, key: &ConversationKey, record: &[MessageRow]) {
    let rules = rules_of(round.desk, round.store);
    let hand = round.hands.get_mut(key).expect("it was filtered out of the hands");
    hand.row.unread = unread(record, hand);
    if hand.row.kind != ConversationKind::Chat {
        return;
    }
    let mut all: Vec<(MessageFact, String)> =
        record.iter().map(|row| (fact_of(row), row.body.words().to_owned())).collect();
    all.append(&mut hand.fresh);
    hand.clock = from_record(&hand.clock, all, &rules);
}

/// How many incoming messages nobody has seen: those that came after the last look and were written after the last
/// answer.
fn unread(record: &[MessageRow], hand: &Hand) -> u32 {
    let all = || record.iter().map(fact_of).chain(hand.fresh.iter().map(|(fact, _)| *fact));
    let answered = all().filter(|fact| fact.author == Author::Seller).map(|fact| fact.place()).max();
    let news = |fact: &MessageFact| fact.author.is_incoming() && Some(fact.place()) > answered;
    let seen = |row: &&MessageRow| hand.clock.seen_at.is_none_or(|seen| row.received_at > seen);
    let kept = record.iter().filter(seen).map(fact_of).filter(|fact| news(fact)).count();
    let fresh = hand.fresh.iter().filter(|(fact, _)| news(fact)).count();
    u32::try_from(kept + fresh).unwrap_or(u32::MAX)
}

/// The clocks of a conversation made again from its messages, in any order.
pub(crate) fn from_record(
    before: &Clockwork,
    mut messages: Vec<(MessageFact, String)>,
    rules: &rules::clocks::ClockRules<'_>,
) -> Clockwork {
    messages.sort_by_key(|(fact, _)| fact.place());
    let mut clock = Clockwork {
        escalated_until: before.escalated_until,
        stated: before.stated,
        unread_mail: before.unread_mail,
        seen_at: before.seen_at,
        mailbox_checked: before.mailbox_checked,
        order_at: before.order_at,
        order_turn: before.order_turn,
        ..Clockwork::default()
    };
    for (fact, words) in &messages {
        clock.push(fact, words, rules);
    }
    let owed_since = clock.owed_since();
    clock.read_since = before.read_since.filter(|read| owed_since.is_some_and(|since| *read >= since));
    clock
}

/// A kept message as the clocks see it.
pub(crate) fn fact_of(row: &MessageRow) -> MessageFact {
    MessageFact {
        id: row.id,
        turn: row.turn,
        at: row.sent_at,
        author: row.author,
        kind: row.body.kind(),
        device: row.device,
        direct: row.direct,
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
