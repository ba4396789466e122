//! Pushes: signatures, every documented code, the receiver, and bytes that are no push at all.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

#[path = "shopee/desk.rs"]
mod desk;

use channels::shopee::{
    Push, PushDoors, PushSettings, Scope, parse_push, parse_push_as, push_router, read_push, sign, verify,
    verify_body_only,
};
use desk::Desk;
use domain::{Author, Body, IncomingEvent, NoticeTopic, Secret};
use proptest::prelude::*;
use rstest::rstest;
use sandbox::shopee::Delivery;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::mpsc;

const KEY: &str = "demo_partner_key_0123456789abcdef";
const URL: &str = "https://relay.example.com/shopee/push";

fn sample(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples/shopee").join(name);
    std::fs::read(path).unwrap()
}

fn events(name: &str) -> Vec<IncomingEvent> {
    parse_push(&sample(name)).unwrap().events
}

fn notice(name: &str) -> domain::IncomingNotification {
    match events(name).pop() {
        Some(IncomingEvent::Notification(notice)) => notice,
        other => panic!("{name} is a notice, not {other:?}"),
    }
}

fn message(name: &str) -> domain::IncomingMessage {
    match events(name).pop() {
        Some(IncomingEvent::Message(message)) => message,
        other => panic!("{name} is a message, not {other:?}"),
    }
}

#[rstest]
#[case(
    "/api/v2/auth/token/get",
    "public",
    "dbb5f483a4f37c5f00f9ce9dee6b989d1cf89335d213c42eaec18c0c92bd4d49"
)]
#[case(
    "/api/v2/shop/auth_partner",
    "public",
    "0bea1f0facd125bc670e46cb7fa68aec07479ec84d399be2dae018004a263a4e"
)]
#[case(
    "/api/v2/sellerchat/get_conversation_list",
    "shop",
    "96acc85339d3f352cfd176da65f69f525a4bdd6c7cc6d9f1609a2f184433c2ba"
)]
#[case(
    "/api/v2/merchant/get_merchant_info",
    "merchant",
    "e7840f1c5c5b6c3e93189aa185468a2b3919c0ed0e8487143a8e9f8be69e0735"
)]
fn a_call_is_signed_as_the_vectors_say(#[case] path: &str, #[case] scope: &str, #[case] expected: &str) {
    let access = Secret::new("demoAccessToken0001");
    let scope = match scope {
        "shop" => Scope::Shop { access: &access, shop_id: 555_000_111 },
        "merchant" => Scope::Merchant { access: &access, merchant_id: 777_000_222 },
        _ => Scope::Public,
    };
    let signature = sign(&Secret::new(KEY), 1_000_042, path, 1_700_000_000, scope);
    assert_eq!(signature, expected, "the platform refuses any other signature for {path}");
}

const ORDER_PUSH: &str = r#"{"msg_id":"m-1","data":{"ordersn":"231114TESTORDER","status":"READY_TO_SHIP","update_time":1700000000},"shop_id":555000111,"code":3,"timestamp":1700000001}"#;
const CHAT_PUSH: &str = r#"{"code":10,"data":{"type":"message","content":{"message_id":"2302748948493123000","content":{"text":"你好"}}},"shop_id":555000111,"timestamp":1700000001}"#;

const ORDER_SIGNATURE: &str = "a622c982f7a680bf9c70ac70b04018565d51bb6a2b2fce4bca031836c81e86f5";

#[rstest]
#[case(ORDER_PUSH, ORDER_SIGNATURE)]
#[case(CHAT_PUSH, "500144a7b6bde4633e48910a0ab177f517c3b2c8c6405c00192add9becb6beec")]
fn a_push_is_verified_as_the_vectors_say(#[case] body: &str, #[case] authorization: &str) {
    let key = Secret::new(KEY);
    assert!(verify(&key, URL, body.as_bytes(), authorization), "genuine");
    assert!(verify(&key, URL, body.as_bytes(), &format!(" {authorization} ")), "spaces are the relay's");
    assert!(!verify(&key, "https://other.example", body.as_bytes(), authorization), "the address is signed");
    assert!(!verify(&key, URL, format!("{body} ").as_bytes(), authorization), "every byte is signed");
    assert!(!verify(&Secret::new("other"), URL, body.as_bytes(), authorization), "the key is needed");
    for broken in ["", "zz", &authorization[1..], &format!("+{}", &authorization[1..]), "你好"] {
        assert!(!verify(&key, URL, body.as_bytes(), broken), "{broken:?} is no signature");
    }
}

