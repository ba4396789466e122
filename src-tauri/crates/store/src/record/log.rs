//! The push log: what is written, what is read, and how it is asked for.

use domain::{BuyerId, ConversationId, LogKind, RobotId, StoreId, Timestamp};

/// An entry for the push log. Read back, its kind is the word that stands in the file: somebody may have changed it,
/// and that must be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry<K = LogKind> {
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub kind: K,
    /// Where.
    pub conversation: Option<ConversationId>,
    /// The rest, as JSON.
    pub detail: String,
}

/// An entry of the push log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number in the chain, counted from 1.
    pub id: i64,
    /// The entry.
    pub entry: AuditEntry<String>,
    /// The hash of the entry before in hexadecimal; zeros before the first.
    pub before: String,
    /// Its hash in hexadecimal.
    pub hash: String,
}

/// An entry with what is known today of the place that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// The entry.
    pub row: AuditRow,
    /// The store that it is about, if it is about one.
    pub store: Option<StoreId>,
    /// The buyer's name or the headline of the conversation; empty if there is none, or it is gone.
    pub title: String,
    /// Whether the conversation that it names is still there.
    pub there: bool,
}

/// Which entries are asked for; everything that is set must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Of these sorts; none for all.
    pub kinds: Vec<LogKind>,
    /// About this conversation.
    pub conversation: Option<ConversationId>,
    /// About this store, or a conversation of it.
    pub store: Option<StoreId>,
    /// About this buyer, or a conversation with them.
    pub buyer: Option<BuyerId>,
    /// About this way out to the team's `WeCom`.
    pub robot: Option<RobotId>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
    /// Words that all stand in the detail or in the buyer's name, wherever; Latin letters large or small.
    pub words: String,
}

/// A page of the push log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogPage {
    /// The entries, newest first. There may be fewer than asked for, or none, although there are more further on.
    pub rows: Vec<LogRow>,
    /// What to ask for next: everything from this number on was looked at. None at the beginning of the log.
    pub next: Option<i64>,
}

/// What some entries of the chain are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainCheck {
    /// The last entry that was looked at, and that was sound if nothing is broken.
    pub checked: i64,
    /// How many numbers had been handed out before the look.
    pub handed_out: i64,
    /// The first entry that is not what the chain says, or is missing.
    pub broken: Option<i64>,
    /// Nothing is left to look at.
    pub done: bool,
}

/// Whom the push log may speak of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRobot {
    /// Its id.
    pub id: RobotId,
    /// Its name, or its last one.
    pub name: String,
    /// It was removed.
    pub gone: bool,
}
