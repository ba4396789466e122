use super::*;
use rstest::rstest;
use std::path::{Path, PathBuf};

const AT: &str = "2026-11-25T00:00:00Z";

fn parsed(kind: KindArg, bytes: &[u8]) -> Value {
    outcome(kind, bytes, AT.parse().unwrap(), Vec::new())
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
