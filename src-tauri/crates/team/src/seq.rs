//! The order of changes at the host.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The number of one change, given by the host, without gaps within an epoch's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HostSeq(pub u64);

/// How a change that came in continues what a replica has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Continuity {
    /// The very next one: apply it.
    Next,
    /// Known already: skip it. Changes may be sent twice.
    Known,
    /// Changes are missing: ask for everything after this one, apply nothing before.
    Gap {
        /// The last change that the replica has.
        after: HostSeq,
    },
}

impl HostSeq {
    /// Before any change.
    pub const ZERO: Self = Self(0);

    /// The number that the next change gets.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// How `incoming` continues a replica that stands at this number.
    #[must_use]
    pub fn then(self, incoming: Self) -> Continuity {
        if incoming <= self {
            Continuity::Known
        } else if incoming == self.next() {
            Continuity::Next
        } else {
            Continuity::Gap { after: self }
        }
    }
}

impl fmt::Display for HostSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
