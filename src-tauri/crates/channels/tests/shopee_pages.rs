//! Aim: what a page shows beside the news is not kept again, and what moves over the edge of a page is not left out.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

#[path = "shopee/desk.rs"]
mod desk;

use desk::Desk;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

fn has(desk: &Desk, words: &str) -> usize {
    let holds = |bytes: &[u8]| bytes.windows(words.len()).any(|part| part == words.as_bytes());
    desk.raw.iter().filter(|raw| holds(&raw.bytes)).count()
}

#[tokio::test]
async fn what_was_said_before_is_not_kept_again_with_the_next_message() {
    let mut desk = Desk::open().await;
    desk.shop.buyer_says(1, "qwxzebra");
    desk.clock.advance(SECOND);
    desk.shop.buyer_says(1, "qvjplatypus");
    desk.sync().await;
    assert_eq!((has(&desk, "qwxzebra"), has(&desk, "qvjplatypus")), (1, 1), "each is kept as it came");
    desk.raw.clear();
    desk.clock.advance(SECOND);
    desk.shop.buyer_says(1, "qyychameleon");
    desk.sync().await;
    assert_eq!(has(&desk, "qyychameleon"), 1, "so is the next one");
    assert_eq!(
        (has(&desk, "qwxzebra"), has(&desk, "qvjplatypus")),
        (0, 0),
        "without what may be erased by now"
    );
}

#[tokio::test]
async fn an_old_notice_is_not_kept_again_with_the_next_one() {
    let mut desk = Desk::open().await;
    desk.shop.list_notices_newest_first();
    desk.shop.notify("qwxzebra", "words", "https://seller.example");
    desk.sync().await;
    assert_eq!(has(&desk, "qwxzebra"), 1, "it is kept as it came");
    desk.raw.clear();
    desk.clock.advance(SECOND);
    desk.shop.notify("qvjplatypus", "words", "https://seller.example");
    desk.sync().await;
    assert_eq!(
        (has(&desk, "qvjplatypus"), has(&desk, "qwxzebra")),
        (1, 0),
        "nor the old one with the new one"
    );
}

/// Twenty-five returns and sixty orders, an hour old: each list has a second page.
async fn two_pages() -> Desk {
    let desk = Desk::open().await;
    for n in 0..60 {
        if n < 25 {
            desk.shop.put_return(&format!("R{n:02}"), "A1", &json!({}));
        }
        desk.shop.put_order(&format!("O{n:02}"), &json!({}));
        desk.clock.advance(SECOND);
    }
    desk.clock.advance(Duration::from_secs(3_600));
    desk
}

#[tokio::test]
async fn a_return_that_moves_up_while_its_pages_are_read_is_not_left_out() {
    let mut desk = two_pages().await;
    // The steps before have nothing in them.
    while desk.disputes().is_empty() {
        desk.round().await.unwrap();
    }
    desk.clock.advance(SECOND);
    desk.shop.put_return("R00", "A1", &json!({ "status": "JUDGING" }));
    desk.sync().await;
    desk.clock.advance(Duration::from_secs(3_600));
    desk.sync().await;
    let seen: BTreeSet<_> = desk.disputes().into_iter().map(|dispute| dispute.provider_id).collect();
    assert_eq!(seen.len(), 25, "the platform's date for it would pass unseen: {seen:?}");
    assert_eq!(desk.disputes().len(), 26, "and each state is told once");
}

#[tokio::test]
async fn an_order_that_moves_up_while_its_pages_are_read_is_not_left_out() {
    let mut desk = two_pages().await;
    while desk.orders().is_empty() {
        desk.round().await.unwrap();
    }
    desk.clock.advance(SECOND);
    desk.shop.put_order("O00", &json!({ "order_status": "PROCESSED" }));
    desk.sync().await;
    desk.clock.advance(Duration::from_secs(3_600));
    desk.sync().await;
    let seen: BTreeSet<_> = desk.orders().into_iter().map(|order| order.order_no).collect();
    assert_eq!(seen.len(), 60, "{seen:?}");
    assert_eq!(desk.orders().len(), 61, "and each state is told once");
    let details = desk.core.ledger.calls_with("get_order_detail").len();
    // Two pages, what had moved up, the new state, and that once more where steps overlap.
    assert_eq!(details, 5, "what was read is not fetched again with its page");
}
