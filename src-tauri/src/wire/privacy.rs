//! Least data: how long is kept what, and what was erased.

use serde::Serialize;
use specta::Type;

/// What is kept of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct StorePrivacyDto {
    /// Store id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Days for which content is kept; 0 = for ever.
    pub keep_days: u32,
}

/// What an erasure took away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ErasedDto {
    /// Conversations without content now.
    pub conversations: u32,
    /// Messages without content now.
    pub messages: u32,
}
