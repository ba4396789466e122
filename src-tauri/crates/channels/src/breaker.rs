//! Stops calling a platform that keeps refusing, visibly, with a time to retry. A value without clock or network: one
//! for each way out (a robot) and for each way in (a store).
//!
//! ```text
//! closed ──opens_after failures──▶ open ──pause over──▶ one trial ──taken──▶ closed
//!                                   ▲                       │
//!                                   └──refused: twice as long┘
//! ```
//!
//! `failsafe` and its like read a clock of their own and forget with the process; this one is handed the time, is stored
//! with what it guards, and can say why and until when.

use domain::Timestamp;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// When the breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct BreakerLimits {
    /// Seconds after a first failure; so many more after each further one.
    pub retry_s: i64,
    /// After so many failures in a row.
    pub opens_after: u32,
    /// For so many seconds at first; twice as long after each trial that fails.
    pub first_pause_s: i64,
    /// Never for more seconds than this.
    pub longest_pause_s: i64,
}

/// What went wrong last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// The platform's error code, or ours where it gave none.
    pub code: String,
    /// Its words, without secrets.
    pub detail: String,
}

/// How the way is, for a person.
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
    /// The breaker is open: nothing is called until one trial at this time.
    Open {
        /// When.
        until: Timestamp,
        /// Why.
        trouble: Trouble,
    },
    /// Nothing is called until the owner has acted.
    Stopped {
        /// Why.
        trouble: Trouble,
    },
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breaker {
    /// In a row.
    failures: u32,
    until: Option<Timestamp>,
    /// The pause that ends at `until`, in seconds. A file of before this was kept has none.
    #[serde(default)]
    pause_s: Option<i64>,
    /// The platform itself named the end of the pause: nobody may call before.
    #[serde(default)]
    named: bool,
    stopped: bool,
    last: Option<Trouble>,
}

impl Breaker {
    /// A call was taken.
    pub fn success(&mut self) {
        *self = Self::default();
    }

    /// A call failed. The pause is `retry_s` for each of the first failures; from `opens_after` on it doubles. `asked_s`
    /// is what is known to help; it lengthens the pause, but never beyond the longest.
    pub fn failure(&mut self, limits: BreakerLimits, asked_s: Option<i64>, trouble: Trouble, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        let own = match self.failures.checked_sub(limits.opens_after) {
            None => limits.retry_s.saturating_mul(i64::from(self.failures)),
            Some(trials) => limits.first_pause_s.saturating_mul(1 << trials.min(30)),
        };
        let pause = own.max(asked_s.unwrap_or(0)).clamp(1, limits.longest_pause_s);
        self.pause(pause, false, trouble, now);
    }

    /// Trying again soon would do harm: opens at once, for the longest pause.
    pub fn trip(&mut self, limits: BreakerLimits, trouble: Trouble, now: Timestamp) {
        self.failures = self.failures.saturating_add(1).max(limits.opens_after);
        self.pause(limits.longest_pause_s, false, trouble, now);
    }

    /// The platform named the pause (`Retry-After`). That wins over every pause of ours, be it longer or shorter, and says
    /// nothing about whether the platform works.
    pub fn told_to_wait(&mut self, seconds: i64, trouble: Trouble, now: Timestamp) {
        self.pause(seconds.max(1), true, trouble, now);
    }

    fn pause(&mut self, seconds: i64, named: bool, trouble: Trouble, now: Timestamp) {
        self.until = now.checked_add(SignedDuration::from_secs(seconds)).ok();
        (self.pause_s, self.named, self.last) = (Some(seconds), named, Some(trouble));
    }

    /// Only the owner can help.
    pub fn stop(&mut self, trouble: Trouble) {
        self.stopped = true;
        self.last = Some(trouble);
    }

    /// A person wants it tried now. False if the platform itself named the pause, and it is not over.
    pub fn skip(&mut self, now: Timestamp) -> bool {
        if self.named && self.until(now).is_some() {
            return false;
        }
        self.until = None;
        true
    }

    /// Until when nothing may be called. A clock that was put back lengthens no pause.
    pub fn until(&mut self, now: Timestamp) -> Option<Timestamp> {
        if let Some(pause) = self.pause_s {
            let longest = now.checked_add(SignedDuration::from_secs(pause)).ok()?;
            self.until = self.until.map(|until| until.min(longest));
        }
        self.until.filter(|until| *until > now)
    }

    /// How it stands. Of a pause that is over, the trial is under way.
    #[must_use]
    pub fn health(&self, limits: BreakerLimits) -> Health {
        match (&self.last, self.until) {
            (Some(trouble), _) if self.stopped => Health::Stopped { trouble: trouble.clone() },
            (Some(trouble), Some(until)) if self.failures >= limits.opens_after => {
                Health::Open { until, trouble: trouble.clone() }
            }
            (Some(trouble), Some(until)) => Health::Waiting { until, trouble: trouble.clone() },
            (_, _) => Health::Working,
        }
    }

    /// Whether the platform itself named the end of the pause.
    #[must_use]
    pub const fn is_named(&self) -> bool {
        self.named
    }

    /// Whether nothing is called until the owner has acted.
    #[must_use]
    pub const fn is_stopped(&self) -> bool {
        self.stopped
    }
}

#[cfg(test)]
#[path = "breaker/tests.rs"]
mod tests;
