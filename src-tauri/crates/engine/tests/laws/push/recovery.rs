//! Bursts, and what the platform could not deliver.

use crate::common::{House, Shop};
use sandbox::shopee::LostPush;
use serde_json::{Value, json};

/// At least so many are delivered at the same time.
const HANDS: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_five_thousand_is_taken_whole() {
    const BURST: usize = 5_000;
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    let shop = Shop::open(&house, 555_000_111).await;
    shop.receive(&house).await;
    let pushes: Vec<Value> = (0..BURST)
        .map(|n| {
            let id = shop.platform.buyer_says(1 + n as u64 % 40, &format!("line {n}"));
            shop.platform.message_push(&id).unwrap()
        })
        .collect();
    let hands = pushes.chunks(BURST.div_ceil(HANDS)).map(|part| shop.delivers(&house, part, 1, false));
    let statuses: Vec<u16> = futures::future::join_all(hands).await.concat();
    assert_eq!(statuses.len(), BURST, "each was delivered");
    assert!(statuses.iter().all(|status| *status == 200), "and none refused");
    shop.worked(&house).await;
    assert_eq!(
        house.engine.store().count_ids(shop.store, "").await.unwrap(),
        BURST as u64,
        "each is here once"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_pushes_of_all_shops_are_kept_before_they_are_confirmed() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    let one = Shop::open(&house, 555_000_111).await;
    let two = Shop::open(&house, 555_000_222).await;
    let penalty = |shop: &Shop, points: i64| {
        let data = json!({ "action_type": 1, "points_issued_data": { "issued_points": points } });
        shop.platform.shop_push(28, &data)
    };
    let lose = |push: Value| {
        let shop_id = push["shop_id"].as_u64();
        one.platform.lose(&LostPush { push, shop_id });
    };
    (0..130).for_each(|n| lose(penalty(&one, n)));
    (0..70).for_each(|n| lose(penalty(&two, n)));
    lose(json!({ "code": 12, "timestamp": 1_772_416_800, "partner_id": 1_000_042, "msg_id": "both",
        "data": { "shop_expire_soon": [555_000_111, 555_000_222], "expire_before": 1_773_000_000 } }));
    // The second shop's own list is another platform's here, as if its round came later.
    house.clock.advance(8 * 3_600);
    one.reads_again(&house).await;
    house.until(async || one.platform.unconfirmed() == 0).await;
    one.worked(&house).await;
    let count = async |shop: &Shop| house.engine.store().count_ids(shop.store, "").await.unwrap();
    assert_eq!((count(&one).await, count(&two).await), (131, 71), "and each is where it belongs, once");
}
