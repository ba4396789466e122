use super::support::{KEY, SECRET, at, setup};
use channels::aliexpress::{push_is_signed, read_push};
use domain::{IncomingEvent, NoticeTopic};
use rstest::rstest;

#[tokio::test]
async fn an_order_push_is_believed_by_its_signature_and_read() {
    let s = setup().await;
    let (body, signature) = s.platform.order_push(8_194_715_118_000_001, "PLACE_ORDER_SUCCESS", "IN_CANCEL");
    assert!(push_is_signed(SECRET, KEY, &body, &signature), "the sister platforms' form");
    let received = read_push(&body, s.clock.now()).unwrap();
    let IncomingEvent::Notification(notice) = &received.events[0] else { panic!("a notice: {received:?}") };
    assert_eq!(notice.topic, NoticeTopic::Order, "it is about an order");
    assert_eq!(notice.order_no.as_deref(), Some("8194715118000001"), "this one");
    assert_eq!(notice.text, "PLACE_ORDER_SUCCESS → IN_CANCEL", "what changed");
    assert_eq!(notice.at, s.clock.now(), "the platform's time");
    let again = read_push(&body, at("2026-12-01T00:00:00Z")).unwrap();
    assert_eq!(again.events, received.events, "a repeated push has the same id");
}

#[rstest]
#[case(r#"{"data":"{\"order_id\":\"1\",\"order_status\":\"FINISH\",\"order_change_time\":\"2026-11-01 01:30:00\"}"}"#,
    "2026-11-01T08:30:00Z")]
#[case(r#"{"order_id":1,"current_status":"FINISH","login_id":"x"}"#, "2026-11-22T02:00:00Z")]
#[case(
    r#"{"data":{"trade_order_id":"1","order_status":"FINISH","status_update_time":1700000000}}"#,
    "2023-11-14T22:13:20Z"
)]
fn an_order_push_is_read_in_each_of_its_likely_forms(#[case] body: &str, #[case] instant: &str) {
    let received = read_push(body.as_bytes(), at("2026-11-22T02:00:00Z")).unwrap();
    assert_eq!(received.events[0].at(), at(instant), "the platform's time, else ours: {body}");
}

#[test]
fn a_chat_push_is_kept_without_events() {
    let received = read_push(br#"{"message_type":21,"data":{"x":1}}"#, at("2026-11-22T02:00:00Z")).unwrap();
    assert!(
        received.events.is_empty(),
        "its content is not published; it says that there is something to fetch"
    );
}

#[rstest]
#[case("", r#"{"not_json":{"begins":"nothing","bytes":0}}"#)]
#[case("[]", r#"{"shape":[]}"#)]
#[case("{}", r#"{"shape":{}}"#)]
#[case(
    r#"{"data":{"order_id":81947,"to":"Mark"}}"#,
    r#"{"shape":{"data":{"order_id":81947,"to":"text 4"}}}"#
)]
#[case(r#"{"message_type":99}"#, r#"{"shape":{"message_type":"integer 2"}}"#)]
fn a_push_that_cannot_be_read_is_quarantined(#[case] body: &str, #[case] shape: &str) {
    let quarantined = read_push(body.as_bytes(), at("2026-11-22T02:00:00Z")).unwrap_err();
    assert_eq!(String::from_utf8_lossy(&quarantined.raw.bytes), shape, "with its shape");
}
