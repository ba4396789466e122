//! Aim: payloads that no message leads to are kept for so long and no longer, and those that are needed stay.

use super::support::{Shop, at, new_store, nothing, say, shop};
use crate::{IntakeAsk, IntakeWrite, MessageRow, PackedRaw, RawId};
use domain::{RawPayload, StoreId};

async fn keep(shop: &Shop, store: StoreId, text: &str, seconds: i64) -> RawId {
    let raw = RawPayload { source: "test", bytes: text.as_bytes().to_vec() };
    let packed = [PackedRaw::pack(&raw).unwrap()];
    let mut tx = shop.store.begin().await.unwrap();
    let ask = IntakeAsk { raws: &packed, received_at: at(seconds), ..nothing(store) };
    let id = tx.ask(&ask).await.unwrap().raws[0];
    tx.commit().await.unwrap();
    id
}

/// A message of c1 that came in this payload.
async fn came_in(shop: &Shop, raw: RawId) {
    let mut tx = shop.store.begin().await.unwrap();
    let before = shop.store.messages(shop.id_of("c1").await, None, 1).await.unwrap().remove(0);
    let provider_id = format!("in {}", raw.0);
    let message = MessageRow { id: tx.new_message(), provider_id, raw: Some(raw), ..before };
    tx.commit_with(&IntakeWrite { messages: vec![message], ..IntakeWrite::default() }).await.unwrap();
}

async fn expire(shop: &Shop, before: i64) -> usize {
    let mut looks = 0;
    loop {
        let mut tx = shop.store.begin().await.unwrap();
        let more = tx.expire_payloads(shop.id, at(before), 2).await.unwrap();
        tx.commit().await.unwrap();
        if !more {
            return looks;
        }
        looks += 1;
    }
}

#[tokio::test]
async fn old_payloads_of_a_store_go_but_for_what_is_owed() {
    let shop = shop().await;
    let mut tx = shop.store.begin().await.unwrap();
    let other = tx.add_store(&new_store("other"), at(0)).await.unwrap();
    tx.commit().await.unwrap();
    shop.take(&[say("c1", "m1", "where is it", 0)]).await;
    let owed = keep(&shop, shop.id, "what is owed an answer", 0).await;
    came_in(&shop, owed).await;
    let order = keep(&shop, shop.id, "an order", 1).await;
    let theirs = keep(&shop, other, "of another store", 2).await;
    let twice = keep(&shop, shop.id, "told a second time", 3).await;
    let young = keep(&shop, shop.id, "too young", 50).await;
    assert_eq!(expire(&shop, 10).await, 2, "in portions");
    let mut left = Vec::new();
    for id in [owed, order, theirs, twice, young] {
        left.push(!shop.store.raw(id).await.unwrap().2.is_empty());
    }
    assert_eq!(left, [true, false, true, false, true], "owed, order, theirs, twice, young");
    assert!(shop.store.purge_due().await.unwrap(), "and what they said is overwritten");
    assert_eq!(expire(&shop, 10).await, 0, "nothing is looked at twice");
    assert_eq!(expire(&shop, 60).await, 1, "what has become old meanwhile is");
    assert!(shop.store.raw(young).await.unwrap().2.is_empty());
}