#[test]
fn the_undocumented_form_signs_the_body_alone() {
    let signature = "8ed655862fd27ac0f77b1fcb5525915347958a05eb7648e1739095556d12be94";
    assert!(verify_body_only(&Secret::new(KEY), ORDER_PUSH.as_bytes(), signature), "body-only form");
    let prefixed = Secret::new(format!("shpk{KEY}"));
    assert!(
        verify_body_only(&prefixed, ORDER_PUSH.as_bytes(), signature),
        "the prefix is no part of the key"
    );
    assert!(
        !verify(&Secret::new(KEY), URL, ORDER_PUSH.as_bytes(), signature),
        "and is not the documented one"
    );
}

#[test]
fn chat_samples_become_messages() {
    let faq = message("push10_faq_liveagent.json");
    assert_eq!(faq.provider_id, "2165920670296736113", "ids of 19 digits survive");
    assert_eq!(faq.conversation_key, "405064194129145983", "as text");
    assert_eq!(faq.author, Author::Buyer, "without shop ids the named shop is the receiving one");
    assert_eq!(faq.body, Body::Text { text: "Chat dengan Penjual".into() }, "the buyer asked for a person");
    assert_eq!(faq.order_no.as_deref(), Some("220818EGS328B9"), "the order it was asked from");
    assert_eq!(
        (faq.buyer.key.as_str(), faq.buyer.name.as_str()),
        ("172765311", "bundhakevinabizar"),
        "the buyer"
    );
    assert_eq!(faq.buyer.country.as_deref(), Some("ID"), "the market");
    let item = message("push10_item.json");
    let card = Body::ItemCard { item_id: "9112503530".into(), title: None };
    assert_eq!(item.body, card, "the item in the message, not the one it was written from");
    let video = message("push10_video.json");
    assert!(matches!(video.body, Body::Video { seconds: 15, .. }), "a key instead of an address is kept");
}

#[test]
fn the_side_is_told_by_the_shops_user_id_where_shops_are_not_named() {
    let body = sample("push10_item.json");
    let own = parse_push_as(&body, Some("163219823")).unwrap();
    assert_eq!(own.events, [], "an own reply waits for the poll, which knows its device");
    let buyer = parse_push_as(&body, Some("119159078")).unwrap();
    assert_eq!(buyer.events.len(), 1, "the shop's user received it");
}

#[test]
fn trade_samples_become_notices_with_their_due_dates() {
    let violation = notice("push16_banned.json");
    assert_eq!(violation.topic, NoticeTopic::Violation, "a banned listing");
    assert_eq!(violation.due.map(|due| due.as_second()), Some(1_705_228_281), "must be put right until then");
    assert_eq!(violation.thread_key, "3903127451", "one thread for each item");
    assert!(violation.text.contains("License Reason"), "with the reason: {}", violation.text);
    let penalty = notice("push28_penalty.json");
    assert_eq!((penalty.topic, penalty.title.as_str()), (NoticeTopic::Penalty, "points_issued +3"), "points");
    let returned = notice("push29_return.json");
    assert_eq!(
        (returned.topic, returned.thread_key.as_str()),
        (NoticeTopic::Return, "2411280EDT4JRV5"),
        "return"
    );
    assert_eq!(returned.text.lines().count(), 2, "two fields changed in one push");
    assert_eq!(returned.order_no.as_deref(), Some("241128EDQ9YKJ0"), "order_sn with an underscore here");
    let order = notice("push03_processed.json");
    assert_eq!(order.order_no.as_deref(), Some("220810QSK8S7BX"), "ordersn without one there");
    let expiry = notice("push12_expiry.json");
    assert_eq!(expiry.due.map(|due| due.as_second()), Some(1_619_740_800), "authorise again before then");
    assert!(expiry.text.contains("23213"), "the shops it is about: {}", expiry.text);
    assert_eq!(notice("push01_authorized.json").topic, NoticeTopic::Authorisation, "authorised");
    assert_eq!(notice("push02_expired_shopid.json").title, "expiry", "authorisation ended");
}

#[test]
fn broken_official_samples_are_kept_with_their_bytes() {
    let broken = ["push05_updates_broken_doc.json.txt", "push10_notification_truncated_doc.json.txt"];
    for name in broken {
        let bytes = sample(name);
        let quarantined = parse_push(&bytes).unwrap_err();
        assert_eq!(quarantined.raw.bytes, bytes, "{name}: every byte is kept");
        assert!(!quarantined.flaw.words.is_empty(), "{name}: and the reason");
    }
    let mut mended = sample("push05_updates_broken_doc.json.txt");
    mended.extend(b"}");
    let events = parse_push(&mended).unwrap().events;
    assert_eq!(events.len(), 2, "with its missing brace it holds two notices");
    assert_eq!(
        events[1].at().as_second(),
        1_610_000_222,
        "an 11-digit time is cut to a date of this century"
    );
}

