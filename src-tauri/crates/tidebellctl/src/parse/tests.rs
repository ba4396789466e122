use super::*;
use rstest::rstest;
use std::path::{Path, PathBuf};

const AT: &str = "2026-11-25T00:00:00Z";

fn parsed(kind: KindArg, bytes: &[u8]) -> Value {
    outcome(kind, bytes, AT.parse().unwrap(), Vec::new(), None)
}

fn parsed_of(kind: KindArg, login: &str, text: &str) -> Value {
    outcome(kind, text.as_bytes(), AT.parse().unwrap(), Vec::new(), Some(login))
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../channels/tests/samples")
}

fn sample(kind: KindArg, name: &str) -> Value {
    parsed(kind, &std::fs::read(samples().join(name)).unwrap())
}

fn only_event(out: &Value) -> &Value {
    assert_eq!(out["events"].as_array().map(Vec::len), Some(1), "one event and nothing else: {out}");
    &out["events"][0]
}

#[test]
fn a_return_shows_every_due_date_and_whose_it_is() {
    let out = sample(KindArg::ShopeeReturn, "shopee/return_detail.json");
    let event = only_event(&out);
    assert_eq!(event["due"], "2022-06-17T03:56:45Z", "the earliest that the seller owes now");
    let dues: Vec<(&str, i64, bool)> = event["dues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|due| {
            (due["name"].as_str().unwrap(), due["at_ms"].as_i64().unwrap() / 1_000, due["open"] == true)
        })
        .collect();
    let stated = [
        ("due_date", 1_655_377_883, false),
        ("return_ship_due_date", 1_655_438_205, true),
        ("return_seller_due_date", 1_655_438_205, true),
        ("offer_due_date", 1_655_438_336, true),
        ("seller_evidence_deadline", 1_655_438_336, true),
        ("seller_compensation_due_date", 1_655_438_336, true),
    ];
    assert_eq!(dues, stated, "all six of the platform; the request itself was answered");
    assert_eq!(event["amounts"][0]["amount"], "13.97", "the refund as the platform writes it");
    assert_eq!(event["amounts"][0]["currency"], "SGD", "with its currency");
    let text = out.to_string();
    for personal in ["HENDERSON", "6512345678", "0928000886", "oo@shopee.com"] {
        assert!(!text.contains(personal), "{personal} is nobody's business on a screen");
    }
}

#[test]
fn a_mail_shows_who_what_and_whether_to_believe_it() {
    let out = sample(KindArg::Mail, "email_aliexpress_order_shipped.eml");
    let mail = only_event(&out);
    assert_eq!(mail["from"], "AliExpress <transaction@notice.aliexpress.com>", "as a reader sees it");
    assert_eq!(mail["date"], "2026-06-28T00:51:43Z", "its own date");
    assert_eq!(mail["authenticity"], "unverified", "nobody vouches in this file");
    assert_eq!(mail["links"][0]["official"], true, "where it leads");
    let out = sample(KindArg::Mail, "email_nested_attachment.eml");
    let attached = &only_event(&out)["attachments"][0];
    assert_eq!(attached, &json!({ "name": "truncated.png", "type": "image/png", "size": 1902 }), "unopened");
}

#[test]
fn the_provider_that_took_a_mail_in_is_believed_and_no_other() {
    let mail = |server: &str| {
        format!(
            "Received: from a by {server}; Sun, 1 Mar 2026 10:00:00 +0000\r\n\
             Authentication-Results: mx.google.com; dmarc=pass header.from=aliexpress.com\r\n\
             From: AliExpress <transaction@notice.aliexpress.com>\r\n\
             Date: Sun, 1 Mar 2026 09:59:00 +0000\r\n\r\nhi\r\n"
        )
    };
    let judged = |mail: &str| {
        only_event(&parsed(KindArg::Mail, mail.as_bytes()))["authenticity"].as_str().unwrap().to_owned()
    };
    assert_eq!(judged(&mail("mx.google.com")), "verified", "Google speaks of a mail that Google took in");
    assert_eq!(
        judged(&mail("mx.163.com")),
        "unverified",
        "a sender wrote that line, Google never saw the mail"
    );
}

#[rstest]
#[case(
    KindArg::ShopeePush,
    r#"{"code":4711,"data":{"x":[1]},"shop_id":1,"timestamp":1700000001}"#,
    "no_news",
    Value::Null
)]
#[case(KindArg::ShopeePush, r#"{"code":8,"data":{"item_id":1},"shop_id":1,"timestamp":1700000001}"#, "no_news",
    json!("reserved_stock_change_push"))]
