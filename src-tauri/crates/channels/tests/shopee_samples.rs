//! Official answers through the connector: every sample is read, or kept with its bytes, and never stops a round.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

#[path = "shopee/desk.rs"]
mod desk;

use channels::Connector;
use desk::Desk;
use domain::{Capability, CapabilityState, RawPayload};
use proptest::prelude::*;
use sandbox::Fault;
use serde_json::json;
use std::path::PathBuf;

fn sample(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples/shopee").join(name);
    std::fs::read_to_string(path).unwrap()
}

fn served(name: &str) -> Fault {
    Fault::Answer { status: 200, body: sample(name) }
}

#[tokio::test]
async fn the_official_return_is_read_with_the_sellers_earliest_date() {
    let mut desk = Desk::open().await;
    desk.shop.put_return("2206140TA5PM808", "220614T9XV8JTN", &json!({}));
    desk.core.faults.arm("get_return_detail", served("return_detail.json"), 1);
    desk.sync().await;
    let dispute = desk.disputes().pop().unwrap();
    assert_eq!(dispute.provider_id, "2206140TA5PM808", "the return");
    assert_eq!(
        dispute.due.map(|due| due.as_second()),
        Some(1_655_438_205),
        "return_seller_due_date comes first"
    );
    assert_eq!(dispute.reason, "NOT_RECEIPT: not received", "what the buyer says");
    let raw: String = desk.raw.iter().map(|raw| String::from_utf8_lossy(&raw.bytes)).collect();
    for personal in ["HENDERSON", "6512345678", "0928000886", "oo@shopee.com"] {
        assert!(!raw.contains(personal), "{personal} is nobody's business here");
    }
}

