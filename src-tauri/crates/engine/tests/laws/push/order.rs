//! Pushes and rounds in any order give the same state.

use crate::common::{House, Shop};
use sandbox::Fault;
use serde_json::{Value, json};

/// A little of everything that both ways bring.
fn story(house: &House, shop: &Shop) -> Vec<Value> {
    let platform = &shop.platform;
    let mut ids = Vec::new();
    for buyer in 1..=3 {
        platform.add_buyer(buyer, &format!("buyer {buyer}"));
        for line in 0..4 {
            // The platform counts in seconds: of two in one second nobody can say which came first.
            house.clock.advance(1);
            ids.push(platform.buyer_says(buyer, &format!("line {line}: refund 退款")));
        }
    }
    house.clock.advance(1);
    ids.push(platform.seller_says(2, "it is on its way", "new_webchat"));
    ids.push(platform.auto_reply(3, "we answer soon"));
    platform.notify("Your shop", "words", "https://seller.example");
    platform.put_order("A1", &json!({ "buyer_user_id": 1 }));
    let mut pushes: Vec<Value> = ids.iter().map(|id| platform.message_push(id).unwrap()).collect();
    let action = json!({ "title": "Your shop", "content": "words", "url": "https://seller.example",
        "update_time": house.clock.now_s() });
    pushes.push(platform.shop_push(5, &json!({ "actions": [action] })));
    pushes.push(platform.shop_push(3, &json!({ "ordersn": "A1", "status": "READY_TO_SHIP" })));
    pushes
}

/// The state without what says how far a stream was read, and in which order things came.
async fn state(house: &House) -> Vec<String> {
    let settled = house.settled().await;
    settled.lines().filter(|line| !line.starts_with(r#"["cursor""#)).map(ToOwned::to_owned).collect()
}

#[derive(Debug, Clone, Copy)]
enum Way {
    PollFirst,
    PushFirst,
    PushTwiceReversedBetweenPolls,
}

async fn lived(way: Way) -> Vec<String> {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    let platform = Shop::platform(&house.clock, 555_000_111).await;
    let away = || Fault::Status { status: 503, retry_after: None };
    platform.0.faults.arm_always("", away());
    let shop = Shop::connect(&house, platform).await;
    shop.receive(&house).await;
    let pushes = story(&house, &shop);
    match way {
        Way::PollFirst => {
            shop.core.faults.clear();
            shop.reads_again(&house).await;
            assert_eq!(shop.delivers(&house, &pushes, 1, false).await, vec![200; pushes.len()]);
        }
        Way::PushFirst => {
            assert_eq!(shop.delivers(&house, &pushes, 1, false).await, vec![200; pushes.len()]);
            shop.worked(&house).await;
            shop.core.faults.clear();
            shop.reads_again(&house).await;
        }
        Way::PushTwiceReversedBetweenPolls => {
            let (one, two) = pushes.split_at(7);
            shop.delivers(&house, two, 2, true).await;
            shop.core.faults.clear();
            shop.reads_again(&house).await;
            shop.delivers(&house, one, 2, true).await;
        }
    }
    shop.worked(&house).await;
    // The first reading goes back window by window, a round each.
    for _ in 0..5 {
        shop.reads_again(&house).await;
    }
    let state = state(&house).await;
    house.engine.stop().await.unwrap();
    state
}

#[tokio::test(flavor = "multi_thread")]
async fn push_and_poll_in_any_order_give_the_same_state() {
    let expected = lived(Way::PollFirst).await;
    let messages = expected.iter().filter(|line| line.starts_with(r#"["message""#)).count();
    assert_eq!(messages, 14 + 2, "twelve lines, two answers, a notice and the order's state");
    for way in [Way::PushFirst, Way::PushTwiceReversedBetweenPolls] {
        assert_eq!(lived(way).await, expected, "{way:?}");
    }
}
