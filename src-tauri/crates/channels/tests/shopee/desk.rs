//! A seller's desk for tests: a pretend shop, a connector, and everything it handed over.

#![expect(dead_code, reason = "each test file uses its own part of the desk")]

use channels::shopee::{ShopeeConfig, ShopeeConnector};
use channels::{Batch, ChannelError, Connector, Cursors, Now, Renewals, TokenVault, Tokens};
use domain::{
    Body, Capability, CapabilityState, DisputeSnapshot, IncomingEvent, IncomingMessage, IncomingNotification,
    OrderContact, OrderSnapshot, OutboxId, OutgoingReply, RawPayload, Secret, Timestamp,
};
use sandbox::shopee::{ShopSetup, Shopee, TokenPair};
use sandbox::{Core, ManualClock, Server};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What replies say.
pub(crate) const TEXT: &str = "您好，今天18:00前发货 👌";

/// A vault in memory that counts and can refuse.
#[derive(Default)]
pub(crate) struct Vault(Mutex<(Option<Tokens>, usize, bool)>, Renewals);

impl Vault {
    pub(crate) fn put(&self, pair: &TokenPair, now: Timestamp) {
        let until = Timestamp::from_second(now.as_second() + pair.expire_in).unwrap();
        self.0.lock().unwrap().0 = Some(Tokens {
            access: Secret::new(&pair.access),
            refresh: Secret::new(&pair.refresh),
            access_until: until,
            refresh_until: None,
        });
    }

    pub(crate) fn saves(&self) -> usize {
        self.0.lock().unwrap().1
    }

    pub(crate) fn access(&self) -> String {
        self.0.lock().unwrap().0.as_ref().unwrap().access.expose().to_owned()
    }

    pub(crate) fn refuse(&self, refuse: bool) {
        self.0.lock().unwrap().2 = refuse;
    }
}

impl TokenVault for Vault {
    fn load(&self) -> Result<Option<Tokens>, String> {
        Ok(self.0.lock().unwrap().0.clone())
    }

    fn save(&self, tokens: &Tokens) -> Result<(), String> {
        let mut held = self.0.lock().unwrap();
        if held.2 {
            return Err("locked".into());
        }
        held.0 = Some(tokens.clone());
        held.1 += 1;
        Ok(())
    }

    fn renewals(&self) -> Renewals {
        Arc::clone(&self.1)
    }
}

pub(crate) struct Desk {
    pub(crate) clock: ManualClock,
    pub(crate) core: Core,
    pub(crate) shop: Shopee,
    pub(crate) vault: Arc<Vault>,
    pub(crate) connector: ShopeeConnector,
    pub(crate) events: Vec<IncomingEvent>,
    pub(crate) raw: Vec<RawPayload>,
    pub(crate) quarantined: Vec<RawPayload>,
    pub(crate) contacts: Vec<OrderContact>,
    cursors: Cursors,
    capabilities: BTreeMap<Capability, CapabilityState>,
    server: Server,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    pub(crate) async fn open_with(change: impl FnOnce(&mut ShopeeConfig)) -> Self {
        Self::build(change, Duration::ZERO).await
    }

    /// A desk whose own clock runs ahead of the platform's.
    pub(crate) async fn open_skewed(ahead: Duration) -> Self {
        Self::build(|_| {}, ahead).await
    }

    /// A desk that looks for the platform at another address, with the tokens of `desk`.
    pub(crate) async fn open_at(host: &str, desk: &Self) -> Self {
        let host = host.to_owned();
        let gone = Self::build(move |config| config.host = host, Duration::ZERO).await;
        gone.vault.put(
            &TokenPair { access: desk.vault.access(), refresh: "r".into(), expire_in: 14_400 },
            desk.clock.now(),
        );
        gone
    }

    async fn build(change: impl FnOnce(&mut ShopeeConfig), ahead: Duration) -> Self {
        let clock = ManualClock::at(Timestamp::from_second(1_700_000_000).unwrap());
        let core = Core::new(clock.reader());
        let shop = Shopee::new(core.clone(), ShopSetup::default());
        let server = shop.start().await.unwrap();
        let mut config = config(&shop, &server);
        change(&mut config);
        let vault = Arc::new(Vault::default());
        vault.put(&shop.authorise(), clock.now());
        let own = clock.clone();
        let now: Now = Arc::new(move || own.now() + ahead);
        let connector = ShopeeConnector::new(config, Arc::<Vault>::clone(&vault), now).unwrap();
        Self {
            clock,
            core,
            shop,
            vault,
            connector,
            events: Vec::new(),
            raw: Vec::new(),
            quarantined: Vec::new(),
            contacts: Vec::new(),
            cursors: Cursors::new(),
            capabilities: BTreeMap::new(),
            server,
        }
    }

    pub(crate) fn config(&self) -> ShopeeConfig {
        config(&self.shop, &self.server)
    }

    /// How far was read.
    pub(crate) fn cursors(&self) -> Cursors {
        self.cursors.clone()
    }

    pub(crate) fn now(&self) -> Now {
        self.clock.reader()
    }

    /// The seller authorises again, as after a long absence.
    pub(crate) fn renew_tokens(&mut self) {
        self.vault.put(&self.shop.authorise(), self.clock.now());
        self.restart();
    }

    /// The program ends and starts again: only cursors and vault remain.
    pub(crate) fn restart(&mut self) {
        self.connector = self.other_line();
    }

    /// Another line of the same shop, as there is one for a moment when its settings change.
    pub(crate) fn other_line(&self) -> ShopeeConnector {
        ShopeeConnector::new(self.config(), Arc::<Vault>::clone(&self.vault), self.now()).unwrap()
    }

