//! What the pretend platform knows, and the ways to let things happen there.

use crate::server::{Core, Server, serve};
use domain::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An access token lives four hours.
pub(super) const ACCESS_LIFE_S: i64 = 14_400;
/// After a refresh the old access token stays good for five minutes.
pub(super) const OVERLAP_S: i64 = 300;

/// The shop and the application that may see it.
#[derive(Debug, Clone)]
pub struct ShopSetup {
    /// The application's id.
    pub partner_id: u64,
    /// The application's key.
    pub partner_key: String,
    /// The shop's id.
    pub shop_id: u64,
    /// The user id of the shop's own account.
    pub shop_user_id: u64,
    /// The shop's name in chats.
    pub shop_name: String,
    /// The shop's market, such as `SG`.
    pub region: String,
    /// The merchant that the shop belongs to, and its company; 0 for a shop of its own.
    pub merchant: (u64, String),
}

impl Default for ShopSetup {
    fn default() -> Self {
        Self {
            partner_id: 1_000_042,
            partner_key: "demo_partner_key_0123456789abcdef".into(),
            shop_id: 555_000_111,
            shop_user_id: 910_001,
            shop_name: "tidebell.demo".into(),
            region: "SG".into(),
            merchant: (777_000_222, "深圳潮铃科技有限责任公司".into()),
        }
    }
}

/// A pair of tokens as an authorisation gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPair {
    /// For calls.
    pub access: String,
    /// For the next pair, once.
    pub refresh: String,
    /// Seconds until `access` ends.
    pub expire_in: i64,
}

/// A message as a buyer (or the shop elsewhere) writes it.
#[derive(Debug, Clone)]
pub struct BuyerMessage {
    /// The buyer's user id.
    pub buyer: u64,
    /// The platform's word for the type.
    pub kind: String,
    /// The content, as the type has it.
    pub content: Value,
    /// The order the message was written from.
    pub order_sn: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) id: u64,
    pub(super) from_shop: bool,
    pub(super) kind: String,
    pub(super) content: Value,
    pub(super) at: Timestamp,
    pub(super) status: String,
    pub(super) source: String,
    /// From where it was written: an order, a product, or nothing.
    pub(super) from: Value,
}

#[derive(Debug)]
pub(super) struct Conversation {
    pub(super) buyer: u64,
    pub(super) pinned: bool,
    pub(super) unread: u64,
    pub(super) last_ns: i128,
    /// Oldest first.
    pub(super) messages: Vec<Message>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Access {
    pub(super) until: Timestamp,
    /// Given to a main account: it opens the merchant as well.
    pub(super) main: bool,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) conversations: BTreeMap<u64, Conversation>,
    pub(super) buyers: BTreeMap<u64, String>,
    pub(super) notices: Vec<Value>,
    pub(super) newest_first: bool,
    pub(super) orders: BTreeMap<String, Value>,
    pub(super) returns: BTreeMap<String, Value>,
    /// The products that are in no order.
    pub(super) items: BTreeSet<u64>,
    pub(super) access: BTreeMap<String, Access>,
    pub(super) refresh: BTreeSet<String>,
    pub(super) codes: BTreeMap<String, Timestamp>,
    pub(super) denied: BTreeMap<String, String>,
    /// The platform's word for the shop's state; empty for a normal one.
    pub(super) status: String,
    /// When the seller's authorisation ends.
    pub(super) authorised_until: Option<Timestamp>,
    /// The seller signs in at the authorisation page as this main account.
    pub(super) main_account: Option<u64>,
    /// The caller's address is not in the application's list.
    pub(super) unlisted: bool,
    /// Uploaded pictures by their ids.
    pub(super) pictures: BTreeMap<String, Vec<u8>>,
    pub(super) lost: Vec<(u64, Value)>,
    pub(super) serial: u64,
    /// From this notice on (counted from 0), numbers are higher by the second.
    pub(super) notice_gap: (usize, usize),
}