#[case(KindArg::ShopeePush, r#"{"code":10,"data":{"type":"notification","content":{"type":"mark_as_replied"}}}"#,
    "chat_signal", json!("webchat_push"))]
fn a_push_without_news_is_shown_as_such(
    #[case] kind: KindArg,
    #[case] push: &str,
    #[case] left_out: &str,
    #[case] name: Value,
) {
    let out = parsed(kind, push.as_bytes());
    let event = only_event(&out);
    assert_eq!(event["in_inbox"], false, "nobody is bothered with it");
    assert_eq!(event["left_out"], left_out, "and it says why");
    assert_eq!(event["push_name"], name, "the platform's name of the code, if it has one");
    assert!(event["data"].is_object(), "what it says is kept: {event}");
}

#[rstest]
#[case(
    KindArg::ShopeeOrder,
    r#"{"error":"error_auth","message":"Invalid access_token.","request_id":"1"}"#,
    "the platform answered error_auth: Invalid access_token."
)]
#[case(
    KindArg::AliexpressOrder,
    r#"{"error_response":{"code":27,"msg":"Invalid session","sub_code":"x"}}"#,
    "the platform answered 27 (x): Invalid session"
)]
#[case(KindArg::AliexpressIssue, r#"{"a":1}"#, "no dispute in it")]
#[case(KindArg::AliexpressIm, r#"{"a":1}"#, "no message in it")]
#[case(
    KindArg::AliexpressIm,
    r#"{"code":"InsufficientPermission","type":"ISV","message":"no"}"#,
    "the platform answered InsufficientPermission: no"
)]
#[case(KindArg::AliexpressLegacy, "7", "not an answer of the platform")]
#[case(KindArg::ShopeeReturn, r#"{"a":1}"#, "neither return nor return_list nor return_sn in it")]
#[case(KindArg::ShopeePush, "{}", "neither push_message_list nor code in it")]
#[case(KindArg::ShopeeNotification, "", "nothing in it")]
#[case(KindArg::Mail, "no header\n", "no header found")]
fn what_cannot_be_read_says_why(#[case] kind: KindArg, #[case] bytes: &str, #[case] why: &str) {
    assert_eq!(
        parsed(kind, bytes.as_bytes()),
        json!({ "quarantined": why }),
        "a person must know what to do"
    );
}

#[rstest]
#[case(
    r#"{"error":"","response":{"order_list":[{"order_sn":"A1","order_status":"READY_TO_SHIP"}]}}"#,
    Some("only_named")
)]
#[case(r#"{"order_list":[{"order_sn":"A1","order_status":"READY_TO_SHIP","update_time":1700000000}]}"#, None)]
#[case(r#"{"order_sn":"A1","order_status":"READY_TO_SHIP","update_time":1700000000}"#, None)]
#[case(r#"[{"order_sn":"A1","order_status":"READY_TO_SHIP","update_time":1700000000}]"#, None)]
fn an_order_is_read_from_any_wrapping(#[case] answer: &str, #[case] left_out: Option<&str>) {
    let out = parsed(KindArg::ShopeeOrder, answer.as_bytes());
    let order = only_event(&out);
    assert_eq!(
        (order["order_no"].as_str(), order["status"].as_str()),
        (Some("A1"), Some("READY_TO_SHIP")),
        "it"
    );
    assert_eq!(order["left_out"].as_str(), left_out, "an order of the list is fetched before it is shown");
}

#[test]
fn one_bad_entry_does_not_hide_the_good_one() {
    let answer = r#"{"order_list":[{"order_sn":"A1","update_time":1700000000},{"order_status":"SHIPPED","update_time":1}]}"#;
    let out = parsed(KindArg::ShopeeOrder, answer.as_bytes());
    assert_eq!(only_event(&out)["order_no"], "A1", "the good one");
    assert_eq!(out["unreadable"], json!(["an order without order_sn"]), "the bad one, and why");
}

const ONE_BUYER: &str = r#"{"data":{"messages":[{"message_id":70000000000001,"from_user_login_id":"ru2001",
    "to_user_login_id":"ru1000","created_at":"2026-11-22T02:00:00.000123+00:00","type":"text",
    "payload":{"text":"Где заказ?"}}]},"error":null}"#;

