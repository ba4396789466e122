//! What a channel hands in: the platforms' wire formats translated into one vocabulary.
//!
//! Every event names itself by a provider id that is the same each time the platform repeats it; intake uses that
//! to take it once (`docs/ARCHITECTURE.md`, "Intake is idempotent").

use crate::Turn;
use crate::message::{Author, Body, Device};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The bytes as they came, kept so that anything derived from them can be made again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RawPayload {
    /// Where they came from, such as `shopee.push` or `mail.imap`.
    pub source: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// One thing that happened at a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum IncomingEvent {
    /// A chat message, from either side.
    Message(IncomingMessage),
    /// A platform's notice.
    Notification(IncomingNotification),
    /// A mail.
    Mail(IncomingMail),
    /// An order as it stands now.
    Order(OrderSnapshot),
    /// A dispute or return as it stands now.
    Dispute(DisputeSnapshot),
}

impl IncomingEvent {
    /// The instant the platform gives it.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Message(m) => m.sent_at,
            Self::Notification(n) => n.at,
            Self::Mail(m) => m.at,
            Self::Order(o) => o.updated_at,
            Self::Dispute(d) => d.updated_at,
        }
    }
}

/// A buyer as the platform names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyerRef {
    /// The platform's id of the buyer.
    pub key: String,
    /// The nickname to show.
    pub name: String,
    /// ISO 3166 code, if known.
    pub country: Option<String>,
}

/// A chat message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomingMessage {
    /// The platform's message id, unique in the store.
    pub provider_id: String,
    /// The platform's conversation id.
    pub conversation_key: String,
    /// The buyer of the conversation, whoever wrote.
    pub buyer: BuyerRef,
    /// Who wrote.
    pub author: Author,
    /// On which device.
    pub device: Device,
    /// What.
    pub body: Body,
    /// When, by the platform's clock.
    pub sent_at: Timestamp,
    /// The name of the seat that the buyer wrote to directly; none for the contact link.
    pub direct_to: Option<String>,
    /// The order the message speaks of, if the platform says so.
    pub order_no: Option<String>,
    /// The platform's id of the product from whose page the message was written, if it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeTopic {
    /// An order changed.
    Order,
    /// A return or refund was asked for or changed.
    Return,
    /// A listing broke a rule.
    Violation,
    /// Penalty points or tiers.
    Penalty,
    /// The shop's authorisation.
    Authorisation,
    /// Anything else the platform tells its sellers.
    Notice,
}

/// A platform's notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomingNotification {
    /// The platform's id of it, or one made from its content.
    pub provider_id: String,
    /// Notices about one thing share a thread: a return number, an item id; else the provider id.
    pub thread_key: String,
    /// What it is about.
    pub topic: NoticeTopic,
    /// The headline.
    pub title: String,
    /// The words.
    pub text: String,
    /// A page of the platform.
    pub url: Option<String>,
    /// When, by the platform's clock.
    pub at: Timestamp,
    /// The due date that the platform states itself.
    pub due: Option<Timestamp>,
    /// The order it concerns.
    pub order_no: Option<String>,
}

/// What a system mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTopic {
    /// An order.
    Order,
    /// A parcel.
    Logistics,
    /// A penalty.
    Penalty,
    /// An intellectual-property or other complaint.
    Complaint,
    /// The account's safety.
    Security,
    /// A reminder that a buyer wrote.
    ChatReminder,
    /// Advertising.
    Promotion,
    /// Anything else.
    Other,
}

/// Whether a mail is from whom it says (`docs/RULES.md` §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authenticity {
    /// The receiving provider vouches for an official domain.
    Verified,
    /// Nobody vouches, nothing contradicts.
    Unverified,
    /// It claims a platform by name or domain, but fails or is foreign.
    Suspicious,
}

/// What is known of an attachment before it is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentMeta {
    /// The file name, cleaned of paths.
    pub name: String,
    /// The MIME type as declared.
    pub mime: String,
    /// Its size in bytes.
    pub size: u64,
}

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomingMail {
    /// `mailbox:uidvalidity:uid`; a Message-ID may be used twice or be empty.
    pub provider_id: String,
    /// Root of the thread by References and Message-ID; else the provider id.
    pub thread_key: String,
    /// The display name of the sender.
    pub from_name: String,
    /// The address of the sender.
    pub from_address: String,
    /// The subject.
    pub subject: String,
    /// The words.
    pub text: String,
    /// Sanitised HTML, if the mail had any.
    pub html: Option<String>,
    /// The mail's date, or the server's if that is broken.
    pub at: Timestamp,
    /// What hangs on it.
    pub attachments: Vec<AttachmentMeta>,
    /// Whether it is from whom it says.
    pub authenticity: Authenticity,
    /// What it is about.
    pub topic: MailTopic,
    /// A hash of its header and its words, the same whether it comes from a server or from a file: how a mail that comes
    /// both ways is known again. Empty if nobody made one.
    #[serde(default)]
    pub print: String,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The product's title.
    pub title: String,
    /// Its SKU, as the seller wrote it.
    pub sku: String,
    /// How many.
    pub quantity: u32,
    /// The platform's product id, if it tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// The address (https) of a picture of the product, if the platform gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

/// An order: the least data that an order card needs (`docs/RULES.md` §8). No phone, no address: those are an
/// [`OrderContact`](crate::OrderContact), and only where the owner wants them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSnapshot {
    /// The order number.
    pub order_no: String,
    /// The platform's id of the buyer, if it tells.
    pub buyer_key: Option<String>,
    /// The platform's word for its state.
    pub status: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The amount as the platform writes it, such as `12.40`.
    pub amount: String,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// The carrier and its state.
    pub logistics: Option<String>,
    /// The due date that the platform states (ship by …).
    pub due: Option<Timestamp>,
    /// The platform's time of this state; an older snapshot never replaces a newer one.
    pub updated_at: Timestamp,
}

impl OrderSnapshot {
    /// Where this state stands among the others of its order: what comes later is greater. Platforms tell the time in whole
    /// seconds, and two states of one second may come either way round.
    #[must_use]
    pub fn place(&self) -> (Timestamp, Turn) {
        (self.updated_at, Turn::of_progress(&self.status))
    }
}

/// A dispute or a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeSnapshot {
    /// The platform's id of it.
    pub provider_id: String,
    /// The order it concerns.
    pub order_no: String,
    /// The buyer, if the platform tells.
    pub buyer_key: Option<String>,
    /// The platform's word for its state.
    pub status: String,
    /// What the buyer says.
    pub reason: String,
    /// The due date that the platform states for the seller.
    pub due: Option<Timestamp>,
    /// Whether it is over.
    pub closed: bool,
    /// When the buyer raised it.
    pub opened_at: Timestamp,
    /// The platform's time of this state.
    pub updated_at: Timestamp,
}
