//! Pushes that were nobody's when they came.

use super::{keep, kept};
use crate::common::{House, Shop, at};
use channels::Beside;
use domain::{ConversationKind, StoreId, UnreadableCause};
use sandbox::shopee::ShopSetup;
use serde_json::json;
use store::{ConversationKey, QuarantineWrite};

/// A push of a message to a shop, which nobody here was when it came.
fn homeless(shop: u64, words: &str) -> QuarantineWrite {
    let partner = ShopSetup::default().partner_id.to_string();
    let push = json!({
        "code": 10, "shop_id": shop, "timestamp": 1_772_416_800,
        "data": { "type": "message", "content": {
            "message_id": words, "conversation_id": "c1", "message_type": "text", "created_timestamp": 1_772_416_800,
            "from_id": 77, "from_user_name": "Anna", "to_id": 163_219_823, "to_shop_id": shop,
            "content": { "text": words },
        } },
    });
    QuarantineWrite {
        store: None,
        source: "shopee.push".to_owned(),
        flaw: UnreadableCause::ForeignShop.because("a push for a shop that is not connected"),
        bytes: push.to_string().into_bytes(),
        own_id: partner.clone(),
        beside: Beside::Push { partner }.to_text(),
        // This version has tried.
        reader: env!("CARGO_PKG_VERSION").to_owned(),
        at: at(5),
    }
}

async fn said(house: &House, store: StoreId) -> Vec<String> {
    let key = ConversationKey::new(store, ConversationKind::Chat, "c1");
    let Some(chat) = house.engine.store().conversation_by_key(&key).await.unwrap() else { return Vec::new() };
    let rows = house.engine.store().messages(chat.id, None, 100).await.unwrap();
    rows.into_iter().map(|row| row.body.words().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pushes_find_their_shop_as_soon_as_it_is_connected() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    keep(&house, vec![homeless(555_000_111, "one"), homeless(555_000_222, "other")]).await;
    let shop = Shop::open(&house, 555_000_111).await;
    house.until(async || kept(&house).await.len() == 1).await;
    assert_eq!(said(&house, shop.store).await, ["one"], "nobody has to press anything");
    house.until(async || kept(&house).await[0].tried_at.is_some()).await;
    let row = &kept(&house).await[0];
    assert_eq!(row.flaw.cause, UnreadableCause::ForeignShop, "what is for another shop waits for that one");
    let second = Shop::open(&house, 555_000_222).await;
    house.until(async || kept(&house).await.is_empty()).await;
    assert_eq!(said(&house, second.store).await, ["other"], "which comes later");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_ends_right_after_a_shop_was_connected_tries_with_its_next_start() {
    let house = House::solo().await;
    keep(&house, vec![homeless(555_000_111, "one")]).await;
    let shop = Shop::open(&house, 555_000_111).await;
    assert_eq!(kept(&house).await.len(), 1, "nobody has come to it");
    let house = house.reopened().await;
    house.engine.start().await.unwrap();
    house.until(async || kept(&house).await.is_empty()).await;
    assert_eq!(said(&house, shop.store).await, ["one"], "it is taken in once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_whose_settings_change_is_reason_to_look_once_more() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    let shop = Shop::open(&house, 555_000_111).await;
    keep(&house, vec![homeless(555_000_111, "one")]).await;
    let row = house.engine.store().store(shop.store).await.unwrap();
    let connection = engine::Engine::connection(&row).unwrap();
    house.engine.update_connection(shop.store, &connection, None).await.unwrap();
    house.until(async || kept(&house).await.is_empty()).await;
    assert_eq!(said(&house, shop.store).await, ["one"]);
}
