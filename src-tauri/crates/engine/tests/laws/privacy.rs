//! Aim: what is erased is gone from the disk, and what stays still agrees (`docs/RULES.md` §8).

use crate::common::{House, at, batch, buyer, seller};
use channels::Received;
use domain::{Body, BodyKind, BuyerId, IncomingEvent, OrderSnapshot, RawPayload};
use engine::EngineError;
use std::time::Duration;

/// Words that nothing else begins like, so that no piece of an index can hide half of one.
const SAID: &str = "qwxzebrafink";
const ANSWERED: &str = "qvjplatypus";
const CALLED: &str = "Qjzvantine";
const KEY: &str = "qkxbuyer77120";
const OTHER: &str = "qyychameleon";

/// One buyer who is to be forgotten and one who is not, both answered, and an order that names the first.
async fn shop() -> House {
    let house = House::solo().await;
    let mut says = vec![
        buyer("c1", "m1", 10, SAID),
        seller("c1", "m2", 20, Body::from_text(ANSWERED)),
        buyer("c2", "m3", 30, OTHER),
        seller("c2", "m4", 40, Body::from_text("done")),
    ];
    for say in says.iter_mut().filter(|say| say.conversation_key == "c1") {
        (say.buyer.key, say.buyer.name) = (KEY.to_owned(), CALLED.to_owned());
    }
    let mut batch = batch(says);
    let order = OrderSnapshot {
        order_no: "O1".to_owned(),
        buyer_key: Some(KEY.to_owned()),
        updated_at: at(5),
        status: "PAID".to_owned(),
        currency: "USD".to_owned(),
        amount: "1.00".to_owned(),
        lines: Vec::new(),
        paid_at: None,
        logistics: None,
        due: None,
    };
    let bytes = serde_json::json!({ "order": "O1", "buyer": KEY, "nick": CALLED }).to_string().into_bytes();
    batch.received.push(Received {
        raw: RawPayload { source: "pretend.order", bytes },
        events: vec![IncomingEvent::Order(order)],
    });
    house.takes(&batch).await.unwrap();
    house
}

async fn buyer_of(house: &House, conversation: &str) -> BuyerId {
    house.chat(conversation).await.conversation.buyer.unwrap()
}

