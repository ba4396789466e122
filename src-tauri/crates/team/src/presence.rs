//! Presence in a team: what a person declared, for as long as their machine is heard of.

use crate::member::MemberId;
use crate::seq::HostSeq;
use domain::{AccountId, Presence, Timestamp};
use serde::{Deserialize, Serialize};

/// Sent by a member's machine every few seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceBeat {
    /// Whose machine.
    pub member: MemberId,
    /// The seat that its person sits at.
    pub account: AccountId,
    /// What the person declared. Never guessed from window focus: an open window is no promise to answer.
    pub declared: Presence,
    /// How far its replica is, so that the host sees who is behind.
    pub seen: HostSeq,
    /// When the host received it, by the host's clock: members' clocks may be wrong.
    pub received: Timestamp,
}

/// Data, with a default that may be changed in the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresencePolicy {
    /// How long a silent machine still counts as present, in seconds. A decision of ours: 30 s bridges a dropped
    /// Wi-Fi connection, and is short against the three-hour reply clock (`docs/RULES.md` §3).
    pub grace_s: u32,
}

impl Default for PresencePolicy {
    fn default() -> Self {
        Self { grace_s: 30 }
    }
}

impl PresenceBeat {
    /// The presence that distribution uses at `now` (`docs/RULES.md` §2): the declared one, or offline after the grace.
    /// A beat from the future means that the host's clock was set back; it counts as just received.
    #[must_use]
    pub fn effective(&self, now: Timestamp, policy: PresencePolicy) -> Presence {
        let silent_ms = now.as_millisecond().saturating_sub(self.received.as_millisecond());
        if silent_ms > i64::from(policy.grace_s) * 1000 { Presence::Offline } else { self.declared }
    }
}
