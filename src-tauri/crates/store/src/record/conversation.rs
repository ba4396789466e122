//! A conversation and its messages.

use crate::RawId;
use domain::{
    AccountId, AttachmentMeta, Authenticity, Author, Body, BuyerId, ConversationId, ConversationKind,
    ConversationState, Device, MailTopic, MessageId, NoticeTopic, OutboxId, Place, Sensitive, StoreId,
    Timestamp, Turn,
};

/// What names a conversation towards a platform.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConversationKey {
    /// The store.
    pub store: StoreId,
    /// Chat, notice thread, mail thread or case.
    pub kind: ConversationKind,
    /// The platform's key.
    pub key: String,
}

impl ConversationKey {
    /// Makes one.
    pub fn new(store: StoreId, kind: ConversationKind, key: impl Into<String>) -> Self {
        Self { store, kind, key: key.into() }
    }
}

/// The newest message of a conversation, as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastMessage {
    /// Its id.
    pub id: MessageId,
    /// When it was sent.
    pub at: Timestamp,
    /// Who wrote it.
    pub author: Author,
    /// Its beginning.
    pub preview: String,
}

/// A conversation in full: what is read, and what is written back whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationRow {
    /// Its id; a new one comes from [`crate::WriteTx::new_conversation`].
    pub id: ConversationId,
    /// The store.
    pub store: StoreId,
    /// What is talked about.
    pub kind: ConversationKind,
    /// The platform's key, unique in the store and kind.
    pub key: String,
    /// The buyer; none for notices and mail. A case has one only once that buyer was erased.
    pub buyer: Option<BuyerId>,
    /// The account it belongs to.
    pub owner: Option<AccountId>,
    /// On the list or put aside.
    pub state: ConversationState,
    /// Whether it owes a counting reply (`docs/RULES.md` §3).
    pub owes: bool,
    /// Messages that nobody has opened.
    pub unread: u32,
    /// The earliest open deadline that applies: lists are in this order.
    pub due: Option<Timestamp>,
    /// The newest message.
    pub last: Option<LastMessage>,
    /// A subject or headline; empty for a chat.
    pub title: String,
    /// When an agent opened it with the messages that are there now; none if something newer came.
    pub opened_at: Option<Timestamp>,
    /// The order it speaks of; empty if not known.
    pub order_no: String,
    /// Why it must be escalated.
    pub sensitive: Option<Sensitive>,
    /// The engine's state of the reply clocks; opaque here.
    pub clock_json: String,
}

impl ConversationRow {
    /// A conversation that nothing has happened in yet: open, without buyer and owner.
    #[must_use]
    pub fn new(id: ConversationId, store: StoreId, kind: ConversationKind, key: impl Into<String>) -> Self {
        Self {
            id,
            store,
            kind,
            key: key.into(),
            buyer: None,
            owner: None,
            state: ConversationState::Open,
            owes: false,
            unread: 0,
            due: None,
            last: None,
            title: String::new(),
            opened_at: None,
            order_no: String::new(),
            sensitive: None,
            clock_json: String::new(),
        }
    }

    /// What names it towards the platform.
    #[must_use]
    pub fn conversation_key(&self) -> ConversationKey {
        ConversationKey::new(self.store, self.kind, self.key.clone())
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Its id; a new one comes from [`crate::WriteTx::new_message`].
    pub id: MessageId,
    /// Where it belongs.
    pub conversation: ConversationId,
    /// The store of the conversation.
    pub store: StoreId,
    /// The platform's id, unique in the store.
    pub provider_id: String,
    /// Who wrote it.
    pub author: Author,
    /// The seat that wrote it, if known.
    pub account: Option<AccountId>,
    /// On which device.
    pub device: Device,
    /// Whether the buyer wrote straight to one account instead of through the contact link.
    pub direct: bool,
    /// A mail's subject or a notice's headline; empty for a chat message.
    pub title: String,
    /// What it says.
    pub body: Body,
    /// The platform's id of the product from whose page it was written.
    pub item_id: Option<String>,
    /// When, by the platform's clock.
    pub sent_at: Timestamp,
    /// Which of several messages of that instant it is.
    pub turn: Turn,
    /// When it came here.
    pub received_at: Timestamp,
    /// The verdict on whether it stopped the clock, in the engine's words.
    pub counting: String,
    /// The payload it came in.
    pub raw: Option<RawId>,
    /// The reply of ours that it is.
    pub outbox: Option<OutboxId>,
}

impl MessageRow {
    /// Where it stands in its conversation, whenever it came.
    #[must_use]
    pub const fn place(&self) -> Place {
        (self.sent_at, self.turn, self.id)
    }
}

/// A product that a buyer spoke of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemTalk {
    /// The platform's id of it.
    pub item_id: String,
    /// Its title, if the message had one.
    pub title: Option<String>,
    /// When, by the platform's clock.
    pub at: Timestamp,
}

/// What a mail has beyond its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// The message.
    pub message: MessageId,
    /// The display name of the sender.
    pub from_name: String,
    /// The address of the sender.
    pub from_address: String,
    /// Sanitised HTML.
    pub html: Option<String>,
    /// What hangs on it.
    pub attachments: Vec<AttachmentMeta>,
    /// Whether it is from whom it says.
    pub authenticity: Authenticity,
    /// What it is about.
    pub topic: MailTopic,
    /// By which the same mail is known again, however it comes; empty if nobody made one.
    pub print: String,
}

/// What a notice has beyond its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    /// The message.
    pub message: MessageId,
    /// What it is about.
    pub topic: NoticeTopic,
    /// A page of the platform.
    pub url: Option<String>,
    /// The due date that the platform states.
    pub due: Option<Timestamp>,
    /// The order it concerns.
    pub order_no: Option<String>,
}
