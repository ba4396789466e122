//! What was erased, and what is still to be looked through.

use super::RawId;
use serde::Serialize;

/// What an erasure took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// Conversations that have no content any more.
    pub conversations: u64,
    /// Messages that lost their content.
    pub messages: u64,
    /// Payloads that went with them.
    pub payloads: u64,
}

/// A message whose content may be erased: its id, its row in the search index, its payload, its tags there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Content(pub(crate) i64, pub(crate) i64, pub(crate) i64, pub(crate) String);

/// An erased buyer of whom payloads may still speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureRow {
    /// Its id.
    pub id: i64,
    /// What the buyer was called: by the platform, and by themselves.
    pub words: Vec<String>,
    /// The numbers of their orders.
    pub orders: Vec<String>,
    /// Whether another buyer is called what they called themselves.
    pub namesake: bool,
    /// The last payload that was looked at.
    pub after: RawId,
}
