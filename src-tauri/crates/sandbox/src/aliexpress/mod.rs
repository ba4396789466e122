//! A pretend AliExpress: both gateways' rules, chat, orders and disputes.
//!
//! Every signature, timestamp and token is checked as the platform's documents say. Rows are put in by methods of
//! [`AliExpress`]; what was sent is in its ledger; what goes wrong is armed in its faults.

mod answer;
mod call;
mod gate;
mod im;
mod issue;
mod legacy;
mod sign;
mod state;
mod token;
mod trade;
mod zone;

use crate::{Clock, Core, Faults, Ledger, Server, serve};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::{any, get};
use call::{Call, Door};
use state::Inner;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use state::{App, Area, Line, PretendDispute, PretendOrder};
pub use token::Pair;

/// A running pretend AliExpress; dropping it stops it.
pub struct AliExpress {
    core: Core,
    shop: Shop,
    server: Server,
}

/// The shop's data. Clones share it.
#[derive(Clone)]
struct Shop {
    clock: Clock,
    ledger: Ledger,
    inner: Arc<Mutex<Inner>>,
}

impl Shop {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_ms(&self) -> i64 {
        domain::to_ms((self.clock)())
    }
}

impl AliExpress {
    /// Starts on a free port with an empty shop.
    ///
    /// # Errors
    /// If no port can be had.
    pub async fn start(app: App, clock: Clock) -> io::Result<Self> {
        let core = Core::new(clock);
        let shop = Shop {
            clock: Arc::clone(&core.clock),
            ledger: core.ledger.clone(),
            inner: Arc::new(Mutex::new(Inner::new(app))),
        };
        let router = Router::new()
            .route("/oauth/authorize", get(authorize))
            .route("/sync", any(sync))
            .route("/router/rest", any(old))
            .route("/rest/{*path}", any(rest))
            .with_state(shop.clone());
        let server = serve(router, core.clone()).await?;
        Ok(Self { core, shop, server })
    }

    /// The gateway's address.
    #[must_use]
    pub fn base(&self) -> String {
        self.server.base()
    }