impl State {
    pub(super) fn next(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// The number of a notice, which is what its list is paged by.
    pub(super) const fn notice_number(&self, index: usize) -> usize {
        let (from, gap) = self.notice_gap;
        if index < from { index + 1 } else { index + 1 + gap }
    }
}

/// The pretend platform. Clones are the same one.
#[derive(Clone)]
pub struct Shopee {
    pub(super) core: Core,
    pub(super) setup: Arc<ShopSetup>,
    state: Arc<Mutex<State>>,
}

impl Shopee {
    /// A platform with one empty shop.
    #[must_use]
    pub fn new(core: Core, setup: ShopSetup) -> Self {
        Self { core, setup: Arc::new(setup), state: Arc::default() }
    }

    /// Starts its HTTP side.
    ///
    /// # Errors
    /// If no port can be had.
    pub async fn start(&self) -> io::Result<Server> {
        serve(self.router(), self.core.clone()).await
    }

    /// Who the shop and the application are.
    #[must_use]
    pub fn setup(&self) -> &ShopSetup {
        &self.setup
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.core.clock)()
    }

    /// The seller authorises the application: a pair of tokens as the exchange of a code gives it.
    #[must_use]
    pub fn authorise(&self) -> TokenPair {
        let now = self.now();
        let mut state = self.state();
        let serial = state.next();
        let pair = TokenPair {
            access: format!("access{serial:06}"),
            refresh: format!("refresh{serial:06}"),
            expire_in: ACCESS_LIFE_S,
        };
        let until = Timestamp::from_second(now.as_second() + ACCESS_LIFE_S).unwrap_or(now);
        state.access.insert(pair.access.clone(), Access { until, main: false });
        state.refresh.insert(pair.refresh.clone());
        pair
    }

    /// The seller authorises the application: the code of the redirect, good once and for ten minutes.
    #[must_use]
    pub fn issue_code(&self) -> String {
        let until = Timestamp::from_second(self.now().as_second() + 600).unwrap_or(Timestamp::MAX);
        let mut state = self.state();
        let code = format!("code{:06}", state.next());
        state.codes.insert(code.clone(), until);
        code
    }

    /// The platform calls the shop this from now on: `NORMAL`, `FROZEN`, `BANNED`.
    pub fn set_shop_status(&self, status: &str) {
        status.clone_into(&mut self.state().status);
    }

    /// The seller's authorisation ends then; without this, a year from now.
    pub fn set_authorised_until(&self, until: Timestamp) {
        self.state().authorised_until = Some(until);
    }

    /// Calls are taken from listed addresses only from now on, and 203.0.113.7, as which the caller is seen, is not.
    pub fn unlist_caller(&self, unlisted: bool) {
        self.state().unlisted = unlisted;
    }

    /// Every access token ends now; refresh tokens stay good.
    pub fn expire_access(&self) {
        self.state().access.clear();
    }

    /// The seller takes the authorisation back.
    pub fn revoke(&self) {
        let mut state = self.state();
        state.access.clear();
        state.refresh.clear();
    }

    /// Calls whose path contains `module` (such as `sellerchat`) are answered with this error from now on.
    pub fn deny(&self, module: &str, code: &str) {
        self.state().denied.insert(module.to_owned(), code.to_owned());
    }

    /// Takes [`Shopee::deny`] back.
    pub fn permit(&self, module: &str) {
        self.state().denied.remove(module);
    }

    /// Ids and notice numbers from now on lie at least `count` above those before: a platform that was filled again after
    /// a restart must never use one for something else.
    pub fn skip_ids(&self, count: u64) {
        let mut state = self.state();
        state.serial += count;
        state.notice_gap = (state.notices.len(), usize::try_from(count).unwrap_or(usize::MAX / 2));
    }

    /// Makes a buyer known by a nickname.
    pub fn add_buyer(&self, buyer: u64, name: &str) {
        self.state().buyers.insert(buyer, name.to_owned());
    }

    /// A buyer writes words. Returns the message's id.
    pub fn buyer_says(&self, buyer: u64, text: &str) -> String {
        self.buyer_sends(BuyerMessage {
            buyer,
            kind: "text".into(),
            content: json!({ "text": text }),
            order_sn: None,
        })
    }

    /// A buyer writes a message of any type. Returns its id.
    pub fn buyer_sends(&self, message: BuyerMessage) -> String {
        let BuyerMessage { buyer, kind, content, order_sn } = message;
        let from = order_sn.map_or_else(|| json!({}), |sn| json!({ "order_sn": sn }));
        self.add(buyer, false, &kind, content, "user_chat", "android", from).id.to_string()
    }

