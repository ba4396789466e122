//! Aim: what is removed leaves nothing in the key store, whatever state that is in (invariant 6).

use crate::common::House;
use channels::Tokens;
use domain::{Interface, PersonalField, Platform, Secret, StoreId};
use engine::{Connection, NewRobot, NewWay, SecretSet, SecretVault as _};

const PUSH_KEY: &str = "shopee-push/2001234";

fn shopee(shop: &str) -> Connection {
    Connection {
        platform: Platform::Shopee,
        interface: Interface::Usual,
        name: format!("Shopee {shop}"),
        // Nobody listens there.
        host: "http://127.0.0.1:1".into(),
        account: "2001234".into(),
        shop_id: shop.into(),
        region: "SG".into(),
        company: String::new(),
        folders: Vec::new(),
        every_s: 60,
        demo: false,
    }
}

async fn connects(house: &House, shop: &str, key: &str) -> StoreId {
    let tokens = Tokens {
        access: Secret::new("access"),
        refresh: Secret::new("refresh"),
        access_until: house.engine.now(),
        refresh_until: None,
    };
    let secrets = SecretSet { key: Secret::new(key), tokens: Some(tokens) };
    house.engine.connect(&shopee(shop), secrets).await.unwrap()
}

/// Everything that a shop may have in the key store.
async fn shop_with_all(house: &House) -> StoreId {
    let shop = connects(house, "777", "partner-key").await;
    let me = house.engine.main_account().await;
    house.engine.keep_personal(shop, PersonalField::Phone, me, "王小明").await.unwrap();
    house.vault.set(PUSH_KEY, &Secret::new("push-key")).unwrap();
    assert_eq!(house.vault.all().len(), 4, "key, tokens, push key and the key of what is sealed");
    shop
}

async fn noted(house: &House) -> String {
    house.engine.store().setting("secrets_to_forget").await.unwrap().unwrap_or_default()
}

#[tokio::test]
async fn a_locked_key_store_forgets_a_removed_store_after_a_restart_with_it_unlocked() {
    let house = House::solo().await;
    let shop = shop_with_all(&house).await;
    house.vault.lock(true);
    house.engine.remove_store(shop).await.unwrap();
    assert!(house.engine.store().store(shop).await.is_err(), "the store is gone");
    let house = house.crashed().await;
    house.engine.start().await.unwrap();
    house.engine.remove_store(house.shop).await.unwrap();
    assert_eq!(house.vault.all().len(), 4, "locked at the next start and the next removal as well");
    house.vault.lock(false);
    let house = house.reopened().await;
    house.engine.start().await.unwrap();
    house.until(async || house.vault.all().is_empty()).await;
    house.until(async || noted(&house).await == "[]").await;
}

#[tokio::test]
async fn the_next_removal_and_the_next_store_that_is_read_take_along_what_was_left() {
    let house = House::solo().await;
    let shop = shop_with_all(&house).await;
    house.vault.lock(true);
    house.engine.remove_store(shop).await.unwrap();
    house.vault.lock(false);
    house.engine.remove_store(house.shop).await.unwrap();
    assert!(house.vault.all().is_empty(), "with the next removal");

    house.engine.start().await.unwrap();
    let shop = shop_with_all(&house).await;
    house.vault.lock(true);
    house.engine.remove_store(shop).await.unwrap();
    house.vault.lock(false);
    let mailbox = Connection { platform: Platform::Mail, host: "127.0.0.1:1".into(), ..shopee("") };
    let secrets = SecretSet { key: Secret::new("password"), tokens: None };
    house.engine.connect(&mailbox, secrets).await.unwrap();
    house.until(async || house.vault.all() == [Secret::new("password")]).await;
}

#[tokio::test]
async fn a_store_that_comes_back_keeps_what_it_brings() {
    let house = House::solo().await;
    let shop = shop_with_all(&house).await;
    house.vault.lock(true);
    house.engine.remove_store(shop).await.unwrap();
    house.vault.lock(false);
    connects(&house, "777", "partner-key-2").await;
    let house = house.reopened().await;
    house.engine.start().await.unwrap();
    house.until(async || noted(&house).await == "[]").await;
    let mut kept: Vec<_> = house.vault.all().iter().map(|secret| secret.expose().to_owned()).collect();
    kept.sort_by_key(String::len);
    assert_eq!(kept[..2], ["push-key", "partner-key-2"], "the application's own and the new one");
    assert_eq!(kept.len(), 3, "with the tokens; what opens sealed values is gone with them");
}

#[tokio::test]
async fn an_application_keeps_its_push_key_as_long_as_it_has_a_shop() {
    let house = House::solo().await;
    let shop = shop_with_all(&house).await;
    let other = connects(&house, "778", "partner-key").await;
    house.engine.remove_store(shop).await.unwrap();
    assert!(house.vault.get(PUSH_KEY).unwrap().is_some(), "the other shop is told by it");
    house.engine.remove_store(other).await.unwrap();
    assert!(house.vault.all().is_empty(), "the last one takes it along");
}

#[tokio::test]
async fn a_robot_leaves_nothing_in_a_locked_key_store_either() {
    let house = House::solo().await;
    let address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=12345678-77aa";
    let robot = NewRobot {
        name: "客服群".into(),
        host: "https://qyapi.weixin.qq.com".into(),
        way: NewWay::Group { address: Secret::new(address) },
    };
    let robot = house.engine.add_robot(&robot).await.unwrap();
    house.vault.lock(true);
    house.engine.remove_robot(robot).await.unwrap();
    assert_eq!(house.vault.all().len(), 1, "its key is still there");
    house.vault.lock(false);
    let house = house.reopened().await;
    house.engine.start().await.unwrap();
    house.until(async || house.vault.all().is_empty()).await;
}