#[test]
fn every_sample_is_read_or_quarantined() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples/shopee");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let kept = match parse_push(&bytes) {
            Ok(received) => received.raw.bytes,
            Err(quarantined) => quarantined.raw.bytes,
        };
        assert_eq!(kept, bytes, "{} must survive whole", path.display());
        seen += 1;
    }
    assert_eq!(seen, 16, "a lost sample is a lost test");
}

#[test]
fn an_unknown_code_is_acknowledged_without_news() {
    let received =
        parse_push(br#"{"code":4711,"data":{"x":[1]},"shop_id":1,"timestamp":1700000001}"#).unwrap();
    assert_eq!(received.events, [], "stored, acknowledged, nothing to show");
}

#[test]
fn a_push_without_an_id_gets_one_from_its_content() {
    let id = |body: &str| match parse_push(body.as_bytes()).unwrap().events.pop() {
        Some(IncomingEvent::Notification(notice)) => notice.provider_id,
        other => panic!("a notice, not {other:?}"),
    };
    let first =
        id(r#"{"code":28,"shop_id":1,"timestamp":1700000001,"data":{"action_type":1,"update_time":1}}"#);
    let again = id(
        r#"{"msg_id":"","data":{"update_time":1,"action_type":1},"timestamp":1700000301,"shop_id":1,"code":28}"#,
    );
    let other =
        id(r#"{"code":28,"shop_id":2,"timestamp":1700000001,"data":{"action_type":1,"update_time":1}}"#);
    assert_eq!(first, again, "a repeated push is the same one, however it is written");
    assert_ne!(first, other, "another shop's is not");
    let named = id(r#"{"msg_id":"m-7","code":28,"shop_id":1,"timestamp":1700000001,"data":{}}"#);
    assert_eq!(named, "m-7", "the platform's own id where it gives one");
}

#[test]
fn a_notice_is_the_same_pushed_and_polled() {
    let push = json!({"code":5,"shop_id":1,"timestamp":1_700_000_009,"data":{"actions":[
        {"title":"t","content":"c","url":"u","update_time":1_700_000_000}]}});
    let events = parse_push(push.to_string().as_bytes()).unwrap().events;
    let IncomingEvent::Notification(notice) = &events[0] else { panic!("a notice") };
    assert!(notice.provider_id.starts_with("notice:"), "named by its content, as a polled one is");
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let body = format!(r#"{{"code":3,"timestamp":1,"data":{deep}}}"#);
    assert!(parse_push(body.as_bytes()).is_err(), "nothing of the platform is that deep");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse_push(&bytes);
    }

    #[test]
    fn no_damaged_sample_makes_the_reader_panic(
        which in 0_usize..16,
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end in any::<prop::sample::Index>(),
    ) {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples/shopee");
        let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        names.sort();
        let mut bytes = std::fs::read(&names[which]).unwrap();
        for (at, byte) in cuts {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if end.index(4) == 0 {
            bytes.truncate(end.index(bytes.len()));
        }
        let kept = match parse_push(&bytes) {
            Ok(received) => received.raw.bytes,
            Err(quarantined) => quarantined.raw.bytes,
        };
        prop_assert_eq!(kept, bytes, "whatever it is, its bytes are kept");
    }

    #[test]
    fn no_wrong_type_makes_the_reader_panic(field in 0_usize..12, wrong in 0_usize..7) {
        let wrong = [json!(null), json!(-1), json!("x"), json!([]), json!({}), json!(1e300), json!(true)][wrong].clone();
        let mut push: Value = serde_json::from_slice(&sample("push10_item.json")).unwrap();
        let content = &mut push["data"]["content"];
        let names: Vec<String> = content.as_object().unwrap().keys().cloned().collect();
        content[&names[field % names.len()]] = wrong;
        let _ = parse_push(push.to_string().as_bytes());
    }
}

/// A receiver on this computer, and what it hands over.
async fn receiver() -> (String, Arc<PushDoors>, mpsc::Receiver<Push>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/shopee/push/1000042", listener.local_addr().unwrap());
    let (intake, pushes) = mpsc::channel(16);
    let doors = Arc::new(PushDoors::default());
    doors.set(vec![PushSettings {
        partner: "1000042".into(),
        callback_url: url.clone(),
        keys: vec![Secret::new("another key"), Secret::new(KEY)],
        accept_body_only: false,
    }]);
    let router = push_router(Arc::clone(&doors), intake);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, doors, pushes)
}

fn deliver_to(callback_url: &str, times: usize, reversed: bool) -> Delivery {
    Delivery { callback_url: callback_url.into(), relay_to: None, times, reversed }
}

#[tokio::test]
async fn a_push_is_acknowledged_only_once_it_is_stored() {
    let desk = Desk::open().await;
    let (url, _, mut pushes) = receiver().await;
    let id = desk.shop.buyer_says(1, "hi");
    let push = desk.shop.message_push(&id).unwrap();
    let store = tokio::spawn(async move {
        let first = pushes.recv().await.unwrap();
        assert_eq!(first.partner, "1000042", "to which application it was sent");
        drop(first.stored);
        let second = pushes.recv().await.unwrap();
        second.stored.send(()).unwrap();
        read_push(second.raw, None)
    });
    let statuses = desk.shop.deliver(&[push], &deliver_to(&url, 2, false)).await.unwrap();
    assert_eq!(statuses, [503, 200], "not stored: please repeat; stored: thank you");
    let read = store.await.unwrap();
    assert_eq!(read.shops, ["555000111"], "whose push it is");
    assert_eq!(read.content.unwrap().events.len(), 1, "the message");
}

#[tokio::test]
async fn an_intake_that_does_not_answer_makes_the_platform_repeat() {
    let (url, doors, mut pushes) = receiver().await;
    let (partner, callback_url) = ("1000042".to_owned(), URL.to_owned());
    let keys = vec![Secret::new(KEY)];
    doors.set(vec![PushSettings { partner, callback_url, keys, accept_body_only: false }]);
    channels::http::install_tls_provider();
    // The platform waits 2 s at most, and the answer comes before; whoever calls here waits, for the machine may be busy.
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = client.post(&url).header("Authorization", ORDER_SIGNATURE).body(ORDER_PUSH);
    let answer = call.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 503, "not stored in time: please repeat");
    drop(pushes.recv().await);
}

#[tokio::test]
async fn repeated_and_reordered_pushes_are_the_same_events() {
    let desk = Desk::open().await;
    let (url, _, mut pushes) = receiver().await;
    let ids: Vec<_> = (0..3).map(|n| desk.shop.buyer_says(1, &format!("line {n}"))).collect();
    let all: Vec<_> = ids.iter().map(|id| desk.shop.message_push(id).unwrap()).collect();
    let store = tokio::spawn(async move {
        let mut seen = Vec::new();
        while let Some(push) = pushes.recv().await {
            for event in read_push(push.raw, None).content.unwrap().events {
                let IncomingEvent::Message(message) = event else { panic!("messages only") };
                seen.push(message.provider_id);
            }
            push.stored.send(()).unwrap();
            if seen.len() == 6 {
                break;
            }
        }
        seen
    });
    let statuses = desk.shop.deliver(&all, &deliver_to(&url, 2, true)).await.unwrap();
    assert_eq!(statuses, [200; 6], "each is acknowledged");
    let mut seen = store.await.unwrap();
    seen.dedup();
    let expected: Vec<_> = ids.into_iter().rev().collect();
    assert_eq!(seen, expected, "a repeated push has the id it had before");
}

#[tokio::test]
async fn what_cannot_be_read_is_stored_and_acknowledged() {
    let desk = Desk::open().await;
    let (url, _, mut pushes) = receiver().await;
    let store = tokio::spawn(async move {
        let push = pushes.recv().await.unwrap();
        push.stored.send(()).unwrap();
        read_push(push.raw, None)
    });
    let statuses = desk.shop.deliver(&[json!("verify")], &deliver_to(&url, 1, false)).await.unwrap();
    assert_eq!(statuses, [200], "repeating would not make it readable; the console's test is answered too");
    assert!(store.await.unwrap().content.is_err(), "it lies in quarantine");
}

#[tokio::test]
async fn whoever_cannot_sign_learns_nothing_and_is_counted() {
    let (url, doors, mut pushes) = receiver().await;
    channels::http::install_tls_provider();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let nowhere = url.replace("1000042", "1000043");
    let zeros = || "00".repeat(32);
    let calls = [
        client.post(&url).header("Authorization", zeros()).body(ORDER_PUSH),
        client.post(&url).body(ORDER_PUSH),
        client.get(&url).header("Authorization", zeros()),
        client.post(&nowhere).header("Authorization", zeros()).body(ORDER_PUSH),
        client.get(nowhere.replace("push", "pull")),
    ];
    let mut answers = Vec::new();
    for call in calls {
        let answer = call.send().await.unwrap();
        let headers: Vec<String> = answer.headers().keys().map(ToString::to_string).collect();
        answers.push((answer.status().as_u16(), headers, answer.text().await.unwrap()));
    }
    assert_eq!(answers[0].0, 401, "not Shopee's: {:?}", answers[0]);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "one answer for everything: {answers:?}");
    assert_eq!(doors.refused("1000042"), 3, "the owner is told how many");
    for to in [&url, &nowhere] {
        let large = vec![b'x'; channels::shopee::PUSH_BODY_LIMIT + 1];
        let large = client.post(to).header("Authorization", zeros()).body(large).send().await.unwrap();
        assert_eq!(large.status().as_u16(), 413, "larger than any push");
    }
    assert!(pushes.try_recv().is_err(), "nobody was bothered");
}
