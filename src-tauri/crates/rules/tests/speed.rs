//! Speeds to look at, not to judge: `cargo test --release -p rules --test speed -- --ignored --nocapture`.

use domain::{AccountId, ConversationId, Deadline, DeadlineId, DeadlineKind, Entry, Presence, Timestamp};
use rules::alerts::{OpenDeadline, alerts_due};
use rules::dispatch::{Question, Seat, Switches, decide};
use rules::policy::Policy;
use std::hint::black_box;
use std::time::Instant;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_380_800 + second).expect("within the calendar")
}

#[test]
#[ignore = "a measurement, for the release profile"]
fn decisions_per_second() {
    const ROUNDS: u32 = 10_000_000;
    let mut seats: Vec<Seat> = (0..5)
        .map(|id| Seat { presence: Presence::Online, last: Some(at(id)), ..Seat::new(AccountId(id)) })
        .collect();
    let switches = Switches::default();
    let start = Instant::now();
    for round in 0..ROUNDS {
        let main = AccountId(0);
        let recent = (round % 3 == 0).then(|| (AccountId(9), at(0)));
        let question = Question {
            seats: black_box(&seats),
            main,
            entry: Entry::ContactLink,
            private: false,
            recent,
            owing_owner: None,
        };
        let decision = black_box(decide(&question, at(100), &switches));
        if let Some(seat) = seats.iter_mut().find(|seat| seat.account == decision.to) {
            seat.today = seat.today.wrapping_add(1);
        }
    }
    println!("{:.1} million decisions a second", f64::from(ROUNDS) / start.elapsed().as_secs_f64() / 1e6);
}

#[test]
#[ignore = "a measurement, for the release profile"]
fn alerts_over_many_deadlines() {
    let kinds = DeadlineKind::ALL;
    let open: Vec<OpenDeadline> = (0_i64..100_000)
        .map(|id| {
            let kind = kinds[usize::try_from(id % 10).unwrap()];
            let due = at(20_000 + id);
            let deadline =
                Deadline { id: DeadlineId(id), conversation: ConversationId(id), kind, from: at(0), due };
            OpenDeadline { deadline, raised: None, snoozed_until: None }
        })
        .collect();
    let policy = Policy::default().alerts;
    let settled: Vec<OpenDeadline> =
        open.iter().map(|open| OpenDeadline { raised: Some(domain::Stage(0)), ..open.clone() }).collect();
    for (open, now) in [(&open, 0), (&open, 20_000), (&settled, 70_000), (&open, 70_000)] {
        let start = Instant::now();
        let alerts = black_box(alerts_due(black_box(open), at(now), &policy));
        println!("{} alerts of 100 000 deadlines in {:?}", alerts.len(), start.elapsed());
    }
}
