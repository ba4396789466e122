//! Laws of a silent store (`docs/RULES.md` §4).

use domain::Timestamp;
use proptest::prelude::*;
use rules::alerts::{Silence, StoreFacts, silence};
use rules::policy::{AlertPolicy, Policy};
use std::sync::LazyLock;

static POLICY: LazyLock<AlertPolicy> = LazyLock::new(|| Policy::default().alerts);
const START: i64 = 1_772_416_800;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(START + second).expect("within the calendar")
}

fn facts(last_success: Option<i64>, watched_since: i64) -> StoreFacts {
    StoreFacts {
        last_success: last_success.map(at),
        owner_must_act: None,
        watched_since: at(watched_since),
        every_s: 60,
        paused: false,
    }
}

#[test]
fn a_store_is_silent_after_a_quarter_of_an_hour() {
    let facts = facts(Some(100), 0);
    assert_eq!(silence(&facts, at(1_000), &POLICY), None, "900 s are allowed");
    let verdict = silence(&facts, at(1_001), &POLICY);
    assert_eq!(verdict, Some(Silence::TooLong { silent_s: 901, allowed_s: 900 }), "the verdict says why");
    let seldom = StoreFacts { every_s: 1_800, ..facts };
    assert_eq!(silence(&seldom, at(3_700), &POLICY), None, "who is read every half hour is given two rounds");
}

#[test]
fn only_the_owner_can_act_is_said_at_once() {
    let refused = StoreFacts { owner_must_act: Some(at(105)), ..facts(Some(100), 0) };
    let verdict = silence(&refused, at(106), &POLICY);
    assert_eq!(verdict, Some(Silence::OwnerMustAct { failed_at: at(105) }), "waiting helps nobody");
    let restarted = StoreFacts { watched_since: at(110), ..refused.clone() };
    assert_eq!(silence(&restarted, at(111), &POLICY), None, "after a start it is asked once more first");
    let paused = StoreFacts { paused: true, ..refused };
    assert_eq!(silence(&paused, at(9_000), &POLICY), None, "a paused store is silent on purpose");
}

#[test]
fn each_reason_is_told_once_and_the_lesser_not_after_the_graver() {
    let long = Silence::TooLong { silent_s: 901, allowed_s: 900 };
    let owner = Silence::OwnerMustAct { failed_at: at(0) };
    let told = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert!(long.is_news(&[]) && owner.is_news(&[]), "nobody knows");
    assert!(!long.is_news(&told(&["too_long"])), "once");
    assert!(owner.is_news(&told(&["too_long"])), "now something can be done about it");
    assert!(!long.is_news(&told(&["owner_must_act"])), "they know that they must act");
    assert!(!owner.is_news(&told(&["too_long", "owner_must_act"])), "once");
}

proptest! {
    #[test]
    fn a_store_rings_neither_before_its_time_nor_never(
        read in proptest::option::of(-90_000_i64..90_000), watched in -90_000_i64..90_000, now in 0_i64..90_000,
        every in 1_i64..2_000, owner in proptest::option::of(-90_000_i64..90_000),
    ) {
        // The watch never begins in the future: a clock that is put back begins it anew.
        let watched = watched.min(now);
        let facts = StoreFacts { every_s: every, owner_must_act: owner.map(at), ..facts(read, watched) };
        let allowed = POLICY.store_silent_s.value.max(2 * every);
        match silence(&facts, at(now), &POLICY) {
            Some(Silence::TooLong { silent_s, allowed_s }) => {
                prop_assert_eq!(allowed_s, allowed, "as long as the policy, or two rounds");
                prop_assert!(silent_s > allowed_s, "longer than allowed");
                prop_assert!(now - watched >= silent_s, "only time in which somebody read");
                prop_assert!(read.is_none_or(|read| read > now || now - read >= silent_s), "since it was read");
            }
            Some(Silence::OwnerMustAct { failed_at }) => {
                prop_assert!(failed_at >= at(watched), "of this run");
            }
            None => {
                let since = read.filter(|read| *read <= now).map_or(watched, |read| read.max(watched));
                prop_assert!(now - since <= allowed, "a store that is silent for too long rings");
            }
        }
    }
}
