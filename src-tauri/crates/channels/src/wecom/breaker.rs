//! Stops calling a platform that keeps refusing, visibly, with a time to retry.

use super::limits::BreakerLimits;
use domain::Timestamp;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// What went wrong last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// The platform's error code, or ours where it gave none.
    pub code: String,
    /// Its words, without secrets.
    pub detail: String,
}

/// How the way out is, for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "health", rename_all = "snake_case")]
pub enum Health {
    /// Fine.
    Working,
    /// A first failure or two: tried again soon.
    Waiting {
        /// When.
        until: Timestamp,
        /// Why.
        trouble: Trouble,
    },
    /// The breaker is open: nothing goes out until one trial at this time.
    Open {
        /// When.
        until: Timestamp,
        /// Why.
        trouble: Trouble,
    },
    /// Nothing goes out until the owner has acted and [`super::Queue::resume`] was called.
    Stopped {
        /// Why.
        trouble: Trouble,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Breaker {
    /// In a row.
    failures: u32,
    until: Option<Timestamp>,
    stopped: bool,
    last: Option<Trouble>,
}

impl Breaker {
    /// The platform took a message.
    pub(super) fn success(&mut self) {
        *self = Self::default();
    }

    /// A call failed. The pause is `retry_s` for each of the first failures; from `opens_after` on it doubles. `asked_s`
    /// is what the platform asked for; it lengthens the pause, but never beyond the longest.
    pub(super) fn failure(
        &mut self,
        limits: BreakerLimits,
        retry_s: i64,
        asked_s: Option<i64>,
        trouble: Trouble,
        now: Timestamp,
    ) {
        self.failures = self.failures.saturating_add(1);
        let own = match self.failures.checked_sub(limits.opens_after) {
            None => retry_s.saturating_mul(i64::from(self.failures)),
            Some(trials) => limits.first_pause_s.saturating_mul(1 << trials.min(30)),
        };
        let pause = own.max(asked_s.unwrap_or(0)).clamp(1, limits.longest_pause_s);
        self.until = now.checked_add(SignedDuration::from_secs(pause)).ok();
        self.last = Some(trouble);
    }

    /// Only the owner can help.
    pub(super) fn stop(&mut self, trouble: Trouble) {
        self.stopped = true;
        self.last = Some(trouble);
    }

    /// Until when nothing may go out. A clock that was put back lengthens no pause beyond the longest.
    pub(super) fn until(&mut self, limits: BreakerLimits, now: Timestamp) -> Option<Timestamp> {
        let longest = now.checked_add(SignedDuration::from_secs(limits.longest_pause_s)).ok()?;
        self.until = self.until.map(|until| until.min(longest));
        self.until.filter(|until| *until > now)
    }

    pub(super) fn health(&self, limits: BreakerLimits) -> Health {
        match (&self.last, self.until) {
            (Some(trouble), _) if self.stopped => Health::Stopped { trouble: trouble.clone() },
            (Some(trouble), Some(until)) if self.failures >= limits.opens_after => {
                Health::Open { until, trouble: trouble.clone() }
            }
            (Some(trouble), Some(until)) => Health::Waiting { until, trouble: trouble.clone() },
            (_, _) => Health::Working,
        }
    }

    pub(super) const fn is_stopped(&self) -> bool {
        self.stopped
    }
}
