//! Aim: a platform that keeps refusing is not hammered, it is said until when, and what the platform named is kept.

use crate::common::{House, Pretend, until};
use channels::{Batch, ChannelError, Connector};
use engine::{Event, StorePause};
use std::sync::Arc;
use std::time::Duration;

fn unreachable() -> ChannelError {
    ChannelError::Unreachable { detail: "no route".into() }
}

fn told_to_wait(seconds: u64) -> ChannelError {
    ChannelError::RateLimited { retry_after: Some(Duration::from_secs(seconds)) }
}

/// A shop whose platform answers so, over and over.
async fn attach(house: &House, rounds: impl IntoIterator<Item = ChannelError>) -> Arc<Pretend> {
    let platform = house.platform();
    rounds.into_iter().for_each(|error| platform.queue(Err(error)));
    let mut events = house.engine.bus().subscribe();
    let connector: Arc<dyn Connector> = Arc::clone(&platform) as _;
    house.engine.attach(house.shop, connector, Duration::from_secs(60)).await;
    until(&mut events, |event| matches!(event, Event::Rail).then_some(())).await;
    platform
}

fn pause(house: &House) -> Option<StorePause> {
    house.engine.store_pauses().remove(&house.shop)
}

/// Lets time pass, second by second; at which seconds the platform was called.
async fn calls(house: &House, platform: &Pretend, seconds: i64) -> Vec<i64> {
    let (mut called, mut before, start) = (Vec::new(), platform.polled(), house.clock.now_s());
    for _ in 0..seconds {
        let until = pause(house).map(|pause| pause.until);
        house.clock.advance(1);
        house.engine.tick().await.unwrap();
        if until.is_some_and(|until| until <= house.engine.now()) {
            // Its time has come: it calls, and then it is known what came of it.
            house.until_store(house.shop, |_| platform.polled() > before).await;
            house.until_store(house.shop, |row| pause(house).is_some() || row.last_success.is_some()).await;
        }
        tokio::task::yield_now().await;
        if platform.polled() > before {
            called.push(house.clock.now_s() - start);
            before = platform.polled();
        }
    }
    called
}

#[tokio::test]
async fn a_platform_that_keeps_refusing_is_called_less_and_less_and_tried_once_after_each_pause() {
    let house = House::solo().await;
    let platform = attach(&house, (0..50).map(|_| unreachable())).await;
    assert!(pause(&house).is_some_and(|pause| !pause.open), "a first failure is tried again soon");
    let called = calls(&house, &platform, 600).await;
    let gaps: Vec<i64> = called.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(called.len() <= 8, "not hammered: {called:?}");
    assert!(gaps.is_sorted(), "less and less: {called:?}");
    assert!(gaps.iter().any(|gap| *gap >= 120), "each trial that fails doubles the pause: {called:?}");
    let open = pause(&house).unwrap();
    assert!(open.open && !open.named, "and it is said: {open:?}");
    assert_eq!(open.code, "unreachable", "with the cause");
    assert!(open.until > house.engine.now(), "and until when");
}

#[tokio::test]
async fn a_click_tries_at_once_and_one_good_round_closes_it() {
    let house = House::solo().await;
    let platform = attach(&house, (0..6).map(|_| unreachable())).await;
    calls(&house, &platform, 40).await;
    assert!(pause(&house).unwrap().open, "it is open");
    let before = platform.polled();
    while platform.polled() < 6 {
        assert!(house.engine.retry_store(house.shop).await.unwrap(), "a person may try");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(platform.polled() > before, "at once");
    assert!(house.engine.retry_store(house.shop).await.unwrap(), "and again");
    house.until_store(house.shop, |row| row.last_success.is_some()).await;
    // One that is taken closes it, right after it was written down.
    house.until(async || pause(&house).is_none()).await;
}

#[tokio::test]
async fn what_the_platform_named_wins_over_every_click_and_every_pause_of_ours() {
    let house = House::solo().await;
    let platform = attach(&house, [told_to_wait(1_800)]).await;
    let named = pause(&house).unwrap();
    assert!(named.named && !named.open, "it works, it wants to be left alone: {named:?}");
    assert_eq!(named.until.as_second() - house.clock.now_s(), 1_800, "for as long as it said");
    assert!(!house.engine.retry_store(house.shop).await.unwrap(), "nobody can hurry it");
    assert_eq!(calls(&house, &platform, 600).await, Vec::<i64>::new(), "and nobody does");
    assert_eq!(platform.polled(), 1, "not by the click either");
    house.clock.advance(1_199);
    assert_eq!(calls(&house, &platform, 3).await, [1], "it is called when the time has come");
    house.until_store(house.shop, |row| row.last_success.is_some()).await;
}

#[tokio::test]
async fn a_short_wait_that_the_platform_named_is_not_made_longer_by_earlier_failures() {
    let house = House::solo().await;
    let rounds = (0..5).map(|_| unreachable()).chain([told_to_wait(7)]);
    let platform = attach(&house, rounds).await;
    calls(&house, &platform, 30).await;
    while platform.polled() < 6 {
        house.engine.retry_store(house.shop).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    while pause(&house).is_none_or(|pause| !pause.named) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    platform.queue(Ok(Batch::default()));
    assert_eq!(calls(&house, &platform, 8).await, [7], "the platform knows best");
}

#[tokio::test]
async fn refused_credentials_are_not_tried_again_by_themselves_for_a_quarter_of_an_hour() {
    let house = House::solo().await;
    let refused = ChannelError::OwnerMustAct { code: "token_expired".into(), detail: String::new() };
    let platform = attach(&house, [refused]).await;
    assert!(
        pause(&house).is_some_and(|pause| pause.open && pause.code == "token_expired"),
        "it locks accounts"
    );
    assert_eq!(calls(&house, &platform, 899).await, Vec::<i64>::new(), "a long while");
    assert_eq!(calls(&house, &platform, 2).await, [1], "then once");
}
