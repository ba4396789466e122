//! Which instant a buyer must have written at for the reply to fall due just after the demo's first start.

use domain::Timestamp;
use jiff::SignedDuration;
use rules::calendar::Calendar;
use rules::policy::Policy;

/// So long after the first start the reply falls due: soon enough to be waited for, late enough to look around first.
const LEAD_S: i64 = 110;
/// What the automatic answer in the script promises.
const PROMISE_S: i64 = 2 * 3600;
/// So long after the buyer the automatic answer is written.
const ANSWERED_AFTER_S: i64 = 60;

/// When the buyer wrote, and which clock rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DueSoon {
    /// When the buyer wrote.
    pub(super) sent_at: Timestamp,
    /// Whether it is the automatic answer's promise that falls due, because the platform's own clock can't.
    pub(super) promised: bool,
}

/// Chooses by the rules in force at `now` (`docs/RULES.md` §3): a message of working time is due after 3 h, any other
/// after 6 h. From about 01:00 to 04:00 after a working day neither gives the wanted instant; then the promise does.
pub(super) fn choose(now: Timestamp, policy: &Policy, calendar: &Calendar) -> DueSoon {
    let due = shifted(now, LEAD_S);
    let working = shifted(due, -policy.reply_working_s.value);
    if calendar.is_working(working) {
        return DueSoon { sent_at: working, promised: false };
    }
    let otherwise = shifted(due, -policy.reply_otherwise_s.value);
    if !calendar.is_working(otherwise) {
        return DueSoon { sent_at: otherwise, promised: false };
    }
    DueSoon { sent_at: shifted(due, -PROMISE_S - ANSWERED_AFTER_S), promised: true }
}

fn shifted(at: Timestamp, seconds: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// What the rules make of it, computed the other way round.
    fn first_due(choice: DueSoon, policy: &Policy, calendar: &Calendar) -> Timestamp {
        let working = calendar.is_working(choice.sent_at);
        let reply = if working { policy.reply_working_s.value } else { policy.reply_otherwise_s.value };
        let reply = shifted(choice.sent_at, reply);
        let promise = shifted(choice.sent_at, ANSWERED_AFTER_S + PROMISE_S);
        if choice.promised { reply.min(promise) } else { reply }
    }

    #[rstest]
    #[case::a_plain_week("2026-11-16T00:00:00+08:00", 7)]
    #[case::the_national_holiday_with_its_make_up_days("2026-09-18T00:00:00+08:00", 24)]
    #[case::spring_festival("2026-02-12T00:00:00+08:00", 18)]
    #[case::new_year("2025-12-30T00:00:00+08:00", 7)]
    fn a_reply_falls_due_soon_at_any_hour(#[case] from: &str, #[case] days: i64) {
        let (policy, calendar) = (Policy::default(), Calendar::default());
        let from: Timestamp = from.parse().unwrap();
        for quarter in 0..days * 96 {
            let now = shifted(from, quarter * 900);
            let choice = choose(now, &policy, &calendar);
            let due = first_due(choice, &policy, &calendar);
            assert_eq!(due, shifted(now, LEAD_S), "started at {now}: {choice:?}");
        }
    }

    #[rstest]
    #[case::afternoon("2026-11-18T15:00:00+08:00", false, "2026-11-18T12:01:50+08:00")]
    #[case::morning("2026-11-18T10:00:00+08:00", false, "2026-11-18T04:01:50+08:00")]
    #[case::the_gap("2026-11-18T02:30:00+08:00", true, "2026-11-18T00:30:50+08:00")]
    #[case::sunday_afternoon("2026-11-22T15:00:00+08:00", false, "2026-11-22T09:01:50+08:00")]
    #[case::make_up_sunday("2026-09-20T15:00:00+08:00", false, "2026-09-20T12:01:50+08:00")]
    fn the_choice_follows_the_calendar(#[case] now: &str, #[case] promised: bool, #[case] sent: &str) {
        let choice = choose(now.parse().unwrap(), &Policy::default(), &Calendar::default());
        let expected = DueSoon { sent_at: sent.parse().unwrap(), promised };
        assert_eq!(choice, expected, "3 h in working time, 6 h outside, the promise where neither works");
    }
}
