//! Platform time: UTC+8 all year, seconds precision (`docs/RULES.md`, head).

use jiff::{Timestamp, civil::DateTime, tz::Offset};

/// The offset of all platform time. China has had no daylight saving since 1991.
pub const BEIJING: Offset = Offset::constant(8);

/// The wall clock in Beijing at `at`.
#[must_use]
pub fn beijing(at: Timestamp) -> DateTime {
    BEIJING.to_datetime(at)
}

/// 00:00 UTC+8 of the day that `at` falls on: counts of "today" start here.
#[must_use]
pub fn beijing_day_start(at: Timestamp) -> Timestamp {
    const DAY: i64 = 86_400;
    const SHIFT: i64 = 8 * 3_600;
    let local = at.as_second() + SHIFT;
    let start = local - local.rem_euclid(DAY) - SHIFT;
    Timestamp::from_second(start).unwrap_or(at)
}

/// Milliseconds since 1970, the form in which instants are stored. Sub-millisecond parts are cut.
#[must_use]
pub fn to_ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// Reads [`to_ms`] back; a value outside the calendar is clamped to its nearest end, because a stored row must
/// stay readable.
#[must_use]
pub fn from_ms(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(if ms < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("2026-03-02T15:59:59Z", "2026-03-01T16:00:00Z")]
    #[case("2026-03-02T16:00:00Z", "2026-03-02T16:00:00Z")]
    #[case("1969-12-31T23:00:00Z", "1969-12-31T16:00:00Z")]
    fn a_day_starts_at_midnight_in_beijing(#[case] at: &str, #[case] start: &str) {
        let at: Timestamp = at.parse().unwrap();
        assert_eq!(
            beijing_day_start(at),
            start.parse().unwrap(),
            "midnight UTC+8 is 16:00 UTC the day before"
        );
    }

    #[test]
    fn a_stored_instant_outside_the_calendar_is_clamped() {
        assert_eq!(from_ms(i64::MAX), Timestamp::MAX, "an impossible row must not make the list unreadable");
        assert_eq!(from_ms(i64::MIN), Timestamp::MIN, "an impossible row must not make the list unreadable");
    }
}