#[tokio::test]
async fn the_official_lost_push_is_read() {
    let mut desk = Desk::open_with(|config| config.shop_id = 727_720_655).await;
    // The pretend shop has another id; only the public call matters here.
    desk.core.faults.arm_always("get_lost_push_message", served("lost_push.json"));
    for path in ["sellerchat", "get_shop_notification", "/order/", "/returns/"] {
        let denied = json!({ "error": "error_api_permission", "message": "" }).to_string();
        desk.core.faults.arm_always(path, Fault::Answer { status: 200, body: denied });
    }
    let batch = desk.round().await.unwrap();
    let notices = desk.notices();
    assert_eq!(notices.len(), 1, "the order push inside the string");
    assert_eq!(notices[0].order_no.as_deref(), Some("220810QSK8S7BX"), "its order");
    desk.connector.committed(&batch).await;
    let confirmed = desk.core.ledger.calls_with("confirm_consumed_lost_push_message");
    assert_eq!(confirmed.len(), 1, "confirmed after it was stored");
    assert_eq!(confirmed[0].body, br#"{"last_message_id":176610}"#, "up to the last one");
    desk.round().await.unwrap();
    assert_eq!(desk.notices().len(), 1, "the same ones again are known");
}

#[tokio::test]
async fn the_official_notice_without_content_is_no_news() {
    let mut desk = Desk::open().await;
    desk.core.faults.arm("get_shop_notification", served("shop_notification.json"), 1);
    desk.sync().await;
    assert!(desk.notices().is_empty(), "a notice without a time is a placeholder");
}

#[tokio::test]
async fn the_broken_official_order_is_quarantined_and_blocks_nothing() {
    let mut desk = Desk::open().await;
    desk.shop.put_order("2404098R48U37H", &json!({}));
    desk.shop.notify("a notice", "words", "u");
    let name = "order_detail_masked_broken_doc.json.txt";
    desk.core.faults.arm("get_order_detail", served(name), 1);
    desk.sync_with_quarantine().await;
    let length = sample(name).len();
    let shape =
        format!(r#"{{"asked_for":"2404098R48U37H","not_json":{{"begins":"an object","bytes":{length}}}}}"#);
    let kept = RawPayload { source: "shopee.get_order_detail", bytes: shape.into_bytes() };
    assert_eq!(desk.quarantined, [kept], "one order could not be read: it is known by its number");
    assert_eq!(desk.notices().len(), 1, "the other streams are not touched");
    desk.clock.advance(std::time::Duration::from_secs(60));
    desk.shop.put_order("A2", &json!({}));
    desk.sync().await;
    assert_eq!(
        desk.orders().len(),
        2,
        "the stream goes on, and what changed just now is asked for once more"
    );
}

#[tokio::test]
async fn one_unreadable_conversation_does_not_hide_the_others() {
    let mut desk = Desk::open().await;
    for buyer in 1..=3 {
        desk.shop.buyer_says(buyer, "hi");
        desk.clock.advance(std::time::Duration::from_secs(1));
    }
    let garbage = Fault::Answer { status: 200, body: "{\"response\": {".into() };
    desk.core.faults.arm(&format!("conversation_id={}", desk.shop.conversation_of(2)), garbage, 1);
    desk.sync_with_quarantine().await;
    assert_eq!(desk.quarantined.len(), 1, "its bytes are kept, once");
    assert_eq!(desk.distinct_messages(), 2, "the others came");
    desk.shop.buyer_says(2, "hello?");
    desk.sync().await;
    assert_eq!(desk.distinct_messages(), 4, "with its next message all of it is read");
}

#[tokio::test]
async fn an_answer_that_stays_unreadable_is_kept_once() {
    let mut desk = Desk::open().await;
    let garbage = Fault::Answer { status: 200, body: "<html>maintenance</html>".into() };
    desk.core.faults.arm_always("get_conversation_list", garbage);
    for _ in 0..3 {
        desk.sync_with_quarantine().await;
    }
    assert_eq!(desk.quarantined.len(), 1, "the same bytes again tell nothing new");
    let off = CapabilityState::Off { code: "unexpected_answer".into() };
    assert_eq!(desk.capability(Capability::ReadChat), Some(off), "a silent stream must show");
    desk.core.faults.clear();
    desk.sync().await;
    assert_eq!(desk.capability(Capability::ReadChat), Some(CapabilityState::On), "until it speaks again");
}

#[tokio::test]
async fn a_conversation_that_is_gone_does_not_hide_the_others() {
    let mut desk = Desk::open().await;
    desk.shop.buyer_says(1, "hi");
    desk.shop.buyer_says(2, "hi");
    let gone = json!({ "error": "resource_not_found", "message": "" }).to_string();
    let fault = Fault::Answer { status: 200, body: gone };
    desk.core.faults.arm_always(&format!("conversation_id={}", desk.shop.conversation_of(2)), fault);
    desk.sync().await;
    assert_eq!(desk.distinct_messages(), 1, "the other one came");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damaged_answer_makes_a_round_panic(
        which in 0_usize..6,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let calls = [
            ("get_conversation_list", r#"{"error":"","response":{"page_result":{"more":true,"next_cursor":{"next_message_time_nano":"1"}},"conversations":[{"conversation_id":"1","latest_message_id":"2","last_message_timestamp":1700000000000000000,"to_id":3,"pinned":false}]}}"#.to_owned()),
            ("get_message", r#"{"error":"","response":{"messages":[{"message_id":"2","conversation_id":"1","from_id":3,"to_id":4,"created_timestamp":1700000000,"message_type":"text","content":{"text":"x"}}],"page_result":{"next_offset":"2"}}}"#.to_owned()),
            ("get_order_list", r#"{"error":"","response":{"more":true,"next_cursor":"9","order_list":[{"order_sn":"A1"}]}}"#.to_owned()),
            ("get_return_detail", sample("return_detail.json")),
            ("get_lost_push_message", sample("lost_push.json")),
            ("get_shop_notification", sample("shop_notification.json")),
        ];
        let (path, body) = &calls[which];
        let mut bytes = body.clone().into_bytes();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let desk = Desk::open().await;
            desk.shop.buyer_says(3, "hi");
            desk.shop.put_return("R1", "A1", &json!({}));
            desk.core.faults.arm_always(path, Fault::Answer { status: 200, body });
            // Whatever comes of it, it comes: no panic, no endless round.
            let cursors = channels::Cursors::new();
            let round = desk.connector.poll(&cursors);
            let done = tokio::time::timeout(std::time::Duration::from_secs(100), round).await;
            assert!(done.is_ok(), "a round must come to an end");
        });
    }
}
