//! Laws of the ladder (`docs/RULES.md` §4): a machine that ticks, sleeps, restarts, and whose clock jumps.

use domain::{AccountId, ConversationId, Deadline, DeadlineId, DeadlineKind, Presence, Stage, Timestamp};
use proptest::prelude::*;
use rules::alerts::{
    Ladder, LadderStep, LadderVerdict, Rung, climb, is_quiet, ladder_earliest, ladder_foot, ladder_plan,
    stages,
};
use rules::dispatch::Seat;
use rules::policy::{AlertPolicy, Policy};
use std::collections::HashSet;

const MAIN: AccountId = AccountId(1);
const OWNER: AccountId = AccountId(2);
const OTHER: AccountId = AccountId(3);
const PLAN: [LadderStep; 3] = [LadderStep::Agent(OTHER), LadderStep::Main(MAIN), LadderStep::Outside];

fn at(text: &str) -> Timestamp {
    format!("2026-03-02T{text}+08:00").parse().expect("a time of that Monday")
}

fn later(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(at.as_second() + seconds).expect("within the calendar")
}

fn policy(quiet: &str) -> AlertPolicy {
    let changes = format!(r#"{{"alerts":{{"quiet":{{"value":[{quiet}]}}}}}}"#);
    Policy::with_changes(&changes).expect("spans of a day").alerts
}

/// A reply due at noon, whose owner was told at 11:50.
fn noon() -> Ladder {
    let deadline = Deadline {
        id: DeadlineId(1),
        conversation: ConversationId(1),
        kind: DeadlineKind::Reply,
        from: at("09:00:00"),
        due: at("12:00:00"),
    };
    Ladder { deadline, owner: Some(OWNER), told_at: at("11:50:00"), climbed: None }
}

fn step(ladder: &Ladder, plan: &[LadderStep], now: &str, policy: &AlertPolicy) -> Option<LadderStep> {
    match climb(ladder, plan, at("09:00:00"), at(now), policy) {
        LadderVerdict::Climb(climb) => Some(climb.to),
        LadderVerdict::Wait | LadderVerdict::Top => None,
    }
}

#[test]
fn a_ladder_climbs_one_rung_after_each_wait_in_vain() {
    let (policy, mut ladder) = (policy(""), noon());
    assert_eq!(ladder_foot(&ladder.deadline, &policy), Some(Stage(-600)), "the last stage but one");
    assert_eq!(step(&ladder, &PLAN, "11:52:59", &policy), None, "the owner has three minutes to act");
    assert_eq!(step(&ladder, &PLAN, "11:53:00", &policy), Some(PLAN[0]), "then another agent hears of it");
    ladder.climbed = Some((Rung::Agent, at("11:53:05")));
    assert_eq!(step(&ladder, &PLAN, "11:56:04", &policy), None, "who has three minutes too");
    assert_eq!(step(&ladder, &PLAN, "11:56:05", &policy), Some(PLAN[1]), "then the main account");
    ladder.climbed = Some((Rung::Main, at("11:56:05")));
    assert_eq!(step(&ladder, &PLAN, "12:30:00", &policy), Some(PLAN[2]), "then the world outside");
    ladder.climbed = Some((Rung::Outside, at("12:30:00")));
    let top = climb(&ladder, &PLAN, at("09:00:00"), at("13:00:00"), &policy);
    assert_eq!(top, LadderVerdict::Top, "and no further");
}

#[test]
fn a_step_says_why() {
    let LadderVerdict::Climb(climb) = climb(&noon(), &PLAN, at("09:00:00"), at("11:53:07"), &policy(""))
    else {
        panic!("three minutes have passed")
    };
    assert_eq!((climb.from, climb.to), (Some(OWNER), PLAN[0]), "from whom to whom");
    let why = climb.why;
    assert_eq!((why.foot, why.told_at, why.since), (Stage(-600), at("11:50:00"), at("11:50:00")), "since");
    assert_eq!((why.waited_s, why.wait_s), (187, 180), "how long nobody acted, and how long is waited");
}

#[test]
fn nobody_could_act_while_the_machine_slept() {
    let (policy, ladder) = (policy(""), noon());
    let awake = |now: &str| climb(&ladder, &PLAN, at("20:00:00"), at(now), &policy);
    assert_eq!(awake("20:02:59"), LadderVerdict::Wait, "whoever opens the lid gets the whole wait");
    assert!(matches!(awake("20:03:00"), LadderVerdict::Climb(_)), "and no more");
}

#[test]
fn what_a_wrong_clock_wrote_holds_nothing_up() {
    let policy = policy("");
    let told = Ladder { told_at: at("23:00:00"), ..noon() };
    assert_eq!(step(&told, &PLAN, "11:53:00", &policy), Some(PLAN[0]), "11 pm has not been yet");
    let climbed = Ladder { climbed: Some((Rung::Agent, at("23:00:00"))), ..noon() };
    assert_eq!(step(&climbed, &PLAN, "11:56:00", &policy), Some(PLAN[1]), "nor has this");
}

#[test]
fn quiet_hours_hold_a_step_back_unless_it_belongs_to_the_last_stage() {
    let lunch = policy(r#""11:52-12:20""#);
    assert_eq!(step(&noon(), &PLAN, "11:58:00", &lunch), None, "the foot is not the last stage");
    assert_eq!(step(&noon(), &PLAN, "12:20:00", &lunch), Some(PLAN[0]), "after them it climbs");
    let mut single = policy(r#""11:52-12:20""#);
    single.stages.get_mut(&DeadlineKind::Reply).unwrap().value = vec![Stage(-600)];
    assert_eq!(step(&noon(), &PLAN, "11:58:00", &single), Some(PLAN[0]), "a single stage is the last one");
    single.stages.get_mut(&DeadlineKind::Reply).unwrap().value.clear();
    let none = climb(&noon(), &PLAN, at("09:00:00"), at("11:58:00"), &single);
    assert_eq!(none, LadderVerdict::Top, "a kind without alerts has no ladder");
}

#[test]
fn the_ladder_names_somebody_who_is_there() {
    let (busy, free) = (AccountId(3), AccountId(4));
    let online = |id, serving| Seat { presence: Presence::Online, serving, ..Seat::new(id) };
    let seats = [Seat::new(MAIN), online(OWNER, 0), online(busy, 2), online(free, 1)];
    let expected = [LadderStep::Agent(free), LadderStep::Main(MAIN)];
    assert_eq!(
        ladder_plan(Some(OWNER), MAIN, &seats, false),
        expected,
        "who serves the fewest, the main account"
    );
    let outside = ladder_plan(Some(OWNER), MAIN, &seats, true);
    assert_eq!(outside.last(), Some(&LadderStep::Outside), "and the world outside once it is connected");
    assert!(ladder_plan(Some(MAIN), MAIN, &seats[..1], false).is_empty(), "a solo seller has no ladder");
    for owner in [Some(MAIN), None] {
        let plan = ladder_plan(owner, MAIN, &seats, false);
        assert_eq!(
            plan,
            [LadderStep::Agent(OWNER)],
            "the main account is not asked to help itself: {owner:?}"
        );
    }
}

#[derive(Debug, Clone, Copy)]
enum Tick {
    Awake(i64),
    Slept(i64),
    Jumped(i64),
    /// People come and go: which steps there are.
    Plan(u8),
}

fn ticks() -> impl Strategy<Value = Vec<Tick>> {
    let tick = prop_oneof![
        30 => (1_i64..=15).prop_map(Tick::Awake),
        1 => (100_i64..40_000).prop_map(Tick::Slept),
        1 => (-86_400_i64..=86_400).prop_map(Tick::Jumped),
        3 => (0_u8..8).prop_map(Tick::Plan),
    ];
    prop::collection::vec(tick, 0..400)
}

fn plan_of(bits: u8) -> Vec<LadderStep> {
    PLAN.into_iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0).map(|(_, step)| step).collect()
}

proptest! {
    #[test]
    fn each_rung_is_climbed_at_most_once_upwards_and_never_too_early(
        ticks in ticks(), late in 0_i64..30_000, start in -4_000_i64..1_000, quiet in any::<bool>(),
    ) {
        let policy = policy(if quiet { r#""11:55-12:10","19:00-06:00""# } else { "" });
        let (mut ladder, mut seen, mut bits) = (noon(), HashSet::new(), 7_u8);
        ladder.told_at = later(ladder.told_at, late);
        let mut now = later(ladder.told_at, start);
        let mut awake_since = now;
        for tick in ticks {
            match tick {
                Tick::Awake(seconds) => now = later(now, seconds),
                Tick::Slept(seconds) | Tick::Jumped(seconds) => {
                    now = later(now, seconds);
                    awake_since = now;
                }
                Tick::Plan(plan) => bits = plan,
            }
            if let LadderVerdict::Climb(climb) = climb(&ladder, &plan_of(bits), awake_since, now, &policy) {
                let rung = climb.to.rung();
                prop_assert!(seen.insert(rung), "{rung:?} a second time");
                prop_assert!(ladder.climbed.is_none_or(|(below, _)| below < rung), "never down");
                prop_assert!(plan_of(bits).contains(&climb.to), "only to somebody who is there");
                prop_assert!(now >= ladder_earliest(&ladder.deadline, &policy).unwrap(), "never before the foot and a wait");
                prop_assert!(climb.why.waited_s >= climb.why.wait_s, "people had their time: {climb:?}");
                prop_assert!(climb.why.since >= awake_since, "while the machine was awake: {climb:?}");
                prop_assert!(!is_quiet(now, &policy), "and it was not quiet");
                ladder.climbed = Some((rung, now));
            }
        }
    }

    #[test]
    fn while_awake_every_rung_is_climbed_in_time(step in 1_i64..=15, kind in prop::sample::select(DeadlineKind::ALL.to_vec())) {
        let policy = policy("");
        let mut ladder = noon();
        ladder.deadline.kind = kind;
        let Some(foot) = ladder_foot(&ladder.deadline, &policy) else { return Ok(()) };
        prop_assert!(stages(&ladder.deadline, &policy).iter().filter(|stage| **stage > foot).count() <= 1, "one stage above");
        ladder.told_at = foot.instant(ladder.deadline.due);
        let (mut now, mut climbed) = (ladder.told_at, Vec::new());
        for _ in 0..=(3 * (180 + step)) / step {
            now = later(now, step);
            if let LadderVerdict::Climb(climb) = climb(&ladder, &PLAN, ladder.deadline.from, now, &policy) {
                prop_assert!(climb.why.waited_s < 180 + step, "at most a tick late: {climb:?}");
                ladder.climbed = Some((climb.to.rung(), now));
                climbed.push(climb.to);
            }
        }
        prop_assert_eq!(climbed, PLAN.to_vec(), "all of them, in order");
    }
}
