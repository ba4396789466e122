//! Ladders, stores that fall silent.

use domain::{AccountId, ConversationId, Deadline, DeadlineId, DeadlineKind, StoreId, Timestamp};

/// A person acted on a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acted {
    /// Which.
    pub conversation: ConversationId,
    /// What they did, in the engine's word.
    pub act: &'static str,
    /// When.
    pub at: Timestamp,
    /// We heard of it only now, so it says nothing of what was raised after `at`.
    pub late: bool,
}

/// A ladder that stands on an open deadline, with what a step needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueClimb {
    /// The deadline.
    pub deadline: Deadline,
    /// The store of its conversation.
    pub store: StoreId,
    /// The owner of its conversation.
    pub owner: Option<AccountId>,
    /// The buyer's name, or the title.
    pub name: String,
    /// When the stage it stands on was raised.
    pub told_at: Timestamp,
    /// The last step climbed, in the engine's word, and when.
    pub climbed: Option<(String, Timestamp)>,
}

/// A step that is climbed now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClimbWrite {
    /// The deadline.
    pub deadline: DeadlineId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Which clock.
    pub kind: DeadlineKind,
    /// The deadline's instant.
    pub due: Timestamp,
    /// How high, in the engine's word.
    pub rung: &'static str,
    /// The seat that is told; none for the world outside.
    pub to: Option<AccountId>,
    /// Whose the conversation is.
    pub from: Option<AccountId>,
    /// Why; the engine's JSON.
    pub why: String,
    /// Now.
    pub at: Timestamp,
}

/// A step that was climbed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClimbRow {
    /// Its row.
    pub id: i64,
    /// Which clock.
    pub kind: DeadlineKind,
    /// The deadline's instant.
    pub due: Timestamp,
    /// How high, in the engine's word.
    pub rung: String,
    /// The seat that was told; none for the world outside.
    pub to: Option<AccountId>,
    /// Whose the conversation was.
    pub from: Option<AccountId>,
    /// Why; the engine's JSON.
    pub why: String,
    /// When.
    pub at: Timestamp,
}

/// Why a check of a store failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckFailure<'a> {
    /// The error's code.
    pub code: &'a str,
    /// Nobody but the owner can help.
    pub owner_must_act: bool,
}

/// What people were told of a store's silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilenceRow {
    /// The store.
    pub store: StoreId,
    /// Why, in the engine's word.
    pub why: String,
    /// The error's code then; empty if there was none.
    pub code: String,
    /// When they were told.
    pub raised_at: Timestamp,
    /// When the store was read again; none while the silence lasts.
    pub ended_at: Option<Timestamp>,
}
