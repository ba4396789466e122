//! What a list and a message show of an event.

use super::hand::Hand;
use domain::{Author, ConversationState, Timestamp, Turn, to_ms};
use rules::clocks::{Counting, MessageFact, counts};
use store::LastMessage;

/// A line out of a file that is older than this is nothing to do (milliseconds): as long as a mailbox may stay unread
/// (`docs/RULES.md` §3 `system_mail`).
const OLD_MS: i64 = 72 * 3_600_000;

/// The newest message goes onto the list; an incoming one opens the conversation again.
pub(super) fn show(hand: &mut Hand, fact: &MessageFact, preview: String) {
    let newer = is_newest(hand, fact);
    if newer {
        hand.newest = Some(fact.place());
        hand.row.last = Some(LastMessage { id: fact.id, at: fact.at, author: fact.author, preview });
    }
    if fact.author.is_incoming() {
        hand.row.unread = hand.row.unread.saturating_add(1);
        if newer {
            hand.row.state = ConversationState::Open;
            hand.row.opened_at = None;
        }
    } else if newer && fact.author == Author::Seller {
        // Whoever answers has read.
        hand.row.unread = 0;
    }
}

/// A line out of a file goes onto the list without being news: nothing is unread. What is older than a few days goes where
/// things that are done with are, unless something in its conversation is still to be done.
pub(super) fn show_old(hand: &mut Hand, fact: &MessageFact, preview: String, now: Timestamp) {
    if !is_newest(hand, fact) {
        return;
    }
    hand.newest = Some(fact.place());
    let done_with = hand.row.last.is_none() || hand.row.state == ConversationState::Done;
    let old = to_ms(now) - to_ms(fact.at) > OLD_MS;
    hand.row.state = if old && done_with { ConversationState::Done } else { ConversationState::Open };
    hand.row.last = Some(LastMessage { id: fact.id, at: fact.at, author: fact.author, preview });
}

/// Why a message of ours did not count, or `counts`; empty for the buyer's.
pub(super) fn verdict(fact: &MessageFact, sync: bool) -> &'static str {
    use rules::clocks::NotCounting as Not;
    match counts(fact, sync) {
        Counting::Counts => "counts",
        Counting::Not(cause) => match cause {
            Not::NotASeller => "",
            Not::AutoReply => "auto_reply",
            Not::Image => "image",
            Not::Video => "video",
            Not::Sticker => "sticker",
            Not::Emoji => "emoji",
            Not::OrderCard => "order_card",
            Not::ItemCard => "item_card",
            Not::Note => "note",
            Not::ReadMark => "read_mark",
            Not::Unsupported => "unsupported",
            Not::MobileWithoutSync => "mobile_without_sync",
        },
    }
}

/// Whether nothing newer is in the conversation.
pub(super) fn is_newest(hand: &Hand, fact: &MessageFact) -> bool {
    hand.newest <= Some(fact.place())
}

/// Names the order that a conversation speaks of, unless something newer named another.
pub(super) fn name_order(hand: &mut Hand, order_no: Option<&str>, (at, turn): (Timestamp, Turn)) {
    let newer = (hand.clock.order_at, hand.clock.order_turn) <= (Some(at), turn);
    if let Some(order_no) = order_no.filter(|_| newer) {
        order_no.clone_into(&mut hand.row.order_no);
        (hand.clock.order_at, hand.clock.order_turn) = (Some(at), turn);
    }
}

/// One line for the list: at most 120 characters, white space folded.
pub(crate) fn preview(words: &str) -> String {
    let mut line = String::new();
    for word in words.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > 480 {
            break;
        }
    }
    match line.char_indices().nth(120) {
        Some((end, _)) => line[..end].to_owned(),
        None => line,
    }
}
