//! Each payload by the way it came.

use super::{HOUR, all_again, keep, kept, unread};
use crate::common::{House, Shop, at};
use channels::{Barred, Beside};
use domain::{ConversationKind, Flaw, Platform, StoreId, Timestamp, UnreadableCause};
use engine::{Again, NewBridge};
use rstest::rstest;
use serde_json::json;
use store::{ConversationKey, NewStore, QuarantineWrite};

fn of(source: &str, store: Option<StoreId>, bytes: &[u8], beside: &Beside) -> QuarantineWrite {
    QuarantineWrite {
        source: source.to_owned(),
        store,
        own_id: beside.own_id().to_owned(),
        beside: beside.to_text(),
        ..unread(StoreId(1), "b1", bytes.to_vec(), 0)
    }
}

async fn one_again(house: &House, row: QuarantineWrite) -> Again {
    let ids = keep(house, vec![row]).await;
    house.engine.read_again(*ids.last().unwrap()).await.unwrap()
}

async fn said(house: &House, store: StoreId, kind: ConversationKind, key: &str) -> Vec<(String, Timestamp)> {
    let engine = house.engine.store();
    let key = ConversationKey::new(store, kind, key);
    let Some(found) = engine.conversation_by_key(&key).await.unwrap() else { return Vec::new() };
    let mut rows = engine.messages(found.id, None, 100).await.unwrap();
    rows.reverse();
    rows.into_iter().map(|row| (row.body.words().to_owned(), row.received_at)).collect()
}

#[rstest]
#[case("shopee.get_order_detail", br#"{"shape":{"order_sn":"A1"}}"#, Barred::Outline)]
#[case("aliexpress.issue", br#"{"not_json":{"bytes":9}}"#, Barred::Outline)]
#[case("shopee.answer", b"<html>", Barred::Answer)]
#[case("aliexpress.im", b"{}", Barred::Alone)]
#[case("of tomorrow", b"{}", Barred::Answer)]
#[tokio::test]
async fn what_can_never_be_read_is_not_tried_and_says_why(
    #[case] source: &str,
    #[case] bytes: &[u8],
    #[case] why: Barred,
) {
    let house = House::solo().await;
    let row = of(source, Some(house.shop), bytes, &Beside::Nothing);
    assert_eq!(one_again(&house, row).await, Again::Barred(why), "{source}");
    assert_eq!(all_again(&house).await.barred, 1, "it stays, and is counted");
    let row = &kept(&house).await[0];
    assert_eq!(row.flaw.words, "nobody could read this in those days", "with what was said of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_for_a_shop_that_was_not_connected_is_its_once_it_is() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    let push = json!({
        "code": 10, "shop_id": 555_000_111, "timestamp": 1_772_416_800,
        "data": { "type": "message", "content": {
            "message_id": "m1", "conversation_id": "c1", "message_type": "text", "created_timestamp": 1_772_416_800,
            "from_id": 77, "from_user_name": "Anna", "to_id": 163_219_823, "to_shop_id": 555_000_111,
            "content": { "text": "Where is my parcel?" },
        } },
    });
    let bytes = push.to_string().into_bytes();
    let of_application = Beside::Push { partner: "1".to_owned() };
    let strange = of("shopee.push", None, &bytes, &of_application);
    let Again::Unreadable(flaw) = one_again(&house, strange).await else { panic!("it is nobody's yet") };
    assert_eq!(flaw.cause, UnreadableCause::ForeignShop, "{flaw}");
    let shop = Shop::open(&house, 555_000_111).await;
    let ids: Vec<i64> = kept(&house).await.iter().map(|row| row.id).collect();
    let wrong = house.engine.read_again(ids[0]).await.unwrap();
    assert!(matches!(wrong, Again::Unreadable(_)), "it was sent to another application: {wrong:?}");
    // As an older version kept it, which did not note the application.
    let old = of("shopee.push", None, format!("{push} ").as_bytes(), &Beside::Nothing);
    assert_eq!(one_again(&house, old).await, Again::Read, "now it is somebody's");
    let said = said(&house, shop.store, ConversationKind::Chat, "c1").await;
    assert_eq!(said, [("Where is my parcel?".to_owned(), at(0))], "and of the instant when it came");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_a_shop_is_read_with_what_the_list_had_told() {
    let house = House::solo().await;
    house.engine.start().await.unwrap();
    let shop = Shop::open(&house, 555_000_111).await;
    let message = |id: &str, words: &str| {
        json!({
            "message_id": id, "message_type": "text", "created_timestamp": 1_772_416_800, "from_id": 77,
            "to_id": 1, "content": { "text": words },
        })
    };
    let beside = Beside::Chat {
        conversation: Some("c1".to_owned()),
        buyer: Some("77".to_owned()),
        name: Some("Anna".to_owned()),
        country: None,
    };
    let bytes = message("m1", "one").to_string();
    let alone = of("shopee.get_message", Some(shop.store), bytes.as_bytes(), &Beside::Nothing);
    let again = one_again(&house, alone).await;
    assert_eq!(
        again,
        Again::Unreadable(Flaw::missing("a message without conversation_id")),
        "nobody knows whose"
    );
    let bytes = format!("{bytes} ");
    let row = of("shopee.get_message", Some(shop.store), bytes.as_bytes(), &beside);
    assert_eq!(one_again(&house, row).await, Again::Read);
    let page = json!({ "response": { "messages": [message("m3", "three"), message("m2", "two")] } });
    let row = of("shopee.get_message", Some(shop.store), page.to_string().as_bytes(), &beside);
    assert_eq!(one_again(&house, row).await, Again::Read, "a page that once was no JSON");
    let words: Vec<String> = said(&house, shop.store, ConversationKind::Chat, "c1")
        .await
        .into_iter()
        .map(|(words, _)| words)
        .collect();
    assert_eq!(words, ["one", "two", "three"], "from the oldest on");
}

