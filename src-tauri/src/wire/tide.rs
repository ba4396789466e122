//! The tide line: the next 24 hours.

use super::list::Urgency;
use serde::Serialize;
use specta::Type;

/// One deadline on the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct TideDot {
    /// Conversation id.
    pub conversation_id: String,
    /// The buyer or headline.
    pub title: String,
    /// A deadline kind of the rules.
    pub kind: String,
    /// The instant.
    pub at: String,
    /// Its colour meaning at the moment of asking.
    pub urgency: Urgency,
}

/// A shaded stretch: not working time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct TideSpan {
    /// Its start.
    pub from: String,
    /// Its end.
    pub to: String,
}

/// The next deadline, first thing the eye finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct NextDue {
    /// Conversation id.
    pub conversation_id: String,
    /// The buyer or headline.
    pub title: String,
    /// A deadline kind of the rules.
    pub kind: String,
    /// The instant.
    pub at: String,
}

/// The line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Tide {
    /// The host's now, so that the UI can tell how far its own clock is off.
    pub now: String,
    /// The end of the line.
    pub until: String,
    /// Overdue ones first, then by instant; at most 300.
    pub dots: Vec<TideDot>,
    /// Deadlines beyond the 300.
    pub more: u32,
    /// Non-working stretches.
    pub off_hours: Vec<TideSpan>,
    /// The working calendar is past its published end.
    pub calendar_unpublished: bool,
    /// The next one.
    pub next: Option<NextDue>,
}
