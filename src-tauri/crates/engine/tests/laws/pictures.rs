//! Aim: a picture leaves once or not at all, is not lost by a crash, and lies nowhere once it was sent.

use crate::common::{ChatShop, House};
use domain::{Body, ConversationId, Platform};
use engine::{EngineError, NOT_ARRIVED};
use sandbox::Fault;
use store::{OutboxRow, OutboxState};

/// A photo with a note of where it was taken.
pub(crate) fn photo() -> Vec<u8> {
    let note = b"\xff\xfe\0\x0cShenzhen!!";
    [&b"\xff\xd8"[..], note, b"\xff\xda\0\x02", &vec![0x11; 90_000], b"\xff\xd9"].concat()
}

/// What leaves of it.
pub(crate) fn cleaned() -> Vec<u8> {
    [&b"\xff\xd8\xff\xda\0\x02"[..], &vec![0x11; 90_000], b"\xff\xd9"].concat()
}

/// A person sends it.
pub(crate) async fn press(
    house: &House,
    chat: ConversationId,
    client_id: &str,
) -> Result<OutboxRow, EngineError> {
    let main = house.engine.main_account().await;
    let seen = house.engine.store().messages(chat, None, 1).await.unwrap().pop().map(|message| message.id);
    house.engine.send_picture(chat, main, client_id, &photo(), seen).await
}

async fn later(house: &House) {
    house.clock.advance(6);
    house.engine.send_due().await.unwrap();
}

/// What became of it.
pub(crate) async fn reply(house: &House, client_id: &str) -> OutboxRow {
    house.engine.store().outbox_by_client_id(client_id).await.unwrap().unwrap()
}

/// The files that wait for their replies.
pub(crate) fn files(house: &House) -> usize {
    std::fs::read_dir(house.dir.path().join("outbox")).map_or(0, Iterator::count)
}

#[tokio::test]
async fn a_picture_waits_for_undoing_is_uploaded_without_notes_and_sent_once() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    house.engine.save_draft(chat, "half a sentence").await.unwrap();
    press(&house, chat, "a").await.unwrap();
    press(&house, chat, "a").await.unwrap();
    house.engine.send_due().await.unwrap();
    assert!(shop.shop.pictures().is_empty(), "it can still be taken back");
    assert_eq!(house.engine.outbox_picture("a").await.unwrap().unwrap().bytes, cleaned(), "and looked at");
    later(&house).await;
    assert_eq!(reply(&house, "a").await.state, OutboxState::Sent, "it is sent");
    assert_eq!(shop.shop.pictures(), [cleaned()], "without where it was taken");
    assert_eq!((shop.tries(), shop.arrived()), (1, 1), "once");
    let last = house.engine.store().messages(chat, None, 1).await.unwrap().remove(0);
    assert!(matches!(&last.body, Body::Image { url, .. } if url.contains("/file/")), "{:?}", last.body);
    assert_eq!(last.counting, "image", "a picture stops no clock");
    assert_eq!(files(&house), 0, "and lies here no longer");
    let draft = house.engine.store().draft(chat, None).await.unwrap().map(|draft| draft.text);
    assert_eq!(draft.as_deref(), Some("half a sentence"), "what is being typed is left alone");
}

#[tokio::test]
async fn a_picture_survives_the_end_of_the_program_and_an_upload_that_broke_is_done_again() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    press(&house, chat, "a").await.unwrap();
    let house = house.reopened().await;
    shop.attach(&house).await;
    shop.core.faults.arm("upload_image", Fault::CutAfter, 1);
    later(&house).await;
    assert_eq!(reply(&house, "a").await.state, OutboxState::Sent, "the second upload went through");
    assert_eq!((shop.tries(), shop.arrived()), (1, 1), "and the buyer sees one picture");
}

#[tokio::test]
async fn a_picture_that_can_not_be_uploaded_is_kept_with_the_cause() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    press(&house, chat, "a").await.unwrap();
    shop.shop.deny("upload_image", "error_permission");
    later(&house).await;
    let row = reply(&house, "a").await;
    assert_eq!(
        (row.state, row.detail.as_str()),
        (OutboxState::Refused, "error_permission"),
        "with the cause"
    );
    assert_eq!((files(&house), shop.tries()), (1, 0), "it is still there, and nothing was sent");
    shop.shop.permit("upload_image");
    assert!(house.engine.retry_refused("a").await.unwrap(), "a person asks");
    later(&house).await;
    assert_eq!(reply(&house, "a").await.state, OutboxState::Sent, "then it goes");
    assert_eq!(files(&house), 0, "and is not kept");
}

