//! Which machine is the host: the one with the highest epoch.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Counts the take-overs of a team. It only grows, and every write and every send carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(u64);

/// What a machine that holds the host role may do after it has met another epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is still the host.
    Host,
    /// Somebody has taken over with this epoch: read only, until a person makes it a member.
    ReadOnly(Epoch),
}

impl Epoch {
    /// The epoch of a team that has never changed its host.
    pub const FIRST: Self = Self(1);

    /// The epoch that a take-over starts. An epoch at the end of its range stays there: that many clicks do not happen.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// What a host of this epoch may do when it meets `seen` on another machine.
    ///
    /// An equal epoch does not take the role away: the higher one comes only from a person's click, which raises it.
    #[must_use]
    pub fn meets(self, seen: Self) -> Standing {
        if seen > self { Standing::ReadOnly(seen) } else { Standing::Host }
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
