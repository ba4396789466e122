//! Search.

use super::list::PlatformDto;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What to search.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
pub struct SearchQuery {
    /// The words as typed.
    pub text: String,
    /// Only this store.
    pub store_id: Option<String>,
    /// `in` or `out`.
    pub direction: Option<String>,
    /// From this instant on.
    pub from: Option<String>,
    /// Before this instant.
    pub to: Option<String>,
    /// Where the page before ended; opaque.
    pub cursor: Option<String>,
    /// How many hits, at most 200.
    pub limit: u32,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum HitKind {
    /// A message.
    Message,
    /// A buyer by name.
    Buyer,
    /// An order by number.
    Order,
}

/// A marked stretch of a snippet, in UTF-16 units as JavaScript counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
pub struct Span {
    /// First unit.
    pub from: u32,
    /// One past the last.
    pub to: u32,
}

/// A hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SearchHit {
    /// What was found.
    pub kind: HitKind,
    /// Conversation id.
    pub conversation_id: String,
    /// Message id; none for a buyer or order.
    pub message_id: Option<String>,
    /// The buyer or headline.
    pub title: String,
    /// Where it comes from.
    pub platform: PlatformDto,
    /// The store's name.
    pub store_name: String,
    /// Text around the hit.
    pub snippet: String,
    /// Marked stretches of the snippet.
    pub marks: Vec<Span>,
    /// Whether we wrote it.
    pub ours: bool,
    /// When.
    pub at: String,
}

/// A page of hits, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SearchPage {
    /// The hits.
    pub hits: Vec<SearchHit>,
    /// Hand in for the next page.
    pub next: Option<String>,
    /// The index is being rebuilt: per cent done.
    pub rebuilding: Option<u32>,
}
