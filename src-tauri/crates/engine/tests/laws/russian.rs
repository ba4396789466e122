//! Aim: a store on AliExpress Russia, connected by a token alone, is read and answered like any other.

use crate::common::House;
use domain::{
    Capability, CapabilityState, ConversationId, ConversationKind, Interface, Platform, Secret, StoreId,
};
use engine::{Clock as _, Connection, EngineError, Given, NOT_ARRIVED, Typed};
use rules::connection::{Check, Finding, Outcome, Remedy, Verdict};
use sandbox::Fault;
use sandbox::russia::{OWN_LOGIN, Russia};
use std::sync::Arc;
use store::{ConversationKey, OutboxRow, OutboxState};

const BUYER: &str = "ru2001";
const DAY_S: i64 = 86_400;
const WORDS: &str = "Отправлен вчера.";

async fn platform(house: &House) -> Russia {
    let clock = Arc::clone(&house.clock);
    Russia::start(Arc::new(move || clock.now())).await.unwrap()
}

fn to(platform: &Russia) -> Connection {
    Connection {
        platform: Platform::AliExpress,
        interface: Interface::RussianLocal,
        name: "Россия".into(),
        host: platform.base(),
        account: OWN_LOGIN.into(),
        shop_id: String::new(),
        region: String::new(),
        company: String::new(),
        folders: Vec::new(),
        every_s: 3_600,
        demo: false,
    }
}

fn typed(token: &str) -> Typed {
    Typed { key: Some(Secret::new(token)), tokens: Given::Nothing }
}

/// A connected store whose buyer has asked something that is in.
async fn asked(house: &House, platform: &Russia, lives_s: Option<i64>) -> (StoreId, ConversationId) {
    platform.buyer_says(BUYER, "Где мой заказ?");
    let token = typed(&platform.token(lives_s));
    let (store, report) = house.engine.connect_tested(&to(platform), token, false).await.unwrap();
    assert_eq!(report.verdict, Verdict::Fit, "what it has no call for is not missing: {report:?}");
    let store = store.expect("its test allows it");
    house.until_store(store, |row| row.last_success.is_some()).await;
    let key = ConversationKey::new(store, ConversationKind::Chat, BUYER);
    let chat = house.engine.store().conversation_by_key(&key).await.unwrap().unwrap().id;
    house.clock.advance(60);
    (store, chat)
}

async fn sends(house: &House, chat: ConversationId) -> OutboxRow {
    let seen = house.engine.store().messages(chat, None, 1).await.unwrap().pop().map(|message| message.id);
    let main = house.engine.main_account().await;
    house.engine.send_reply(chat, main, "a", WORDS, seen).await.unwrap();
    house.clock.advance(6);
    house.engine.send_due().await.unwrap();
    reply(house).await
}

async fn reply(house: &House) -> OutboxRow {
    house.engine.store().outbox_by_client_id("a").await.unwrap().unwrap()
}

/// Reads the store once more.
async fn reads_again(house: &House, store: StoreId) {
    let before = house.engine.store().store(store).await.unwrap().last_success;
    house.clock.advance(1);
    assert!(house.engine.retry_store(store).await.unwrap(), "nobody told it to wait");
    house.until_store(store, |row| row.last_success > before).await;
}

async fn open_clocks(house: &House, chat: ConversationId) -> usize {
    let all = house.engine.store().deadlines_of(chat).await.unwrap();
    all.iter().filter(|deadline| deadline.status == store::DeadlineStatus::Open).count()
}

#[tokio::test]
async fn a_buyer_is_answered_once_and_the_clock_stops() {
    let house = House::solo().await;
    let platform = platform(&house).await;
    let (store, chat) = asked(&house, &platform, None).await;
    assert!(open_clocks(&house, chat).await > 0, "a reply is owed");
    assert_eq!(sends(&house, chat).await.state, OutboxState::Sent);
    let sent = platform.ledger().sent();
    assert_eq!((sent.len(), sent[0].content.as_str(), sent[0].to.as_str()), (1, WORDS, BUYER));
    assert_eq!(platform.unread_of(BUYER), 0, "and the buyer sees that they were read");
    reads_again(&house, store).await;
    let ours = house.engine.store().messages(chat, None, 10).await.unwrap();
    assert_eq!(ours.len(), 2, "what comes back is the same message");
    assert_eq!(open_clocks(&house, chat).await, 0, "nothing is owed");
    let row = house.engine.store().store(store).await.unwrap();
    let off = CapabilityState::Off { code: "not_by_local_api".into() };
    assert_eq!(row.capabilities.get(&Capability::Orders), Some(&off), "orders it has none, and says why");
    assert_eq!(row.capabilities.get(&Capability::ReadChat), Some(&CapabilityState::On));
}

#[tokio::test]
async fn a_reply_whose_answer_was_lost_is_found_in_the_stream_and_was_sent_once() {
    let house = House::solo().await;
    let platform = platform(&house).await;
    let (_, chat) = asked(&house, &platform, None).await;
    platform.faults().arm("new-messages", Fault::CutAfter, 1);
    assert_eq!(sends(&house, chat).await.state, OutboxState::Unknown, "the line broke");
    house.engine.ask_about_unknown().await.unwrap();
    let row = reply(&house).await;
    assert_eq!(row.state, OutboxState::Sent, "the platform shows it");
    assert_eq!(row.provider_id, platform.ledger().sent()[0].message_id, "under its own number");
    assert_eq!(platform.ledger().calls_with("new-messages").len(), 1, "it left once");
}

