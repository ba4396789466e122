//! Aim: a store that is not read is told of, once a silence, and never because the program was not there to read it.

use crate::common::{House, Pretend, until};
use channels::{Batch, ChannelError, Connector, Quarantined};
use domain::{Flaw, RawPayload, StoreId};
use engine::{Event, Notice};
use rules::alerts::Silence;
use std::sync::Arc;
use std::time::Duration;

fn refused() -> ChannelError {
    ChannelError::OwnerMustAct { code: "token_expired".into(), detail: String::new() }
}

fn unreachable() -> ChannelError {
    ChannelError::Unreachable { detail: "no route".into() }
}

fn silent(notices: &[Notice]) -> Vec<(StoreId, bool, Option<&str>)> {
    fn told(notice: &Notice) -> Option<(StoreId, bool, Option<&str>)> {
        let Notice::StoreSilent { store, owner_must_act, code, .. } = notice else { return None };
        Some((*store, *owner_must_act, code.as_deref()))
    }
    notices.iter().filter_map(told).collect()
}

/// Reads through a platform whose first round brings this; one that fails goes on failing.
async fn attach(house: &House, first: Result<Batch, ChannelError>) -> Arc<Pretend> {
    let mut events = house.engine.bus().subscribe();
    let platform = house.platform();
    if first.is_err() {
        (0..100).for_each(|_| platform.queue(first.clone()));
    }
    // It is there for the first round, which begins by itself: a call for another one would be heard after it.
    platform.queue(first);
    let connector: Arc<dyn Connector> = Arc::clone(&platform) as _;
    house.engine.attach(house.shop, connector, Duration::from_secs(60)).await;
    until(&mut events, |event| matches!(event, Event::Rail).then_some(())).await;
    platform
}

async fn read_again(house: &House, platform: &Pretend) {
    let mut events = house.engine.bus().subscribe();
    platform.brings(Ok(Batch::default()));
    until(&mut events, |event| matches!(event, Event::Rail).then_some(())).await;
}

#[tokio::test]
async fn a_store_that_falls_silent_is_told_of_once_and_again_only_after_it_was_read() {
    let house = House::solo().await;
    let platform = attach(&house, Ok(Batch::default())).await;
    assert!(house.runs(900, 15).await.is_empty(), "a quarter of an hour is allowed");
    let told = house.runs(7_200, 15).await;
    assert_eq!(silent(&told), [(house.shop, false, None)], "once: {told:?}");
    read_again(&house, &platform).await;
    assert!(house.engine.silent_stores().await.unwrap().is_empty(), "the light is green again");
    let ended = house.engine.store().silences(house.engine.now()).await.unwrap();
    assert_eq!(ended[0].ended_at, Some(house.engine.now()), "which the rail says");
    assert!(house.engine.tick().await.unwrap().is_empty(), "and nobody else");
    let again = house.runs(7_200 + 1_000, 15).await;
    assert_eq!(silent(&again).len(), 1, "another silence is another alert");
}

#[tokio::test]
async fn that_only_the_owner_can_act_is_told_at_once_and_once_also_across_a_restart() {
    let house = House::solo().await;
    attach(&house, Err(refused())).await;
    house.clock.advance(5);
    let told = house.engine.tick().await.unwrap();
    assert_eq!(silent(&told), [(house.shop, true, Some("token_expired"))], "waiting helps nobody");
    assert!(house.runs(3_600, 15).await.is_empty(), "nor does saying that it takes long");
    let house = house.reopened().await;
    assert!(house.engine.tick().await.unwrap().is_empty(), "a restart is no reason to ring");
    attach(&house, Err(refused())).await;
    assert!(house.runs(7_200, 15).await.is_empty(), "it is the same silence");
    let verdicts = house.engine.silent_stores().await.unwrap();
    assert!(matches!(verdicts[&house.shop], Silence::OwnerMustAct { .. }), "the light is red: {verdicts:?}");
}

#[tokio::test]
async fn first_it_is_long_and_then_it_is_known_why() {
    let house = House::solo().await;
    let platform = attach(&house, Ok(Batch::default())).await;
    assert_eq!(silent(&house.runs(1_000, 15).await).len(), 1, "it takes long");
    let mut events = house.engine.bus().subscribe();
    platform.brings(Err(refused()));
    until(&mut events, |event| matches!(event, Event::Rail).then_some(())).await;
    house.clock.advance(5);
    let told = house.engine.tick().await.unwrap();
    assert_eq!(silent(&told), [(house.shop, true, Some("token_expired"))], "now something can be done");
}

