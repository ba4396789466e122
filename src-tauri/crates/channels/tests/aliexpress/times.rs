use channels::aliexpress::{from_epoch_ms, from_los_angeles, moment, to_los_angeles, to_top_timestamp};
use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;

#[rstest]
#[case("2026-03-08 01:59:59", "2026-03-08T09:59:59Z", "the last second of winter time")]
#[case("2026-03-08 02:30:00", "2026-03-08T10:30:00Z", "an hour that does not exist is moved forward")]
#[case("2026-03-08 03:00:00", "2026-03-08T10:00:00Z", "the first second of summer time")]
#[case("2026-11-01 00:59:59", "2026-11-01T07:59:59Z", "summer time, for certain")]
#[case("2026-11-01 01:30:00", "2026-11-01T08:30:00Z", "an hour that comes twice is the first of the two")]
#[case("2026-11-01 02:00:00", "2026-11-01T10:00:00Z", "winter time again")]
#[case("2026-07-01 12:00:00", "2026-07-01T19:00:00Z", "UTC-7 in summer")]
#[case("2026-12-01 12:00:00", "2026-12-01T20:00:00Z", "UTC-8 in winter")]
fn los_angeles_keeps_daylight_saving(#[case] wall: &str, #[case] instant: &str, #[case] why: &str) {
    assert_eq!(from_los_angeles(wall), Some(instant.parse().unwrap()), "{why}");
}

#[rstest]
#[case("")]
#[case("2026-13-01 00:00:00")]
#[case("2026-03-08")]
#[case("2026-03-08 02:30:00Z")]
#[case("2026-03-08 02:30:00+08")]
#[case("2026-03-08 02:30:00[UTC]")]
#[case("двадцать второе ноября")]
#[case("1969-12-31 16:00:00")]
#[case("1970-01-01 08:00:00")]
#[case("0001-01-01 00:00:00")]
#[case("0000-00-00 00:00:00")]
#[case("9999-12-31 23:59:59")]
fn what_is_no_wall_clock_is_absent(#[case] text: &str) {
    assert_eq!(from_los_angeles(text), None, "a guessed deadline is worse than none: {text}");
}

#[test]
fn a_time_is_read_from_text_and_from_milliseconds() {
    let expected = from_epoch_ms(1_700_000_000_000);
    assert_eq!(moment(&json!(1_700_000_000_000_i64)), expected, "a number");
    assert_eq!(moment(&json!("1700000000000")), expected, "a number as text");
    assert_eq!(moment(&json!("2023-11-14 14:13:20")), expected, "the wall clock of Los Angeles");
    for absent in [json!(""), json!(null), json!({}), json!(0), json!(1_348_494_003), json!(-1), json!(true)]
    {
        assert_eq!(moment(&absent), None, "a length of time or nothing is not an instant: {absent}");
    }
}

#[test]
fn the_old_family_writes_beijing_time() {
    assert_eq!(to_top_timestamp("2026-11-22T02:00:00Z".parse().unwrap()), "2026-11-22 10:00:00", "GMT+8");
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_outside_the_double_hour(seconds in 1_000_000_000_i64..3_900_000_000) {
        let instant = jiff::Timestamp::from_second(seconds).unwrap();
        let back = from_los_angeles(&to_los_angeles(instant)).unwrap();
        let difference = instant.as_second() - back.as_second();
        prop_assert!(difference == 0 || difference == 3_600,
            "only the second of two equal hours may come back an hour early: {instant} {back}");
    }
}
