use crate::calendar::WorkingAt;
use crate::time::plus;
use domain::{DeadlineKind, MessageId, Sensitive, Timestamp};
use serde::{Deserialize, Serialize};

/// One line of 展开算式; the face puts it into words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", content = "params", rename_all = "snake_case")]
pub enum Line {
    /// A buyer message came.
    Received {
        /// Which.
        message: MessageId,
        /// When.
        at: Timestamp,
    },
    /// Whether that was working time.
    WorkingTime(WorkingAt),
    /// A number of the policy is added.
    Plus {
        /// Its name in the policy, such as `reply_working_s`.
        setting: String,
        /// Its value in seconds.
        seconds: i64,
        /// Its source note.
        source: String,
    },
    /// Of so many unanswered messages, the one above is due first.
    EarliestOver {
        /// How many are unanswered.
        unanswered: u32,
    },
    /// The clock runs through nights and holidays.
    NeverPaused,
    /// An agent opened the conversation.
    Opened {
        /// When.
        at: Timestamp,
    },
    /// The words that make a message sensitive.
    SensitiveKinds {
        /// Their kinds.
        kinds: Vec<Sensitive>,
    },
    /// The auto-reply promised the buyer a time.
    Promised {
        /// When it was sent.
        at: Timestamp,
        /// The promised time in seconds.
        seconds: i64,
    },
    /// A system mail came.
    MailReceived {
        /// When.
        at: Timestamp,
    },
    /// A mailbox was checked successfully for the last time.
    MailboxChecked {
        /// When.
        at: Timestamp,
    },
    /// A ticket was sent to the platform.
    TicketSent {
        /// When.
        at: Timestamp,
        /// Whether it is about funds.
        funds: bool,
    },
    /// The notice of a dispute came.
    DisputeNoticed {
        /// When.
        at: Timestamp,
    },
    /// The platform itself states the due date.
    Stated {
        /// When its notice came.
        noticed: Timestamp,
        /// The date it states.
        due: Timestamp,
    },
    /// The result.
    Due {
        /// When.
        at: Timestamp,
    },
}

/// How a deadline came about, line by line; stored with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Arithmetic(pub Vec<Line>);

impl Arithmetic {
    /// Computes the result again from the lines: the start plus everything that is added. None if there is no start.
    #[must_use]
    pub fn evaluate(&self) -> Option<Timestamp> {
        self.0.iter().fold(None, |sum: Option<Timestamp>, line| match line {
            Line::Received { at, .. }
            | Line::Opened { at }
            | Line::MailReceived { at }
            | Line::MailboxChecked { at }
            | Line::TicketSent { at, .. }
            | Line::DisputeNoticed { at } => Some(*at),
            Line::Promised { at, seconds } => Some(plus(*at, *seconds)),
            Line::Stated { due, .. } => Some(*due),
            Line::Plus { seconds, .. } => sum.map(|at| plus(at, *seconds)),
            Line::WorkingTime(_)
            | Line::EarliestOver { .. }
            | Line::NeverPaused
            | Line::SensitiveKinds { .. }
            | Line::Due { .. } => sum,
        })
    }

    /// The result as it was written down.
    #[must_use]
    pub fn stated(&self) -> Option<Timestamp> {
        self.0.iter().rev().find_map(|line| if let Line::Due { at } = line { Some(*at) } else { None })
    }
}

/// A deadline before it is stored: the clock, when it started, when it is due, and how that came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Which clock.
    pub kind: DeadlineKind,
    /// When it started.
    pub from: Timestamp,
    /// When it is due.
    pub due: Timestamp,
    /// How that came about.
    pub why: Arithmetic,
}