#[tokio::test]
async fn after_a_start_or_a_sleep_a_store_is_given_the_whole_time_first() {
    let house = House::solo().await;
    attach(&house, Ok(Batch::default())).await;
    house.runs(60, 15).await;
    house.clock.advance(8 * 3_600);
    let woke = 60 + 8 * 3_600;
    assert!(house.runs(woke + 900, 15).await.is_empty(), "nobody could read it while the machine slept");
    let house = house.reopened().await;
    house.clock.advance(8 * 3_600);
    attach(&house, Err(unreachable())).await;
    let started = woke + 900 + 8 * 3_600;
    assert!(silent(&house.runs(started + 900, 15).await).is_empty(), "nor while the program did not run");
    let told = house.runs(started + 1_000, 15).await;
    assert_eq!(
        silent(&told),
        [(house.shop, false, Some("unreachable"))],
        "then it is told of, with the error"
    );
}

#[tokio::test]
async fn a_shop_filled_from_a_file_is_never_silent() {
    let house = House::solo().await;
    assert!(house.runs(7_200, 60).await.is_empty(), "nobody expects anything of it");
}

#[tokio::test]
async fn quiet_hours_hold_it_back() {
    let house = House::solo().await;
    house.engine.set_policy(r#"{"alerts":{"quiet":{"value":["10:10-11:00"]}}}"#).await.unwrap();
    attach(&house, Ok(Batch::default())).await;
    assert!(house.runs(3_585, 15).await.is_empty(), "until eleven");
    assert_eq!(silent(&house.runs(3_600, 15).await).len(), 1, "then it is told");
}

/// A round that brought nothing but what nobody can read, and says of which answer of ours it was.
fn garbage() -> Batch {
    let flaw = Flaw::missing("an answer without messages in it");
    let raw = RawPayload { source: "aliexpress.answer", bytes: b"{}".to_vec() };
    let mut batch = Batch { quarantined: vec![Quarantined::new(raw, flaw.clone())], ..Batch::default() };
    batch.answers.unreadable(&flaw);
    batch.more = true;
    batch
}

#[tokio::test]
async fn a_store_of_which_nothing_can_be_read_is_not_read_and_falls_silent() {
    let house = House::solo().await;
    let platform = attach(&house, Ok(Batch::default())).await;
    let read = house.engine.store().store(house.shop).await.unwrap().last_success;
    house.clock.advance(1);
    (0..100).for_each(|_| platform.queue(Ok(garbage())));
    platform.brings(Ok(garbage()));
    let row = house.until_store(house.shop, |row| row.last_error_code == "unexpected_answer").await;
    assert_eq!((row.last_success, row.owner_must_act), (read, false), "it was called, and not read");
    assert_eq!(house.engine.store().quarantine_count().await.unwrap(), 1, "what came is kept");
    house.until(async || house.engine.store_pauses().contains_key(&house.shop)).await;
    assert!(platform.polled() <= 2, "it is not asked in a circle, whatever it says of more");
    let told = house.runs(1_000, 15).await;
    assert_eq!(silent(&told), [(house.shop, false, Some("unexpected_answer"))], "nothing is heard of buyers");
    platform.forgets();
    assert!(house.engine.retry_store(house.shop).await.unwrap(), "a person tries");
    house.until_store(house.shop, |row| row.last_error_code.is_empty() && row.last_success > read).await;
    assert!(house.engine.silent_stores().await.unwrap().is_empty(), "one answer that is understood ends it");
}

#[tokio::test]
async fn what_cannot_be_read_beside_what_can_is_no_failure() {
    let house = House::solo().await;
    let mut batch = garbage();
    batch.answers.read();
    batch.more = false;
    let platform = attach(&house, Ok(batch)).await;
    let row = house.until_store(house.shop, |row| row.last_success.is_some()).await;
    assert!(row.last_error_code.is_empty(), "the store was read: {row:?}");
    assert_eq!(platform.polled(), 1, "and waits for its turn");
}
