//! Reasons: why this deadline, why this person.

use super::rail::PresenceDto;
use serde::Serialize;
use specta::Type;
use std::collections::BTreeMap;

/// A parameter of a reason: an instant, a number or a word, told apart by the UI by its name.
pub type Param = String;

/// One line of a deadline's arithmetic (展开算式).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ArithmeticLine {
    /// What the line says, such as `received_at`, `outside_working_hours`, `plus_hours`, `earliest_of`, `due_at`.
    pub code: String,
    /// Its parameters by name. Names ending in `_at` are instants.
    pub params: BTreeMap<String, Param>,
}

/// Whether a clock still runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineStatus {
    /// It runs.
    Open,
    /// Something happened in time.
    Met,
    /// Something happened too late.
    Late,
    /// It no longer applies.
    Cancelled,
}

/// A clock of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct DeadlineDto {
    /// Deadline id.
    pub id: String,
    /// A deadline kind of the rules.
    pub kind: String,
    /// When it started.
    pub from: String,
    /// When it ends.
    pub due: String,
    /// Whether it runs.
    pub status: DeadlineStatus,
    /// The one line that is seen beside it; the whole arithmetic comes by `arithmetic`.
    pub summary: ArithmeticLine,
    /// Whether alerts are raised for it.
    pub alerts: bool,
}

/// A seat as a decision saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SeatFactsDto {
    /// The seat's name.
    pub name: String,
    /// Its presence then.
    pub presence: PresenceDto,
    /// Whether it took part.
    pub participates: bool,
    /// Its distributions that day, before this one.
    pub today: u32,
    /// The weight by which that was divided; none if weights were not looked at.
    pub weight: Option<u32>,
    /// Whether it was chosen.
    pub chosen: bool,
}

/// A recorded distribution or transfer (为什么是我?).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct AssignmentDto {
    /// Assignment id.
    pub id: String,
    /// When.
    pub at: String,
    /// Who had it before.
    pub from_name: Option<String>,
    /// Who got it.
    pub to_name: String,
    /// The rule: `recent`, `least_today`, `kept`, `manual`, …
    pub reason: String,
    /// Every seat as the decision saw it, in roster order.
    pub seats: Vec<SeatFactsDto>,
    /// The account this buyer was last distributed to.
    pub recent_name: Option<String>,
    /// How many days before that was.
    pub recent_days: Option<u32>,
    /// For a transfer: who did it, and the note.
    pub by_name: Option<String>,
    /// The note of a transfer.
    pub note: Option<String>,
}

/// One conversation that would move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct WhatIfMove {
    /// Conversation id.
    pub conversation_id: String,
    /// The buyer.
    pub title: String,
    /// Who would get its next message.
    pub to_name: String,
    /// By which rule.
    pub reason: String,
}

/// What would happen if a seat changed its presence now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct WhatIf {
    /// Conversations that would go to somebody else at their next message.
    pub moves: Vec<WhatIfMove>,
    /// Seats that would still take new distribution.
    pub takers: u32,
    /// Whether counts are divided by weights: the fewest are then the fewest for a weight.
    pub weighted: bool,
}
