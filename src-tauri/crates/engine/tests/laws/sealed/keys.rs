//! Keys: what seals a value is in the key store before, and gone from everywhere after it is destroyed.

use super::{SIGNED, STREET, drop_it, keep, keeping, mask, masks, shop, told};
use crate::common::House;
use domain::PersonalField;
use engine::Masked;
use std::sync::mpsc;
use std::time::Duration;

const NOTHING: Masked = Masked::Missed;

/// The order with this number comes; its phone as the card shows it, before and after the next start.
async fn phone_of(house: House, order_no: &str, second: i64) -> (House, [Masked; 2]) {
    house.takes(&told(order_no, STREET, second)).await.unwrap();
    let now = masks(&house, order_no).await.into_iter().next().unwrap_or(NOTHING);
    let house = house.reopened().await;
    let later = masks(&house, order_no).await.into_iter().next().unwrap_or(NOTHING);
    (house, [now, later])
}

fn readable() -> [Masked; 2] {
    [mask("861****5678"), mask("861****5678")]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_read_before_it_was_destroyed_seals_nothing_afterwards() {
    let house = shop().await;
    keep(&house, PersonalField::Phone).await;
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    let house = house.reopened().await;
    // Somebody looks at a card; the key store has the key in hand while its owner switches the field off.
    let (reading, is_reading) = mpsc::channel();
    let (deleted, is_deleted) = mpsc::channel();
    house.vault.once_deleted(move || {
        // Nobody may be waiting for it any more.
        let _ = deleted.send(());
    });
    house.vault.once_read(move || {
        reading.send(()).unwrap();
        // Either it is destroyed meanwhile, or that waits for this answer.
        let _ = is_deleted.recv_timeout(Duration::from_millis(500));
    });
    let dropping = async {
        tokio::task::block_in_place(|| is_reading.recv()).unwrap();
        drop_it(&house, PersonalField::Phone).await
    };
    let engine = house.engine.clone();
    let store = house.shop;
    let looking = tokio::spawn(async move { engine.masked(store, &["O1".to_owned()]).await });
    assert_eq!(dropping.await, 1, "what was kept is gone");
    looking.await.unwrap().unwrap();
    assert!(house.vault.all().is_empty(), "so is the key");
    keep(&house, PersonalField::Phone).await;
    let (_house, phone) = phone_of(house, "O2", 20).await;
    assert_eq!(phone, readable(), "the key that seals is the one in the key store");
}

#[tokio::test]
async fn a_key_that_somebody_deleted_is_missed_when_the_next_field_is_switched_on_and_not_later() {
    let house = shop().await;
    keep(&house, PersonalField::Phone).await;
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    house.vault.tamper(std::collections::HashMap::clear);
    keep(&house, PersonalField::Address).await;
    let (house, phone) = phone_of(house, "O2", 20).await;
    assert_eq!(phone, readable(), "sealed with a key that is there after the next start");
    assert_eq!(masks(&house, "O1").await, [Masked::Lost], "and what went with the old one says so");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_look_at_once_ask_the_key_store_once() {
    let house = keeping().await;
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    let house = house.reopened().await;
    let before = house.vault.asked();
    // It takes its time, as one does that asks a person first.
    house.vault.once_read(|| std::thread::sleep(Duration::from_millis(200)));
    let looks = futures::future::join_all((0..8).map(|_| masks(&house, "O1"))).await;
    assert!(looks.iter().all(|masks| masks[0] == mask("861****5678")), "each sees it: {looks:?}");
    assert_eq!(house.vault.asked() - before, 1, "and a person is asked once");
}

#[tokio::test]
async fn a_key_that_outlived_its_values_goes_with_the_next_start() {
    let house = shop().await;
    keep(&house, PersonalField::Phone).await;
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    house.vault.lock(true);
    let me = house.engine.main_account().await;
    let refused = house.engine.drop_personal(house.shop, PersonalField::Phone, me).await;
    assert!(
        matches!(refused, Err(engine::EngineError::Vault(_))),
        "the key store does not let it go: {refused:?}"
    );
    house.vault.lock(false);
    assert_eq!(
        (masks(&house, "O1").await, house.vault.all().len()),
        (vec![], 1),
        "the values are gone, the key is not"
    );
    let house = house.reopened().await;
    house.engine.start().await.unwrap();
    house.until(async || house.vault.all().is_empty()).await;
    assert!(house.vault.all().is_empty(), "nobody opens what copies of the file may still have");
    let me = house.engine.main_account().await;
    house.engine.keep_personal(house.shop, PersonalField::Phone, me, SIGNED).await.unwrap();
    let (_house, phone) = phone_of(house, "O2", 20).await;
    assert_eq!(phone, readable(), "and a new one is made when it is wanted again");
}
