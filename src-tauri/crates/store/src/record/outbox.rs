//! Replies on their way out, and drafts.

use domain::{AccountId, Body, ConversationId, MessageId, OutboxId, Timestamp};

/// Where a reply stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutboxState {
    /// In the time for undoing, or waiting to be tried again.
    Waiting,
    /// Handed to the platform; no answer yet. After a crash this is [`OutboxState::Unknown`].
    Sending,
    /// The platform took it.
    Sent,
    /// The platform refused it; it was certainly not sent.
    Refused,
    /// Nobody knows. Asked about, never sent again unasked.
    Unknown,
    /// Taken back in time, or stopped because something newer had come.
    Cancelled,
}

impl OutboxState {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Sending, Self::Sent, Self::Refused, Self::Unknown, Self::Cancelled];

    /// The name used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads [`OutboxState::as_str`] back.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == s)
    }
}

/// A reply that a person just sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutbox {
    /// Made by the face when send was pressed; a second press is the same reply.
    pub client_id: String,
    /// Where to.
    pub conversation: ConversationId,
    /// Who wrote it.
    pub account: Option<AccountId>,
    /// What.
    pub body: Body,
    /// The name of the picture's file in the folder `outbox`; empty for a reply without one.
    pub file: String,
    /// When send was pressed.
    pub created_at: Timestamp,
    /// Not before this: the time for undoing.
    pub send_after: Timestamp,
    /// The newest message the writer had seen (stale-send stop); none if there was none.
    pub seen: Option<MessageId>,
}

/// A reply as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its id.
    pub id: OutboxId,
    /// What was handed in.
    pub reply: NewOutbox,
    /// Where it stands.
    pub state: OutboxState,
    /// How often it was handed to the platform.
    pub attempts: u32,
    /// When its state last changed.
    pub changed_at: Timestamp,
    /// The platform's id of the message once sent.
    pub provider_id: String,
    /// The platform's words on a refusal, or what happened.
    pub detail: String,
}

/// Something typed and not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// Where.
    pub conversation: ConversationId,
    /// Whose.
    pub account: Option<AccountId>,
    /// The words.
    pub text: String,
    /// When it was saved.
    pub saved_at: Timestamp,
}
