//! What is read of a batch, and what is kept of it.

use crate::support::{Served, now};
use channels::bridge::{Item, read_item};
use domain::{Author, Body, Device, IncomingEvent};
use proptest::prelude::*;
use rstest::rstest;
use serde_json::value::RawValue;
use serde_json::{Value, json};

fn read(event: &Value) -> Item {
    read_item(&RawValue::from_string(event.to_string()).unwrap(), now())
}

fn why(event: &Value) -> String {
    let item = read(event);
    assert!(
        item.received.is_none() && item.read.is_none(),
        "what is in quarantine is not taken in as well: {event}"
    );
    let bad = item.quarantined.first().expect("it cannot be read");
    assert_eq!(bad.raw.bytes, event.to_string().into_bytes(), "its bytes are kept as they came");
    bad.flaw.words.split(':').next().unwrap_or_default().to_owned()
}

fn message() -> Value {
    json!({"kind": "message", "id": "m1", "conversation": "c1", "buyer": {"id": "b1", "name": "Ivan", "country": "RU"},
        "author": "buyer", "at": "2026-03-02T09:59:00+08:00", "body": {"type": "text", "text": "где заказ?"}, "order_no": "A1"})
}

fn with(mut event: Value, pointer: &str, value: Value) -> Value {
    *event.pointer_mut(pointer).expect("the field is there") = value;
    event
}

#[test]
fn a_message_says_who_wrote_what_when() {
    let item = read(&message());
    let received = item.received.expect("it can be read");
    let IncomingEvent::Message(read) = &received.events[0] else { panic!("a message is a message") };
    assert_eq!(
        (read.provider_id.as_str(), read.conversation_key.as_str()),
        ("m1", "c1"),
        "named as the platform does"
    );
    assert_eq!(read.sent_at, "2026-03-02T01:59:00Z".parse().unwrap(), "an instant with its offset");
    assert_eq!((read.author, read.device), (Author::Buyer, Device::Pc), "a computer unless said otherwise");
    assert_eq!(read.body, Body::Text { text: "где заказ?".into() }, "the words as they were");
}

#[test]
fn what_is_not_asked_for_is_nowhere() {
    let mut event = message();
    event["phone"] = "+79160000000".into();
    event["buyer"]["address"] = json!({"street": "Lenina 1"});
    let received = read(&event).received.expect("fields that are not known are tolerated");
    let kept = String::from_utf8(received.raw.bytes).unwrap();
    assert!(
        !kept.contains("7916") && !kept.contains("Lenina"),
        "least data holds for the raw bytes too: {kept}"
    );
    assert!(kept.contains("где заказ?"), "and what was asked for is there: {kept}");
}

#[rstest]
#[case(json!(1), "not_an_object")]
#[case(json!(null), "not_an_object")]
#[case(json!({}), "kind_missing")]
#[case(json!({"kind": "parcel", "id": "p1"}), "unknown_kind")]
#[case(json!({"kind": "message", "id": "m1"}), "bad_shape")]
#[case(with(message(), "/id", json!("")), "id_missing")]
#[case(with(message(), "/id", json!("notice:7")), "id_reserved")]
#[case(with(message(), "/id", json!("x".repeat(201))), "id_too_long")]
#[case(with(message(), "/buyer/id", json!(" ")), "id_missing")]
#[case(with(message(), "/at", json!("2026-03-03T02:00:01Z")), "at_in_future")]
#[case(with(message(), "/at", json!("1999-12-31T23:59:59Z")), "at_too_old")]
#[case(with(message(), "/at", json!(1772416800)), "bad_shape")]
#[case(with(message(), "/author", json!("boss")), "bad_shape")]
#[case(with(message(), "/body/text", json!("x".repeat(20_001))), "text_too_long")]
#[case(with(message(), "/body", json!({"type": "text"})), "text_missing")]
#[case(with(message(), "/body", json!({"type": "image", "url": "file:///etc/passwd"})), "link_refused")]
#[case(with(message(), "/body", json!({"type": "image", "url": "javascript:alert(1)"})), "link_refused")]
#[case(with(message(), "/body", json!({"type": "image", "data": "PHN2Zz4="})), "image_type")]
#[case(with(message(), "/body", json!({"type": "image"})), "url_missing")]
#[case(json!({"kind": "conversation", "id": "e", "conversation": "c", "buyer": {"id": "b"}, "messages": []}), "messages_missing")]
fn what_cannot_be_read_is_kept_with_a_code(#[case] event: Value, #[case] code: &str) {
    assert_eq!(why(&event), code, "a bridge's author acts on the code");
}

#[test]
fn a_type_of_message_that_is_not_known_is_shown_as_such() {
    let item = read(&with(message(), "/body", json!({"type": "voice", "text": "[12 s]"})));
    let received = item.received.expect("a message must not be lost because of its type");
    let IncomingEvent::Message(read) = &received.events[0] else { panic!("a message is a message") };
    assert_eq!(
        read.body,
        Body::Unsupported { kind: "voice".into(), summary: "[12 s]".into() },
        "with what can be said of it"
    );
}

