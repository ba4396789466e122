//! Why a rule fired and what followed, as it is kept with the firing.

use domain::AccountId;
use rules::message_rules::{Reason, Target};
use serde::{Deserialize, Serialize};

/// The story of one firing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    /// What happened, and what each condition saw.
    pub reason: Reason,
    /// Who is told, as the rule has it.
    pub targets: Vec<Target>,
    /// The seats that this meant.
    pub seats: Vec<AccountId>,
    /// What became of its text.
    pub reply: Option<ReplyStory>,
    /// The number of the order or return that it is about.
    pub about: Option<String>,
}

/// What became of a rule's text for the buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyStory {
    /// Whether it is offered.
    pub fate: ReplyFate,
    /// The person who takes over.
    pub person: AccountId,
    /// The conversation was handed to them.
    pub handed_over: bool,
}

/// Whether a text is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyFate {
    /// It waits above the field for the reply.
    Offered,
    /// To something sensitive a person writes the answer.
    Withheld,
    /// There is no chat in which it could be.
    NoChat,
}
