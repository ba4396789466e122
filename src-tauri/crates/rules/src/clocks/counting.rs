use domain::{Author, BodyKind, Device, MessageId, Place, Timestamp, Turn};
use serde::{Deserialize, Serialize};

/// What the clocks need to know of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageFact {
    /// Its id.
    pub id: MessageId,
    /// Which of several messages of one instant it is; of those with the same turn the smaller id comes first.
    #[serde(default)]
    pub turn: Turn,
    /// When, by the platform's clock.
    pub at: Timestamp,
    /// Who wrote.
    pub author: Author,
    /// What.
    pub kind: BodyKind,
    /// On which device.
    pub device: Device,
    /// A buyer message sent straight to one account rather than through the contact link (§2, 1).
    pub direct: bool,
}

impl MessageFact {
    /// Where it stands, whenever it came.
    #[must_use]
    pub const fn place(&self) -> Place {
        (self.at, self.turn, self.id)
    }

    /// Whether a buyer waits for an answer to it: a read mark is not a message.
    #[must_use]
    pub const fn asks(&self) -> bool {
        match self.author {
            Author::Buyer => !matches!(self.kind, BodyKind::Read | BodyKind::Note),
            Author::Seller | Author::Auto | Author::System => false,
        }
    }
}

/// Whether a message stops the platform's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", content = "params", rename_all = "snake_case")]
pub enum Counting {
    /// A counting reply (计时回复).
    Counts,
    /// Not one (不计入), for this cause.
    Not(NotCounting),
}

impl Counting {
    /// Whether it counts.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(self, Self::Counts)
    }
}

/// Why a message is no counting reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCounting {
    /// Written by the buyer or the platform.
    NotASeller,
    /// An automatic answer.
    AutoReply,
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A sticker.
    Sticker,
    /// Nothing but emoji.
    Emoji,
    /// An order card.
    OrderCard,
    /// A product card.
    ItemCard,
    /// An internal note.
    Note,
    /// A read mark.
    ReadMark,
    /// A type that this version does not know.
    Unsupported,
    /// Text, but from a device other than the PC client while multi-device sync is off.
    MobileWithoutSync,
}

/// Whether a message is a counting reply: a text by a person at a seller seat, from the PC client or with
/// multi-device sync on (`docs/RULES.md` §3, WW).
#[must_use]
pub const fn counts(fact: &MessageFact, sync: bool) -> Counting {
    let cause = match fact.author {
        Author::Buyer | Author::System => NotCounting::NotASeller,
        Author::Auto => NotCounting::AutoReply,
        Author::Seller => match fact.kind {
            BodyKind::Text => match (fact.device, sync) {
                (Device::Pc, _) | (Device::Mobile, true) => return Counting::Counts,
                (Device::Mobile, false) => NotCounting::MobileWithoutSync,
            },
            BodyKind::Emoji => NotCounting::Emoji,
            BodyKind::Image => NotCounting::Image,
            BodyKind::Video => NotCounting::Video,
            BodyKind::Sticker => NotCounting::Sticker,
            BodyKind::OrderCard => NotCounting::OrderCard,
            BodyKind::ItemCard => NotCounting::ItemCard,
            BodyKind::Note => NotCounting::Note,
            BodyKind::Read => NotCounting::ReadMark,
            BodyKind::Unsupported => NotCounting::Unsupported,
        },
    };
    Counting::Not(cause)
}
