//! Orders and returns that cannot be read: the others come in, what is missing is known by its number, and nothing of a
//! buyer is kept, whatever the store's settings are.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

#[path = "shopee/desk.rs"]
mod desk;

use channels::{ChannelError, Connector};
use desk::Desk;
use domain::Keep;
use rstest::rstest;
use sandbox::Fault;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

const NOTHING: Keep = Keep { phone: false, address: false };
const ALL: Keep = Keep { phone: true, address: true };

fn served(body: &str) -> Fault {
    Fault::Answer { status: 200, body: body.into() }
}

/// An answer that breaks off in somebody's address.
fn broken() -> Fault {
    served(r#"{"response":{"order_list":[{"recipient_address":{"name":"Jane Doe","phone":"6591234567""#)
}

/// A shop with so many orders, numbered from 1000 on.
async fn shop(orders: usize, keep: Keep) -> Desk {
    let desk = Desk::open_with(|config| config.keep = keep).await;
    (0..orders).for_each(|n| desk.shop.put_order(&format!("A{}", 1000 + n), &json!({})));
    desk
}

fn kept(desk: &Desk) -> Vec<String> {
    let kept: Vec<String> =
        desk.quarantined.iter().map(|raw| String::from_utf8_lossy(&raw.bytes).into_owned()).collect();
    for personal in ["Jane", "6591234567", "Orchard"] {
        assert!(!kept.iter().any(|bytes| bytes.contains(personal)), "{personal} is in no bytes: {kept:?}");
    }
    kept
}

#[rstest]
#[case(NOTHING)]
#[case(ALL)]
#[tokio::test]
async fn one_order_that_cannot_be_read_is_known_by_its_number_and_hides_no_other(#[case] keep: Keep) {
    let mut desk = shop(60, keep).await;
    desk.core.faults.arm_always("A1017", broken());
    desk.sync_with_quarantine().await;
    let numbers: BTreeSet<String> = desk.orders().into_iter().map(|order| order.order_no).collect();
    assert_eq!(numbers.len(), 59, "the others came: {numbers:?}");
    assert!(!numbers.contains("A1017"), "and this one did not");
    let shape = r#"{"asked_for":"A1017","not_json":{"begins":"an object","bytes":87}}"#;
    assert_eq!(kept(&desk), [shape], "how much it was, not what");
    // Pages that brought something new are read once more.
    let alone = desk.core.ledger.calls_with("order_sn_list=A1017&").len();
    assert_eq!(alone, 2, "it was asked for alone, once each time its page was read");
    desk.clock.advance(Duration::from_secs(60));
    desk.sync_with_quarantine().await;
    assert_eq!(kept(&desk).len(), 1, "the same again is no news");
}

#[tokio::test]
async fn rows_that_cannot_be_read_among_others_are_asked_for_alone() {
    let mut desk = shop(3, NOTHING).await;
    let rows = json!([
        { "order_sn": "A1000", "recipient_address": { "name": "Jane Doe" } },
        { "order_status": "SHIPPED", "note": "Jane Doe" },
        { "order_sn": "A1002", "update_time": 1_700_000_000, "order_status": "SHIPPED" },
    ]);
    let answer = json!({ "error": "", "response": { "order_list": rows } }).to_string();
    desk.core.faults.arm("get_order_detail", served(&answer), 1);
    desk.sync_with_quarantine().await;
    let numbers: BTreeSet<String> = desk.orders().into_iter().map(|order| order.order_no).collect();
    assert_eq!(numbers.len(), 3, "alone they can be read: {numbers:?}");
    assert!(kept(&desk).is_empty(), "so nothing is missing: {:?}", desk.quarantined);
}

#[tokio::test]
async fn rows_that_cannot_be_read_alone_either_leave_number_and_shape() {
    let mut desk = shop(2, ALL).await;
    let row = r#"{"order_sn":"A1000","note":"Jane Doe","recipient_address":{"phone":"6591234567"}}"#;
    let nameless = r#"{"buyer_username":"Jane"}"#;
    let both = format!(r#"{{"response":{{"order_list":[{row},{nameless}]}}}}"#);
    desk.core.faults.arm("A1000%2CA1001", served(&both), 1);
    desk.core
        .faults
        .arm_always("order_sn_list=A1000&", served(&format!(r#"{{"response":{{"order_list":[{row}]}}}}"#)));
    desk.core.faults.arm_always("order_sn_list=A1001&", served(r#"{"response":{"order_list":[]}}"#));
    desk.sync_with_quarantine().await;
    let shapes = [
        r#"{"asked_for":"A1000","shape":{"note":"text 8","order_sn":"A1000","recipient_address":{"phone":"text 10 digits"}}}"#,
        r#"{"asked_for":"A1001","shape":{"buyer_username":"text 4"}}"#,
    ];
    let kept: BTreeSet<String> = kept(&desk).into_iter().collect();
    assert_eq!(kept, shapes.map(str::to_owned).into(), "each with its number");
}

#[tokio::test]
async fn where_nothing_can_be_read_no_order_is_dropped_and_few_calls_are_made() {
    let mut desk = shop(50, NOTHING).await;
    desk.core.faults.arm_always("get_order_detail", served("<html>Jane</html>"));
    desk.sync_with_quarantine().await;
    assert_eq!(kept(&desk).len(), 50, "each is known by its number");
    let calls = desk.core.ledger.calls_with("get_order_detail").len();
    assert!(calls < 20, "it is not asked for one by one: {calls} calls");
}

#[tokio::test]
async fn a_return_that_cannot_be_read_is_known_by_its_number() {
    let mut desk = Desk::open().await;
    for n in 1..=3 {
        desk.shop.put_return(&format!("R{n}"), &format!("A{n}"), &json!({}));
    }
    desk.core.faults.arm_always("return_sn=R2", broken());
    desk.sync_with_quarantine().await;
    assert_eq!(desk.disputes().len(), 2, "the others came");
    let shape = r#"{"asked_for":"R2","not_json":{"begins":"an object","bytes":87}}"#;
    assert_eq!(kept(&desk), [shape], "how much it was, not what");
}

#[rstest]
#[case("get_order_list")]
#[case("get_return_list")]
#[tokio::test]
async fn a_list_that_cannot_be_read_leaves_its_shape_and_is_read_later(#[case] list: &str) {
    let mut desk = shop(1, ALL).await;
    desk.shop.put_return("R1", "A1000", &json!({}));
    desk.core.faults.arm_always(list, broken());
    desk.sync_with_quarantine().await;
    assert_eq!(kept(&desk), [r#"{"not_json":{"begins":"an object","bytes":87}}"#], "once");
    desk.core.faults.clear();
    desk.sync_with_quarantine().await;
    assert_eq!((desk.orders().len(), desk.disputes().len()), (1, 1), "nothing is left out");
}

#[tokio::test]
async fn a_round_of_which_nothing_can_be_read_is_no_success() {
    let mut desk = shop(2, NOTHING).await;
    desk.sync().await;
    desk.core.faults.arm_always("", served("<html>maintenance</html>"));
    for round in 0..2 {
        let batch = desk.connector.poll(&desk.cursors()).await.unwrap();
        let failure = batch.answers.failure();
        assert!(matches!(failure, Some(ChannelError::Unexpected { .. })), "round {round}: {failure:?}");
        assert_eq!(batch.quarantined.is_empty(), round > 0, "what came is kept, once");
        desk.connector.committed(&batch).await;
    }
    desk.core.faults.clear();
    desk.core.faults.arm_always("get_conversation_list", served("<html>maintenance</html>"));
    let batch = desk.connector.poll(&desk.cursors()).await.unwrap();
    assert_eq!(batch.answers.failure(), None, "orders and returns are understood");
}

#[tokio::test]
async fn conversations_that_nobody_can_tell_apart_are_an_answer_that_cannot_be_read() {
    let mut desk = Desk::open().await;
    let strange = r#"{"response":{"conversations":[{"id":1},{"id":2}],"page_result":{"more":false}}}"#;
    desk.core.faults.arm_always("get_conversation_list", served(strange));
    desk.sync_with_quarantine().await;
    assert_eq!(desk.quarantined.len(), 1, "it is not taken for a list without conversations");
    desk.core.faults.clear();
    let nothing = r#"{"response":{"conversations":{},"page_result":{"more":false}}}"#;
    desk.core.faults.arm_always("get_conversation_list", served(nothing));
    desk.sync().await;
}

#[tokio::test]
async fn garbage_of_one_stream_does_not_hide_that_the_shop_is_told_to_wait() {
    let mut desk = Desk::open().await;
    desk.core.faults.arm_always("get_conversation_list", served("<html>maintenance</html>"));
    desk.sync_with_quarantine().await;
    desk.core.faults.arm_always("get_shop_notification", Fault::Status { status: 429, retry_after: None });
    let error = desk.connector.poll(&desk.cursors()).await.unwrap_err();
    assert!(matches!(error, ChannelError::RateLimited { .. }), "known garbage is no news: {error:?}");
}
