//! Aim: when the line breaks over a send, the platform is asked before a person is, and nothing leaves twice or is lost
//! (invariant 8).

use crate::common::{ChatShop, House};
use domain::{ConversationId, MessageId};
use engine::{EngineError, NO_ANSWER, NOT_ARRIVED, UNCLEAR};
use sandbox::Fault;
use store::{OutboxRow, OutboxState};

const WORDS: &str = "It arrives on Friday.";

async fn newest(house: &House, chat: ConversationId) -> Option<MessageId> {
    house.engine.store().messages(chat, None, 1).await.unwrap().pop().map(|message| message.id)
}

/// A person presses send, and the time for undoing passes.
async fn sends(house: &House, chat: ConversationId, client_id: &str) -> OutboxRow {
    let (main, seen) = (house.engine.main_account().await, newest(house, chat).await);
    house.engine.send_reply(chat, main, client_id, WORDS, seen).await.unwrap();
    later(house).await;
    reply(house, client_id).await
}

async fn later(house: &House) {
    house.clock.advance(6);
    house.engine.send_due().await.unwrap();
}

async fn reply(house: &House, client_id: &str) -> OutboxRow {
    house.engine.store().outbox_by_client_id(client_id).await.unwrap().unwrap()
}

/// The platform is asked, `seconds` from now.
async fn asked_after(house: &House, seconds: i64) {
    house.clock.advance(seconds);
    house.engine.ask_about_unknown().await.unwrap();
}

#[tokio::test]
async fn a_reply_whose_answer_was_lost_is_found_at_the_platform_and_was_sent_once() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    shop.core.faults.arm("send_message", Fault::CutAfter, 1);
    assert_eq!(sends(&house, chat, "a").await.state, OutboxState::Unknown, "the line broke");
    asked_after(&house, 0).await;
    let row = reply(&house, "a").await;
    assert_eq!(row.state, OutboxState::Sent, "the platform shows it");
    assert_eq!(row.provider_id, shop.core.ledger.sent()[0].message_id, "under its own id");
    asked_after(&house, 120).await;
    assert_eq!((shop.tries(), shop.arrived()), (1, 1), "once");
    let ours = house.engine.store().messages(chat, None, 10).await.unwrap();
    assert_eq!(ours.iter().filter(|message| message.body.words() == WORDS).count(), 1, "and shown once");
}

#[tokio::test]
async fn a_reply_that_never_reached_the_platform_is_told_so_and_goes_again_when_a_person_asks() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    shop.core.faults.arm("send_message", Fault::CutBefore, 1);
    assert_eq!(sends(&house, chat, "a").await.state, OutboxState::Unknown, "the line broke");
    asked_after(&house, 0).await;
    let row = reply(&house, "a").await;
    assert!(row.detail != NOT_ARRIVED, "a call that hangs may still be taken: {}", row.detail);
    assert!(!house.engine.send_again("a").await.unwrap(), "so it can't be sent again yet");
    asked_after(&house, 61).await;
    let row = reply(&house, "a").await;
    assert_eq!((row.state, row.detail.as_str()), (OutboxState::Unknown, NOT_ARRIVED), "now it is sure");
    later(&house).await;
    assert_eq!(shop.tries(), 1, "nothing is sent again by itself");
    assert!(house.engine.send_again("a").await.unwrap(), "a person asks");
    later(&house).await;
    assert_eq!(reply(&house, "a").await.state, OutboxState::Sent, "then it goes");
    assert!(!house.engine.send_again("a").await.unwrap(), "a second click finds nothing to do");
    later(&house).await;
    assert_eq!((shop.tries(), shop.arrived()), (2, 1), "and the buyer has it once");
}

#[tokio::test]
async fn what_came_late_is_found_before_it_is_sent_again() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    shop.core.faults.arm("send_message", Fault::CutBefore, 1);
    sends(&house, chat, "a").await;
    asked_after(&house, 61).await;
    assert_eq!(reply(&house, "a").await.detail, NOT_ARRIVED, "the platform does not show it");
    shop.shop.seller_says(1, WORDS, "openapi");
    assert!(house.engine.send_again("a").await.unwrap(), "the click is heard");
    later(&house).await;
    assert_eq!(reply(&house, "a").await.state, OutboxState::Sent, "it was there after all");
    assert_eq!(shop.tries(), 1, "so nothing was sent");
}

#[tokio::test]
async fn a_platform_that_gives_no_answer_leaves_it_to_a_person() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    shop.core.faults.arm("send_message", Fault::CutBefore, 1);
    sends(&house, chat, "a").await;
    shop.core.faults.arm_always("get_message", Fault::Status { status: 503, retry_after: None });
    for _ in 0..5 {
        asked_after(&house, 61).await;
    }
    let row = reply(&house, "a").await;
    assert_eq!((row.state, row.detail.as_str()), (OutboxState::Unknown, NO_ANSWER), "nobody knows");
    assert!(!house.engine.send_again("a").await.unwrap(), "it is not offered");
    shop.core.faults.clear();
    asked_after(&house, 1_000).await;
    assert_eq!(reply(&house, "a").await.detail, NOT_ARRIVED, "it goes on asking");
    shop.core.faults.arm_always("get_message", Fault::CutBefore);
    let unchecked = house.engine.send_again("a").await;
    assert!(matches!(unchecked, Err(EngineError::CannotSend { code: "not_checked" })), "{unchecked:?}");
    assert_eq!(shop.tries(), 1, "without a look nothing leaves");
}

#[tokio::test]
async fn the_same_words_sent_before_are_not_taken_for_it() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    assert_eq!(sends(&house, chat, "a").await.state, OutboxState::Sent, "the first time all is well");
    shop.core.faults.arm("send_message", Fault::CutAfter, 1);
    sends(&house, chat, "b").await;
    asked_after(&house, 0).await;
    assert_eq!(reply(&house, "b").await.state, OutboxState::Sent, "the second is found");
    shop.core.faults.arm("send_message", Fault::CutBefore, 1);
    sends(&house, chat, "c").await;
    asked_after(&house, 61).await;
    assert_eq!(reply(&house, "c").await.detail, NOT_ARRIVED, "the third is neither of them");
}

#[tokio::test]
async fn something_else_of_ours_leaves_the_question_open() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    shop.core.faults.arm("send_message", Fault::CutBefore, 1);
    sends(&house, chat, "a").await;
    shop.shop.seller_says(1, "It arrives on ******.", "openapi");
    asked_after(&house, 61).await;
    let row = reply(&house, "a").await;
    assert_eq!((row.state, row.detail.as_str()), (OutboxState::Unknown, UNCLEAR), "a person compares");
    assert!(house.engine.settle_unknown("a", true).await.unwrap(), "and says that it arrived");
}
