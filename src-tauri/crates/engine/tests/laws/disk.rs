//! Aim: a full disk costs nothing that was acknowledged, is told, and is got over.

use crate::common::{House, batch, buyer, until};
use engine::{EngineError, Event};
use store::StoreError;

#[tokio::test]
async fn a_full_disk_is_told_and_leaves_nothing_half_written() {
    let house = House::solo().await;
    let mut events = house.engine.bus().subscribe();
    house.hears([buyer("c0", "m0", 0, "Hello")]).await;
    house.engine.store().limit_pages(Some(1)).await.unwrap();
    let words = "Where is my parcel? ".repeat(300);
    let (mut before, mut refused) = (house.dump().await, None);
    for n in 1..500 {
        let news = batch(
            (0..5).map(|m| buyer(&format!("c{n}"), &format!("m{n}-{m}"), n, &format!("{words}{n}{m}"))),
        );
        match house.takes(&news).await {
            Ok(_) => before = house.dump().await,
            Err(error) => {
                refused = Some((news, error));
                break;
            }
        }
    }
    let Some((news, error)) = refused else { panic!("the file must come to its limit") };
    assert!(matches!(error, EngineError::Store(StoreError::Full)), "it says what is the matter: {error}");
    let full = |event: &Event| if let Event::DiskFull(full) = event { Some(*full) } else { None };
    assert!(until(&mut events, full).await, "the window is told");
    assert_eq!(house.dump().await, before, "reading goes on, and nothing is half there");
    assert!(house.chat("c0").await.conversation.owes, "the list too");
    assert!(house.engine.store().verify().await.unwrap().is_whole(), "the file is whole");

    house.engine.store().limit_pages(None).await.unwrap();
    assert_eq!(house.takes(&news).await.unwrap().taken, 5, "with room again the same batch goes in");
    assert!(!until(&mut events, full).await, "and the window is told that it is over");
    assert!(house.engine.store().verify().await.unwrap().is_whole(), "whole");
}

#[tokio::test]
async fn a_store_that_cannot_be_written_says_so_and_is_read_on_from_where_it_was() {
    let house = House::solo().await;
    let mut events = house.engine.bus().subscribe();
    house.engine.store().limit_pages(Some(1)).await.unwrap();
    let words = "Where is my parcel? ".repeat(300);
    let platform = house.attach().await;
    let trouble =
        |event: &Event| if let Event::StoreTrouble(_, code) = event { Some(code.clone()) } else { None };
    let mut news = batch((0..400).map(|m| buyer("c1", &format!("m{m}"), m, &format!("{words}{m}"))));
    news.cursors.insert("chat".into(), "400".into());
    platform.brings(Ok(news));
    assert_eq!(until(&mut events, trouble).await, "disk_full", "its light turns red, with the cause");
    let row = house.engine.store().store(house.shop).await.unwrap();
    assert_eq!(row.cursors.get("chat"), None, "the stream stands where it stood");
}
