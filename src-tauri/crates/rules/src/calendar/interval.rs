use crate::RulesError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

const DAY_S: i64 = 86_400;

/// A span of one day, from inclusive, to exclusive, Beijing time; written `09:00-22:00`, and `24:00` ends a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Interval {
    from_s: i64,
    to_s: i64,
}

impl Interval {
    /// A span from seconds since midnight; none if it is empty, backwards or leaves the day.
    #[must_use]
    pub const fn new(from_s: i64, to_s: i64) -> Option<Self> {
        if from_s < 0 || to_s > DAY_S || from_s >= to_s { None } else { Some(Self { from_s, to_s }) }
    }

    /// Seconds since midnight at which it starts.
    #[must_use]
    pub const fn from_s(self) -> i64 {
        self.from_s
    }

    /// Seconds since midnight at which it is over.
    #[must_use]
    pub const fn to_s(self) -> i64 {
        self.to_s
    }

    /// Whether a second of the day lies in it.
    #[must_use]
    pub const fn contains(self, second: i64) -> bool {
        self.from_s <= second && second < self.to_s
    }
}

/// Reads `9:00`, `09:00` or `09:00:30` as seconds since midnight, up to `24:00`.
pub(crate) fn parse_clock(text: &str) -> Option<i64> {
    let mut parts = text.trim().split(':');
    let mut part = |limit: i64| -> Option<i64> {
        let digits = parts.next()?;
        if digits.is_empty() || digits.len() > 2 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        digits.parse().ok().filter(|n| *n <= limit)
    };
    let (hour, minute) = (part(24)?, part(59)?);
    let second = part(59).unwrap_or(0);
    let total = hour * 3600 + minute * 60 + second;
    (total <= DAY_S).then_some(total)
}

/// Writes seconds since midnight as `09:00`, with seconds only if there are any.
pub(crate) fn write_clock(second: i64) -> String {
    let (hour, minute, rest) = (second / 3600, second / 60 % 60, second % 60);
    if rest == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{rest:02}") }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", write_clock(self.from_s), write_clock(self.to_s))
    }
}

impl FromStr for Interval {
    type Err = RulesError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || RulesError::Interval { text: text.to_owned() };
        let (from, to) = text.split_once(['-', '–']).ok_or_else(wrong)?;
        let (from, to) = (parse_clock(from).ok_or_else(wrong)?, parse_clock(to).ok_or_else(wrong)?);
        Self::new(from, to).ok_or_else(wrong)
    }
}

impl TryFrom<String> for Interval {
    type Error = RulesError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Interval> for String {
    fn from(interval: Interval) -> Self {
        interval.to_string()
    }
}

/// The plain week and the hours of a make-up day; each day holds any number of intervals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingHours {
    /// Monday first.
    pub week: [Vec<Interval>; 7],
    /// The hours of a Saturday or Sunday that a holiday notice turns into a working day.
    pub make_up: Vec<Interval>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("09:00-22:00", Some((9 * 3600, 22 * 3600)))]
    #[case(" 9:00 – 24:00 ", Some((9 * 3600, DAY_S)))]
    #[case("09:00:30-09:01", Some((32_430, 32_460)))]
    #[case("22:00-09:00", None)]
    #[case("09:00-09:00", None)]
    #[case("09:00-24:01", None)]
    #[case("9-17", None)]
    #[case("09:60-10:00", None)]
    #[case("", None)]
    fn an_interval_is_read_as_typed(#[case] text: &str, #[case] expected: Option<(i64, i64)>) {
        let got: Option<Interval> = text.parse().ok();
        let want = expected.and_then(|(from, to)| Interval::new(from, to));
        assert_eq!(got, want, "a span must lie within one day and not be empty: {text:?}");
    }

    #[test]
    fn the_end_of_an_interval_is_outside() {
        let interval = Interval::new(9 * 3600, 22 * 3600).unwrap();
        assert!(interval.contains(9 * 3600), "09:00:00 is working time");
        assert!(!interval.contains(22 * 3600), "22:00:00 is not");
    }
}
