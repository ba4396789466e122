//! What a conversation is and where it stands.

use serde::{Deserialize, Serialize};

/// What is talked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConversationKind {
    /// A chat with a buyer.
    Chat,
    /// A platform's notice (returns, violations, …).
    Notice,
    /// A thread of system mail.
    Mail,
    /// A dispute or a ticket.
    Case,
}

impl ConversationKind {
    /// The name used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Notice => "notice",
            Self::Mail => "mail",
            Self::Case => "case",
        }
    }

    /// Reads [`ConversationKind::as_str`] back.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Some(match s {
            "chat" => Self::Chat,
            "notice" => Self::Notice,
            "mail" => Self::Mail,
            "case" => Self::Case,
            _ => return None,
        })
    }
}

/// Whether somebody still has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConversationState {
    /// On the list.
    Open,
    /// Put aside by a person; the next incoming message opens it again.
    Done,
}

/// Why a message must be escalated to the platform within 2 h (§3 `escalation`, §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitive {
    /// The buyer wants to send goods back.
    Return,
    /// The buyer wants money back.
    Refund,
    /// The buyer threatens a bad review.
    BadReview,
    /// The buyer speaks of courts, lawyers, the police or consumer protection.
    Legal,
}

impl Sensitive {
    /// The name used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Return => "return",
            Self::Refund => "refund",
            Self::BadReview => "bad_review",
            Self::Legal => "legal",
        }
    }

    /// Reads [`Sensitive::as_str`] back.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Some(match s {
            "return" => Self::Return,
            "refund" => Self::Refund,
            "bad_review" => Self::BadReview,
            "legal" => Self::Legal,
            _ => return None,
        })
    }
}