#[test]
fn one_bad_message_does_not_take_its_conversation_along() {
    let past = |id: &str, at: &str| json!({"id": id, "author": "buyer", "at": at, "body": {"type": "text", "text": id}});
    let event = json!({"kind": "conversation", "id": "e1", "conversation": "c1", "buyer": {"id": "b1"}, "messages":
        [past("m1", "2026-03-01T00:00:00Z"), past("m2", "1970-01-01T00:00:00Z"), past("m3", "2026-03-01T00:00:02Z")]});
    let item = read(&event);
    assert_eq!(item.received.map(|received| received.events.len()), Some(2), "the others are taken");
    assert_eq!(item.quarantined[0].flaw.words, "at_too_old (messages/1)", "and this one says where it stood");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_has_one_result_for_each_event_in_order() {
    let served = Served::start().await;
    let body = json!({"events": [message(), {"kind": "parcel", "id": "p1"}, 7]}).to_string();
    let answer = served.call("POST", "/v1/events", &body).await.json();
    let of = |at: usize| {
        let result = &answer["results"][at];
        (
            result["index"].as_u64(),
            result["id"].as_str().map(str::to_owned),
            result["result"].as_str().map(str::to_owned),
        )
    };
    let wanted = |at: u64, id: &str, result: &str| (Some(at), Some(id.to_owned()), Some(result.to_owned()));
    assert_eq!(of(0), wanted(0, "m1", "accepted"), "the good one");
    assert_eq!(of(1), wanted(1, "p1", "quarantined"), "a kind of the future is kept");
    assert_eq!(of(2), wanted(2, "", "quarantined"), "so is nonsense");
    assert_eq!((&answer["accepted"], &answer["quarantined"]), (&json!(1), &json!(2)), "and the counts agree");
}

/// JSON that nobody thought of.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,30}".prop_map(Value::from),
        prop_oneof!["message", "conversation", "order", "dispute", "notice", "read", "text", "image"]
            .prop_map(Value::from),
        Just(Value::from("2026-03-01T00:00:00Z")),
    ];
    let name = prop_oneof![
        "kind|id|conversation|buyer|author|at|body|type|text|data|url|messages|lines|order_no|status|opened_at|dispute|topic|title",
        "[a-z]{1,6}"
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// A good event with one field replaced by anything, and perhaps one taken away.
fn nearly_good() -> impl Strategy<Value = Value> {
    let good = prop_oneof![
        Just(message()),
        Just(
            json!({"kind": "order", "id": "o", "order_no": "A1", "status": "PAID", "at": "2026-03-01T00:00:00Z",
            "lines": [{"title": "Case", "sku": "S", "quantity": 2}], "due": "2026-03-05T00:00:00Z"})
        ),
        Just(
            json!({"kind": "notice", "id": "n", "topic": "penalty", "title": "Points", "at": "2026-03-01T00:00:00Z"})
        ),
        Just(json!({"kind": "dispute", "id": "d", "dispute": "R1", "order_no": "A1", "status": "OPEN",
            "opened_at": "2026-03-01T00:00:00Z", "at": "2026-03-01T00:00:00Z"})),
        Just(json!({"kind": "read", "id": "r", "conversation": "c1", "at": "2026-03-01T00:00:00Z"})),
    ];
    (good, any::<prop::sample::Index>(), any::<prop::sample::Index>(), anything(), any::<bool>()).prop_map(
        |(mut event, changed, gone, value, takes)| {
            let fields = event.as_object_mut().expect("they are objects");
            let names: Vec<String> = fields.keys().cloned().collect();
            fields.insert(changed.get(&names).clone(), value);
            if takes {
                fields.remove(gone.get(&names));
            }
            event
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_event_is_lost_and_none_breaks_the_reader(event in prop_oneof![anything(), nearly_good()]) {
        let item = read(&event);
        let taken = item.received.is_some() || item.read.is_some();
        prop_assert!(taken || !item.quarantined.is_empty(), "each is taken or kept: {}", event);
        for message in item.received.iter().flat_map(|received| &received.events) {
            prop_assert!(message.at().as_second() > 946_684_799, "nothing unbelievable is taken: {}", event);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_body_breaks_the_door(body in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        anything().prop_map(|value| value.to_string().into_bytes()),
        prop::collection::vec(anything(), 0..6).prop_map(|events| json!({"events": events}).to_string().into_bytes()),
        (1_usize..20_000).prop_map(|deep| format!("{{\"events\":[{}", "[".repeat(deep)).into_bytes()),
        (1_usize..20_000).prop_map(|deep| format!("{{\"events\":[{}{}]}}", "[".repeat(deep), "]".repeat(deep)).into_bytes()),
    ]) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let served = Served::start().await;
            let token = format!("Bearer {}", crate::support::TOKEN);
            let (length, none) = (body.len().to_string(), "");
            for path in ["/v1/events", "/v1/hello", "/v1/replies/1-1/ack"] {
                let headers = [("Authorization", token.as_str()), ("Content-Length", length.as_str())];
                let mut bytes = crate::support::request("POST", path, served.port, &headers, none);
                bytes.extend_from_slice(&body);
                let answer = served.say(&bytes).await;
                prop_assert!([200, 400, 413].contains(&answer.status), "an answer, always: {path} {answer:?}");
            }
            Ok(())
        })?;
    }
}

#[rstest]
#[case(json!(["m1", "message"]), "not_an_object")]
#[case(with(message(), "/buyer", json!(["b1", "Ivan"])), "bad_shape")]
#[case(with(message(), "/body", json!(["text", "hi"])), "bad_shape")]
fn a_list_of_values_is_no_object(#[case] event: Value, #[case] code: &str) {
    assert_eq!(why(&event), code, "what is read must be what the description says");
}
