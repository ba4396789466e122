//! The pure rules: distribution and the alert tick.

use crate::measure::{Ask, Report, ms, rate};
use domain::{
    AccountId, ConversationId, Deadline, DeadlineId, DeadlineKind, Entry, Presence, Timestamp, from_ms,
};
use rules::alerts::{OpenDeadline, alerts_due};
use rules::dispatch::{Question, Seat, decide};
use rules::policy::Policy;
use std::hint::black_box;
use std::time::Instant;

const DECISIONS: u64 = 5_000_000;
const DEADLINES: i64 = 100_000;
const NOW_MS: i64 = 1_790_000_000_000;

pub(crate) fn run(report: &mut Report) {
    distribution(report);
    tick(report);
}

fn distribution(report: &mut Report) {
    let policy = Policy::default();
    let switches = policy.dispatch.switches();
    let mut seats: Vec<Seat> = (1..=5).map(|id| Seat::new(AccountId(id))).collect();
    for seat in &mut seats {
        seat.presence = Presence::Online;
    }
    let now = from_ms(NOW_MS);
    let started = Instant::now();
    for round in 0..DECISIONS {
        let recent =
            (round % 3 == 0).then(|| (AccountId(i64::from(u8::try_from(round % 5).unwrap_or(0)) + 1), now));
        let question = Question {
            seats: &seats,
            main: AccountId(1),
            entry: Entry::ContactLink,
            private: false,
            recent,
            owing_owner: None,
        };
        let decision = black_box(decide(black_box(&question), now, &switches));
        if let Some(seat) = seats.iter_mut().find(|seat| seat.account == decision.to) {
            seat.today = seat.today.wrapping_add(1);
        }
    }
    let rate = rate(DECISIONS, started.elapsed());
    report.line("distribution", "decisions/s", rate, None, &[Ask::AtLeast(1_000_000.0)]);
}

fn tick(report: &mut Report) {
    let policy = Policy::default();
    let now = from_ms(NOW_MS);
    let open: Vec<OpenDeadline> = (0..DEADLINES)
        .map(|id| OpenDeadline { deadline: deadline(id), raised: None, snoozed_until: None })
        .collect();
    let started = Instant::now();
    black_box(alerts_due(black_box(&open), now, &policy.alerts));
    let time = ms(started.elapsed());
    report.line("one alert tick over 100000 open deadlines (rule)", "ms", time, None, &[Ask::AtMost(5.0)]);
}

/// A reply clock that rings between one minute and three hours from now.
fn deadline(id: i64) -> Deadline {
    let due = from_ms(NOW_MS + 3_660_000 + (id * 7_919) % 7_200_000);
    let from: Timestamp = from_ms(domain::to_ms(due) - 10_800_000);
    Deadline { id: DeadlineId(id), conversation: ConversationId(id), kind: DeadlineKind::Reply, from, due }
}
