//! Arithmetic on instants that cannot fail: an instant past the end of the calendar is its end.

use domain::Timestamp;
use jiff::SignedDuration;

/// `at` and so many seconds later, or earlier if negative.
pub(crate) fn plus(at: Timestamp, seconds: i64) -> Timestamp {
    let end = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    at.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(end)
}

/// Whole seconds from `a` to `b`, rounded down.
pub(crate) fn seconds_between(a: Timestamp, b: Timestamp) -> i64 {
    b.as_millisecond().saturating_sub(a.as_millisecond()).div_euclid(1000)
}

/// Seconds since midnight in Beijing.
pub(crate) fn second_of_day(at: Timestamp) -> i64 {
    seconds_between(domain::beijing_day_start(at), at)
}
