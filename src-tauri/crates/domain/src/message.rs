//! What one message is: who wrote it, from which device, and its content.

use serde::{Deserialize, Serialize};

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Author {
    /// The buyer.
    Buyer,
    /// A person at a seller seat.
    Seller,
    /// The platform's or our automatic answer; never a counting reply.
    Auto,
    /// The platform itself: a notice, a mail, a system line in a chat.
    System,
}

impl Author {
    /// The name used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Seller => "seller",
            Self::Auto => "auto",
            Self::System => "system",
        }
    }

    /// Reads [`Author::as_str`] back.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        match s {
            "buyer" => Some(Self::Buyer),
            "seller" => Some(Self::Seller),
            "auto" => Some(Self::Auto),
            "system" => Some(Self::System),
            _ => None,
        }
    }

    /// Whether the message came to the team rather than from it.
    #[must_use]
    pub const fn is_incoming(self) -> bool {
        matches!(self, Self::Buyer | Self::System)
    }
}

/// The device a message was written on. Tidebell itself sends as [`Device::Pc`]: a person sits at a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// The PC client.
    Pc,
    /// A phone or a mobile page; counts only while multi-device sync is on.
    Mobile,
}

impl Device {
    /// The name used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pc => "pc",
            Self::Mobile => "mobile",
        }
    }

    /// Reads [`Device::as_str`] back.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        match s {
            "pc" => Some(Self::Pc),
            "mobile" => Some(Self::Mobile),
            _ => None,
        }
    }
}

/// The content of a message. Stored as JSON beside its plain text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    /// Words.
    Text {
        /// The words as the person wrote them.
        text: String,
    },
    /// Nothing but emoji; never a counting reply.
    Emoji {
        /// The emoji.
        text: String,
    },
    /// A picture.
    Image {
        /// Where the full picture is.
        url: String,
        /// Where a small one is, if the platform made one.
        thumb: Option<String>,
    },
    /// A film.
    Video {
        /// Where it is, or the platform's key for it.
        url: String,
        /// A still of it.
        thumb: Option<String>,
        /// Its length in seconds, 0 if unknown.
        seconds: u32,
    },
    /// A sticker of the platform.
    Sticker {
        /// The platform's id of it.
        id: String,
    },
    /// An order shown as a card.
    OrderCard {
        /// The order number.
        order_no: String,
    },
    /// A product shown as a card.
    ItemCard {
        /// The platform's product id.
        item_id: String,
        /// Its title if the platform gave one.
        title: Option<String>,
    },
    /// An internal note; the buyer never sees it.
    Note {
        /// The words.
        text: String,
    },
    /// A mark that the conversation was read; carries no words.
    Read,
    /// A type that this version does not know; the raw content stays one click away.
    Unsupported {
        /// The platform's name of the type.
        kind: String,
        /// What can be said of it in words.
        summary: String,
    },
    /// Content that was erased, at a person's wish or because its time was over.
    Erased {
        /// What it was: clocks ask for it.
        was: BodyKind,
    },
}

/// The kind of a [`Body`] without its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyKind {
    /// See [`Body::Text`].
    Text,
    /// See [`Body::Emoji`].
    Emoji,
    /// See [`Body::Image`].
    Image,
    /// See [`Body::Video`].
    Video,
    /// See [`Body::Sticker`].
    Sticker,
    /// See [`Body::OrderCard`].
    OrderCard,
    /// See [`Body::ItemCard`].
    ItemCard,
    /// See [`Body::Note`].
    Note,
    /// See [`Body::Read`].
    Read,
    /// See [`Body::Unsupported`].
    Unsupported,
}

impl BodyKind {
    /// The name used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Emoji => "emoji",
            Self::Image => "image",
            Self::Video => "video",
            Self::Sticker => "sticker",
            Self::OrderCard => "order_card",
            Self::ItemCard => "item_card",
            Self::Note => "note",
            Self::Read => "read",
            Self::Unsupported => "unsupported",
        }
    }

    /// Reads [`BodyKind::as_str`] back.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Some(match s {
            "text" => Self::Text,
            "emoji" => Self::Emoji,
            "image" => Self::Image,
            "video" => Self::Video,
            "sticker" => Self::Sticker,
            "order_card" => Self::OrderCard,
            "item_card" => Self::ItemCard,
            "note" => Self::Note,
            "read" => Self::Read,
            "unsupported" => Self::Unsupported,
            _ => return None,
        })
    }
}

