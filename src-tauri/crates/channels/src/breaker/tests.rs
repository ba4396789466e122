use super::*;
use proptest::prelude::*;

const LIMITS: BreakerLimits =
    BreakerLimits { retry_s: 5, opens_after: 4, first_pause_s: 60, longest_pause_s: 900 };

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_416_800 + second).unwrap()
}

fn trouble(code: &str) -> Trouble {
    Trouble { code: code.into(), detail: String::new() }
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Fail(Option<i64>),
    Trip,
    Told(i64),
    Success,
    Skip,
    /// Seconds that pass; a clock can be put back.
    Pass(i64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => proptest::option::of(0_i64..5_000).prop_map(Act::Fail),
        1 => Just(Act::Trip),
        1 => (0_i64..90_000).prop_map(Act::Told),
        1 => Just(Act::Success),
        2 => Just(Act::Skip),
        4 => (-100_000_i64..2_000).prop_map(Act::Pass),
    ]
}

proptest! {
    #[test]
    fn no_pause_is_longer_than_the_longest_or_than_what_the_platform_named(acts in prop::collection::vec(act(), 0..60)) {
        let (mut breaker, mut now) = (Breaker::default(), 0);
        let mut most = 0;
        for act in acts {
            match act {
                Act::Fail(asked) => { breaker.failure(LIMITS, asked, trouble("f"), at(now)); most = LIMITS.longest_pause_s; }
                Act::Trip => { breaker.trip(LIMITS, trouble("t"), at(now)); most = LIMITS.longest_pause_s; }
                Act::Told(seconds) => { breaker.told_to_wait(seconds, trouble("r"), at(now)); most = seconds.max(1); }
                Act::Success => { breaker.success(); most = 0; }
                Act::Skip => { breaker.skip(at(now)); }
                Act::Pass(seconds) => now += seconds,
            }
            let until = breaker.until(at(now));
            prop_assert!(until.is_none_or(|until| until <= at(now + most)), "{act:?}: {until:?} at {now}");
            prop_assert!(matches!(breaker.health(LIMITS), Health::Working) <= until.is_none(), "it says why it waits");
        }
    }

    #[test]
    fn what_the_platform_named_is_kept_to_the_second_whatever_anybody_wants(
        before in prop::collection::vec(act(), 0..30), named in 1_i64..90_000, mut skips in prop::collection::vec(0_i64..90_000, 0..9),
    ) {
        let mut breaker = Breaker::default();
        for act in before {
            match act {
                Act::Fail(asked) => breaker.failure(LIMITS, asked, trouble("f"), at(0)),
                Act::Trip => breaker.trip(LIMITS, trouble("t"), at(0)),
                Act::Told(seconds) => breaker.told_to_wait(seconds, trouble("r"), at(0)),
                Act::Success | Act::Skip | Act::Pass(_) => breaker.success(),
            }
        }
        breaker.told_to_wait(named, trouble("r"), at(0));
        skips.sort_unstable();
        for second in skips {
            prop_assert_eq!(breaker.skip(at(second)), second >= named, "a click at {} of {}", second, named);
            if second < named {
                prop_assert_eq!(breaker.until(at(second)), Some(at(named)), "the pause is the platform's");
            }
        }
        prop_assert_eq!(breaker.until(at(named)), None, "and not a second longer");
    }

    #[test]
    fn it_opens_at_the_same_failure_and_each_trial_that_fails_doubles_the_pause(failures in 1_u32..20) {
        let (mut breaker, mut now) = (Breaker::default(), 0);
        for number in 1..=failures {
            breaker.failure(LIMITS, None, trouble("f"), at(now));
            let pause = match number.checked_sub(LIMITS.opens_after) {
                None => 5 * i64::from(number),
                Some(trials) => (60 << trials.min(10)).min(900),
            };
            prop_assert_eq!(breaker.until(at(now)), Some(at(now + pause)), "after failure {}", number);
            let open = matches!(breaker.health(LIMITS), Health::Open { .. });
            prop_assert_eq!(open, number >= LIMITS.opens_after, "and it says so");
            now += pause;
            prop_assert_eq!(breaker.until(at(now)), None, "then one trial");
        }
        breaker.success();
        prop_assert_eq!(breaker, Breaker::default(), "one that is taken closes it");
    }
}

#[test]
fn a_click_tries_at_once_and_a_failed_trial_goes_on_where_it_was() {
    let mut breaker = Breaker::default();
    (0..5).for_each(|_| breaker.failure(LIMITS, None, trouble("unreachable"), at(0)));
    assert_eq!(breaker.until(at(1)), Some(at(120)), "the second pause");
    assert!(breaker.skip(at(1)), "a person may try");
    assert_eq!(breaker.until(at(1)), None, "now");
    breaker.failure(LIMITS, None, trouble("unreachable"), at(2));
    assert_eq!(breaker.until(at(2)), Some(at(242)), "impatience does not shorten the next pause");
}

#[test]
fn a_queue_of_before_keeps_its_pause() {
    let kept = r#"{"failures":3,"until":"2026-03-02T02:05:00Z","stopped":false,"last":{"code":"45009","detail":""}}"#;
    let mut breaker: Breaker = serde_json::from_str(kept).unwrap();
    let until = "2026-03-02T02:05:00Z".parse().ok();
    assert_eq!(breaker.until(at(0)), until, "what was stored without a length still ends when it said");
}
