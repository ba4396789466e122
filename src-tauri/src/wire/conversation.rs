//! One conversation: its head, its side column, its timeline.

use super::list::{KindDto, PlatformDto};
use super::privacy::PersonalDto;
use super::reason::{AssignmentDto, DeadlineDto};
use super::rule::{FiredDto, OfferDto};
use serde::Serialize;
use specta::Type;

/// A message's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BodyDto {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// Emoji alone.
    Emoji {
        /// The emoji.
        text: String,
    },
    /// A picture.
    Image {
        /// Where it is; only loopback and data addresses load, others wait for a click.
        url: String,
        /// A small one.
        thumb: Option<String>,
    },
    /// A film.
    Video {
        /// Where it is.
        url: String,
        /// Length.
        seconds: u32,
    },
    /// A sticker.
    Sticker {
        /// The platform's id.
        id: String,
    },
    /// An order.
    OrderCard {
        /// Its number.
        order_no: String,
    },
    /// A product.
    ItemCard {
        /// The platform's id.
        item_id: String,
        /// Its title.
        title: Option<String>,
    },
    /// An internal note.
    Note {
        /// The words.
        text: String,
    },
    /// A mail.
    Mail {
        /// The subject.
        subject: String,
        /// Who sent it.
        from: String,
        /// The words.
        text: String,
        /// Sanitised HTML.
        html: Option<String>,
        /// `verified`, `unverified` or `suspicious`.
        authenticity: String,
        /// File names with sizes in bytes.
        attachments: Vec<(String, String)>,
    },
    /// A platform's notice.
    Notice {
        /// The headline.
        title: String,
        /// The words.
        text: String,
        /// A page of the platform.
        url: Option<String>,
        /// What it is about.
        topic: String,
    },
    /// A type that this version does not know.
    Unsupported {
        /// The platform's name of it.
        kind: String,
        /// What can be said of it.
        summary: String,
    },
    /// Content that was erased.
    Erased,
}

/// Where a message was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum DeviceDto {
    /// The PC client or Tidebell.
    Pc,
    /// A phone.
    Mobile,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct MessageDto {
    /// Message id.
    pub id: String,
    /// `buyer`, `seller`, `auto` or `system`.
    pub author: String,
    /// The seat that wrote it.
    pub account_name: Option<String>,
    /// The device.
    pub device: DeviceDto,
    /// The content.
    pub body: BodyDto,
    /// When, by the platform's clock.
    pub at: String,
    /// For our own: whether it stopped the clock (`counts`), or why it did not (`auto`, `image`, `sticker`, `emoji`,
    /// `order_card`, `note`, `mobile_without_sync`, …). None for the buyer's.
    pub counting: Option<String>,
    /// For a counting reply: the response time in seconds.
    pub response_s: Option<u32>,
    /// Whether the message can't be shown whole; the raw content can be asked for.
    pub degraded: bool,
}

/// Where a reply of ours stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// Can still be taken back.
    Waiting,
    /// On its way.
    Sending,
    /// Refused; kept with its cause.
    Refused,
    /// Nobody knows whether it arrived: ask.
    Unknown,
    /// The platform, asked again, does not show it: to be sent again, or dropped.
    NotArrived,
}

/// A reply that is not (known to be) sent yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct OutboxDto {
    /// The id that the UI made.
    pub client_id: String,
    /// `text`, `image`, `order_card` or `item_card`.
    pub kind: String,
    /// The words; the number of an order; the title of a product, as far as it is known; empty for a picture, which is asked
    /// for apart.
    pub text: String,
    /// The platform's id of the product, for an `item_card`.
    pub item_id: Option<String>,
    /// Where it stands.
    pub state: OutboxState,
    /// How many per cent of a picture are uploaded, while it is.
    pub uploaded: Option<u32>,
    /// For one of unknown fate: the platform is being asked, and a person need not answer yet.
    pub asking: bool,
    /// Until when it can be taken back.
    pub undo_until: Option<String>,
    /// The platform's code and words, or what happened.
    pub detail: Option<String>,
    /// When send was pressed.
    pub at: String,
    /// Who pressed it.
    pub account_name: String,
}

/// One thing on the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "item", rename_all = "snake_case")]
pub enum TimelineItem {
    /// A message.
    Message {
        /// It.
        message: MessageDto,
    },
    /// A distribution or transfer.
    Assignment {
        /// It.
        assignment: AssignmentDto,
    },
    /// Nobody acted on an alert, so somebody else heard of it.
    Climb {
        /// It.
        climb: ClimbDto,
    },
    /// A message rule fired.
    Fired {
        /// It.
        fired: FiredDto,
    },
}

