//! Questions to the search and their answers.

use domain::{Author, BuyerId, ConversationId, MessageId, StoreId, Timestamp};

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the team.
    In,
    /// From the team.
    Out,
}

/// What narrows a search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SearchFilter {
    /// Of one store.
    pub store: Option<StoreId>,
    /// One way only.
    pub direction: Option<Direction>,
    /// Sent at this instant or later.
    pub from: Option<Timestamp>,
    /// Sent before this instant.
    pub to: Option<Timestamp>,
}

/// Where a page of hits ended; the row of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SearchCursor(pub i64);

/// A search. Any text is a valid one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// What was typed: words are all wanted, in any order; `"…"` is a phrase.
    pub text: String,
    /// Somebody is still typing: the last word may be the beginning of one.
    pub typing: bool,
    /// What narrows it.
    pub filter: SearchFilter,
    /// Only older hits than this place.
    pub before: Option<SearchCursor>,
    /// At most so many.
    pub limit: u32,
}

/// A piece of a message with the hit marked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The piece.
    pub text: String,
    /// Marked ranges in it, counted in characters (Unicode scalar values), end excluded.
    pub marks: Vec<(u32, u32)>,
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageHit {
    /// The message.
    pub message: MessageId,
    /// Where it is.
    pub conversation: ConversationId,
    /// The store.
    pub store: StoreId,
    /// Who wrote it.
    pub author: Author,
    /// When.
    pub sent_at: Timestamp,
    /// The buyer's name, or the conversation's title.
    pub name: String,
    /// The piece to show.
    pub snippet: Snippet,
    /// Its place: hand it in as `before` to go on from here.
    pub cursor: SearchCursor,
}

/// A page of hits, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchPage {
    /// The hits.
    pub hits: Vec<MessageHit>,
    /// Where the next page begins; none at the end.
    pub next: Option<SearchCursor>,
}

/// A buyer whose name was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerHit {
    /// The buyer.
    pub buyer: BuyerId,
    /// The store that knows them.
    pub store: StoreId,
    /// The name.
    pub name: String,
    /// Their conversation with the newest activity.
    pub conversation: Option<ConversationId>,
}

/// An order whose number begins as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderHit {
    /// The store.
    pub store: StoreId,
    /// The number.
    pub order_no: String,
    /// The platform's word for its state.
    pub status: String,
    /// The conversation that speaks of it or belongs to its buyer.
    pub conversation: Option<ConversationId>,
}