    /// A buyer writes words from the page of a product, which the shop has then. Returns the message's id.
    pub fn buyer_asks_about(&self, buyer: u64, item: u64, text: &str) -> String {
        self.add_item(item);
        let (content, from) = (json!({ "text": text }), json!({ "item_id": item }));
        self.add(buyer, false, "text", content, "user_chat", "android", from).id.to_string()
    }

    /// The shop has a product, which can be sent as a card. Those in its orders it has anyway.
    pub fn add_item(&self, item: u64) {
        self.state().items.insert(item);
    }

    /// Somebody answers elsewhere: `source` is the platform's word for the place, such as `ios` or `new_webchat`.
    pub fn seller_says(&self, buyer: u64, text: &str, source: &str) -> String {
        self.add(buyer, true, "text", json!({ "text": text }), "normal", source, json!({})).id.to_string()
    }

    /// The platform's automatic answer.
    pub fn auto_reply(&self, buyer: u64, text: &str) -> String {
        self.add(buyer, true, "text", json!({ "text": text }), "auto_reply", "chatbot", json!({}))
            .id
            .to_string()
    }

    /// Pins a buyer's conversation to the top of the list.
    pub fn pin(&self, buyer: u64) {
        let id = conversation_id(buyer);
        if let Some(conversation) = self.state().conversations.get_mut(&id) {
            conversation.pinned = true;
        }
    }

    /// A buyer's conversation was read, here or elsewhere.
    pub fn read(&self, buyer: u64) {
        let id = conversation_id(buyer);
        if let Some(conversation) = self.state().conversations.get_mut(&id) {
            conversation.unread = 0;
        }
    }

    /// How many messages of a buyer's conversation are unread; 0 for one that is read.
    #[must_use]
    pub fn unread_of(&self, buyer: u64) -> u64 {
        self.state().conversations.get(&conversation_id(buyer)).map_or(0, |conversation| conversation.unread)
    }

    /// Every picture that was uploaded, in the order of their ids.
    #[must_use]
    pub fn pictures(&self) -> Vec<Vec<u8>> {
        self.state().pictures.values().cloned().collect()
    }

    /// A message is taken back by whoever wrote it.
    pub fn delete_message(&self, message_id: &str) {
        for conversation in self.state().conversations.values_mut() {
            conversation.messages.retain(|message| message.id.to_string() != message_id);
        }
    }

    /// The platform holds a sent message back (`blocked`, `censored_blacklist`).
    pub fn set_status(&self, message_id: &str, status: &str) {
        let mut state = self.state();
        let messages = state.conversations.values_mut().flat_map(|c| c.messages.iter_mut());
        for message in messages.filter(|message| message.id.to_string() == message_id) {
            status.clone_into(&mut message.status);
        }
    }

    /// The platform's conversation id of a buyer.
    #[must_use]
    pub fn conversation_of(&self, buyer: u64) -> String {
        conversation_id(buyer).to_string()
    }

    #[expect(clippy::too_many_arguments, reason = "one private place where a message is made")]
    pub(super) fn add(
        &self,
        buyer: u64,
        from_shop: bool,
        kind: &str,
        content: Value,
        status: &str,
        source: &str,
        from: Value,
    ) -> Message {
        let at = self.now();
        let mut state = self.state();
        let serial = state.next();
        let message = Message {
            id: 2_300_000_000_000_000_000 + serial,
            from_shop,
            kind: kind.to_owned(),
            content,
            at,
            status: status.to_owned(),
            source: source.to_owned(),
            from,
        };
        state.buyers.entry(buyer).or_insert_with(|| format!("buyer{buyer}"));
        let conversation = state.conversations.entry(conversation_id(buyer)).or_insert(Conversation {
            buyer,
            pinned: false,
            unread: 0,
            last_ns: 0,
            messages: Vec::new(),
        });
        conversation.messages.push(message.clone());
        conversation.last_ns = at.as_nanosecond();
        conversation.unread = if from_shop { 0 } else { conversation.unread + 1 };
        message
    }
}

/// 19 digits, as the platform's.
pub(super) fn conversation_id(buyer: u64) -> u64 {
    1_400_000_000_000_000_000 + buyer
}
