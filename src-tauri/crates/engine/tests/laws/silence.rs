//! Aim: a store that is not read is told of, once a silence, and never because the program was not there to read it.

use crate::common::{House, Pretend, until};
use channels::{Batch, ChannelError, Connector};
use domain::StoreId;
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
        match notice {
            Notice::StoreSilent { store, owner_must_act, code, .. } => {
                Some((*store, *owner_must_act, code.as_deref()))
            }
            Notice::Due { .. }
            | Notice::Digest { .. }
            | Notice::Fired { .. }
            | Notice::Climbed { .. }
            | Notice::AuthorisationEnds { .. }
            | Notice::Test => None,
        }
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
    platform.brings(first);
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
