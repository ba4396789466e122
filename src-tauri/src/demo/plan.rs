//! The past of the demo shop as a list of steps, in order of time: the order decides the ids, and the ids must be the
//! same each time the pretend platforms are filled.

use super::due_soon::DueSoon;
use super::script::{Buyer, Letter, Line, Return, Script};
use domain::Timestamp;
use jiff::SignedDuration;

/// An order was paid so long before its buyer first wrote.
const PAID_BEFORE_MIN: i64 = 2 * 1440;
/// What an order still waits for ends so long after the first start.
const ORDER_ENDS_IN_MIN: i64 = 2 * 1440;

/// Something that happened.
#[derive(Debug, Clone, Copy)]
pub(super) enum Act<'a> {
    /// An order came; what it waits for ends at the instant.
    Order(&'a Buyer, Timestamp),
    /// The buyer opened the chat from the order.
    Card(&'a Buyer),
    /// A line was written.
    Line(&'a Buyer, &'a Line),
    /// A return was asked for; due at the instant.
    Return(&'a Return, Timestamp),
    /// A notice came.
    Notice(&'a Letter),
    /// A mail came.
    Mail(&'a Letter),
}

/// When something happened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step<'a> {
    /// The instant.
    pub(super) at: Timestamp,
    /// What.
    pub(super) act: Act<'a>,
}

/// Everything before the first start at `since`.
pub(super) fn past<'a>(script: &'a Script, since: Timestamp, soon: DueSoon) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    for buyer in &script.buyers {
        conversation(buyer, since, soon, &mut steps);
    }
    for back in &script.returns {
        let act = Act::Return(back, minutes(since, back.due_in_minutes));
        steps.push(Step { at: minutes(since, -back.minutes_ago), act });
    }
    let letters = |letters: &'a [Letter], act: fn(&'a Letter) -> Act<'a>| {
        let dated = letters.iter().filter_map(|letter| Some((letter, letter.minutes_ago?)));
        dated.map(move |(letter, ago)| Step { at: minutes(since, -ago), act: act(letter) })
    };
    steps.extend(letters(&script.notices, Act::Notice));
    steps.extend(letters(&script.mails, Act::Mail));
    steps.sort_by_key(|step| step.at);
    steps
}

fn conversation<'a>(buyer: &'a Buyer, since: Timestamp, soon: DueSoon, steps: &mut Vec<Step<'a>>) {
    let anchor = if buyer.due_soon { soon.sent_at } else { minutes(since, -buyer.minutes_ago) };
    let first = minutes(anchor, buyer.lines.iter().map(|line| line.at).min().unwrap_or(0));
    let ends = minutes(since, ORDER_ENDS_IN_MIN);
    steps.push(Step { at: minutes(first, -PAID_BEFORE_MIN), act: Act::Order(buyer, ends) });
    steps.push(Step { at: later(first, -4), act: Act::Card(buyer) });
    for line in buyer.lines.iter().filter(|line| !line.promise || soon.promised) {
        steps.push(Step { at: minutes(anchor, line.at), act: Act::Line(buyer, line) });
    }
}

fn minutes(at: Timestamp, minutes: i64) -> Timestamp {
    later(at, minutes * 60)
}

fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::super::script::shipped;
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(3 * 3600 - 110, false)]
    #[case(6 * 3600 - 110, false)]
    #[case(2 * 3600 - 50, true)]
    fn the_past_lies_in_the_past_and_in_order(#[case] ago_s: i64, #[case] promised: bool) {
        let since = domain::from_ms(1_795_000_000_000);
        let soon = DueSoon { sent_at: later(since, -ago_s), promised };
        let steps = past(shipped(), since, soon);
        assert!(steps.is_sorted_by_key(|step| step.at), "ids are given in this order");
        assert!(steps.iter().all(|step| step.at < since), "nothing of it happens after the first start");
        let lines = |wanted: fn(&Line) -> bool| {
            steps.iter().filter(|step| matches!(step.act, Act::Line(_, line) if wanted(line))).count()
        };
        assert_eq!(
            lines(|line| line.promise),
            usize::from(promised),
            "the promise is made only where it is needed"
        );
        let orders = steps.iter().filter(|step| matches!(step.act, Act::Order(..))).count();
        assert_eq!(orders, shipped().buyers.len(), "an order per buyer");
    }
}