async fn mailbox(house: &House) -> StoreId {
    let new = NewStore {
        platform: Platform::Mail,
        name: "admin@example.com".into(),
        external_id: "admin@example.com".into(),
        settings: "{}".into(),
        secret_handle: String::new(),
    };
    let mut tx = house.engine.store().begin().await.unwrap();
    let store = tx.add_store(&new, at(0)).await.unwrap();
    tx.commit().await.unwrap();
    store
}

const MAIL: &[u8] = b"From: a@example.com\r\nSubject: Order 77\r\nMessage-ID: <m1@example.com>\r\n\
    Date: Mon, 2 Mar 2026 02:00:00 +0000\r\n\r\nShipped.\r\n";

#[rstest]
#[case("mail.imap")]
#[case("mail.file")]
#[tokio::test]
async fn a_mail_whose_place_nobody_kept_is_read_once_by_what_it_says(#[case] source: &str) {
    let house = House::solo().await;
    let store = mailbox(&house).await;
    assert_eq!(one_again(&house, of(source, Some(store), MAIL, &Beside::Nothing)).await, Again::Read);
    let twice = [MAIL, b"\r\n"].concat();
    assert_eq!(one_again(&house, of(source, Some(store), &twice, &Beside::Nothing)).await, Again::Read);
    let said = said(&house, store, ConversationKind::Mail, "m1@example.com").await;
    assert!(!said.is_empty() && said.iter().all(|(_, came)| *came == at(0)), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_bridge_handed_in_is_read_as_of_that_moment() {
    let house = House::solo().await;
    let new = NewBridge { name: "桥一".into(), label: "Lazada".into(), webhook: None };
    let bridge = house.engine.add_bridge(&new).await.unwrap().store;
    let past = json!({ "id": "m1", "author": "buyer", "at": at(-60).to_string(),
        "body": { "type": "text", "text": "Hello" } });
    let beside = Beside::Chat {
        conversation: Some("c1".to_owned()),
        buyer: Some("b1".to_owned()),
        name: None,
        country: None,
    };
    let row = of("bridge.event", Some(bridge), past.to_string().as_bytes(), &beside);
    assert_eq!(one_again(&house, row).await, Again::Read, "one message of a conversation");
    let said_so = said(&house, bridge, ConversationKind::Chat, "c1").await;
    assert_eq!(said_so, [("Hello".to_owned(), at(0))], "in that conversation");
    let unread = async || {
        let key = ConversationKey::new(bridge, ConversationKind::Chat, "c1");
        house.engine.store().conversation_by_key(&key).await.unwrap().unwrap().unread
    };
    assert_eq!(unread().await, 1, "nobody has seen it");
    let mark = json!({ "kind": "read", "id": "r1", "conversation": "c1", "at": at(-1).to_string() });
    let row = of("bridge.event", Some(bridge), mark.to_string().as_bytes(), &Beside::Nothing);
    assert_eq!(one_again(&house, row).await, Again::Read, "a mark that it was read elsewhere");
    assert_eq!(unread().await, 0, "is kept");
    let later = json!({ "kind": "message", "id": "m2", "conversation": "c1", "buyer": { "id": "b1" },
        "author": "buyer", "at": at(48 * HOUR).to_string(), "body": { "type": "text", "text": "Tomorrow" } });
    house.clock.set(at(72 * HOUR));
    let row = of("bridge.event", Some(bridge), later.to_string().as_bytes(), &Beside::Nothing);
    let Again::Unreadable(flaw) = one_again(&house, row).await else { panic!("it claims a time to come") };
    assert_eq!(flaw.cause, UnreadableCause::Time, "however late it is looked at: {flaw}");
}

#[tokio::test]
async fn a_line_of_an_import_finds_its_store() {
    let house = House::solo().await;
    let line = json!({ "conversation": 1, "buyer": "b1", "platform": "shopee", "store": 7,
        "sent_at": domain::to_ms(at(-60)), "direction": "in", "text": "Hello", "id": "m1" });
    let row = of("import.ndjson", Some(house.shop), line.to_string().as_bytes(), &Beside::Nothing);
    assert_eq!(one_again(&house, row).await, Again::Read);
    let stores = house.engine.store().stores().await.unwrap();
    let named = stores.iter().find(|row| row.store.external_id == "import:7").unwrap();
    let said = said(&house, named.id, ConversationKind::Chat, "1").await;
    assert_eq!(said, [("Hello".to_owned(), at(0))], "which the line names");
}
