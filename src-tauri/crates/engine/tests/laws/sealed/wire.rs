//! The same from the platform's wire on.

use super::found;
use crate::common::House;
use domain::{ConversationKind, Keep, PersonalField, Platform, Secret, StoreId, Timestamp};
use engine::{Connection, Masked, SecretSet};
use sandbox::shopee::{ShopSetup, Shopee};
use sandbox::{Core, ManualClock, Server};
use serde_json::json;
use std::time::Duration;
use store::ConversationKey;

const PERSONAL: [&str; 3] = ["Jane Doe", "6591234567", "1 Orchard Road"];

struct Wire {
    house: House,
    clock: ManualClock,
    core: Core,
    shop: Shopee,
    store: StoreId,
    _server: Server,
}

impl Wire {
    /// A pretend shop with an order, read by its real connector.
    async fn open() -> Self {
        let house = House::solo().await;
        let clock = ManualClock::at(Timestamp::from_second(house.clock.now_s()).unwrap());
        let core = Core::new(clock.reader());
        let shop = Shopee::new(core.clone(), ShopSetup::default());
        let server = shop.start().await.unwrap();
        let (setup, pair) = (shop.setup().clone(), shop.authorise());
        let until = Timestamp::from_second(house.clock.now_s() + pair.expire_in).unwrap();
        let tokens = channels::Tokens {
            access: Secret::new(&pair.access),
            refresh: Secret::new(&pair.refresh),
            access_until: until,
            refresh_until: None,
        };
        let connection = Connection {
            platform: Platform::Shopee,
            name: "a store".into(),
            host: server.base(),
            account: setup.partner_id.to_string(),
            shop_id: setup.shop_id.to_string(),
            region: "SG".into(),
            company: String::new(),
            interface: domain::Interface::Usual,
            every_s: 1,
            demo: false,
            folders: Vec::new(),
        };
        let secrets = SecretSet { key: Secret::new(&setup.partner_key), tokens: Some(tokens) };
        shop.buyer_says(8, "hi");
        let store = house.engine.connect(&connection, secrets).await.unwrap();
        Self { house, clock, core, shop, store, _server: server }
    }

    /// An order changes, and is read again in its new state.
    async fn order_is(&self, status: &str) {
        self.house.clock.advance(5);
        self.clock.advance(Duration::from_secs(5));
        self.shop.put_order("A1", &json!({ "buyer_user_id": 8, "order_status": status }));
        let read = async || {
            let row = self.house.engine.store().order(self.store, "A1").await.unwrap();
            row.is_some_and(|row| row.order.status == status)
        };
        self.house.until(read).await;
    }

    async fn masks(&self) -> Vec<Masked> {
        let fields = self.house.engine.masked(self.store, &["A1".to_owned()]).await.unwrap();
        fields.into_iter().map(|field| field.masked).collect()
    }

    fn asked(&self) -> usize {
        self.core.ledger.calls_with("recipient_address").len()
    }
}

#[tokio::test]
async fn from_the_wire_to_the_click_an_address_is_kept_only_while_it_is_wanted() {
    let wire = Wire::open().await;
    let engine = &wire.house.engine;
    let me = engine.main_account().await;
    wire.order_is("READY_TO_SHIP").await;
    assert_eq!((wire.masks().await, wire.asked()), (vec![], 0), "off: not asked for");
    assert_eq!(found(&wire.house, &PERSONAL).await, [""; 0], "and though it came, nowhere in the folder");

    for field in PersonalField::ALL {
        engine.keep_personal(wire.store, field, me, "王掌柜").await.unwrap();
    }
    wire.order_is("PROCESSED").await;
    let mask = |text: &str| Masked::Mask { text: text.to_owned(), stale: false };
    assert_eq!(wire.masks().await, [mask("65****4567"), mask("J** · ****")], "on: sealed and masked");
    assert!(wire.asked() > 0, "because the connector asks for it now");
    assert_eq!(found(&wire.house, &PERSONAL).await, [""; 0], "in raw payloads it is still nowhere");
    let key = ConversationKey::new(wire.store, ConversationKind::Chat, wire.shop.conversation_of(8));
    let talk = engine.store().conversation_by_key(&key).await.unwrap().unwrap().id;
    let shown = engine.show_personal(talk, "A1", PersonalField::Address, me).await.unwrap();
    assert_eq!(shown.expose(), "Jane Doe\n1 Orchard Road", "a click shows it");

    for field in PersonalField::ALL {
        engine.drop_personal(wire.store, field, me).await.unwrap();
    }
    // What was on its way meanwhile is over once another round has come through.
    wire.order_is("RETRY_SHIP").await;
    let asked = wire.asked();
    wire.order_is("SHIPPED").await;
    assert_eq!((wire.masks().await, wire.asked()), (vec![], asked), "off again: neither kept nor asked for");
    let row = engine.store().store(wire.store).await.unwrap();
    assert_eq!(row.keep, Keep::default(), "and it stays so");
}
