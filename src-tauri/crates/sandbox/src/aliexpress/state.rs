//! What the pretend shop knows.

use super::im::Chat;
use super::token::Tokens;
use domain::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The app that calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its key.
    pub key: String,
    /// Its secret.
    pub secret: String,
    /// Whether message paths must be signed with a leading slash.
    pub leading_slash: bool,
}

/// A part of the interface that needs its own permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// Buying and renewing tokens; always permitted.
    Tokens,
    /// What the platform says of the seller.
    Profile,
    /// The partner IM interface.
    PartnerIm,
    /// The old message interface; not permitted unless granted, as on the platform.
    LegacyMessages,
    /// Orders.
    Orders,
    /// Where orders go.
    Addresses,
    /// Disputes.
    Disputes,
}

/// A line of a pretend order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The product.
    pub title: String,
    /// Its id, by which it can be sent as a card.
    pub product_id: u64,
    /// Its SKU.
    pub sku: String,
    /// How many.
    pub count: u32,
    /// The line's amount, such as `12.30`; in another currency than euros with its code, such as `189.90 BRL`.
    pub amount: String,
}

/// An order put in by a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PretendOrder {
    /// Its number.
    pub order_id: u64,
    /// The buyer's login.
    pub buyer_login: String,
    /// The platform's word for its state.
    pub status: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// When it was made and paid.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When the platform acts by itself; answers tell the time that is left.
    pub until: Option<Timestamp>,
}

/// A dispute put in by a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PretendDispute {
    /// Its id.
    pub issue_id: u64,
    /// The order.
    pub parent_order_id: u64,
    /// The buyer's login.
    pub buyer_login: String,
    /// The detail's word for its state; `finish` and `canceled_issue` take it off the list under way.
    pub status: String,
    /// What the buyer says.
    pub reason: String,
    /// When it was raised.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// When the seller's time ends.
    pub due: Option<Timestamp>,
}

/// The shop behind its lock.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) app: App,
    pub(super) tokens: Tokens,
    pub(super) chat: Chat,
    pub(super) orders: BTreeMap<u64, PretendOrder>,
    pub(super) disputes: BTreeMap<u64, PretendDispute>,
    pub(super) bare_sessions: bool,
    /// The list of orders does not tell where they go.
    pub(super) bare_orders: bool,
    /// The seller is under a restriction.
    pub(super) frozen: bool,
    /// Calls are taken from listed addresses only, and the caller's is not listed.
    pub(super) unlisted: bool,
    /// The products that are in no order.
    pub(super) products: BTreeSet<u64>,
    /// Nickname and country of the buyers that were made known.
    pub(super) buyers: BTreeMap<u64, (String, String)>,
    denied: BTreeSet<Area>,
}

impl Inner {
    pub(super) fn new(app: App) -> Self {
        Self {
            app,
            tokens: Tokens::default(),
            chat: Chat::default(),
            orders: BTreeMap::new(),
            disputes: BTreeMap::new(),
            bare_sessions: false,
            bare_orders: false,
            frozen: false,
            unlisted: false,
            products: BTreeSet::new(),
            buyers: BTreeMap::new(),
            denied: BTreeSet::from([Area::LegacyMessages]),
        }
    }

    pub(super) fn set_permission(&mut self, area: Area, granted: bool) {
        if granted {
            self.denied.remove(&area);
        } else {
            self.denied.insert(area);
        }
    }

    /// Whether the shop has a product: it was put in, or it was bought.
    pub(super) fn has_product(&self, id: u64) -> bool {
        let mut bought = self.orders.values().flat_map(|order| &order.lines);
        self.products.contains(&id) || bought.any(|line| line.product_id == id)
    }

    pub(super) fn is_permitted(&self, area: Area) -> bool {
        !self.denied.contains(&area)
    }
}