#[tokio::test]
async fn a_picture_of_unknown_fate_is_looked_for_and_not_sent_again_by_itself() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    shop.core.faults.arm("send_message", Fault::CutAfter, 1);
    press(&house, chat, "a").await.unwrap();
    later(&house).await;
    assert_eq!(reply(&house, "a").await.state, OutboxState::Unknown, "the line broke");
    house.engine.ask_about_unknown().await.unwrap();
    assert_eq!(reply(&house, "a").await.state, OutboxState::Sent, "the platform shows it");
    assert_eq!((shop.tries(), shop.arrived(), files(&house)), (1, 1, 0), "once, and it is not kept");

    shop.core.faults.arm("send_message", Fault::CutBefore, 1);
    press(&house, chat, "b").await.unwrap();
    later(&house).await;
    house.clock.advance(61);
    house.engine.ask_about_unknown().await.unwrap();
    assert_eq!(reply(&house, "b").await.detail, NOT_ARRIVED, "the one before is not taken for it");
    assert!(house.engine.send_again("b").await.unwrap(), "a person asks");
    later(&house).await;
    assert_eq!((reply(&house, "b").await.state, shop.arrived()), (OutboxState::Sent, 2), "each once");
}

#[tokio::test]
async fn a_picture_that_is_taken_back_leaves_nothing_behind() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    press(&house, chat, "a").await.unwrap();
    assert_eq!(files(&house), 1, "it waits");
    assert!(house.engine.undo_send("a").await.unwrap(), "in time");
    later(&house).await;
    assert_eq!((files(&house), shop.shop.pictures().len()), (0, 0), "neither here nor there");
}

#[tokio::test]
async fn a_picture_whose_reply_was_settled_right_before_a_crash_goes_with_the_next_start() {
    let house = House::solo().await;
    let (_shop, chat) = ChatShop::asked(&house).await;
    press(&house, chat, "a").await.unwrap();
    std::fs::write(house.dir.path().join("outbox/left-by-a-crash.jpg"), b"x").unwrap();
    let house = house.reopened().await;
    assert_eq!(files(&house), 1, "what no reply needs is gone");
    assert!(house.engine.outbox_picture("a").await.unwrap().is_some(), "and what waits is not");
}

#[tokio::test]
async fn what_the_platform_does_not_take_is_refused_before_it_is_kept() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    let main = house.engine.main_account().await;
    let large = [&cleaned()[..6], &vec![0x11; 2_000_000], b"\xff\xd9"].concat();
    for (bytes, code) in [
        (&b"%PDF-1.7"[..], "picture_type"),
        (&photo()[..99], "picture_damaged"),
        (&large, "picture_too_large"),
    ] {
        let refused = house.engine.send_picture(chat, main, "a", bytes, None).await;
        assert!(matches!(&refused, Err(EngineError::Invalid { what }) if what.contains(code)), "{refused:?}");
    }
    house.hears([crate::common::buyer("c1", "m1", 0, "hi")]).await;
    let elsewhere = house.engine.send_picture(house.id("c1").await, main, "b", &photo(), None).await;
    let why = channels::pictures::picture_limits(Platform::AliExpress).unwrap_err();
    assert!(matches!(elsewhere, Err(EngineError::CannotSend { code }) if code == why), "with the reason");
    assert_eq!((files(&house), shop.tries()), (0, 0), "nothing is kept or sent");
}

#[tokio::test]
async fn an_order_goes_out_as_a_card_and_is_no_draft_when_it_is_taken_back() {
    let house = House::solo().await;
    let (shop, chat) = ChatShop::asked(&house).await;
    let main = house.engine.main_account().await;
    let seen = house.engine.store().messages(chat, None, 1).await.unwrap().pop().map(|message| message.id);
    let card = || Body::OrderCard { order_no: "220818EGS328B9".into() };
    house.engine.save_draft(chat, "words").await.unwrap();
    house.engine.send_card(chat, main, "a", card(), seen).await.unwrap();
    assert!(house.engine.undo_send("a").await.unwrap(), "in time");
    let draft = house.engine.store().draft(chat, None).await.unwrap().map(|draft| draft.text);
    assert_eq!(draft.as_deref(), Some("words"), "a number is no draft");
    house.engine.send_card(chat, main, "b", card(), seen).await.unwrap();
    later(&house).await;
    let sent = shop.core.ledger.sent().remove(0);
    assert_eq!(
        (sent.kind.as_str(), sent.content.as_str()),
        ("order", "220818EGS328B9"),
        "as the platform's card"
    );
    let note = house.engine.send_card(chat, main, "c", Body::Read, seen).await;
    assert!(
        matches!(note, Err(EngineError::CannotSend { code: "no_cards" })),
        "nothing else passes: {note:?}"
    );
}