#[test]
fn a_page_of_the_russian_stream_is_read_with_the_stores_login() {
    let out = parsed_of(KindArg::AliexpressRussia, " RU1000 ", ONE_BUYER);
    let message = only_event(&out);
    assert_eq!(message["kind"], "message", "a chat message");
    assert_eq!((&message["id"], &message["author"]), (&json!("70000000000001"), &json!("buyer")), "whose");
    assert_eq!(
        (&message["text"], &message["at_ms"]),
        (&json!("Где заказ?"), &json!(1_795_312_800_000_i64)),
        "what"
    );
    let ours = parsed_of(KindArg::AliexpressRussia, "ru2001", ONE_BUYER);
    assert_eq!(only_event(&ours)["author"], "seller", "the other side with the other login");
    let strange = parsed_of(KindArg::AliexpressRussia, "ru9", ONE_BUYER);
    assert!(strange["quarantined"].as_str().is_some_and(|why| why.contains("neither")), "whose? {strange}");
}

#[test]
fn whose_stream_it_is_follows_from_several_buyers_and_not_from_one() {
    let unsaid = parsed(KindArg::AliexpressRussia, ONE_BUYER.as_bytes());
    let why = "one conversation, between ru2001 and ru1000: say which login is the store's own (--login)";
    assert_eq!(unsaid, json!({ "quarantined": why }), "a guess would turn the sides round");
    let row = |id: u64, from: &str, to: &str| {
        json!({ "id": id, "fromUserLoginId": from, "toUserLoginId": to, "createdAt": 1_795_312_800_000_i64,
            "type": "text", "payload": "x" })
    };
    let page = json!([row(1, "ru2001", "ru1000"), row(2, "ru1000", "ru2002"), row(3, "ru2003", "ru1000")]);
    let out = parsed(KindArg::AliexpressRussia, page.to_string().as_bytes());
    let authors: Vec<&Value> =
        out["events"].as_array().unwrap().iter().map(|event| &event["author"]).collect();
    assert_eq!(authors, ["buyer", "seller", "buyer"], "ru1000 is on every one: {out}");
    let mixed = json!([row(1, "ru2001", "ru1000"), row(2, "ru3", "ru4")]);
    let out = parsed(KindArg::AliexpressRussia, mixed.to_string().as_bytes());
    assert!(
        out["quarantined"].as_str().is_some_and(|why| why.contains("--login")),
        "it says what helps: {out}"
    );
}

#[rstest]
#[case(r#"{"data":null,"error":null}"#, Ok("a page without messages"))]
#[case(
    r#"{"data":null,"error":{"code":"SellerNotFound","message":"no"}}"#,
    Err("the platform answered SellerNotFound: no")
)]
#[case(
    r#"{"data":null,"error":{"code":"unauthorized","message":"bad token"}}"#,
    Err("the platform answered local_token_refused: unauthorized: bad token")
)]
#[case(r#"{"a":1}"#, Err("an answer without data"))]
#[case("<html>", Err("not JSON: expected value at line 1 column 1"))]
fn a_page_of_the_russian_stream_without_messages_says_why(
    #[case] page: &str,
    #[case] told: Result<&str, &str>,
) {
    let expected = match told {
        Ok(note) => json!({ "events": [], "note": note }),
        Err(why) => json!({ "quarantined": why }),
    };
    assert_eq!(parsed(KindArg::AliexpressRussia, page.as_bytes()), expected, "{page}");
}

