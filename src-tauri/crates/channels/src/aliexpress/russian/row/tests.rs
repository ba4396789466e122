use super::*;
use rstest::rstest;
use serde_json::json;

const OWN: &str = "ru1000";

fn row(change: &Value) -> Value {
    let mut row = json!({
        "id": 71, "from_user_login_id": "buyer7", "to_user_login_id": OWN,
        "created_at": "2026-11-22T05:00:00.123456+03:00", "type": "text", "payload": { "text": "Где посылка?" },
    });
    for (name, value) in change.as_object().unwrap() {
        row[name] = value.clone();
    }
    row
}

#[test]
fn a_row_in_the_words_of_the_sending_call_is_read() {
    let message = read(&row(&json!({})), OWN).unwrap();
    assert_eq!((message.provider_id.as_str(), message.conversation_key.as_str()), ("71", "buyer7"));
    assert_eq!(message.author, Author::Buyer, "to the store");
    assert_eq!(message.sent_at, "2026-11-22T02:00:00.123456Z".parse().unwrap(), "to the microsecond");
    assert_eq!(message.body, Body::Text { text: "Где посылка?".into() });
}

#[rstest]
#[case::numbers(json!({ "id": "71", "created_at": 1_795_312_800 }))]
#[case::milliseconds(json!({ "created_at": "1795312800000" }))]
#[case::words_alone(json!({ "payload": "Где посылка?" }))]
#[case::json_in_text(json!({ "payload": "{\"content\":\"Где посылка?\"}" }))]
#[case::capitals(json!({ "type": "TEXT", "to_user_login_id": "RU1000" }))]
#[case::camel(json!({ "id": null, "messageId": 71, "created_at": null, "createdAt": "2026-11-22T02:00:00Z" }))]
fn other_spellings_say_the_same(#[case] change: Value) {
    let message = read(&row(&change), OWN).unwrap();
    assert_eq!((message.provider_id.as_str(), message.author), ("71", Author::Buyer), "{change}");
    assert_eq!(message.body.words(), "Где посылка?", "{change}");
}

#[rstest]
#[case::no_number(json!({ "id": null }))]
#[case::number_is_none(json!({ "id": "a-b-c" }))]
#[case::no_time(json!({ "created_at": null }))]
#[case::no_zone(json!({ "created_at": "2026-11-22 02:00:00" }))]
#[case::another_century(json!({ "created_at": "0026-11-22T02:00:00Z" }))]
#[case::a_unit_nobody_knows(json!({ "created_at": 1_795_312_800_000_000_i64 }))]
#[case::no_sender(json!({ "from_user_login_id": null }))]
#[case::no_addressee(json!({ "to_user_login_id": "" }))]
#[case::strangers(json!({ "to_user_login_id": "ru2000" }))]
#[case::to_itself(json!({ "from_user_login_id": OWN }))]
fn what_is_not_beyond_doubt_is_not_read(#[case] change: Value) {
    assert!(read(&row(&change), OWN).is_err(), "nobody guesses: {change}");
}

#[rstest]
#[case("text", Author::Seller)]
#[case("auto_reply", Author::Auto)]
#[case("system", Author::Auto)]
#[case("sticker", Author::Seller)]
fn what_comes_from_the_store_is_a_persons_only_if_no_program_wrote_it(
    #[case] kind: &str,
    #[case] author: Author,
) {
    let change = json!({ "from_user_login_id": OWN, "to_user_login_id": "buyer7", "type": kind });
    let message = read(&row(&change), OWN).unwrap();
    assert_eq!((message.author, message.buyer.key.as_str()), (author, "buyer7"), "{kind}");
}

#[test]
fn a_line_of_the_platform_opens_no_clock() {
    let message = read(&row(&json!({ "type": "SystemNotification" })), OWN).unwrap();
    assert_eq!(message.author, Author::System);
}

#[rstest]
#[case("image", json!({ "url": "https://img.example/a.jpg" }),
    Body::Image { url: "https://img.example/a.jpg".into(), thumb: None })]
#[case("image", json!({ "url": "http://img.example/a.jpg" }),
    Body::Unsupported { kind: "image".into(), summary: String::new() })]
#[case("product", json!({ "product_id": "1005003600816013" }),
    Body::ItemCard { item_id: "1005003600816013".into(), title: None })]
#[case("order", json!({ "order_id": 5_000_000_000_000_001_i64 }),
    Body::OrderCard { order_no: "5000000000000001".into() })]
#[case("quiz", json!({ "text": "выберите" }),
    Body::Unsupported { kind: "quiz".into(), summary: "выберите".into() })]
#[case("text", json!({ "words": "?" }), Body::Unsupported { kind: "text".into(), summary: String::new() })]
#[case("text", json!("👍"), Body::Emoji { text: "👍".into() })]
fn each_type_becomes_its_body(#[case] kind: &str, #[case] payload: Value, #[case] body: Body) {
    let message = read(&row(&json!({ "type": kind, "payload": payload })), OWN).unwrap();
    assert_eq!(message.body, body, "{kind}");
}

#[test]
fn a_row_without_a_type_is_shown_as_unknown_with_its_words() {
    let message = read(&row(&json!({ "type": null })), OWN).unwrap();
    let shown = Body::Unsupported { kind: "unknown".into(), summary: "Где посылка?".into() };
    assert_eq!((message.body, message.author), (shown, Author::Buyer), "the buyer still waits");
}
