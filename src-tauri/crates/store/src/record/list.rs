//! Lists of conversations, and the feed of changes.

use super::ConversationRow;
use domain::{AccountId, BodyKind, StoreId};

/// Which conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// Chats of this account that owe a reply.
    Mine(AccountId),
    /// Chats that owe a reply or are open.
    Team,
    /// Those of them that belong to nobody.
    Unassigned,
    /// Open notices.
    Notices,
    /// Open mail.
    Mails,
    /// Open disputes and tickets.
    Cases,
    /// Whatever was put aside and owes nothing, newest first.
    Done,
}

/// Where a page ended. Opaque to callers, but plain so that it can cross a border.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListCursor {
    /// The due instant in milliseconds, or the greatest integer.
    pub due_ms: i64,
    /// The negated last activity in milliseconds.
    pub recency: i64,
    /// The conversation.
    pub id: i64,
}

/// A question for one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListQuery {
    /// Which conversations.
    pub view: View,
    /// Of one store only.
    pub store: Option<StoreId>,
    /// After this place.
    pub after: Option<ListCursor>,
    /// At most so many.
    pub limit: u32,
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationItem {
    /// The conversation.
    pub conversation: ConversationRow,
    /// The buyer's name; empty without one.
    pub buyer_name: String,
    /// The buyer's country; empty if not known.
    pub buyer_country: String,
    /// Whether the buyer is a private customer (私密客户).
    pub private_customer: bool,
    /// What the newest message is; none if there is none, or if its content was erased.
    pub last_kind: Option<BodyKind>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage {
    /// The lines, most urgent first.
    pub items: Vec<ConversationItem>,
    /// Where the next page begins; none at the end.
    pub next: Option<ListCursor>,
}

/// The numbers beside the lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ViewCounts {
    /// Per account: chats that owe a reply.
    pub mine: Vec<(AccountId, u64)>,
    /// See [`View::Team`].
    pub team: u64,
    /// Chats that owe a reply, whosever.
    pub owing: u64,
    /// See [`View::Unassigned`].
    pub unassigned: u64,
    /// See [`View::Notices`].
    pub notices: u64,
    /// See [`View::Mails`].
    pub mails: u64,
    /// See [`View::Cases`].
    pub cases: u64,
    /// See [`View::Done`].
    pub done: u64,
    /// Open conversations of any kind with something unread.
    pub unread: u64,
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entity {
    /// A store.
    Store,
    /// An account or its presence.
    Account,
    /// A buyer.
    Buyer,
    /// A conversation, its clocks, assignments or alerts.
    Conversation,
    /// A message.
    Message,
    /// An order, by its row.
    Order,
    /// A dispute, by its row.
    Dispute,
    /// A reply on its way out.
    Outbox,
    /// A draft; the id is the conversation's.
    Draft,
    /// A setting; the id is 0.
    Setting,
    /// The quarantine; the id is 0.
    Quarantine,
}

impl Entity {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Store,
        Self::Account,
        Self::Buyer,
        Self::Conversation,
        Self::Message,
        Self::Order,
        Self::Dispute,
        Self::Outbox,
        Self::Draft,
        Self::Setting,
        Self::Quarantine,
    ];

    /// The name used in the database and between machines.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Account => "account",
            Self::Buyer => "buyer",
            Self::Conversation => "conversation",
            Self::Message => "message",
            Self::Order => "order",
            Self::Dispute => "dispute",
            Self::Outbox => "outbox",
            Self::Draft => "draft",
            Self::Setting => "setting",
            Self::Quarantine => "quarantine",
        }
    }

    /// Reads [`Entity::as_str`] back.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|entity| entity.as_str() == s)
    }
}

/// One entry of the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Change {
    /// Its number.
    pub seq: i64,
    /// What kind of thing changed.
    pub entity: Entity,
    /// Which one.
    pub id: i64,
}