/// A step of the ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ClimbDto {
    /// Its id.
    pub id: String,
    /// When.
    pub at: String,
    /// A deadline kind of the rules.
    pub kind: String,
    /// Whose the conversation was.
    pub from_name: Option<String>,
    /// The seat that was asked; none for the world outside.
    pub to_name: Option<String>,
}

/// A page of the timeline, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct TimelinePage {
    /// The items.
    pub items: Vec<TimelineItem>,
    /// Replies on their way; only on the newest page.
    pub outbox: Vec<OutboxDto>,
    /// Hand in for the page before this one; none at the beginning.
    pub before: Option<String>,
    /// The newest message id that this page knows; goes with a reply (stale-send stop).
    pub seen: String,
}

/// Whether a reply can be sent here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SendGate {
    /// Whether it can.
    pub open: bool,
    /// If not, why: `read_only_kind`, `capability_off`, `region_forbids`, `store_paused`, `not_owner`.
    pub code: Option<String>,
    /// The platform's word.
    pub detail: Option<String>,
}

/// Which pictures can be sent here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct PictureGate {
    /// If none can, why.
    pub code: Option<String>,
    /// Of which types: `jpeg`, `png`, `gif`.
    pub kinds: Vec<String>,
    /// Of how many bytes at most.
    pub max_bytes: u32,
}

/// The buyer, as little of them as is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct BuyerCard {
    /// Buyer id.
    pub id: String,
    /// The nickname.
    pub name: String,
    /// ISO 3166 code.
    pub country: Option<String>,
    /// The language of their last words (BCP 47), if it can be told.
    pub language: Option<String>,
    /// Orders known.
    pub orders: u32,
    /// Conversations known.
    pub conversations: u32,
    /// Who served them last, and when.
    pub last_agent: Option<String>,
    /// When that was.
    pub last_agent_at: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Private customer (私密客户) of the main account.
    pub private: bool,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct OrderLineDto {
    /// The product.
    pub title: String,
    /// Its SKU.
    pub sku: String,
    /// How many.
    pub quantity: u32,
}

/// An order card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct OrderCard {
    /// The number.
    pub order_no: String,
    /// The platform's word for its state.
    pub status: String,
    /// The amount as the platform writes it.
    pub amount: String,
    /// ISO 4217 code.
    pub currency: String,
    /// What was bought.
    pub lines: Vec<OrderLineDto>,
    /// When it was paid.
    pub paid_at: Option<String>,
    /// The carrier and its state.
    pub logistics: Option<String>,
    /// Phone and address, masked; none unless the owner of the store wants them to be kept.
    pub personal: Vec<PersonalDto>,
}

/// A product that the buyer sent, wrote about or bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ItemDto {
    /// The platform's id of it.
    pub item_id: String,
    /// What it is called, if anything told.
    pub title: Option<String>,
    /// The address of its picture.
    pub picture: Option<String>,
}

/// What can be sent as a card here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct CardGate {
    /// Whether an order can.
    pub orders: bool,
    /// Whether a product can.
    pub items: bool,
    /// In a chat: why something can't.
    pub code: Option<String>,
}

/// The head and the side column of one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ConversationDto {
    /// Conversation id.
    pub id: String,
    /// What it is.
    pub kind: KindDto,
    /// Where it comes from.
    pub platform: PlatformDto,
    /// Store id.
    pub store_id: String,
    /// The store's name.
    pub store_name: String,
    /// The buyer's nickname or the headline.
    pub title: String,
    /// Whether it was put aside.
    pub done: bool,
    /// `return`, `refund`, `bad_review` or `legal`.
    pub sensitive: Option<String>,
    /// Who owns it (account id).
    pub owner_id: Option<String>,
    /// Who owns it.
    pub owner_name: Option<String>,
    /// Running clocks first, then settled ones of this round.
    pub deadlines: Vec<DeadlineDto>,
    /// The buyer; none for notices and mails.
    pub buyer: Option<BuyerCard>,
    /// Orders, newest first.
    pub orders: Vec<OrderCard>,
    /// Products that the buyer has to do with, newest first.
    pub items: Vec<ItemDto>,
    /// Whether a reply can be sent.
    pub send: SendGate,
    /// Which pictures can be sent.
    pub pictures: PictureGate,
    /// What can be sent as a card.
    pub cards: CardGate,
    /// Multi-device sync of the store: off means that phone replies do not count.
    pub multi_device_sync: bool,
    /// The draft left here.
    pub draft: String,
    /// Texts that rules offer as an answer, in the team's order of the rules.
    pub offers: Vec<OfferDto>,
}
