//! What each platform takes in a chat besides words, as data with its source and date.

use super::kind::PictureKind;
use domain::Platform;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The pictures that a platform takes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PictureLimits {
    /// Who says so.
    pub source: String,
    /// Of which types.
    pub kinds: Vec<PictureKind>,
    /// Of how many bytes at most.
    pub max_bytes: u32,
}

#[derive(Deserialize)]
struct Entry {
    pictures: Option<PictureLimits>,
    /// Why pictures can't be sent there, unless a store's own way to the platform says that it takes them.
    off: Option<String>,
    order_card: bool,
    item_card: bool,
    /// Why not both.
    cards_off: Option<String>,
}

/// The cards that are taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cards {
    /// Whether an order can be sent as one.
    pub orders: bool,
    /// Whether a product can.
    pub items: bool,
    /// A code that says why not both.
    pub why_not: Option<String>,
}

#[derive(Deserialize)]
struct Shipped {
    platforms: BTreeMap<String, Entry>,
}

static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| {
    serde_json::from_str(include_str!("limits.json")).expect("shipped with the program and read by a test")
});

/// The pictures that a platform takes in a chat.
///
/// # Errors
/// A code that says why it takes none.
pub fn picture_limits(platform: Platform) -> Result<&'static PictureLimits, &'static str> {
    let entry = SHIPPED.platforms.get(platform.as_str()).ok_or("read_only_kind")?;
    match (&entry.off, &entry.pictures) {
        (Some(why), _) => Err(why),
        (None, pictures) => pictures.as_ref().ok_or("read_only_kind"),
    }
}

/// The most that is handed to a bridge that says that it sends pictures.
#[must_use]
pub fn bridge_picture_limits() -> &'static PictureLimits {
    let bridge = SHIPPED.platforms.get(Platform::Bridge.as_str());
    bridge.and_then(|entry| entry.pictures.as_ref()).expect("shipped with the program and read by a test")
}

/// What a platform takes as a card in a chat. What a store's own way to the platform takes may be less: see
/// [`domain::Capability::SendCards`].
#[must_use]
pub fn cards(platform: Platform) -> Cards {
    match SHIPPED.platforms.get(platform.as_str()) {
        Some(Entry { order_card: orders, item_card: items, cards_off, .. }) => {
            Cards { orders: *orders, items: *items, why_not: cards_off.clone() }
        }
        None => Cards { why_not: Some("read_only_kind".to_owned()), ..Cards::default() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_limits_keep_below_what_the_platforms_take() {
        let shopee = picture_limits(Platform::Shopee).unwrap();
        assert!(shopee.max_bytes <= 2 * 1024 * 1024, "2 MB at most");
        assert!(!shopee.kinds.contains(&PictureKind::Webp), "jpg, png and gif only");
        assert!(
            bridge_picture_limits().max_bytes >= shopee.max_bytes,
            "what a platform behind a bridge may take"
        );
        for platform in [Platform::AliExpress, Platform::Bridge, Platform::Mail] {
            assert!(picture_limits(platform).is_err(), "{platform:?} takes none, and says why");
        }
        for platform in [Platform::Shopee, Platform::AliExpress, Platform::Bridge, Platform::Mail] {
            let Cards { orders, items, why_not } = cards(platform);
            assert_eq!(why_not.is_none(), orders && items, "{platform:?} takes both, or says why not");
        }
        let mail = cards(Platform::Mail);
        assert!(!mail.orders && !mail.items, "a mailbox is only read");
    }

    #[test]
    fn every_type_that_is_taken_can_be_cleaned() {
        for limits in SHIPPED.platforms.values().filter_map(|entry| entry.pictures.as_ref()) {
            assert!(!limits.kinds.contains(&PictureKind::Webp), "nothing leaves with its place of taking");
        }
    }
}
