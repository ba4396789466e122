//! A distribution decision and the facts it was taken from (`docs/RULES.md` §2).
//!
//! The rule itself is in the `rules` crate; these are the words in which a decision is stored and explained.

use crate::account::Presence;
use crate::ids::AccountId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a message came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Through the public contact link (和我联系): distributed.
    ContactLink,
    /// Straight to one account that the buyer has as a contact: not distributed.
    Direct(AccountId),
}

/// The rule that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DispatchReason {
    /// Sent straight to that account; owner, counts and "recent" stay as they were.
    Direct,
    /// A private customer of the main account.
    Private,
    /// The conversation still owes a reply and its owner is present.
    Kept,
    /// The account this buyer was last distributed to, at most 30 days ago, online.
    Recent,
    /// The online account with the fewest distributions today.
    LeastToday,
    /// As `Recent`, among the suspended, because nobody is online.
    SuspendedRecent,
    /// As `LeastToday`, among the suspended, because nobody is online.
    SuspendedLeast,
    /// Everybody is offline: the recent account.
    OfflineRecent,
    /// Everybody is offline and nobody is recent: the main account.
    MainFallback,
    /// A person transferred it.
    Manual,
    /// A message rule of the team handed it over (`docs/RULES.md` §8).
    MessageRule,
}

impl DispatchReason {
    /// The name used in the database and in the vectors.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Private => "private",
            Self::Kept => "kept",
            Self::Recent => "recent",
            Self::LeastToday => "least_today",
            Self::SuspendedRecent => "suspended_recent",
            Self::SuspendedLeast => "suspended_least",
            Self::OfflineRecent => "offline_recent",
            Self::MainFallback => "main_fallback",
            Self::Manual => "manual",
            Self::MessageRule => "message_rule",
        }
    }

    /// Reads [`DispatchReason::as_str`] back.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Some(match s {
            "direct" => Self::Direct,
            "private" => Self::Private,
            "kept" => Self::Kept,
            "recent" => Self::Recent,
            "least_today" => Self::LeastToday,
            "suspended_recent" => Self::SuspendedRecent,
            "suspended_least" => Self::SuspendedLeast,
            "offline_recent" => Self::OfflineRecent,
            "main_fallback" => Self::MainFallback,
            "manual" => Self::Manual,
            "message_rule" => Self::MessageRule,
            _ => return None,
        })
    }

    /// Whether it counts for today and makes the account "recent".
    #[must_use]
    pub const fn is_distribution(self) -> bool {
        match self {
            Self::Recent
            | Self::LeastToday
            | Self::SuspendedRecent
            | Self::SuspendedLeast
            | Self::OfflineRecent
            | Self::MainFallback => true,
            Self::Direct | Self::Private | Self::Kept | Self::Manual | Self::MessageRule => false,
        }
    }

    /// Whether the conversation's owner becomes the chosen account.
    #[must_use]
    pub const fn changes_owner(self) -> bool {
        !matches!(self, Self::Direct | Self::Kept)
    }
}

/// The greatest weight a seat can have under the preset *weights* (`docs/RULES.md` §2); 1 is normal, and with 0 a seat takes
/// new buyers only if nobody else can. A limit of the field, not a rule: finer shares than hundredths are of no use.
pub const MAX_WEIGHT: u32 = 100;

/// One seat as the decision saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatFacts {
    /// The seat.
    pub account: AccountId,
    /// Its presence at that moment.
    pub presence: Presence,
    /// Whether it took part.
    pub participates: bool,
    /// Its distributions since 00:00 UTC+8.
    pub today: u32,
    /// Its last distribution ever.
    pub last: Option<Timestamp>,
    /// Its weight, if counts were divided by it; none in what was decided while they were not, or before there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
}

/// What the decision saw; enough to explain and to repeat it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Every seat that was not disabled, in roster order.
    pub seats: Vec<SeatFacts>,
    /// The account this buyer was last distributed to, and when.
    pub recent: Option<(AccountId, Timestamp)>,
    /// The owner at that moment, if the conversation owed a reply.
    pub owing_owner: Option<AccountId>,
}

/// A decision with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The chosen seat.
    pub to: AccountId,
    /// The rule that chose it.
    pub reason: DispatchReason,
}
