//! Distribution (分流): which account a conversation goes to (`docs/RULES.md` §2).
//!
//! [`decide`] is the rule, a function of nothing but its inputs. [`Book`] keeps those inputs in memory for scripts and
//! for what-if; the live system keeps them in the store and asks the same function.

mod book;
mod choose;
mod what_if;
mod why;

pub use book::{Book, BookError, BuyerState};
pub use what_if::{Change, Moved, what_if};
pub use why::{Why, why};

use domain::{AccountId, Decision, DispatchReason, Entry, Facts, Presence, SeatFacts, Timestamp};
use serde::{Deserialize, Serialize};

/// The numbers and presets of §2; see [`crate::policy::DispatchPolicy::switches`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switches {
    /// How long the last distribution of a buyer stays "recent", in seconds, inclusive.
    pub recent_s: i64,
    /// A suspended account keeps its recent buyers while others are online.
    pub suspended_keeps_recent: bool,
    /// Fewest being served now instead of fewest today.
    pub fewest_serving: bool,
    /// Counts are divided by the seat's weight.
    pub weighted: bool,
}

impl Default for Switches {
    /// The shipped policy; read it once and keep it.
    fn default() -> Self {
        crate::policy::Policy::default().dispatch.switches()
    }
}

/// A seat as a decision sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The seat.
    pub account: AccountId,
    /// Its presence.
    pub presence: Presence,
    /// Takes part in distribution.
    pub participates: bool,
    /// For history only: nobody sits there.
    pub disabled: bool,
    /// Its distributions since 00:00 UTC+8.
    pub today: u32,
    /// Its last distribution ever.
    pub last: Option<Timestamp>,
    /// Conversations it owns that owe a reply; only the preset *fewest being served now* looks at it.
    pub serving: u32,
    /// Its share under the preset *weights*, up to [`domain::MAX_WEIGHT`]; 1 is normal, 0 takes new buyers only if nobody
    /// else can.
    pub weight: u32,
}

impl Seat {
    /// A sub-account as it starts: offline, taking part.
    #[must_use]
    pub const fn new(account: AccountId) -> Self {
        Self {
            account,
            presence: Presence::Offline,
            participates: true,
            disabled: false,
            today: 0,
            last: None,
            serving: 0,
            weight: 1,
        }
    }
}

/// What is asked of distribution: one buyer message and what is known at that moment.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// All seats in roster order, the main account among them.
    pub seats: &'a [Seat],
    /// The main account.
    pub main: AccountId,
    /// How the message came in.
    pub entry: Entry,
    /// The buyer is a private customer (私密客户) of the main account.
    pub private: bool,
    /// The account that this buyer was last distributed to, and when.
    pub recent: Option<(AccountId, Timestamp)>,
    /// The owner of the conversation, if it owes a reply to a message through the contact link
    /// ([`crate::clocks::ClockState::owes_owner`]).
    pub owing_owner: Option<AccountId>,
}

impl Question<'_> {
    fn seat(&self, account: AccountId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.account == account && !seat.disabled)
    }
}

/// Chooses the account for a buyer message (§2, 1–5). Allocates nothing.
///
/// A message straight to a disabled seat is distributed like any other: nobody would read it there (D).
#[must_use]
pub fn decide(question: &Question<'_>, now: Timestamp, switches: &Switches) -> Decision {
    if let Entry::Direct(to) = question.entry
        && question.seat(to).is_some()
    {
        return Decision { to, reason: DispatchReason::Direct };
    }
    if question.private {
        return Decision { to: question.main, reason: DispatchReason::Private };
    }
    if let Some(to) = question.owing_owner
        && question.seat(to).is_some_and(|seat| seat.presence != Presence::Offline)
    {
        return Decision { to, reason: DispatchReason::Kept };
    }
    choose::distribute(question, now, switches)
}

/// [`decide`] together with the facts it saw, for the record.
#[must_use]
pub fn decide_recorded(question: &Question<'_>, now: Timestamp, switches: &Switches) -> (Decision, Facts) {
    (decide(question, now, switches), facts(question, switches))
}

/// What a decision on this question sees. Weights are among it only while they are looked at.
#[must_use]
pub fn facts(question: &Question<'_>, switches: &Switches) -> Facts {
    let seats = question.seats.iter().filter(|seat| !seat.disabled).map(|seat| SeatFacts {
        account: seat.account,
        presence: seat.presence,
        participates: seat.participates,
        today: seat.today,
        last: seat.last,
        weight: switches.weighted.then_some(seat.weight),
    });
    Facts { seats: seats.collect(), recent: question.recent, owing_owner: question.owing_owner }
}

#[cfg(test)]
mod tests;
