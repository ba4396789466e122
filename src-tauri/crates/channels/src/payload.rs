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
    /// A mail with its headers.
    Mail,
}

/// Reads a payload received at `at` as the connectors do. `rules` matter for mails only.
///
/// # Errors
/// Why it cannot be read; a connector would quarantine it.
pub fn read_payload(
    kind: PayloadKind,
    bytes: &[u8],
    at: Timestamp,
    rules: &MailRules,
) -> Result<Reading, Flaw> {
    match kind {
        PayloadKind::ShopeePush => shopee::read_pushes(bytes),
        PayloadKind::ShopeeOrder => shopee::read_orders(bytes),
        PayloadKind::ShopeeReturn => shopee::read_returns(bytes),
        PayloadKind::ShopeeNotification => shopee::read_notifications(bytes, at),
        PayloadKind::AliexpressOrder => aliexpress::read_orders(bytes, at),
        PayloadKind::AliexpressIssue => aliexpress::read_disputes(bytes),
        PayloadKind::Mail => read_mail(bytes, at, rules),
    }
}
