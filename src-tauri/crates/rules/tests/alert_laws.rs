//! Laws of the alerts (`docs/RULES.md` §4): a machine that ticks, sleeps, and whose clock jumps.

use domain::{ConversationId, Deadline, DeadlineId, DeadlineKind, Stage, Timestamp};
use proptest::prelude::*;
use rules::alerts::{GroupKind, OpenDeadline, alerts_due, group, next_stage_at, snooze_until, stages};
use rules::policy::{AlertPolicy, Policy};
use std::collections::HashSet;
use std::sync::LazyLock;

static POLICY: LazyLock<AlertPolicy> = LazyLock::new(|| Policy::default().alerts);
const START: i64 = 1_772_380_800;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(START + second).expect("within the calendar")
}

fn deadline() -> impl Strategy<Value = OpenDeadline> {
    (prop::sample::select(DeadlineKind::ALL.to_vec()), 0_i64..40_000, 1_i64..260_000).prop_map(
        |(kind, from, length)| {
            let deadline = Deadline {
                id: DeadlineId(0),
                conversation: ConversationId(0),
                kind,
                from: at(from),
                due: at(from + length),
            };
            OpenDeadline { deadline, raised: None, snoozed_until: None }
        },
    )
}

fn deadlines() -> impl Strategy<Value = Vec<OpenDeadline>> {
    prop::collection::vec(deadline(), 1..12).prop_map(|mut all| {
        for (id, open) in (0..).zip(&mut all) {
            open.deadline.id = DeadlineId(id);
            open.deadline.conversation = ConversationId(id);
        }
        all
    })
}

#[derive(Debug, Clone, Copy)]
enum Tick {
    /// Awake: at most 15 s later.
    Awake(i64),
    /// The machine slept for 8 h.
    Slept,
    /// The clock was set.
    Jumped(i64),
    /// A person puts one off, then a tick passes.
    Snooze(usize),
    /// A counting reply closes one.
    Reply(usize),
}

fn ticks() -> impl Strategy<Value = Vec<Tick>> {
    let tick = prop_oneof![
        20 => (1_i64..=15).prop_map(Tick::Awake),
        1 => Just(Tick::Slept),
        1 => (-86_400_i64..=86_400).prop_map(Tick::Jumped),
        2 => any::<prop::sample::Index>().prop_map(|i| Tick::Snooze(i.index(12))),
        1 => any::<prop::sample::Index>().prop_map(|i| Tick::Reply(i.index(12))),
    ];
    prop::collection::vec(tick, 0..400)
}

proptest! {
    #[test]
    fn each_stage_of_a_deadline_is_raised_at_most_once(mut open in deadlines(), ticks in ticks(), start in 0_i64..200_000) {
        let (mut now, mut raised, mut closed) = (start, HashSet::new(), HashSet::new());
        for tick in ticks {
            match tick {
                Tick::Awake(seconds) | Tick::Jumped(seconds) => now += seconds,
                Tick::Slept => now += 8 * 3600,
                Tick::Snooze(which) => {
                    now += 15;
                    if let Some(open) = open.get_mut(which) {
                        open.snoozed_until = snooze_until(open.deadline.due, at(now), &POLICY);
                    }
                }
                Tick::Reply(which) => {
                    if which < open.len() {
                        closed.insert(open.remove(which).deadline.id);
                    }
                }
            }
            for alert in alerts_due(&open, at(now), &POLICY) {
                let id = alert.deadline.id;
                prop_assert!(raised.insert((id, alert.stage)), "{alert:?} a second time");
                prop_assert!(alert.at <= at(now), "never before its stage");
                prop_assert!(!closed.contains(&id), "never after a reply");
                let same = open.iter_mut().find(|open| open.deadline.id == id).unwrap();
                prop_assert!(same.raised.is_none_or(|before| before < alert.stage), "stages only move on");
                same.raised = Some(alert.stage);
            }
        }
    }

    #[test]
    fn while_awake_no_stage_is_missed_or_late(open in deadline()) {
        let mut open = open;
        let expected = stages(&open.deadline, &POLICY);
        let (mut seen, mut now) = (Vec::new(), open.deadline.from);
        // The loop sleeps until the next stage; a tick of 15 s at most comes on top.
        while let Some(next) = next_stage_at(&open, Timestamp::MIN, &POLICY) {
            prop_assert!(next >= now, "nothing was passed over");
            now = Timestamp::from_second(next.as_second() + 1).unwrap();
            let alerts = alerts_due(std::slice::from_ref(&open), now, &POLICY);
            prop_assert_eq!(alerts.len(), 1, "the announced stage is raised");
            seen.push(alerts[0].stage);
            open.raised = Some(alerts[0].stage);
        }
        let distinct: Vec<Stage> = expected.clone();
        let close = expected.windows(2).any(|pair| pair[1].0 - pair[0].0 <= 1);
        prop_assert!(close || seen == distinct, "{seen:?} of {distinct:?}");
        prop_assert!(seen.last() == expected.last(), "the last stage always comes");
    }

    #[test]
    fn what_is_raised_is_the_latest_stage_reached(
        open in deadline(), now in 0_i64..310_000, before in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut open = open;
        let all = stages(&open.deadline, &POLICY);
        open.raised = before.filter(|_| !all.is_empty()).map(|index| *index.get(&all));
        let reached = all.into_iter().filter(|stage| stage.instant(open.deadline.due) <= at(now)).max();
        let fresh = reached.filter(|stage| open.raised.is_none_or(|raised| *stage > raised));
        let raised = alerts_due(std::slice::from_ref(&open), at(now), &POLICY).first().map(|alert| alert.stage);
        prop_assert_eq!(raised, fresh, "no short cut may miss one");
    }

    #[test]
    fn grouping_loses_and_invents_nothing(open in deadlines(), now in 0_i64..300_000) {
        let alerts = alerts_due(&open, at(now), &POLICY);
        let groups = group(alerts.clone(), at(now), &POLICY);
        let mut grouped: Vec<DeadlineId> =
            groups.iter().flat_map(|g| g.alerts.iter().map(|a| a.deadline.id)).collect();
        let mut ids: Vec<DeadlineId> = alerts.iter().map(|a| a.deadline.id).collect();
        grouped.sort();
        ids.sort();
        prop_assert_eq!(grouped, ids, "every alert is in exactly one group");
        let digests = groups.iter().filter(|g| g.kind == GroupKind::Digest).count();
        prop_assert!(digests == 0 || groups.len() == 1, "a digest stands alone");
        for group in &groups {
            let dues: Vec<Timestamp> = group.alerts.iter().map(|a| a.deadline.due).collect();
            prop_assert!(dues.is_sorted(), "the least time left first");
        }
    }

    #[test]
    fn a_snooze_never_passes_the_deadline(open in deadline(), now in 0_i64..300_000) {
        let due = open.deadline.due;
        let until = snooze_until(due, at(now), &POLICY);
        prop_assert_eq!(until.is_some(), at(now) < due, "only what is not due can be put off");
        prop_assert!(until.is_none_or(|until| at(now) < until && until <= due), "{until:?} {due}");
    }
}