    /// One round, taken in as the engine would.
    pub(crate) async fn round(&mut self) -> Result<Batch, ChannelError> {
        let batch = self.connector.poll(&self.cursors).await?;
        assert!(
            batch.quarantined.is_empty(),
            "the pretend shop makes no broken payloads: {:?}",
            batch.quarantined
        );
        self.take_in(&batch);
        Ok(batch)
    }

    /// Rounds until there is no more.
    pub(crate) async fn sync(&mut self) {
        for _ in 0..200 {
            let batch = self.round().await.unwrap();
            self.connector.committed(&batch).await;
            if !batch.more {
                return;
            }
        }
        panic!("a sync must come to an end");
    }

    /// As [`Desk::sync`], where broken payloads are expected; they are kept in `quarantined`.
    pub(crate) async fn sync_with_quarantine(&mut self) {
        for _ in 0..200 {
            let batch = self.connector.poll(&self.cursors).await.unwrap();
            self.quarantined.extend(batch.quarantined.iter().map(|bad| bad.raw.clone()));
            self.take_in(&batch);
            self.connector.committed(&batch).await;
            if !batch.more {
                return;
            }
        }
        panic!("a sync must come to an end");
    }

    fn take_in(&mut self, batch: &Batch) {
        self.contacts.extend(batch.contacts.iter().cloned());
        self.cursors.extend(batch.cursors.clone());
        self.capabilities.extend(batch.capabilities.clone());
        for received in &batch.received {
            self.raw.push(received.raw.clone());
            self.events.extend(received.events.clone());
        }
    }

    /// As [`Desk::sync`], for a line that breaks: tries until two rounds in a row bring nothing.
    pub(crate) async fn sync_through_failures(&mut self) {
        let mut quiet = 0;
        for _ in 0..200 {
            match self.round().await {
                Ok(batch) if batch.received.is_empty() && !batch.more => quiet += 1,
                Ok(_) | Err(_) => quiet = 0,
            }
            if quiet == 2 {
                return;
            }
        }
        panic!("a sync must come to an end");
    }

    pub(crate) fn forget_events(&mut self) {
        self.events.clear();
    }

    pub(crate) fn messages(&self) -> Vec<IncomingMessage> {
        self.pick(|event| if let IncomingEvent::Message(m) = event { Some(m.clone()) } else { None })
    }

    pub(crate) fn distinct_messages(&self) -> usize {
        self.messages().into_iter().map(|m| m.provider_id).collect::<BTreeSet<_>>().len()
    }

    pub(crate) fn notices(&self) -> Vec<IncomingNotification> {
        self.pick(|event| if let IncomingEvent::Notification(n) = event { Some(n.clone()) } else { None })
    }

    pub(crate) fn orders(&self) -> Vec<OrderSnapshot> {
        self.pick(|event| if let IncomingEvent::Order(o) = event { Some(o.clone()) } else { None })
    }

    pub(crate) fn disputes(&self) -> Vec<DisputeSnapshot> {
        self.pick(|event| if let IncomingEvent::Dispute(d) = event { Some(d.clone()) } else { None })
    }

    /// One line for each event, to compare what two desks saw.
    pub(crate) fn event_ids(&self) -> Vec<String> {
        self.pick(|event| {
            Some(match event {
                IncomingEvent::Message(m) => format!("message {}", m.provider_id),
                IncomingEvent::Notification(n) => format!("notice {}", n.provider_id),
                IncomingEvent::Order(o) => format!("order {} {}", o.order_no, o.status),
                IncomingEvent::Dispute(d) => format!("dispute {} {}", d.provider_id, d.status),
                IncomingEvent::Mail(_) => return None,
            })
        })
    }

    pub(crate) fn capability(&self, capability: Capability) -> Option<CapabilityState> {
        self.capabilities.get(&capability).cloned()
    }

    pub(crate) fn refreshes(&self) -> usize {
        self.core.ledger.calls_with("auth/access_token/get").len()
    }

    /// A little of every stream.
    pub(crate) fn seed_of_everything(&self) {
        for buyer in 1..=28 {
            self.shop.buyer_says(buyer, "hi");
            self.clock.advance(Duration::from_secs(1));
        }
        for n in 0..30 {
            self.shop.buyer_says(29, &format!("line {n}"));
            self.clock.advance(Duration::from_secs(1));
        }
        self.shop.notify("a notice", "words", "https://seller.example");
        self.shop.put_order("A1", &json!({}));
        self.shop.put_return("R1", "A1", &json!({}));
    }

    /// What an undisturbed desk sees of [`Desk::seed_of_everything`].
    pub(crate) async fn twin_events() -> Vec<String> {
        let mut desk = Self::open().await;
        desk.seed_of_everything();
        desk.sync().await;
        desk.event_ids()
    }

    fn pick<T>(&self, pick: impl Fn(&IncomingEvent) -> Option<T>) -> Vec<T> {
        self.events.iter().filter_map(pick).collect()
    }
}

fn config(shop: &Shopee, server: &Server) -> ShopeeConfig {
    let setup = shop.setup();
    let key = Secret::new(&setup.partner_key);
    ShopeeConfig::new(server.base(), setup.partner_id, key, setup.shop_id, setup.region.clone())
}

/// A reply to a buyer.
pub(crate) fn reply_to(buyer: &str, text: &str) -> OutgoingReply {
    OutgoingReply {
        id: OutboxId(1),
        client_id: "c1".into(),
        conversation_key: String::new(),
        buyer_key: buyer.into(),
        body: Body::from_text(text),
    }
}
