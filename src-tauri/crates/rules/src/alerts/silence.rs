use crate::policy::AlertPolicy;
use crate::time::seconds_between;
use domain::Timestamp;
use serde::{Deserialize, Serialize};

/// What is known of how a store is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreFacts {
    /// When it was last read.
    pub last_success: Option<Timestamp>,
    /// When reading it last failed for a reason that only its owner can remove; none once it was read again.
    pub owner_must_act: Option<Timestamp>,
    /// Since when it is being read without a break: the program runs, the machine is awake, the store is not paused.
    pub watched_since: Timestamp,
    /// Seconds between two of its rounds.
    pub every_s: i64,
    /// Switched off by a person.
    pub paused: bool,
}

/// Why a store counts as silent; the graver reason last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "code", content = "params", rename_all = "snake_case")]
pub enum Silence {
    /// Not read for longer than the policy allows.
    TooLong {
        /// For how many seconds, as far as anybody was reading.
        silent_s: i64,
        /// How many are allowed.
        allowed_s: i64,
    },
    /// Only the owner can help, so there is no use in waiting.
    OwnerMustAct {
        /// When the platform said so.
        failed_at: Timestamp,
    },
}

impl Silence {
    /// The name used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too_long",
            Self::OwnerMustAct { .. } => "owner_must_act",
        }
    }

    /// Whether people must be told, when `told` names what they were told in this silence already: each reason once,
    /// and never that it is long after they know that they must act.
    #[must_use]
    pub fn is_news(self, told: &[String]) -> bool {
        let knows = |why: &str| told.iter().any(|told| told == why);
        match self {
            Self::TooLong { .. } => !knows("too_long") && !knows("owner_must_act"),
            Self::OwnerMustAct { .. } => !knows("owner_must_act"),
        }
    }
}

/// Whether a store is silent at `now`, and why (`docs/RULES.md` §4). Time counts only while somebody reads: after a
/// start, a sleep or a pause a store is given the whole time again, and an older refusal a new round first. One that
/// is read seldom is given two rounds. An instant that the clock has not reached says nothing.
#[must_use]
pub fn silence(facts: &StoreFacts, now: Timestamp, policy: &AlertPolicy) -> Option<Silence> {
    if facts.paused {
        return None;
    }
    if let Some(failed_at) = facts.owner_must_act.filter(|at| *at >= facts.watched_since) {
        return Some(Silence::OwnerMustAct { failed_at });
    }
    let read = facts.last_success.filter(|at| *at <= now);
    let since = read.map_or(facts.watched_since, |at| at.max(facts.watched_since));
    let silent_s = seconds_between(since, now);
    let allowed_s = policy.store_silent_s.value.max(facts.every_s.saturating_mul(2));
    (silent_s > allowed_s).then_some(Silence::TooLong { silent_s, allowed_s })
}
