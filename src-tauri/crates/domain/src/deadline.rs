//! Deadlines, the stages before (or after) them, and the alerts raised there (`docs/RULES.md` §3, §4).

use crate::ids::{ConversationId, DeadlineId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Which clock of §3 this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// 3 h inside working time, else 6 h, the earliest over the unanswered messages.
    Reply,
    /// First unanswered message + 24 h, never paused.
    ReplyLimit,
    /// Opened by an agent and 4 h later still no counting reply.
    ReadSilent,
    /// Sensitive message: escalate within 2 h.
    Escalation,
    /// The 60 s aim of the badge.
    BadgeReply,
    /// What the auto-reply promised the buyer.
    TeamPromise,
    /// System mail unread + 72 h.
    SystemMail,
    /// A ticket to chase.
    Ticket,
    /// Dispute evidence, notice + 72 h.
    Dispute,
    /// A due date that the platform states itself.
    PlatformDue,
}

impl DeadlineKind {
    /// All of them, in the order of §3.
    pub const ALL: [Self; 10] = [
        Self::Reply,
        Self::ReplyLimit,
        Self::ReadSilent,
        Self::Escalation,
        Self::BadgeReply,
        Self::TeamPromise,
        Self::SystemMail,
        Self::Ticket,
        Self::Dispute,
        Self::PlatformDue,
    ];

    /// The name used in the database and in policy data.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::ReplyLimit => "reply_limit",
            Self::ReadSilent => "read_silent",
            Self::Escalation => "escalation",
            Self::BadgeReply => "badge_reply",
            Self::TeamPromise => "team_promise",
            Self::SystemMail => "system_mail",
            Self::Ticket => "ticket",
            Self::Dispute => "dispute",
            Self::PlatformDue => "platform_due",
        }
    }

    /// Reads [`DeadlineKind::as_str`] back.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == s)
    }
}

/// A running clock of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Its id.
    pub id: DeadlineId,
    /// Whose it is.
    pub conversation: ConversationId,
    /// Which clock.
    pub kind: DeadlineKind,
    /// When the clock started.
    pub from: Timestamp,
    /// The instant by which something must have happened.
    pub due: Timestamp,
}

/// A point relative to a deadline, in seconds: negative before it, 0 at it, positive after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stage(pub i64);

impl Stage {
    /// The instant at which this stage of a deadline due at `due` is reached.
    #[must_use]
    pub fn instant(self, due: Timestamp) -> Timestamp {
        let ms = due.as_millisecond().saturating_add(self.0.saturating_mul(1000));
        crate::time::from_ms(ms)
    }
}

/// What is raised, once, at a stage of a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// The deadline.
    pub deadline: Deadline,
    /// The stage that was reached.
    pub stage: Stage,
    /// When it should have been raised; later than this by more than a tick means that the machine slept.
    pub at: Timestamp,
    /// Whether it is the last stage of its kind, which quiet hours do not hold back.
    pub last: bool,
}
