//! Deadlines and the alerts raised on their way.

use domain::{AccountId, ConversationId, Deadline, DeadlineId, DeadlineKind, Stage, StoreId, Timestamp};

/// Where a deadline stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeadlineStatus {
    /// Running, or passed with nobody having acted.
    Open,
    /// What it asked for was done, in time or late: compare `closed_at` with `due`.
    Met,
    /// It no longer applies: the policy, the calendar or the facts changed.
    Cancelled,
}

impl DeadlineStatus {
    /// The name used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Met => "met",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads [`DeadlineStatus::as_str`] back.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        [Self::Open, Self::Met, Self::Cancelled].into_iter().find(|status| status.as_str() == s)
    }
}

/// One clock that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDeadline {
    /// Which clock.
    pub kind: DeadlineKind,
    /// When it started.
    pub from: Timestamp,
    /// By when something must have happened.
    pub due: Timestamp,
    /// The arithmetic, for 展开算式; the engine's JSON.
    pub why: String,
    /// When the next stage is reached; none if no further alert is wanted.
    pub next_stage_at: Option<Timestamp>,
}

/// The clocks of one conversation that run from now on, in place of those that ran before.
/// One that was open, is not named here and is not in `keep` is closed as `missing` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadlineSet {
    /// Whose.
    pub conversation: ConversationId,
    /// The clocks that run. One that already ran (same kind, same instant) keeps its row and its snooze.
    pub open: Vec<OpenDeadline>,
    /// Kinds that this set does not speak of: they stay as they are.
    pub keep: Vec<DeadlineKind>,
    /// What becomes of the others.
    pub missing: DeadlineStatus,
    /// When that happened.
    pub at: Timestamp,
}

/// A deadline as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadlineRow {
    /// Its id.
    pub id: DeadlineId,
    /// Whose.
    pub conversation: ConversationId,
    /// Which clock.
    pub kind: DeadlineKind,
    /// Where it stands.
    pub status: DeadlineStatus,
    /// When it started.
    pub from: Timestamp,
    /// By when.
    pub due: Timestamp,
    /// The arithmetic.
    pub why: String,
    /// When the next stage is reached.
    pub next_stage_at: Option<Timestamp>,
    /// Put off until then.
    pub snoozed_until: Option<Timestamp>,
    /// When it was met or cancelled.
    pub closed_at: Option<Timestamp>,
}

/// An open deadline whose next stage has been reached, with what an alert needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueAlert {
    /// The deadline.
    pub deadline: DeadlineRow,
    /// The store of its conversation.
    pub store: StoreId,
    /// The owner of its conversation.
    pub owner: Option<AccountId>,
    /// The buyer's name, or the title.
    pub name: String,
    /// The latest stage of this instant that was raised.
    pub raised: Option<Stage>,
}

/// A stage that is raised now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRaise {
    /// The deadline.
    pub deadline: Deadline,
    /// The stage.
    pub stage: Stage,
    /// Now.
    pub raised_at: Timestamp,
    /// When it should have been raised.
    pub planned_at: Timestamp,
    /// When the deadline's next stage is reached.
    pub next_stage_at: Option<Timestamp>,
    /// When its ladder can climb at the earliest, if it begins with this stage.
    pub ladder_at: Option<Timestamp>,
}

/// A stage that was raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRow {
    /// Its row.
    pub id: i64,
    /// Whose.
    pub conversation: ConversationId,
    /// Which clock.
    pub kind: DeadlineKind,
    /// The deadline's instant.
    pub due: Timestamp,
    /// The stage.
    pub stage: Stage,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// How many milliseconds after its time.
    pub late_ms: i64,
    /// When somebody acted on it.
    pub acted_at: Option<Timestamp>,
    /// What they did.
    pub action: String,
}
