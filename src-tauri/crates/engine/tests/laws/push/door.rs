//! The door: open to whoever can sign for the public address, and only while an owner wants it.

use crate::common::{House, PUBLIC, Shop};
use domain::{Platform, Secret, StoreId};
use engine::{Connection, EngineError, PushChange, PushState, SecretSet};
use sandbox::Fault;
use sandbox::shopee::Delivery;
use serde_json::json;
use std::net::{TcpListener, TcpStream};

fn port(local: Option<&str>) -> u16 {
    local.unwrap().split([':', '/']).nth(4).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_listens_until_an_owner_wants_it_and_after_it_is_switched_off() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    let shop = Shop::open(&house, 555_000_111).await;
    let info = house.engine.push_receiver(shop.store).await.unwrap();
    assert_eq!((info.on, info.state, info.local), (false, PushState::Off, None), "off by default");
    shop.receive(&house).await;
    let info = house.engine.push_receiver(shop.store).await.unwrap();
    assert_eq!(info.state, PushState::Listening, "{info:?}");
    assert_eq!(
        info.callback.as_deref(),
        Some("https://relay.example.com/shopee/push/1000042"),
        "this is to be registered"
    );
    let port = port(info.local.as_deref());
    let listens = || TcpStream::connect(("127.0.0.1", port)).is_ok();
    assert!(listens(), "on this computer");
    shop.switch(&house, false).await;
    assert!(!listens(), "nobody wants it");
    shop.switch(&house, true).await;
    assert!(listens(), "at the same port, which a relay knows");
    house.engine.remove_store(shop.store).await.unwrap();
    assert!(!listens(), "without a shop there is nothing to take");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_signed_for_the_public_address_is_taken_and_the_rest_is_counted() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    let shop = Shop::open(&house, 555_000_111).await;
    shop.receive(&house).await;
    // So that nothing but pushes changes anything: a round that was on its way may still bring something, the one that
    // fails is the last.
    shop.core.faults.arm_always("", Fault::CutBefore);
    house.engine.retry_store(shop.store).await.unwrap();
    house.until_store(shop.store, |row| !row.last_error_code.is_empty()).await;
    let id = shop.platform.buyer_says(1, "hi");
    let push = shop.platform.message_push(&id).unwrap();
    let info = house.engine.push_receiver(shop.store).await.unwrap();
    let before = house.dump().await;
    let local = info.local.clone().unwrap();
    let forged = Delivery { callback_url: local.clone(), relay_to: Some(local), times: 3, reversed: false };
    let statuses = shop.platform.deliver(std::slice::from_ref(&push), &forged).await.unwrap();
    assert_eq!(statuses, [401; 3], "signed for another address");
    assert_eq!(house.dump().await, before, "nothing is learned from it");
    assert_eq!(shop.delivers(&house, &[push], 1, false).await, [200], "signed for the public one");
    shop.worked(&house).await;
    let info = house.engine.push_receiver(shop.store).await.unwrap();
    assert_eq!((info.taken, info.refused), (1, 3), "the owner sees both: {info:?}");
    assert_eq!(info.last_at, Some(house.engine.now()), "and when the last came");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_key_of_the_console_takes_the_place_of_the_partner_key() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    let shop = Shop::open(&house, 555_000_111).await;
    shop.receive(&house).await;
    let push = shop.platform.shop_push(28, &json!({ "action_type": 1 }));
    let set = async |key: &str| {
        let change = PushChange { on: true, address: PUBLIC.into(), key: Some(Secret::new(key)) };
        house.engine.set_push_receiver(shop.store, change).await.unwrap();
        shop.delivers(&house, std::slice::from_ref(&push), 1, false).await
    };
    assert_eq!(set("another").await, [401], "the console signs with its own key");
    assert!(house.engine.push_receiver(shop.store).await.unwrap().own_key, "which is kept");
    assert_eq!(set("").await, [200], "without one it is the partner key");
    let dump = format!("{:?}", house.engine.store().settings().await.unwrap());
    assert!(!dump.contains("another"), "no key is in the settings: {dump}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_another_program_has_is_said_and_an_address_of_nowhere_is_refused() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    let shop = Shop::open(&house, 555_000_111).await;
    let port = sandbox::spare_port().unwrap();
    let held = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let json = format!(r#"{{"port":{port}}}"#);
    let mut tx = house.engine.store().begin().await.unwrap();
    tx.set_setting("shopee_push", &json, house.engine.now()).await.unwrap();
    tx.commit().await.unwrap();
    shop.switch(&house, true).await;
    let state = async || house.engine.push_receiver(shop.store).await.unwrap().state;
    assert_eq!(state().await, PushState::PortTaken, "a relay knows this port, so no other would do");
    drop(held);
    shop.switch(&house, true).await;
    assert_eq!(state().await, PushState::Listening, "once it is free");
    for address in ["", "http://relay.example.com", "relay"] {
        let change = PushChange { on: true, address: address.into(), key: None };
        let refused = house.engine.set_push_receiver(shop.store, change).await;
        assert!(
            matches!(&refused, Err(EngineError::Invalid { what }) if what.starts_with("push_address")),
            "{address:?}: {refused:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_for_a_shop_that_is_not_here_is_answered_and_kept_in_quarantine() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    let shop = Shop::open(&house, 555_000_111).await;
    shop.receive(&house).await;
    let mut strange = shop.platform.shop_push(28, &json!({ "action_type": 1 }));
    strange["shop_id"] = json!(424_242);
    let broken = json!({ "code": "x" });
    assert_eq!(
        shop.delivers(&house, &[strange, broken], 1, false).await,
        [200, 200],
        "as the platform wants it"
    );
    shop.worked(&house).await;
    let list = house.engine.store().quarantine_list(None, 10).await.unwrap();
    let why: Vec<&str> = list.iter().rev().map(|row| row.flaw.words.as_str()).collect();
    assert_eq!(
        why,
        ["a push for a shop that is not connected: 424242", "a push without code"],
        "with the reason"
    );
    assert!(list.iter().all(|row| row.source == "shopee.push" && row.packed_len > 0), "and the bytes");
}

/// A shop of this application whose platform never answers.
async fn shop_of(house: &House, account: u64) -> StoreId {
    let connection = Connection {
        platform: Platform::Shopee,
        name: format!("shop of {account}"),
        host: "http://127.0.0.1:1".into(),
        account: account.to_string(),
        shop_id: "777".into(),
        region: "SG".into(),
        company: String::new(),
        interface: domain::Interface::Usual,
        every_s: 3_600,
        demo: false,
        folders: Vec::new(),
    };
    let secrets = SecretSet { key: Secret::new(format!("key-{account}")), tokens: None };
    house.engine.connect(&connection, secrets).await.unwrap()
}

/// On a port that nobody else gets.
async fn at_a_free_port(house: &House) {
    let port = sandbox::spare_port().unwrap();
    let mut tx = house.engine.store().begin().await.unwrap();
    tx.set_setting("shopee_push", &format!(r#"{{"port":{port}}}"#), house.engine.now()).await.unwrap();
    tx.commit().await.unwrap();
}

fn on() -> PushChange {
    PushChange { on: true, address: PUBLIC.into(), key: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_several_applications_at_the_same_time_undo_none() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    at_a_free_port(&house).await;
    let mut shops = Vec::new();
    for account in 1..=8 {
        shops.push(shop_of(&house, account).await);
    }
    let local = house.engine.push_receiver(shops[0]).await.unwrap().local;
    let changes = shops.iter().map(|shop| house.engine.set_push_receiver(*shop, on()));
    futures::future::try_join_all(changes).await.unwrap();
    for shop in shops {
        let info = house.engine.push_receiver(shop).await.unwrap();
        assert_eq!((info.on, info.state), (true, PushState::Listening), "{info:?}");
        assert_eq!(port(info.local.as_deref()), port(local.as_deref()), "the port that a relay knows");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_whose_key_comes_back_is_heard_again_beside_another() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    at_a_free_port(&house).await;
    let (one, two) = (shop_of(&house, 1).await, shop_of(&house, 2).await);
    let handle = house.engine.store().store(two).await.unwrap().store.secret_handle;
    house.vault.tamper(|kept| drop(kept.remove(&handle)));
    for shop in [one, two] {
        house.engine.set_push_receiver(shop, on()).await.unwrap();
    }
    let states = async || {
        let [one, two] = [one, two].map(async |shop| house.engine.push_receiver(shop).await.unwrap().state);
        (one.await, two.await)
    };
    assert_eq!(states().await, (PushState::Listening, PushState::NoKey), "the other one is heard");
    house.vault.tamper(|kept| drop(kept.insert(handle, Secret::new("key-2"))));
    house.engine.mend_push_receivers().await.unwrap();
    assert_eq!(states().await, (PushState::Listening, PushState::Listening), "without anybody switching");
}

#[tokio::test]
async fn a_door_that_is_closed_and_opened_at_once_has_its_port() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    at_a_free_port(&house).await;
    let shop = shop_of(&house, 1).await;
    for _ in 0..20 {
        house.engine.set_push_receiver(shop, on()).await.unwrap();
        let info = house.engine.push_receiver(shop).await.unwrap();
        assert_eq!(info.state, PushState::Listening, "{info:?}");
        let here = port(info.local.as_deref());
        house.engine.set_push_receiver(shop, PushChange { on: false, ..on() }).await.unwrap();
        assert!(TcpListener::bind(("127.0.0.1", here)).is_ok(), "closed when it says so");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_store_that_is_locked_for_a_while_closes_no_door() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    let shop = Shop::open(&house, 555_000_111).await;
    shop.receive(&house).await;
    house.vault.lock(true);
    shop.switch(&house, true).await;
    house.vault.lock(false);
    let info = house.engine.push_receiver(shop.store).await.unwrap();
    assert_eq!(info.state, PushState::Listening, "with the key that it had: {info:?}");
    let push = shop.platform.shop_push(28, &json!({ "action_type": 1 }));
    assert_eq!(shop.delivers(&house, &[push], 1, false).await, [200], "a push is taken as before");
}