/// Waits until everything that is to be erased is.
async fn done(house: &House) {
    for _ in 0..2_000 {
        let store = house.engine.store();
        if store.erasures().await.unwrap().is_empty() && !store.purge_due().await.unwrap() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("something is still to be erased");
}

/// Which of these words any file of the folder has, packed payloads read.
async fn found(house: &House, words: &[&str]) -> Vec<String> {
    let holds = |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
    let mut haystacks = Vec::new();
    for entry in std::fs::read_dir(house.dir.path()).unwrap() {
        haystacks.push(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let none = |word: &&&str| {
        let lower = word.to_lowercase();
        haystacks.iter().any(|bytes| holds(bytes, word) || holds(bytes, &lower))
    };
    let mut found: Vec<String> = words.iter().filter(none).map(|word| (*word).to_owned()).collect();
    let asked: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let (packed, _) = house.engine.store().mentions(&asked, store::RawId(0), 1_000).await.unwrap();
    found.extend(packed.iter().map(|raw| format!("payload {}", raw.0)));
    found
}

#[tokio::test]
async fn a_buyer_who_is_erased_is_nowhere_on_the_disk_and_the_counts_stay() {
    let house = shop().await;
    house.engine.save_draft(house.id("c1").await, "qzzdraft").await.unwrap();
    let before = (house.messages("c1").await, house.messages("c2").await);
    assert!(found(&house, &[CALLED, KEY]).await.len() > 2, "they are there before");
    let erased = house.engine.erase_buyer(buyer_of(&house, "c1").await).await.unwrap();
    assert_eq!((erased.conversations, erased.messages), (1, 2), "both sides of the conversation");
    house.engine.start().await.unwrap();
    done(&house).await;
    let after = house.messages("c1").await;
    let facts = |rows: &[store::MessageRow]| {
        let fact = |row: &store::MessageRow| (row.sent_at, row.author, row.body.kind(), row.counting.clone());
        rows.iter().map(fact).collect::<Vec<_>>()
    };
    assert_eq!(facts(&after), facts(&before.0), "when, who, what kind, whether it counted: all of it stays");
    assert_eq!(after[0].body, Body::Erased { was: BodyKind::Text }, "what was said does not");
    assert_eq!(house.messages("c2").await, before.1, "another buyer is untouched");
    assert!(house.open_deadlines("c1").await.is_empty(), "and no clock begins again");
    let report = house.engine.store().verify().await.unwrap();
    assert!(report.is_whole(), "the file still agrees with itself: {report:?}");
    assert_eq!(
        found(&house, &[SAID, ANSWERED, CALLED, KEY, "qzzdraft"]).await,
        [""; 0],
        "nowhere on the disk"
    );
    assert!(!found(&house, &[OTHER]).await.is_empty(), "the test can see what is there");
}

#[tokio::test]
async fn what_was_erased_does_not_come_back_and_the_buyer_may() {
    let house = shop().await;
    house.engine.erase_buyer(buyer_of(&house, "c1").await).await.unwrap();
    let mut again = buyer("c1", "m1", 10, SAID);
    (again.buyer.key, again.buyer.name) = (KEY.to_owned(), CALLED.to_owned());
    assert_eq!(house.hears([again.clone()]).await.taken, 0, "the same message is known");
    assert_eq!(house.messages("c1").await[0].body.words(), "", "and stays erased");
    again.provider_id = "m9".to_owned();
    again.sent_at = at(90);
    assert_eq!(house.hears([again]).await.taken, 1, "who writes again is heard");
    let known = house.engine.store().buyer(buyer_of(&house, "c1").await).await.unwrap().buyer;
    assert_eq!(known.name, CALLED, "as somebody new");
}

#[tokio::test]
async fn a_search_for_payloads_that_a_crash_interrupted_goes_on() {
    let house = shop().await;
    house.engine.erase_buyer(buyer_of(&house, "c1").await).await.unwrap();
    assert!(!found(&house, &[KEY]).await.is_empty(), "the order's payload is not looked at yet");
    let house = house.crashed().await;
    house.engine.start().await.unwrap();
    done(&house).await;
    assert_eq!(found(&house, &[KEY, CALLED, SAID]).await, [""; 0], "the next run does the rest");
}

#[tokio::test]
async fn nobody_is_erased_while_a_reply_to_them_is_on_its_way() {
    let house = shop().await;
    let id = house.id("c1").await;
    house.attach().await;
    let me = house.engine.main_account().await;
    let seen = house.messages("c1").await.last().map(|row| row.id);
    house.engine.send_reply(id, me, "client-1", "moment", seen).await.unwrap();
    let refused = house.engine.erase_buyer(buyer_of(&house, "c1").await).await;
    assert!(matches!(refused, Err(EngineError::Invalid { .. })), "it may still reach them: {refused:?}");
    assert_eq!(house.messages("c1").await[0].body.words(), SAID, "and nothing was erased");
}

#[tokio::test]
async fn content_is_kept_for_so_long_and_no_longer() {
    let house = shop().await;
    house.hears([buyer("c3", "m5", 50, "qttowed")]).await;
    let short = house.engine.keep_for(house.shop, 7).await;
    assert!(matches!(short, Err(EngineError::Invalid { .. })), "nobody loses last week by a slip: {short:?}");
    house.engine.keep_for(house.shop, 30).await.unwrap();
    house.clock.advance(29 * 86_400);
    house.engine.start().await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(house.messages("c1").await[0].body.words(), SAID, "not a day too early");
    house.clock.advance(2 * 86_400);
    house.engine.keep_for(house.shop, 30).await.unwrap();
    for conversation in ["c1", "c2"] {
        for _ in 0..2_000 {
            if house.messages(conversation).await.iter().all(|row| row.body.words().is_empty()) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    done(&house).await;
    assert_eq!(found(&house, &[SAID, OTHER]).await, [""; 0], "then it is gone, from the index too");
    assert_eq!(house.messages("c3").await[0].body.words(), "qttowed", "but for what is still owed");
}