impl Body {
    /// Words as typed: [`Body::Emoji`] if nothing else is in them, because the platform does not count those.
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        let text = text.into();
        if is_emoji_only(&text) { Self::Emoji { text } } else { Self::Text { text } }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> BodyKind {
        match self {
            Self::Text { .. } => BodyKind::Text,
            Self::Emoji { .. } => BodyKind::Emoji,
            Self::Image { .. } => BodyKind::Image,
            Self::Video { .. } => BodyKind::Video,
            Self::Sticker { .. } => BodyKind::Sticker,
            Self::OrderCard { .. } => BodyKind::OrderCard,
            Self::ItemCard { .. } => BodyKind::ItemCard,
            Self::Note { .. } => BodyKind::Note,
            Self::Read => BodyKind::Read,
            Self::Unsupported { .. } => BodyKind::Unsupported,
            Self::Erased { was } => *was,
        }
    }

    /// The words in it, for search and previews; empty for a picture.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Text { text } | Self::Emoji { text } | Self::Note { text } => text,
            Self::OrderCard { order_no } => order_no,
            Self::ItemCard { title, .. } => title.as_deref().unwrap_or(""),
            Self::Unsupported { summary, .. } => summary,
            Self::Image { .. }
            | Self::Video { .. }
            | Self::Sticker { .. }
            | Self::Read
            | Self::Erased { .. } => "",
        }
    }
}

/// Whether a text has at least one emoji and nothing but emoji, their joiners and white space.
#[must_use]
pub fn is_emoji_only(text: &str) -> bool {
    let mut seen = false;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if is_emoji(c) || is_keycap(c, rest.as_str()) {
            seen = true;
        } else if !(c.is_whitespace() || is_joiner(c)) {
            return false;
        }
    }
    seen
}

fn is_emoji(c: char) -> bool {
    matches!(u32::from(c),
        0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2190..=0x21FF | 0x2300..=0x23FF | 0x2B00..=0x2BFF
        | 0x3030 | 0x303D | 0x3297 | 0x3299 | 0xA9 | 0xAE | 0x203C | 0x2049 | 0x2122 | 0x2139)
}

/// Whether a digit is the picture of a key: the sign for a key follows it.
fn is_keycap(c: char, rest: &str) -> bool {
    matches!(c, '0'..='9' | '#' | '*') && rest.trim_start_matches('\u{FE0F}').starts_with('\u{20E3}')
}

fn is_joiner(c: char) -> bool {
    matches!(u32::from(c), 0x200D | 0xFE0E | 0xFE0F | 0x20E3 | 0xE0020..=0xE007F)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("👍", true)]
    #[case("👨‍👩‍👧 ❤️", true)]
    #[case("🇪🇸🇷🇺", true)]
    #[case("👍 ok", false)]
    #[case("", false)]
    #[case("  ", false)]
    #[case("123", false)]
    #[case("1\u{FE0F}\u{20E3} #\u{20E3}", true)]
    #[case("1\u{FE0F}\u{20E3} 2", false)]
    #[case("好的👌", false)]
    fn emoji_alone_is_told_from_words(#[case] text: &str, #[case] only: bool) {
        assert_eq!(is_emoji_only(text), only, "an emoji-only message never stops the clock: {text:?}");
        let kind = if only { BodyKind::Emoji } else { BodyKind::Text };
        assert_eq!(Body::from_text(text).kind(), kind, "the body says the same");
    }

    #[test]
    fn a_kind_survives_its_name() {
        let kinds = [
            BodyKind::Text,
            BodyKind::Emoji,
            BodyKind::Image,
            BodyKind::Video,
            BodyKind::Sticker,
            BodyKind::OrderCard,
            BodyKind::ItemCard,
            BodyKind::Note,
            BodyKind::Read,
            BodyKind::Unsupported,
        ];
        for kind in kinds {
            assert_eq!(
                BodyKind::parse(kind.as_str()),
                Some(kind),
                "the database must give back what it was given"
            );
        }
    }
}
