//! What goes out through the Shopee connector besides words, and how the fate of a reply is found out.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

#[path = "shopee/desk.rs"]
mod desk;

use channels::pictures::{Picture, PictureKind};
use channels::{ChannelError, Connector, Progress, ReadMark, Reread};
use desk::{Desk, TEXT, reply_to};
use domain::{Author, Body, BuyerRef, IncomingEvent, SendOutcome, Timestamp};
use sandbox::Fault;
use std::sync::{Arc, Mutex};
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

fn picture(size: usize) -> Picture {
    let bytes = [&b"\xff\xd8\xff\xda\0\x02"[..], &vec![0x11; size], b"\xff\xd9"].concat();
    Picture { kind: PictureKind::Jpeg, bytes }
}

fn nobody() -> Progress {
    Arc::new(|_| {})
}

#[tokio::test]
async fn a_picture_is_uploaded_with_progress_sent_once_and_read_back_as_the_same() {
    let desk = Desk::open().await;
    desk.shop.buyer_says(1, "a photo, please");
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&told);
    let picture = picture(100_000);
    let progress: Progress = Arc::new(move |bytes| seen.lock().unwrap().push(bytes));
    let body = desk.connector.upload(&picture, progress).await.unwrap();
    assert_eq!(desk.shop.pictures(), std::slice::from_ref(&picture.bytes), "byte by byte");
    let told = told.lock().unwrap().clone();
    assert!(told.len() > 2 && told.is_sorted(), "it is told as it goes: {told:?}");
    assert_eq!(told.last(), Some(&(picture.bytes.len() as u64)), "to its end");
    let mut reply = reply_to("1", TEXT);
    reply.body = body.clone();
    let since = desk.clock.now();
    let outcome = desk.connector.send(&reply).await;
    assert!(matches!(outcome, SendOutcome::Sent { .. }), "{outcome:?}");
    assert_eq!(desk.core.ledger.sent().len(), 1, "the buyer sees it once");
    let read = reread(&desk, since).await.unwrap();
    let shown =
        read.batch.received.iter().flat_map(|received| &received.events).find_map(|event| match event {
            IncomingEvent::Message(message) if message.author == Author::Seller => Some(message.body.clone()),
            _ => None,
        });
    let (Some(Body::Image { url: shown, .. }), Body::Image { url, .. }) = (shown, body) else {
        panic!("a picture comes back")
    };
    assert_eq!(shown, url, "under the same address");
}

#[tokio::test]
async fn an_upload_that_broke_is_done_again_and_shows_nothing_to_the_buyer() {
    let desk = Desk::open().await;
    for fault in [Fault::CutBefore, Fault::CutAfter] {
        desk.core.faults.arm("upload_image", fault.clone(), 1);
        let broken = desk.connector.upload(&picture(9), nobody()).await;
        assert!(matches!(broken, Err(ChannelError::Unreachable { .. })), "{fault:?}: {broken:?}");
        let again = desk.connector.upload(&picture(9), nobody()).await;
        assert!(matches!(again, Ok(Body::Image { .. })), "{fault:?}: {again:?}");
    }
    assert!(desk.core.ledger.sent().is_empty(), "nobody sees a picture that no reply shows");
}

#[tokio::test]
async fn an_upload_renews_a_token_once() {
    let desk = Desk::open().await;
    desk.shop.expire_access();
    let body = desk.connector.upload(&picture(9), nobody()).await;
    assert!(matches!(body, Ok(Body::Image { .. })), "{body:?}");
    assert_eq!(desk.refreshes(), 1, "one new pair");
}

#[tokio::test]
async fn the_pretend_shop_takes_only_pictures_that_the_platform_takes() {
    let desk = Desk::open().await;
    let refused = |picture: Picture| {
        let connector = &desk.connector;
        async move { connector.upload(&picture, nobody()).await.expect_err("refused") }
    };
    let large = refused(picture(2_100_000)).await;
    assert!(large.to_string().contains("2 MB"), "too large: {large}");
    let other = refused(Picture { kind: PictureKind::Webp, bytes: b"RIFF....WEBP".to_vec() }).await;
    assert!(other.to_string().contains("supported"), "another type: {other}");
    let mut reply = reply_to("1", TEXT);
    desk.shop.add_buyer(1, "mei");
    reply.body = Body::Image { url: "https://elsewhere.example/a.jpg".into(), thumb: None };
    let outcome = desk.connector.send(&reply).await;
    assert!(matches!(outcome, SendOutcome::Refused { .. }), "a picture from elsewhere: {outcome:?}");
}

#[tokio::test]
async fn a_message_tells_from_which_product_it_was_written() {
    let mut desk = Desk::open().await;
    desk.shop.buyer_asks_about(1, 9_112_503_530, "Is it waterproof?");
    desk.shop.buyer_says(1, "And red?");
    desk.sync().await;
    let items: Vec<Option<String>> = desk.messages().iter().map(|message| message.item_id.clone()).collect();
    assert_eq!(items, [Some("9112503530".to_owned()), None], "the first one only");
}

#[tokio::test]
async fn a_product_can_be_sent_as_a_card() {
    let desk = Desk::open().await;
    desk.shop.add_buyer(1, "mei");
    let mut reply = reply_to("1", TEXT);
    reply.body = Body::ItemCard { item_id: "9112503530".into(), title: None };
    let outcome = desk.connector.send(&reply).await;
    assert!(matches!(outcome, SendOutcome::Refused { .. }), "no product of this shop: {outcome:?}");
    desk.shop.add_item(9_112_503_530);
    let outcome = desk.connector.send(&reply).await;
    assert!(matches!(outcome, SendOutcome::Sent { .. }), "{outcome:?}");
    let sent = desk.core.ledger.sent();
    assert_eq!(sent.len(), 1, "once");
    assert_eq!((sent[0].kind.as_str(), sent[0].content.as_str()), ("item", "9112503530"), "as a card");
    let calls = desk.core.ledger.calls_with("send_message").len();
    reply.body = Body::ItemCard { item_id: "A-1".into(), title: None };
    let outcome = desk.connector.send(&reply).await;
    assert!(matches!(outcome, SendOutcome::Refused { .. }), "no id of this platform: {outcome:?}");
    assert_eq!(desk.core.ledger.calls_with("send_message").len(), calls, "it never left");
}

#[tokio::test]
async fn a_conversation_is_marked_as_read_and_unread_where_the_buyer_is_and_nowhere_else() {
    let mut desk = Desk::open().await;
    let newest = desk.shop.buyer_says(1, "hi");
    desk.shop.buyer_says(2, "hi");
    desk.sync().await;
    assert_eq!(desk.shop.unread_of(1), 1, "reading it in marks nothing");
    let conversation = desk.shop.conversation_of(1);
    let read = ReadMark::Read { newest, whole: true };
    for _ in 0..2 {
        assert_eq!(desk.connector.mark(&conversation, &read).await, Ok(true), "it may be said twice");
    }
    assert_eq!((desk.shop.unread_of(1), desk.shop.unread_of(2)), (0, 1), "this one only");
    desk.connector.mark(&conversation, &ReadMark::Unread).await.unwrap();
    assert_eq!(desk.shop.unread_of(1), 1, "and back");
    let gone = desk.connector.mark("1400000000000000999", &ReadMark::Unread).await;
    assert!(gone.is_err(), "a conversation that is not there: {gone:?}");
}
