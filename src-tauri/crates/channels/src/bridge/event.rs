//! The events that a bridge hands in, as they are written.
//!
//! Fields that are not named here are tolerated and not kept: what is kept of an event is written again from these
//! types, so that an address or a phone number that comes along is nowhere (`docs/RULES.md` §8, least data).

use super::lenient;
use domain::{BuyerRef, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The kinds that are read.
pub(super) const KINDS: [&str; 6] = ["message", "conversation", "order", "dispute", "notice", "read"];

/// Something that happened at the platform.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Event {
    /// A chat message, from either side.
    Message(MessageEvent),
    /// A conversation with its messages, to fill in what happened before.
    Conversation(ConversationEvent),
    /// An order as it stands now.
    Order(OrderEvent),
    /// A return or dispute as it stands now.
    Dispute(DisputeEvent),
    /// A platform's notice.
    Notice(NoticeEvent),
    /// The team has read a conversation elsewhere.
    Read(ReadEvent),
}

/// A buyer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct Buyer {
    /// The platform's id of the buyer.
    pub(super) id: String,
    /// The nickname to show.
    #[serde(default)]
    pub(super) name: String,
    /// ISO 3166 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) country: Option<String>,
}

impl Buyer {
    /// As a buyer is named everywhere else: one without a name is called by the id.
    pub(super) fn named(&self) -> BuyerRef {
        let shown = if self.name.trim().is_empty() { &self.id } else { &self.name };
        let country = self.country.clone().filter(|code| code.len() == 2);
        BuyerRef { key: self.id.clone(), name: shown.clone(), country }
    }
}

/// Who wrote.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Writer {
    /// The buyer.
    Buyer,
    /// A person of the team.
    Seller,
    /// An automatic answer; it stops no clock.
    Auto,
    /// The platform.
    System,
}

/// On which device the team wrote. Replies from a phone count only while multi-device sync is on.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum WrittenOn {
    /// A computer.
    #[default]
    Pc,
    /// A phone.
    Mobile,
}

/// The content of a message. A `type` that is not known is shown as such with its `text`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct Content {
    /// `text`, `image`, `video`, `sticker`, `order_card` or `item_card`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// The words of a `text`; of an unknown type what can be said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    /// Where an `image` or a `video` is: an `https` or `http` address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    /// A small `image` itself in base64, instead of `url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<String>,
    /// Where a small picture of it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) thumb: Option<String>,
    /// The length of a `video` in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) seconds: Option<u32>,
    /// The platform's id of a `sticker`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sticker: Option<String>,
    /// The number of an `order_card`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) order_no: Option<String>,
    /// The platform's product id of an `item_card`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) item_id: Option<String>,
    /// The title of an `item_card`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
}

/// A chat message, from either side.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct MessageEvent {
    /// The platform's message id: the same each time the message is handed in.
    pub(super) id: String,
    /// The platform's conversation id.
    pub(super) conversation: String,
    /// The buyer of the conversation, whoever wrote.
    #[serde(deserialize_with = "lenient::object")]
    pub(super) buyer: Buyer,
    /// Who wrote.
    pub(super) author: Writer,
    /// When, by the platform's clock.
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
    /// What.
    #[serde(deserialize_with = "lenient::object")]
    pub(super) body: Content,
    /// On which device the team wrote.
    #[serde(default)]
    #[schema(required = false)]
    pub(super) device: WrittenOn,
    /// The order it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) order_no: Option<String>,
    /// The name of the seat that the buyer wrote to directly, such as `shop:anna`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) direct_to: Option<String>,
}

/// A message inside a conversation.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct PastMessage {
    /// The platform's message id.
    pub(super) id: String,
    /// Who wrote.
    pub(super) author: Writer,
    /// When, by the platform's clock.
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
    /// What.
    #[serde(deserialize_with = "lenient::object")]
    pub(super) body: Content,
    /// On which device the team wrote.
    #[serde(default)]
    #[schema(required = false)]
    pub(super) device: WrittenOn,
    /// The order it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) order_no: Option<String>,
}

/// A conversation with its messages.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct ConversationEvent {
    /// The event's id.
    pub(super) id: String,
    /// The platform's conversation id.
    pub(super) conversation: String,
    /// Its buyer.
    #[serde(deserialize_with = "lenient::object")]
    pub(super) buyer: Buyer,
    /// Its messages.
    #[serde(deserialize_with = "lenient::objects")]
    pub(super) messages: Vec<PastMessage>,
}

/// One line of an order.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct Line {
    /// The product's title.
    pub(super) title: String,
    /// Its SKU.
    #[serde(default)]
    pub(super) sku: String,
    /// How many.
    pub(super) quantity: u32,
}

/// An order as it stands now. No address and no phone number: what is not listed here is not kept.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct OrderEvent {
    /// The event's id.
    pub(super) id: String,
    /// The order number.
    pub(super) order_no: String,
    /// The platform's id of the buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) buyer: Option<String>,
    /// The platform's word for its state.
    pub(super) status: String,
    /// ISO 4217 code.
    #[serde(default)]
    pub(super) currency: String,
    /// The amount as the platform writes it, such as `12.40`.
    #[serde(default)]
    pub(super) amount: String,
    /// What was bought.
    #[serde(default, deserialize_with = "lenient::objects")]
    #[schema(required = false)]
    pub(super) lines: Vec<Line>,
    /// When it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) paid_at: Option<Timestamp>,
    /// The carrier and its state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) logistics: Option<String>,
    /// The date that the platform states (ship by …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) due: Option<Timestamp>,
    /// The platform's time of this state: an older one never replaces a newer one.
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
}

/// A return or dispute as it stands now.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct DisputeEvent {
    /// The event's id.
    pub(super) id: String,
    /// The platform's id of the return or dispute.
    pub(super) dispute: String,
    /// The order it concerns.
    pub(super) order_no: String,
    /// The platform's id of the buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) buyer: Option<String>,
    /// The platform's word for its state.
    pub(super) status: String,
    /// What the buyer says.
    #[serde(default)]
    pub(super) reason: String,
    /// The date that the platform states for the seller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) due: Option<Timestamp>,
    /// Whether it is over.
    #[serde(default)]
    pub(super) closed: bool,
    /// When it was raised.
    #[schema(value_type = String, format = DateTime)]
    pub(super) opened_at: Timestamp,
    /// The platform's time of this state.
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Topic {
    /// An order.
    Order,
    /// A return or refund.
    Return,
    /// A listing that broke a rule.
    Violation,
    /// Penalty points or tiers.
    Penalty,
    /// The shop's authorisation.
    Authorisation,
    /// Anything else.
    Notice,
}

/// A platform's notice.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct NoticeEvent {
    /// The platform's id of the notice.
    pub(super) id: String,
    /// Notices about one thing share a thread; without it, each is its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) thread: Option<String>,
    /// What it is about.
    pub(super) topic: Topic,
    /// The headline.
    pub(super) title: String,
    /// The words.
    #[serde(default)]
    pub(super) text: String,
    /// A page of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    /// When, by the platform's clock.
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
    /// The date that the platform states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) due: Option<Timestamp>,
    /// The order it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) order_no: Option<String>,
}

/// The team has read a conversation elsewhere, up to an instant.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct ReadEvent {
    /// The event's id.
    pub(super) id: String,
    /// The platform's conversation id.
    pub(super) conversation: String,
    /// What was written until then is read.
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
}
