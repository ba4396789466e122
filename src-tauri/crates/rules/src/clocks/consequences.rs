use crate::policy::Policy;
use serde::{Deserialize, Serialize};

/// What slow first responses cost (`docs/RULES.md` §3, MSG 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequences {
    /// First responses over the limit in a row, up to the newest.
    pub slow_run: u32,
    /// Change of search weight this week in per cent, once the run is long enough.
    pub weight_percent: Option<i64>,
    /// Change of exposure on average in per cent, if the newest response was over the limit.
    pub exposure_percent: Option<i64>,
}

/// Judges first response times in seconds, oldest first.
#[must_use]
pub fn consequences(response_s: impl IntoIterator<Item = i64>, policy: &Policy) -> Consequences {
    let limit = policy.reply_limit_s.value;
    let slow_run =
        response_s.into_iter().fold(0_u32, |run, s| if s > limit { run.saturating_add(1) } else { 0 });
    Consequences {
        slow_run,
        weight_percent: (slow_run >= policy.slow_run.value).then_some(policy.slow_run_weight_percent.value),
        exposure_percent: (slow_run > 0).then_some(policy.slow_exposure_percent.value),
    }
}