#[test]
fn answers_of_the_partner_interface_are_read() {
    let history = r#"{"code":"0","result":{"success":true,"data":{"message_list":[
        {"message_id":"5001","content":"{\"txt\":\"hola\"}","template_id":1,"from_account_id":2301001,
         "from_account_type":11,"to_account_id":6068,"to_account_type":12,"type":1,"send_time":1795312800000},
        {"message_id":5002,"content":"{\"order_id\":8194715118000001}","template_id":10007,"from_account_id":6068,
         "from_account_type":12,"to_account_id":2301001,"to_account_type":11,"type":1,"send_time":"1795312801000"},
        {"message_id":5003,"template_id":1,"send_time":1795312801000}],"has_more":false}}}"#;
    let out = parsed(KindArg::AliexpressIm, history.as_bytes());
    let events = out["events"].as_array().unwrap();
    let told: Vec<_> = events.iter().map(|e| (&e["conversation"], &e["author"], &e["text"])).collect();
    let (buyer, ours) = (json!("2301001"), [json!("buyer"), json!("seller")]);
    assert_eq!(told[0], (&buyer, &ours[0], &json!("hola")), "the buyer's");
    assert_eq!(
        (told[1].0, told[1].1, &events[1]["order_no"]),
        (&buyer, &ours[1], &json!("8194715118000001")),
        "ours"
    );
    assert_eq!(
        out["unreadable"],
        json!(["a message that does not name its buyer"]),
        "and why the third is not"
    );
    let sessions = r#"{"code":"0","result":{"success":true,"data":{"buyer_list":[
        {"buyer_id":2301001,"buyer_nick":"Ana","last_message_id":5002,"last_message_time":1795312801000}]}}}"#;
    let out = parsed(KindArg::AliexpressIm, sessions.as_bytes());
    let listed = only_event(&out);
    assert_eq!((&listed["kind"], &listed["in_inbox"]), (&json!("conversation"), &json!(false)), "no message");
    assert_eq!(
        (&listed["buyer"]["name"], &listed["last_message"]),
        (&json!("Ana"), &json!("5002")),
        "where to read"
    );
}

#[test]
fn answers_of_the_old_message_interface_are_read_with_the_stores_login() {
    let details = r#"{"aliexpress_message_redefining_versiontwo_querymsgdetaillist_response":{"result":{
        "is_success":true,"message_detail_list":{"message_detail":[
        {"id":71,"content":"where &amp; when?","message_type":"order","extern_id":8194715118000001,
         "gmt_create":1795312800000,"sender_name":"Ana","summary":{"sender_login_id":"ES2301001abcd"}},
        {"id":72,"content":"today","message_type":"member","gmt_create":1795312801000,"sender_name":"Shop",
         "summary":{"sender_login_id":"cn1000","receiver_name":"Ana"}}]}}}}"#;
    let out = parsed_of(KindArg::AliexpressLegacy, "cn1000", details);
    let events = out["events"].as_array().unwrap();
    assert_eq!(
        (&events[0]["author"], &events[0]["text"]),
        (&json!("buyer"), &json!("where & when?")),
        "{out}"
    );
    assert_eq!(events[0]["order_no"], "8194715118000001", "of which order");
    assert_eq!(events[1]["author"], "seller", "the store's own");
    let unsaid = parsed(KindArg::AliexpressLegacy, details.as_bytes());
    assert!(unsaid["quarantined"].as_str().is_some_and(|why| why.contains("--login")), "{unsaid}");
    let relations = r#"{"result":{"is_success":true,"relation_list":[
        {"channel_id":9001,"other_login_id":"es2301001abcd","other_name":"Ana","last_message_id":72,
         "message_time":1795312801000}]}}"#;
    let out = parsed(KindArg::AliexpressLegacy, relations.as_bytes());
    assert_eq!(only_event(&out)["conversation"], "9001", "a list of conversations needs no login");
    assert_eq!(only_event(&out)["last_at"], "2026-11-22T02:00:01Z", "{out}");
}

#[test]
fn every_sample_gives_one_object_of_either_form() {
    let kinds = [
        ("shopee", "push", KindArg::ShopeePush),
        ("shopee", "lost", KindArg::ShopeePush),
        ("shopee", "order", KindArg::ShopeeOrder),
        ("shopee", "return", KindArg::ShopeeReturn),
        ("shopee", "shop_notification", KindArg::ShopeeNotification),
        ("", "aliexpress_order", KindArg::AliexpressOrder),
        ("", "aliexpress_issue", KindArg::AliexpressIssue),
        ("", "email_", KindArg::Mail),
    ];
    let mut seen = 0;
    for (folder, beginning, kind) in kinds {
        for file in std::fs::read_dir(samples().join(folder)).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if !name.starts_with(beginning) {
                continue;
            }
            seen += 1;
            let out = parsed(kind, &std::fs::read(&path).unwrap());
            if name.contains("broken_doc") || name.contains("truncated_doc") {
                assert!(out["quarantined"].is_string(), "{name} is broken, and that is said: {out}");
            } else {
                let events = out["events"].as_array().unwrap_or_else(|| panic!("{name} is sound: {out}"));
                assert!(!events.is_empty(), "{name} says something");
            }
        }
    }
    assert_eq!(seen, 29, "a lost sample is a lost test");
}
