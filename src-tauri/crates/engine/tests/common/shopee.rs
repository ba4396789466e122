//! A pretend shop of Shopee that is connected, with its pushes.

use super::{House, ManualClock};
use channels::Tokens;
use domain::{Platform, Secret, StoreId, Timestamp};
use engine::{Clock as _, Connection, PushChange, SecretSet};
use sandbox::shopee::{Delivery, ShopSetup, Shopee};
use sandbox::{Core, Server};
use serde_json::Value;
use std::net::TcpListener;
use std::sync::Arc;

/// The address that the owner of the relay typed.
pub(crate) const PUBLIC: &str = "https://relay.example.com";

/// See the module.
pub(crate) struct Shop {
    pub(crate) core: Core,
    pub(crate) platform: Shopee,
    pub(crate) store: StoreId,
    _server: Server,
}

impl Shop {
    /// A platform that nobody has connected.
    pub(crate) async fn platform(clock: &Arc<ManualClock>, shop_id: u64) -> (Core, Shopee, Server) {
        let clock = Arc::clone(clock);
        let core = Core::new(Arc::new(move || -> Timestamp { clock.now() }));
        let platform = Shopee::new(core.clone(), ShopSetup { shop_id, ..ShopSetup::default() });
        let server = platform.start().await.unwrap();
        (core, platform, server)
    }

    /// Connects the shop; all of one house belong to one application.
    pub(crate) async fn connect(house: &House, (core, platform, server): (Core, Shopee, Server)) -> Self {
        let setup = platform.setup().clone();
        let pair = platform.authorise();
        let connection = Connection {
            platform: Platform::Shopee,
            name: format!("shop {}", setup.shop_id),
            host: server.base(),
            account: setup.partner_id.to_string(),
            shop_id: setup.shop_id.to_string(),
            region: setup.region.clone(),
            company: String::new(),
            interface: domain::Interface::Usual,
            every_s: 3_600,
            demo: false,
            folders: Vec::new(),
        };
        let tokens = Tokens {
            access: Secret::new(&pair.access),
            refresh: Secret::new(&pair.refresh),
            access_until: domain::from_ms(domain::to_ms(house.clock.now()) + pair.expire_in * 1000),
            refresh_until: None,
        };
        let secrets = SecretSet { key: Secret::new(&setup.partner_key), tokens: Some(tokens) };
        let store = house.engine.connect(&connection, secrets).await.unwrap();
        Self { core, platform, store, _server: server }
    }

    /// Connects a shop that works, and waits until it has been read once.
    pub(crate) async fn open(house: &House, shop_id: u64) -> Self {
        let shop = Self::connect(house, Self::platform(&house.clock, shop_id).await).await;
        house.until_store(shop.store, |row| row.last_success.is_some()).await;
        shop
    }

    /// Switches the receiver on, behind a relay; on a port that no other test has.
    pub(crate) async fn receive(&self, house: &House) {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut tx = house.engine.store().begin().await.unwrap();
        tx.set_setting("shopee_push", &format!(r#"{{"port":{port}}}"#), house.engine.now()).await.unwrap();
        tx.commit().await.unwrap();
        self.switch(house, true).await;
    }

    /// Switches the receiver on or off.
    pub(crate) async fn switch(&self, house: &House, on: bool) {
        let change = PushChange { on, address: PUBLIC.into(), key: None };
        house.engine.set_push_receiver(self.store, change).await.unwrap();
    }

    /// The platform delivers pushes through the relay; their statuses.
    pub(crate) async fn delivers(
        &self,
        house: &House,
        pushes: &[Value],
        times: usize,
        reversed: bool,
    ) -> Vec<u16> {
        let info = house.engine.push_receiver(self.store).await.unwrap();
        let delivery =
            Delivery { callback_url: info.callback.unwrap(), relay_to: info.local, times, reversed };
        self.platform.deliver(pushes, &delivery).await.unwrap()
    }

    /// Waits until everything that was taken is worked on.
    pub(crate) async fn worked(&self, house: &House) {
        for _ in 0..6_000 {
            if house.engine.push_receiver(self.store).await.unwrap().waiting == 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("pushes wait and nobody works on them");
    }

    /// Reads the shop once more.
    pub(crate) async fn reads_again(&self, house: &House) {
        let before = house.engine.store().store(self.store).await.unwrap().last_success;
        house.clock.advance(1);
        assert!(house.engine.retry_store(self.store).await.unwrap(), "nobody told it to wait");
        house.until_store(self.store, |row| row.last_success > before).await;
    }
}