#[tokio::test]
async fn a_reply_that_never_arrived_goes_again_when_a_person_asks() {
    let house = House::solo().await;
    let platform = platform(&house).await;
    let (_, chat) = asked(&house, &platform, None).await;
    platform.faults().arm("new-messages", Fault::CutBefore, 1);
    assert_eq!(sends(&house, chat).await.state, OutboxState::Unknown, "the line broke");
    house.engine.ask_about_unknown().await.unwrap();
    house.clock.advance(61);
    house.engine.ask_about_unknown().await.unwrap();
    assert_eq!(reply(&house).await.detail, NOT_ARRIVED, "the stream was read back to before it");
    assert!(platform.ledger().sent().is_empty(), "nothing is sent again by itself");
    assert!(house.engine.send_again("a").await.unwrap(), "a person asks");
    house.clock.advance(6);
    house.engine.send_due().await.unwrap();
    assert_eq!(reply(&house).await.state, OutboxState::Sent);
    assert_eq!(platform.ledger().sent().len(), 1, "the buyer has it once");
}

#[tokio::test]
async fn the_token_is_in_the_key_store_ends_as_it_says_and_is_replaced_by_a_new_one() {
    let house = House::solo().await;
    let platform = platform(&house).await;
    let (store, chat) = asked(&house, &platform, Some(6 * DAY_S)).await;
    let row = house.engine.store().store(store).await.unwrap();
    let ends = row.authorised_until.expect("the token says when");
    let left = ends.as_second() - house.clock.now_s();
    assert!((5 * DAY_S..6 * DAY_S).contains(&left), "{left}");
    assert!(!row.store.settings.contains("eyJ"), "no token in the file");
    assert_eq!(house.vault.all().len(), 1, "it is in the key store, alone");
    let warned = house.engine.test_store(store).await.unwrap();
    let warns =
        |(_, line): &(Check, Outcome)| matches!(line, Outcome::Warned(f) if f.code == "WARN_AUTH_EXPIRING");
    assert!(warned.lines.iter().any(warns), "a week before, it is said: {warned:?}");

    house.clock.advance(7 * DAY_S);
    let over = house.engine.test_store(store).await.unwrap();
    let expired =
        |(_, line): &(Check, Outcome)| matches!(line, Outcome::Failed(f) if f.code == "ERR_AUTH_EXPIRED");
    assert!(over.lines.iter().any(expired), "then it is over: {over:?}");
    platform.buyer_says(BUYER, "Алло?");
    let fresh = typed(&platform.token(None));
    let (changed, _) = house.engine.change_connection(store, &to(&platform), fresh, false).await.unwrap();
    assert!(changed, "a new token takes its place");
    house.until(async || house.engine.store().messages(chat, None, 10).await.unwrap().len() == 2).await;
    let row = house.engine.store().store(store).await.unwrap();
    assert_eq!(row.authorised_until, None, "the new one has no end, and the old end is not told any more");
    assert_eq!(house.vault.all().len(), 1, "nothing is left of the old one");
}

#[tokio::test]
async fn a_wrong_token_or_login_is_told_before_anything_is_kept() {
    let house = House::solo().await;
    let platform = platform(&house).await;
    platform.buyer_says(BUYER, "Где мой заказ?");
    let code = |report: &engine::Report| {
        report.lines.iter().find_map(|(_, line)| match line {
            Outcome::Failed(Finding { code, remedy, .. }) if *remedy != Remedy::GoWithout => Some(*code),
            _ => None,
        })
    };
    let right = typed(&platform.token(None));
    let wrong = typed("a.b.c");
    let (store, report) = house.engine.connect_tested(&to(&platform), wrong, true).await.unwrap();
    assert_eq!((store, code(&report)), (None, Some("ERR_APP_REFUSED")));
    let other = Connection { account: "ru9".into(), ..to(&platform) };
    let (store, report) = house.engine.connect_tested(&other, right.clone(), true).await.unwrap();
    assert_eq!((store, code(&report)), (None, Some("ERR_APP_REFUSED")), "whose messages are these?");
    let strange = Connection { platform: Platform::Shopee, ..to(&platform) };
    let refused = house.engine.test_connection(&strange, &right).await.unwrap_err();
    assert_eq!(refused.to_string(), "another_interface");
    let page = house.engine.begin_sign_in(&to(&platform), Secret::new("x"), None).await;
    assert!(matches!(page, Err(EngineError::Invalid { .. })), "there is no page to sign in on: {page:?}");
    assert_eq!(house.vault.all().len(), 0, "nothing was kept");
    let (store, _) = house.engine.connect_tested(&to(&platform), right.clone(), false).await.unwrap();
    assert!(store.is_some(), "as it should be");
    let twice = house.engine.test_connection(&to(&platform), &right).await;
    assert!(twice.is_err(), "it is connected already");
}