    /// What was called and sent.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.core.ledger.clone()
    }

    /// What goes wrong.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.core.faults.clone()
    }

    /// Issues a pair of tokens, as if the owner had authorised the app just now.
    #[must_use]
    pub fn authorise(&self) -> Pair {
        let now = self.shop.now_ms();
        self.shop.lock().tokens.issue(now)
    }

    /// The seller comes under a restriction, or out of it.
    pub fn freeze(&self, frozen: bool) {
        self.shop.lock().frozen = frozen;
    }

    /// Calls are taken from listed addresses only from now on, and 203.0.113.7, as which the caller is seen, is not.
    pub fn unlist_caller(&self, unlisted: bool) {
        self.shop.lock().unlisted = unlisted;
    }

    /// Issues an authorisation code: valid once.
    #[must_use]
    pub fn authorisation_code(&self) -> String {
        self.shop.lock().tokens.code()
    }

    /// How long tokens issued from now on live; a refresh life of zero means that they cannot be renewed.
    pub fn token_lives(&self, access: Duration, refresh: Duration) {
        self.shop.lock().tokens.set_lives(access, refresh);
    }

    /// Ends every access token at once; refresh tokens stay.
    pub fn expire_access_tokens(&self) {
        self.shop.lock().tokens.expire_access();
    }

    /// Grants or takes away the permission for a part of the interface.
    pub fn permit(&self, area: Area, granted: bool) {
        self.shop.lock().set_permission(area, granted);
    }

    /// Lets the session list tell nothing but buyer ids, as the platform does not say what else is in it.
    pub fn bare_sessions(&self, bare: bool) {
        self.shop.lock().bare_sessions = bare;
    }

    /// Lets the list of orders not tell where they go, as the platform does.
    pub fn bare_orders(&self, bare: bool) {
        self.shop.lock().bare_orders = bare;
    }

    /// A text from a buyer; returns the message id. The buyer is made if there was none.
    pub fn buyer_says(&self, buyer_id: u64, text: &str) -> String {
        self.buyer_sends(buyer_id, 1, &serde_json::json!({ "txt": text }).to_string())
    }

    /// A message of any template from a buyer; `content` is put in as it is. Returns the message id.
    pub fn buyer_sends(&self, buyer_id: u64, template: i64, content: &str) -> String {
        self.put(im::Message::from_buyer(buyer_id, template, content))
    }

    /// A text written at a seller seat elsewhere; returns the message id.
    pub fn seller_says(&self, buyer_id: u64, text: &str) -> String {
        self.put(im::Message::from_seller(buyer_id, 1, &serde_json::json!({ "txt": text }).to_string()))
    }

    /// A line by the platform in a chat; returns the message id.
    pub fn system_says(&self, buyer_id: u64, text: &str) -> String {
        self.put(im::Message::from_system(buyer_id, &serde_json::json!({ "txt": text }).to_string()))
    }

    /// An automatic answer on the seller's side; returns the message id.
    pub fn auto_replies(&self, buyer_id: u64, text: &str) -> String {
        self.put(im::Message::automatic(buyer_id, &serde_json::json!({ "txt": text }).to_string()))
    }

    /// Makes a buyer known by nickname and country (ISO 3166); both are then in the session list.
    pub fn add_buyer(&self, buyer_id: u64, name: &str, country: &str) {
        self.shop.lock().buyers.insert(buyer_id, (name.to_owned(), country.to_owned()));
    }

    /// Message ids from now on lie at least `count` above those before: a platform that was filled again after a restart
    /// must never use one for something else.
    pub fn skip_ids(&self, count: u64) {
        self.shop.lock().chat.skipped += count;
    }

    /// How many messages of a buyer are not marked as read.
    #[must_use]
    pub fn unread_of(&self, buyer_id: u64) -> u64 {
        self.shop.lock().chat.unread.get(&buyer_id).copied().unwrap_or_default()
    }

    /// The shop has a product, which can be sent as a card. Those in its orders it has anyway.
    pub fn add_product(&self, product_id: u64) {
        self.shop.lock().products.insert(product_id);
    }

    /// Puts an order in, or in place of the one with the same number.
    pub fn put_order(&self, order: PretendOrder) {
        self.shop.lock().orders.insert(order.order_id, order);
    }

    /// Puts a dispute in, or in place of the one with the same id.
    pub fn put_dispute(&self, dispute: PretendDispute) {
        self.shop.lock().disputes.insert(dispute.issue_id, dispute);
    }

    /// The body of an order push and its signature header.
    #[must_use]
    pub fn order_push(&self, order_id: u64, last: &str, status: &str) -> (Vec<u8>, String) {
        let at = self.shop.now_ms();
        let inner = self.shop.lock();
        trade::push(&inner.app, order_id, (last, status), at)
    }

    fn put(&self, message: im::Message) -> String {
        let now = self.shop.now_ms();
        self.shop.lock().chat.put(message, now).to_string()
    }
}

async fn sync(State(shop): State<Shop>, RawQuery(query): RawQuery, body: Bytes) -> Response {
    gate::handle(&shop, &Call::read(Door::Sync, query.as_deref(), &body))
}

/// The page on which a seller authorises an app. This one agrees at once, and goes back with a code and the state.
async fn authorize(State(shop): State<Shop>, RawQuery(query): RawQuery) -> Response {
    token::authorize(&shop, query.as_deref().unwrap_or_default())
}

async fn old(State(shop): State<Shop>, RawQuery(query): RawQuery, body: Bytes) -> Response {
    gate::handle(&shop, &Call::read(Door::Old, query.as_deref(), &body))
}

async fn rest(
    State(shop): State<Shop>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    gate::handle(&shop, &Call::read(Door::Rest(path), query.as_deref(), &body))
}
