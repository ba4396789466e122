//! The clocks of a conversation: what counts as a reply, what is owed, and by when (`docs/RULES.md` §3).
//!
//! [`ClockState`] is a fold over the messages in order of time; [`fold`] makes it from the record. Each deadline is a
//! function that gives its instant together with the arithmetic that led there.

mod arithmetic;
mod consequences;
mod counting;
mod deadlines;
mod state;

pub use arithmetic::{Arithmetic, Due, Line};
pub use consequences::{Consequences, consequences};
pub use counting::{Counting, MessageFact, NotCounting, counts};
pub use deadlines::{
    Promise, badge_reply, conversation_deadlines, dispute, escalation, mailbox_check, platform_due,
    read_silent, reply, reply_limit, system_mail, team_promise, ticket,
};
pub use state::{ClockState, Earliest, Folded, Ignored, Mark, Push, Response, fold};

use crate::calendar::{Calendar, WorkingAt};
use crate::policy::Policy;
use crate::time::plus;
use domain::Timestamp;

/// What the clocks of one store are computed with.
#[derive(Debug, Clone, Copy)]
pub struct ClockRules<'a> {
    /// The numbers.
    pub policy: &'a Policy,
    /// Working time.
    pub calendar: &'a Calendar,
    /// The store's multi-device sync flag (多端同步).
    pub sync: bool,
}

impl ClockRules<'_> {
    /// When a message received at `at` must be answered by itself, and why. An unanswered message after it may move
    /// the conversation's deadline forward, never back.
    #[must_use]
    pub fn reply_due(&self, at: Timestamp) -> (Timestamp, WorkingAt) {
        let working = self.calendar.working_at(at);
        (plus(at, self.reply_seconds(working.working)), working)
    }

    const fn reply_seconds(&self, working: bool) -> i64 {
        if working { self.policy.reply_working_s.value } else { self.policy.reply_otherwise_s.value }
    }

    /// The instant alone, without the reason: the fold asks it for every message.
    pub(crate) fn reply_instant(&self, at: Timestamp) -> Timestamp {
        plus(at, self.reply_seconds(self.calendar.is_working(at)))
    }
}

#[cfg(test)]
mod tests;
