//! What goes out through the Shopee connector besides words, and how the fate of a reply is found out.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

#[path = "shopee/desk.rs"]
mod desk;

use channels::{ChannelError, Connector, Reread};
use desk::{Desk, TEXT, reply_to};
use domain::{BuyerRef, IncomingEvent, Timestamp};
use sandbox::Fault;
use std::time::Duration;

async fn reread(desk: &Desk, since: Timestamp) -> Result<Reread, ChannelError> {
    let buyer = BuyerRef { key: "1".into(), name: "mei".into(), country: None };
    let conversation = desk.shop.conversation_of(1);
    desk.connector.reread(&conversation, &buyer, since).await.map(|read| read.expect("it can be asked"))
}

fn words(read: &Reread) -> Vec<String> {
    let events = read.batch.received.iter().flat_map(|received| &received.events);
    let words = events.filter_map(|event| match event {
        IncomingEvent::Message(message) => Some(message.body.words().to_owned()),
        _ => None,
    });
    words.collect()
}

#[tokio::test]
async fn a_conversation_is_read_again_back_to_before_the_send() {
    let desk = Desk::open().await;
    for n in 0..40 {
        desk.shop.buyer_says(1, &format!("line {n}"));
        desk.clock.advance(Duration::from_secs(1));
    }
    let since = desk.clock.now();
    desk.core.faults.arm("send_message", Fault::CutAfter, 1);
    desk.connector.send(&reply_to("1", TEXT)).await;
    let read = reread(&desk, since).await.unwrap();
    assert_eq!(words(&read), [TEXT], "what was sent is there, and nothing older");
    assert!(read.whole, "everything since then was seen");
    assert!(read.batch.cursors.is_empty(), "no cursor moves: the rounds read on where they were");
}

#[tokio::test]
async fn a_reading_that_does_not_reach_back_far_enough_says_so() {
    let desk = Desk::open().await;
    let since = desk.clock.now();
    for n in 0..300 {
        desk.shop.buyer_says(1, &format!("line {n}"));
    }
    let read = reread(&desk, since).await.unwrap();
    assert!(!read.whole, "the reply may lie before what was read");
    assert!(words(&read).len() >= 150, "what was read is handed over all the same");
}

#[tokio::test]
async fn a_conversation_that_can_not_be_read_gives_no_answer() {
    let desk = Desk::open().await;
    desk.shop.buyer_says(1, "hi");
    desk.core.faults.arm("get_message", Fault::CutAfter, 1);
    let cut = reread(&desk, desk.clock.now()).await;
    assert!(matches!(cut, Err(ChannelError::Unreachable { .. })), "no answer is not a no: {cut:?}");
    desk.shop.deny("get_message", "error_permission");
    let denied = reread(&desk, desk.clock.now()).await;
    assert!(matches!(denied, Err(ChannelError::OwnerMustAct { .. })), "nor is a refusal: {denied:?}");
}
