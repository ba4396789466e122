//! Laws of the clocks (`docs/RULES.md` §3) over random conversations, random weeks and random holidays.

use domain::{Author, BodyKind, Device, MessageId, Timestamp, Turn};
use proptest::prelude::*;
use rules::calendar::{Calendar, Interval, WorkingHours};
use rules::clocks::{ClockRules, ClockState, Folded, MessageFact, Push, fold, reply, reply_limit};
use rules::policy::Policy;
use std::sync::LazyLock;

static POLICY: LazyLock<Policy> = LazyLock::new(Policy::default);
/// 2024-12-30: before the first shipped year; the range below ends in 2027, after the last.
const START: i64 = 1_735_500_000;
const RANGE: i64 = 70_000_000;

fn message() -> impl Strategy<Value = (i64, u8, Author, BodyKind, Device, bool)> {
    let author = prop_oneof![4 => Just(Author::Buyer), 4 => Just(Author::Seller), 1 => Just(Author::Auto), 1 => Just(Author::System)];
    let kind = prop_oneof![
        6 => Just(BodyKind::Text),
        1 => Just(BodyKind::Emoji),
        1 => Just(BodyKind::Image),
        1 => Just(BodyKind::Read),
        1 => Just(BodyKind::Note),
        1 => Just(BodyKind::OrderCard),
    ];
    let device = prop_oneof![Just(Device::Pc), Just(Device::Mobile)];
    // Half of them share their second with the one before: there the turn decides.
    let gap = prop_oneof![Just(0), 0_i64..200_000];
    (gap, any::<u8>(), author, kind, device, any::<bool>())
}

/// A conversation in order of time, and the same in any order.
fn conversation() -> impl Strategy<Value = (Vec<MessageFact>, Vec<MessageFact>)> {
    let messages = prop::collection::vec(message(), 0..30);
    (0..RANGE, messages).prop_flat_map(|(start, messages)| {
        let mut second = START + start;
        let mut facts: Vec<MessageFact> = (1..)
            .zip(messages)
            .map(|(id, (gap, turn, author, kind, device, direct))| {
                second += gap;
                let at = Timestamp::from_second(second).expect("within the calendar");
                let turn = Turn::of(&turn.to_string());
                MessageFact { id: MessageId(id), turn, at, author, kind, device, direct }
            })
            .collect();
        facts.sort_by_key(MessageFact::place);
        (Just(facts.clone()), Just(facts).prop_shuffle())
    })
}

fn interval() -> impl Strategy<Value = Interval> {
    (0_i64..86_399).prop_flat_map(|from| {
        (Just(from), from + 1..=86_400)
            .prop_map(|(from, to)| Interval::new(from, to).expect("from is before to"))
    })
}

fn hours() -> impl Strategy<Value = WorkingHours> {
    let day = || prop::collection::vec(interval(), 0..3);
    (prop::array::uniform7(day()), day()).prop_map(|(week, make_up)| WorkingHours { week, make_up })
}

proptest! {
    #[test]
    fn one_by_one_or_from_the_record_is_the_same(
        (sorted, shuffled) in conversation(), hours in hours(), sync: bool,
    ) {
        let calendar = Calendar::shipped(hours);
        let rules = ClockRules { policy: &POLICY, calendar: &calendar, sync };
        let mut one_by_one = Folded::default();
        for fact in &sorted {
            match one_by_one.state.push(fact, &rules) {
                Push::Answered(response) => one_by_one.responses.push(response),
                Push::Late => prop_assert!(false, "nothing is late in order of time"),
                Push::Asked | Push::Unasked | Push::NotCounting(_) => {}
            }
        }
        prop_assert_eq!(&one_by_one, &fold(&sorted, &rules), "the fold is incremental");
        prop_assert_eq!(&one_by_one, &fold(&shuffled, &rules), "the record may be in any order");
        let stored = serde_json::to_string(&one_by_one.state).unwrap();
        prop_assert_eq!(serde_json::from_str::<ClockState>(&stored).unwrap(), one_by_one.state, "stored as JSON");
    }

    #[test]
    fn a_deadline_lies_after_receipt_and_within_a_day((sorted, _) in conversation(), hours in hours()) {
        let calendar = Calendar::shipped(hours);
        let rules = ClockRules { policy: &POLICY, calendar: &calendar, sync: false };
        for length in 0..=sorted.len() {
            let state = ClockState::from_messages(&sorted[..length], &rules);
            let (due, limit) = (reply(&state, &rules), reply_limit(&state, &POLICY));
            prop_assert_eq!(due.is_some(), state.owes(), "a reply is due exactly while one is owed");
            let (Some(due), Some(limit), Some(first)) = (due, limit, state.first_unanswered) else { continue };
            prop_assert!(due.from < due.due && due.due <= limit.due, "{due:?} {limit:?}");
            prop_assert!(due.due.as_second() - first.at.as_second() <= 86_400, "within 24 h of the first");
            prop_assert_eq!(due.why.evaluate(), Some(due.due), "the arithmetic gives the deadline");
            let after = sorted[..length].iter().skip_while(|fact| fact.id != first.message);
            let asked = after.filter(|fact| fact.asks());
            let each: Vec<Timestamp> = asked.map(|fact| rules.reply_due(fact.at).0).collect();
            prop_assert_eq!(each.len(), state.unanswered as usize, "every unanswered message is counted");
            prop_assert_eq!(each.iter().min().copied(), Some(due.due), "the earliest over all of them");
        }
    }

    #[test]
    fn a_response_runs_from_the_first_unanswered_message((sorted, _) in conversation(), sync: bool) {
        let calendar = Calendar::default();
        let rules = ClockRules { policy: &POLICY, calendar: &calendar, sync };
        let mut after = Timestamp::MIN;
        for response in fold(&sorted, &rules).responses {
            prop_assert!(response.asked.at >= after, "responses do not overlap");
            prop_assert_eq!(
                response.seconds, response.answered.at.as_second() - response.asked.at.as_second(), "whole seconds"
            );
            after = response.answered.at;
        }
    }

    #[test]
    fn working_time_and_its_gaps_fill_the_line(hours in hours(), start in 0..RANGE, length in 0_i64..1_500_000) {
        let calendar = Calendar::shipped(hours);
        let instant = |second: i64| Timestamp::from_second(START + second).unwrap();
        let (from, to) = (instant(start), instant(start + length));
        let spans = calendar.non_working_spans(from, to);
        let mut end = from;
        for span in &spans {
            prop_assert!(end <= span.from && span.from < span.to && span.to <= to, "in order, inside: {span:?}");
            let last = Timestamp::from_second(span.to.as_second() - 1).unwrap();
            prop_assert!(!calendar.is_working(span.from) && !calendar.is_working(last), "nobody works in {span:?}");
            end = span.to;
        }
        for step in 0..40 {
            let at = instant(start + length * step / 40);
            let shaded = spans.iter().any(|span| span.from <= at && at < span.to);
            let working = calendar.working_at(at);
            prop_assert_eq!(working.working, calendar.is_working(at), "the reason agrees with the answer");
            prop_assert!(at >= to || shaded != working.working, "{at} is shaded or working: {working:?}");
        }
    }
}
