//! Aim: what came due while nobody watched is told once, as one digest that says since when; and what was answered
//! meanwhile is left alone.

use crate::common::{House, Pretend, at, batch, buyer, seller};
use domain::{Body, Timestamp};
use engine::{Clock, Notice};
use std::cell::RefCell;
use std::sync::Arc;

const HOUR: i64 = 3_600;

async fn five_wait() -> House {
    let house = House::solo().await;
    for n in 0..5 {
        house.hears([buyer(&format!("c{n}"), &format!("m{n}"), n * 600, "Hello?")]).await;
    }
    house.runs(HOUR, 60).await;
    house
}

fn digest(told: &[Notice]) -> (Vec<Timestamp>, Timestamp) {
    let [Notice::Digest { items, asleep_since, .. }] = told else { panic!("one digest: {told:?}") };
    (items.iter().map(|item| item.due).collect(), *asleep_since)
}

#[tokio::test]
async fn eight_hours_in_which_the_program_did_not_run_end_in_one_digest() {
    let house = five_wait().await.reopened().await;
    house.clock.advance(8 * HOUR);
    let house = house.crashed().await;
    let (dues, since) = digest(&house.engine.tick().await.unwrap());
    assert_eq!((dues.len(), since), (5, at(HOUR)), "all five, since the program was closed");
    assert!(dues.is_sorted(), "by the time left: {dues:?}");
    let house = house.reopened().await;
    assert!(house.runs(12 * HOUR, 60).await.is_empty(), "what was told is not told again");
}

#[tokio::test]
async fn after_a_crash_the_digest_knows_since_when_to_the_nearest_minutes() {
    let house = five_wait().await;
    house.clock.advance(8 * HOUR);
    let house = house.crashed().await;
    let (dues, since) = digest(&house.engine.tick().await.unwrap());
    assert_eq!(dues.len(), 5, "all five");
    assert!(since <= at(HOUR) && since > at(HOUR - 301), "not later than the last look: {since}");
}

#[tokio::test]
async fn that_the_watch_lives_is_not_written_down_with_every_tick() {
    let house = House::solo().await;
    let mut written = std::collections::BTreeSet::new();
    for _ in 0..240 {
        house.clock.advance(5);
        house.engine.tick().await.unwrap();
        written.insert(house.engine.store().watched_until().await.unwrap());
    }
    assert!((3..=6).contains(&written.len()), "every five minutes of twenty: {written:?}");
}

#[tokio::test]
async fn a_short_restart_is_no_digest() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Hello?")]).await;
    house.runs(2 * HOUR - 60, 60).await;
    let house = house.reopened().await;
    house.clock.advance(300);
    let told = house.engine.tick().await.unwrap();
    assert!(matches!(told.as_slice(), [Notice::Due { .. }]), "four minutes late is not a night: {told:?}");
}

#[tokio::test]
async fn a_stage_that_was_written_down_before_a_crash_is_not_raised_again_and_the_next_one_is() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Hello?")]).await;
    house.bell.kill(true);
    house.clock.set(at(2 * HOUR));
    let engine = house.engine.clone();
    let died = tokio::spawn(async move { engine.tick().await.is_ok() }).await;
    assert!(died.is_err(), "it died while it rang");
    house.bell.kill(false);
    let house = house.crashed().await;
    let raised = house.engine.store().alerts_of(house.id("c1").await).await.unwrap();
    assert_eq!(raised.len(), 1, "the stage was on record before anybody could hear");
    assert!(house.runs(2 * HOUR + 1_785, 15).await.is_empty(), "at most once");
    assert_eq!(house.runs(2 * HOUR + 1_800, 15).await.len(), 1, "half an hour before, as ever");
}

#[tokio::test]
async fn a_clock_that_is_a_day_wrong_when_the_program_starts_misses_none_and_repeats_none() {
    for wrong in [86_400, -86_400] {
        let mut house = House::solo().await;
        house.hears([buyer("c1", "m1", 0, "Hello?")]).await;
        let mut told = house.runs(2 * HOUR, 15).await.len();
        house = house.reopened().await;
        house.clock.advance(wrong);
        house = house.crashed().await;
        told += house.engine.tick().await.unwrap().len();
        house.clock.advance(-wrong);
        told += house.runs(25 * HOUR, 60).await.len();
        let raised = house.engine.store().alerts_of(house.id("c1").await).await.unwrap();
        let mut once: Vec<_> = raised.iter().map(|alert| (alert.kind, alert.due, alert.stage)).collect();
        once.dedup();
        assert_eq!(once.len(), raised.len(), "each stage at most once: {raised:?}");
        let shown = if wrong > 0 { 2 } else { 6 };
        assert_eq!(told, shown, "forward everything is over at once, back nothing is lost");
    }
}

/// Two buyers of a shop that is read wait for a reply.
async fn two_wait() -> (House, Arc<Pretend>) {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Hello?"), buyer("c2", "m2", 60, "Hello?")]).await;
    let platform = house.attach().await;
    house.until_store(house.shop, |row| row.last_success.is_some()).await;
    house.engine.tick().await.unwrap();
    (house, platform)
}

/// The program goes on, and rings with one digest: of whom.
async fn wakes(house: &House) -> Vec<String> {
    house.engine.start().await.unwrap();
    let shown = RefCell::new(Vec::new());
    let rings = async || {
        shown.borrow_mut().extend(house.bell.take());
        !shown.borrow().is_empty()
    };
    house.until(rings).await;
    let shown = shown.into_inner();
    let [Notice::Digest { items, .. }] = shown.as_slice() else { panic!("one digest: {shown:?}") };
    items.iter().map(|item| item.title.clone()).collect()
}

#[tokio::test]
async fn what_was_answered_on_a_phone_during_sleep_does_not_ring() {
    let (house, platform) = two_wait().await;
    let answer = seller("c1", "m3", HOUR, Body::Text { text: "It arrives on Friday.".into() });
    house.clock.advance(8 * HOUR);
    // Both are there when the machine wakes; the loop reads before it rings.
    platform.queue(Ok(batch([answer])));
    assert_eq!(wakes(&house).await, ["Buyer c2"], "only who still waits");
    assert!(house.clock.now() >= at(8 * HOUR), "after the sleep");
    house.engine.stop().await.unwrap();
}

#[tokio::test]
async fn a_reading_that_sleep_cut_off_begins_anew_before_anything_rings() {
    let (house, platform) = two_wait().await;
    // The machine falls asleep while the platform is being asked: that question has no answer any more.
    platform.dies(1);
    let asked = platform.polled();
    platform.news();
    house.until(async || platform.polled() > asked).await;
    house.clock.advance(8 * HOUR);
    let answer = seller("c1", "m3", HOUR, Body::Text { text: "It arrives on Friday.".into() });
    platform.brings(Ok(batch([answer])));
    assert_eq!(wakes(&house).await, ["Buyer c2"], "only who still waits");
    house.engine.stop().await.unwrap();
}

#[tokio::test]
async fn thousands_that_came_due_meanwhile_are_one_digest() {
    const MANY: usize = 2_000;
    let house = House::solo().await;
    house.hears((0..MANY).map(|n| buyer(&format!("c{n}"), &format!("m{n}"), 0, "Hello?"))).await;
    let house = house.reopened().await;
    house.clock.advance(8 * HOUR);
    let house = house.crashed().await;
    let (dues, _) = digest(&house.engine.tick().await.unwrap());
    assert_eq!(dues.len(), MANY, "each of them, once");
    assert!(house.engine.tick().await.unwrap().is_empty(), "and that was all");
}
