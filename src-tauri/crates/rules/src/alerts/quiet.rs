use crate::RulesError;
use crate::calendar::{parse_clock, write_clock};
use crate::policy::AlertPolicy;
use crate::time::second_of_day;
use domain::Timestamp;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A daily span of quiet hours, Beijing time; `22:30-07:30` runs past midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QuietSpan {
    from_s: i64,
    to_s: i64,
}

impl QuietSpan {
    /// Whether a second of the day lies in it.
    #[must_use]
    pub const fn contains(self, second: i64) -> bool {
        if self.from_s < self.to_s {
            self.from_s <= second && second < self.to_s
        } else {
            self.from_s <= second || second < self.to_s
        }
    }
}

impl FromStr for QuietSpan {
    type Err = RulesError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || RulesError::Interval { text: text.to_owned() };
        let (from, to) = text.split_once(['-', '–']).ok_or_else(wrong)?;
        let (from_s, to_s) = (parse_clock(from).ok_or_else(wrong)?, parse_clock(to).ok_or_else(wrong)?);
        if from_s == to_s { Err(wrong()) } else { Ok(Self { from_s, to_s }) }
    }
}

impl TryFrom<String> for QuietSpan {
    type Error = RulesError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<QuietSpan> for String {
    fn from(span: QuietSpan) -> Self {
        format!("{}-{}", write_clock(span.from_s), write_clock(span.to_s))
    }
}

/// Whether `now` lies in the quiet hours: only last stages are raised then.
#[must_use]
pub fn is_quiet(now: Timestamp, policy: &AlertPolicy) -> bool {
    let second = second_of_day(now);
    policy.quiet.value.iter().any(|span| span.contains(second))
}
