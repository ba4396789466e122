//! A pretend Shopee shop behind an engine, with the house's clock.

use super::{House, ManualClock};
use channels::shopee::{ShopeeConfig, ShopeeConnector};
use channels::{Connector, TokenVault, Tokens};
use domain::{ConversationId, ConversationKind, Platform, Secret, StoreId, Timestamp};
use engine::{Clock as _, Engine};
use sandbox::shopee::{ShopSetup, Shopee};
use sandbox::{Core, Server};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{ConversationKey, NewStore};

/// See the module. Its buyer is number 1.
pub(crate) struct ChatShop {
    pub(crate) core: Core,
    pub(crate) shop: Shopee,
    pub(crate) store: StoreId,
    server: Server,
}

/// The way to a pretend shop that was set up as shops are.
pub(crate) struct Line {
    pub(crate) base: String,
    pub(crate) access: String,
    pub(crate) store: StoreId,
}

impl Line {
    /// An engine reads and answers the shop.
    pub(crate) async fn attach(&self, engine: &Engine, clock: &Arc<ManualClock>) {
        let setup = ShopSetup::default();
        let key = Secret::new(&setup.partner_key);
        let mut config = ShopeeConfig::new(&self.base, setup.partner_id, key, setup.shop_id, setup.region);
        // So much is read in one round: no other one follows by itself and sees what a test does next.
        config.first_sync = Duration::from_secs(86_400);
        let vault = Pair(Mutex::new(Some(Tokens {
            access: Secret::new(&self.access),
            refresh: Secret::new(""),
            access_until: Timestamp::MAX,
            refresh_until: None,
        })));
        let clock = Arc::clone(clock);
        let now: channels::Now = Arc::new(move || clock.now());
        let connector = ShopeeConnector::new(config, Arc::new(vault), now).unwrap();
        let connector: Arc<dyn Connector> = Arc::new(connector);
        engine.attach(self.store, connector, Duration::from_secs(3_600)).await;
    }
}

/// Tokens in memory.
struct Pair(Mutex<Option<Tokens>>);

impl TokenVault for Pair {
    fn load(&self) -> Result<Option<Tokens>, String> {
        Ok(self.0.lock().unwrap().clone())
    }

    fn save(&self, tokens: &Tokens) -> Result<(), String> {
        *self.0.lock().unwrap() = Some(tokens.clone());
        Ok(())
    }
}

impl ChatShop {
    /// A shop whose buyer has asked something that is in already. Rounds come by themselves once at the beginning only.
    pub(crate) async fn asked(house: &House) -> (Self, ConversationId) {
        let clock = Arc::clone(&house.clock);
        let core = Core::new(Arc::new(move || clock.now()));
        let shop = Shopee::new(core.clone(), ShopSetup::default());
        let server = shop.start().await.unwrap();
        let new = NewStore {
            platform: Platform::Shopee,
            name: "Shopee SG".into(),
            external_id: "shopee:1".into(),
            settings: "{}".into(),
            secret_handle: String::new(),
        };
        let mut tx = house.engine.store().begin().await.unwrap();
        let store = tx.add_store(&new, house.engine.now()).await.unwrap();
        tx.commit().await.unwrap();
        let this = Self { core, shop, store, server };
        this.shop.buyer_says(1, "Where is my parcel?");
        this.attach(house).await;
        house.until_store(store, |row| row.last_success.is_some()).await;
        let key = ConversationKey::new(store, ConversationKind::Chat, this.shop.conversation_of(1));
        let chat = house.engine.store().conversation_by_key(&key).await.unwrap().unwrap().id;
        house.clock.advance(60);
        (this, chat)
    }

    /// The shop is read and answered, as after a start.
    pub(crate) async fn attach(&self, house: &House) {
        let line = self.line();
        line.attach(&house.engine, &house.clock).await;
    }

    /// What another program needs to read and answer it.
    pub(crate) fn line(&self) -> Line {
        Line { base: self.server.base(), access: self.shop.authorise().access, store: self.store }
    }

    /// How many programs' lines to the platform are open.
    pub(crate) fn lines(&self) -> usize {
        self.server.lines()
    }

    /// How often the platform was told to send something.
    pub(crate) fn tries(&self) -> usize {
        self.core.ledger.calls_with("send_message").len()
    }

    /// How many messages reached the buyer.
    pub(crate) fn arrived(&self) -> usize {
        self.core.ledger.sent().len()
    }
}
