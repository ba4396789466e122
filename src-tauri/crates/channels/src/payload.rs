//! One door for payloads of every kind, for whoever has one as a file.

use crate::mail::{MailRules, read_mail};
use crate::{Reading, aliexpress, shopee};
use domain::{Flaw, Timestamp};

/// What a payload claims to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PayloadKind {
    /// A push of Shopee, or its list of lost ones.
    ShopeePush,
    /// An answer with Shopee orders.
    ShopeeOrder,
    /// An answer with Shopee returns.
    ShopeeReturn,
    /// An answer with notices of Shopee's Seller Centre.
    ShopeeNotification,
    /// An answer with AliExpress orders, or an order push.
    AliexpressOrder,
    /// An answer with AliExpress disputes.
    AliexpressIssue,
    /// An answer of AliExpress's partner IM interface: messages of a buyer, or conversations.
    AliexpressIm,
    /// An answer of AliExpress's old message interface: messages of a conversation, or conversations.
    AliexpressLegacy,
    /// A page of AliExpress Russia's stream.
    AliexpressRussia,
    /// A mail with its headers.
    Mail,
}

/// What is known of a payload besides its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// When it was received.
    pub at: Timestamp,
    /// How mails are judged.
    pub rules: &'a MailRules,
    /// The store's own login in its chats, which tells who wrote a message where the answer itself does not.
    pub login: Option<&'a str>,
}

/// Reads a payload as the connectors do.
///
/// # Errors
/// Why it cannot be read; a connector would quarantine it.
pub fn read_payload(kind: PayloadKind, bytes: &[u8], known: Circumstances<'_>) -> Result<Reading, Flaw> {
    let Circumstances { at, rules, login } = known;
    match kind {
        PayloadKind::ShopeePush => shopee::read_pushes(bytes),
        PayloadKind::ShopeeOrder => shopee::read_orders(bytes),
        PayloadKind::ShopeeReturn => shopee::read_returns(bytes),
        PayloadKind::ShopeeNotification => shopee::read_notifications(bytes, at),
        PayloadKind::AliexpressOrder => aliexpress::read_orders(bytes, at),
        PayloadKind::AliexpressIssue => aliexpress::read_disputes(bytes),
        PayloadKind::AliexpressIm => aliexpress::read_im(bytes),
        PayloadKind::AliexpressLegacy => aliexpress::read_legacy(bytes, login),
        PayloadKind::AliexpressRussia => aliexpress::read_russian(bytes, login),
        PayloadKind::Mail => read_mail(bytes, at, rules),
    }
}
