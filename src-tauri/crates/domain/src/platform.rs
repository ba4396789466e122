//! Platforms and what a store on one of them is able to do.

use serde::{Deserialize, Serialize};

/// Where a store lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// AliExpress (速卖通).
    AliExpress,
    /// Shopee.
    Shopee,
    /// A mailbox that receives the platforms' system mails.
    Mail,
    /// Any platform, through a program that has access to it (a bridge). Which one is the owner's word, for show only.
    Bridge,
}

impl Platform {
    /// The name used in files, on the command line and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AliExpress => "aliexpress",
            Self::Shopee => "shopee",
            Self::Mail => "mail",
            Self::Bridge => "bridge",
        }
    }

    /// Reads [`Platform::as_str`] back; `email` is accepted for `mail`, as exports of other programs write it.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        match s {
            "aliexpress" => Some(Self::AliExpress),
            "shopee" => Some(Self::Shopee),
            "mail" | "email" => Some(Self::Mail),
            "bridge" => Some(Self::Bridge),
            _ => None,
        }
    }
}

/// By which of a platform's interfaces a store is reached, where there is more than one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interface {
    /// The one that the platform gives to applications.
    #[default]
    Usual,
    /// The local interface of AliExpress Russia: chats only, by a token from the seller cabinet.
    RussianLocal,
}

/// Something a store may or may not be permitted to do. Found by cheap probes: a missing permission switches the
/// capability off and never fails the sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Read buyers' chat messages.
    ReadChat,
    /// Send chat messages as a person at a seat.
    SendChat,
    /// Send an order or a product as a card.
    SendCards,
    /// Read order cards.
    Orders,
    /// Read returns or disputes with their due dates.
    Disputes,
    /// Read the platform's notices.
    Notifications,
    /// Read system mail.
    Mail,
}

/// Whether a capability works, and if not, why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum CapabilityState {
    /// It works.
    On,
    /// The platform answered that it may not be used; `code` is the platform's own error word.
    Off {
        /// The platform's error code, such as `error_api_permission`, or `not_by_` and the way that has no call for it.
        code: String,
    },
    /// Not probed yet.
    Unknown,
}

impl CapabilityState {
    /// Whether the way to the platform has no call for it: then no permission would switch it on, and that it is off is no
    /// fault of the store.
    #[must_use]
    pub fn has_no_call(&self) -> bool {
        matches!(self, Self::Off { code } if code.starts_with("not_by_"))
    }
}
