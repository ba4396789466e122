//! A pretend shop of Shopee that is connected, with its pushes.

use super::{House, ManualClock};
use channels::Tokens;
use domain::{Platform, Secret, StoreId, Timestamp};
use engine::{Clock as _, Connection, PushChange, SecretSet};
use sandbox::shopee::{Delivery, ShopSetup, Shopee};
use sandbox::{Core, Server};
use serde_json::Value;
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

    /// Switches the receiver on, behind a relay; on a port that nobody else gets.
    pub(crate) async fn receive(&self, house: &House) {
        let port = sandbox::spare_port().unwrap();
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

    /// The platform delivers pushes through the relay until each has an answer that lasts; their statuses.
    pub(crate) async fn delivers(
        &self,
        house: &House,
        pushes: &[Value],
        times: usize,
        reversed: bool,
    ) -> Vec<u16> {
        let info = house.engine.push_receiver(self.store).await.unwrap();
        let mut delivery =
            Delivery { callback_url: info.callback.unwrap(), relay_to: info.local, times, reversed };
        let mut statuses = self.platform.deliver(pushes, &delivery).await.unwrap();
        let mut order: Vec<&Value> = pushes.iter().collect();
        if reversed {
            order.reverse();
        }
        (delivery.times, delivery.reversed) = (1, false);
        let order = order.into_iter().flat_map(|push| std::iter::repeat_n(push, times));
        for (status, push) in statuses.iter_mut().zip(order) {
            // As the platform does: what was not kept within two seconds comes again.
            while matches!(*status, 0 | 503) {
                *status = self.platform.deliver(std::slice::from_ref(push), &delivery).await.unwrap()[0];
            }
        }
        statuses
    }

    /// Waits until everything that was taken is worked on.
    pub(crate) async fn worked(&self, house: &House) {
        house.until(async || house.engine.push_receiver(self.store).await.unwrap().waiting == 0).await;
    }

    /// Reads the shop once more.
    pub(crate) async fn reads_again(&self, house: &House) {
        let before = house.engine.store().store(self.store).await.unwrap().last_success;
        house.clock.advance(1);
        assert!(house.engine.retry_store(self.store).await.unwrap(), "nobody told it to wait");
        house.until_store(self.store, |row| row.last_success > before).await;
    }
}
