//! A pretend local interface of AliExpress Russia: a token of the seller cabinet, one stream of all conversations.
//!
//! The calls, the envelope and the errors are the published ones. What a row looks like, how rows are ordered and what a
//! position means is not published, so a test chooses: [`Manner`].

mod http;
mod state;
mod token;

use crate::{Clock, Core, Faults, Ledger, Server, serve};
use serde_json::{Value, json};
use state::Inner;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use state::{Leads, Manner, OWN_LOGIN, Spelling};

/// A running pretend interface; dropping it stops it.
pub struct Russia {
    core: Core,
    shop: Shop,
    server: Server,
}

/// The shop's data. Clones share it.
#[derive(Clone)]
pub(crate) struct Shop {
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

impl Russia {
    /// Starts on a free port with an empty shop.
    ///
    /// # Errors
    /// If no port can be had.
    pub async fn start(clock: Clock) -> io::Result<Self> {
        let core = Core::new(clock);
        let inner = Arc::new(Mutex::new(Inner::default()));
        let shop = Shop { clock: Arc::clone(&core.clock), ledger: core.ledger.clone(), inner };
        let server = serve(http::router(shop.clone()), core.clone()).await?;
        Ok(Self { core, shop, server })
    }

    /// The interface's address.
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

    /// A token as the seller makes it in the cabinet: a JSON Web Token that ends after so many seconds, or that never
    /// does.
    #[must_use]
    pub fn token(&self, lives_s: Option<i64>) -> String {
        let now_s = self.shop.now_ms() / 1_000;
        self.shop.lock().tokens.issue(now_s, lives_s)
    }

    /// No token that was made so far is good any more.
    pub fn revoke_tokens(&self) {
        self.shop.lock().tokens.revoke();
    }

    /// Takes away the permission for the calls with `part` in their path, or gives it back.
    pub fn permit(&self, part: &str, granted: bool) {
        let denied = &mut self.shop.lock().denied;
        denied.retain(|known| known != part);
        if !granted {
            denied.push(part.to_owned());
        }
    }

    /// How the stream is listed from now on.
    pub fn behave(&self, manner: Manner) {
        self.shop.lock().manner = manner;
    }

    /// The answer to a new message says yes without its number, or no longer.
    pub fn bare_answers(&self, bare: bool) {
        self.shop.lock().bare_answers = bare;
    }

    /// A text from a buyer; returns the message's number.
    pub fn buyer_says(&self, buyer: &str, text: &str) -> u64 {
        self.buyer_sends(buyer, "text", json!({ "text": text }))
    }

    /// A message of any type from a buyer; returns its number.
    pub fn buyer_sends(&self, buyer: &str, kind: &str, payload: Value) -> u64 {
        self.put(buyer, OWN_LOGIN, kind, payload)
    }

    /// A text written at a seller seat elsewhere; returns the message's number.
    pub fn seller_says(&self, buyer: &str, text: &str) -> u64 {
        self.put(OWN_LOGIN, buyer, "text", json!({ "text": text }))
    }

    /// The next message waits: it is listed when [`Russia::show_late`] is called, with a number from before.
    pub fn hold_next(&self) {
        self.shop.lock().hold_next = true;
    }

    /// What was held back is listed now.
    pub fn show_late(&self) {
        self.shop.lock().show_late();
    }

    /// A message is not listed any more.
    pub fn recall(&self, id: u64) {
        self.shop.lock().messages.retain(|message| message.id != id);
    }

    /// How many messages of a buyer lie after the mark that says how far they were read.
    #[must_use]
    pub fn unread_of(&self, buyer: &str) -> usize {
        self.shop.lock().unread_of(buyer)
    }

    fn put(&self, from: &str, to: &str, kind: &str, payload: Value) -> u64 {
        let now = self.shop.now_ms();
        self.shop.lock().put((from, to), kind, payload, now)
    }
}
