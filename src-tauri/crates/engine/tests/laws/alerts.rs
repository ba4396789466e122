//! Aim: every stage rings once, in time, whatever happens to the clock and to the program.

use crate::common::{House, at, buyer, seller, until};
use domain::{Body, DeadlineKind, Timestamp};
use engine::{Event, Notice};
use std::collections::HashSet;

const HOUR: i64 = 3_600;

async fn stages(house: &House, conversation: &str, kind: DeadlineKind) -> Vec<i64> {
    let raised = house.engine.store().alerts_of(house.id(conversation).await).await.unwrap();
    raised.into_iter().filter(|alert| alert.kind == kind).map(|alert| alert.stage.0).collect()
}

/// Each (conversation, clock, instant, stage) is raised at most once.
async fn none_repeats(house: &House, conversation: &str) {
    let raised = house.engine.store().alerts_of(house.id(conversation).await).await.unwrap();
    let once: HashSet<_> = raised.iter().map(|a| (a.kind, a.due, a.stage)).collect();
    assert_eq!(once.len(), raised.len(), "each stage is raised at most once");
}

fn conversations(notice: &Notice) -> usize {
    match notice {
        Notice::Due { items, .. } | Notice::Digest { items, .. } => items.len(),
        Notice::Climbed { .. }
        | Notice::Fired { .. }
        | Notice::StoreSilent { .. }
        | Notice::AuthorisationEnds { .. }
        | Notice::Test => 0,
    }
}

#[tokio::test]
async fn each_stage_rings_once_and_in_time_across_restarts() {
    let mut house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    let mut rung = 0;
    for end in [2 * HOUR, 2 * HOUR + 1_500, 3 * HOUR, 10 * HOUR, 23 * HOUR, 26 * HOUR] {
        rung += house.runs(end, 15).await.len();
        house = house.reopened().await;
        assert!(house.engine.tick().await.unwrap().is_empty(), "a restart is no reason to ring");
    }
    assert_eq!(
        stages(&house, "c1", DeadlineKind::Reply).await,
        [-3_600, -1_800, -600, 0],
        "the ladder of a reply"
    );
    assert_eq!(stages(&house, "c1", DeadlineKind::ReplyLimit).await, [-7_200, -1_800], "and of its limit");
    let raised = house.engine.store().alerts_of(house.id("c1").await).await.unwrap();
    assert!(raised.iter().all(|alert| alert.late_ms <= 15_000), "at most 15 s late: {raised:?}");
    assert_eq!((rung, house.bell.take().len()), (6, 6), "each was shown once");
}

#[tokio::test]
async fn nothing_rings_after_a_counting_reply() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    assert_eq!(house.runs(2 * HOUR + 60, 15).await.len(), 1, "an hour before");
    let body = Body::Text { text: "It arrives on Friday.".into() };
    house.hears([seller("c1", "m2", 2 * HOUR + 30, body)]).await;
    assert!(house.runs(30 * HOUR, 300).await.is_empty(), "whoever has answered is left alone");
}

#[tokio::test]
async fn what_is_due_together_is_told_together_the_most_urgent_first() {
    let house = House::solo().await;
    house.clock.set(at(30));
    for n in [2, 0, 1] {
        house.hears([buyer(&format!("c{n}"), &format!("m{n}"), n * 10, "Hello?")]).await;
    }
    house.clock.set(at(2 * HOUR + 20));
    let rung = house.engine.tick().await.unwrap();
    let [Notice::Due { items, .. }] = rung.as_slice() else { panic!("one notice: {rung:?}") };
    let order: Vec<_> = items.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(order, ["Buyer c0", "Buyer c1", "Buyer c2"], "a click opens the most urgent");
}

#[tokio::test]
async fn eight_hours_of_sleep_end_in_one_digest() {
    let house = House::solo().await;
    for n in 0..5 {
        house.hears([buyer(&format!("c{n}"), &format!("m{n}"), n * 600, "Hello?")]).await;
    }
    house.clock.set(at(HOUR));
    assert!(house.engine.tick().await.unwrap().is_empty(), "nothing is near");
    house.clock.advance(8 * HOUR);
    let rung = house.engine.tick().await.unwrap();
    let [Notice::Digest { items, asleep_since, .. }] = rung.as_slice() else {
        panic!("one digest: {rung:?}")
    };
    assert_eq!((items.len(), *asleep_since), (5, at(HOUR)), "all five, since the lid was closed");
    let dues: Vec<Timestamp> = items.iter().map(|item| item.due).collect();
    assert!(dues.is_sorted(), "by the time left: {dues:?}");
    assert!(house.runs(12 * HOUR, 300).await.is_empty(), "what was told is not told again");
}

#[tokio::test]
async fn a_clock_that_is_put_back_a_day_misses_none_and_repeats_none() {
    let mut house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    let mut shown = house.runs(2 * HOUR + 15, 15).await.len();
    house.clock.advance(-24 * HOUR);
    shown += house.runs(-20 * HOUR, 300).await.len();
    assert_eq!(shown, 1, "yesterday nothing is due");
    house = house.reopened().await;
    house.clock.set(at(2 * HOUR + 30));
    shown += house.runs(25 * HOUR, 15).await.len();
    assert_eq!(stages(&house, "c1", DeadlineKind::Reply).await, [-3_600, -1_800, -600, 0], "none is missing");
    assert_eq!(stages(&house, "c1", DeadlineKind::ReplyLimit).await, [-7_200, -1_800], "of neither clock");
    assert_eq!(shown, 6, "and none was shown twice");
    none_repeats(&house, "c1").await;
}

#[tokio::test]
async fn a_clock_that_is_put_forward_a_day_and_back_tells_of_everything_once() {
    let mut house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    house.runs(HOUR, 15).await;
    house.clock.advance(24 * HOUR);
    let rung = house.engine.tick().await.unwrap();
    assert_eq!(rung.iter().map(conversations).sum::<usize>(), 1, "it is told that it is over: {rung:?}");
    house = house.reopened().await;
    house.clock.advance(-24 * HOUR);
    house.hears([buyer("c2", "m2", HOUR, "Hello?")]).await;
    house.runs(30 * HOUR, 60).await;
    none_repeats(&house, "c1").await;
    let own = stages(&house, "c2", DeadlineKind::Reply).await;
    assert_eq!(own, [-3_600, -1_800, -600, 0], "what came after the jump rings as ever");
}

#[tokio::test]
async fn a_snoozed_alert_comes_again_and_never_past_the_deadline() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    house.runs(2 * HOUR, 15).await;
    house.engine.snooze(house.id("c1").await).await.unwrap();
    let house = house.reopened().await;
    assert!(house.runs(2 * HOUR + 585, 15).await.is_empty(), "ten minutes of peace, also across a restart");
    assert_eq!(house.runs(2 * HOUR + 600, 15).await.len(), 1, "then it comes again");
    house.runs(3 * HOUR - 300, 15).await;
    house.bell.take();
    house.engine.snooze(house.id("c1").await).await.unwrap();
    assert!(house.runs(3 * HOUR - 15, 15).await.is_empty(), "five minutes are left");
    assert_eq!(house.runs(3 * HOUR, 15).await.len(), 1, "at the deadline it rings whatever was asked");
    none_repeats(&house, "c1").await;
}

#[tokio::test]
async fn what_was_put_off_comes_again_though_the_buyer_wrote_meanwhile() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    house.runs(3 * HOUR + 60, 15).await;
    house.bell.take();
    // Of the reply nothing is left to ring for, and the limit's first stage is nineteen hours away.
    house.engine.snooze(house.id("c1").await).await.unwrap();
    house.runs(3 * HOUR + 300, 15).await;
    house.hears([buyer("c1", "m2", 3 * HOUR + 300, "Hello?")]).await;
    assert!(house.runs(3 * HOUR + 645, 15).await.is_empty(), "ten minutes of peace");
    assert_eq!(house.runs(3 * HOUR + 660, 15).await.len(), 1, "and then what was asked for");
    none_repeats(&house, "c1").await;
}

#[tokio::test]
async fn a_system_that_refuses_alerts_is_told_of() {
    let house = House::solo().await;
    let mut events = house.engine.bus().subscribe();
    let works = |event: &Event| if let Event::AlertsWork(works) = event { Some(*works) } else { None };
    house.engine.ring(&Notice::Test).await.unwrap();
    assert!(until(&mut events, works).await, "the test alert arrives");
    house.bell.refuse(true);
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    house.runs(2 * HOUR, 60).await;
    assert!(!until(&mut events, works).await, "the tray turns red");
    assert_eq!(
        stages(&house, "c1", DeadlineKind::Reply).await,
        [-3_600],
        "the stage is on record all the same"
    );
}

#[tokio::test]
async fn quiet_hours_hold_back_all_but_the_last_stage() {
    let house = House::solo().await;
    house.engine.set_policy(r#"{"alerts":{"quiet":{"value":["12:00-12:45"]}}}"#).await.unwrap();
    // 10:00: the stages are at 12:00, 12:30, 12:50 and 13:00.
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    assert!(house.runs(2 * HOUR + 2_640, 15).await.is_empty(), "at lunch nothing rings");
    assert_eq!(house.runs(2 * HOUR + 2_715, 15).await.len(), 1, "after it what was held back does, once");
    house.runs(3 * HOUR, 15).await;
    assert_eq!(
        stages(&house, "c1", DeadlineKind::Reply).await,
        [-1_800, -600, 0],
        "the newest of those held back"
    );
}

#[tokio::test]
async fn a_system_that_hangs_is_told_of_and_holds_up_nothing() {
    let house = House::solo().await;
    let mut events = house.engine.bus().subscribe();
    let works = |event: &Event| if let Event::AlertsWork(works) = event { Some(*works) } else { None };
    house.bell.hang(true);
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    for (seconds, stage) in [(0, -3_600), (1_800, -1_800)] {
        house.clock.set(at(2 * HOUR + seconds));
        assert_eq!(house.engine.tick().await.unwrap().len(), 1, "it goes on without an answer");
        assert!(!until(&mut events, works).await, "the tray turns red");
        let raised = stages(&house, "c1", DeadlineKind::Reply).await;
        assert_eq!(raised.last(), Some(&stage), "the stage is on record all the same");
    }
    house.bell.hang(false);
    house.clock.set(at(2 * HOUR + 3_000));
    house.engine.tick().await.unwrap();
    assert!(until(&mut events, works).await, "and it is told when it answers again");
}

#[tokio::test]
async fn a_watch_that_breaks_off_begins_again() {
    let house = House::solo().await;
    let mut events = house.engine.bus().subscribe();
    let works = |event: &Event| if let Event::AlertsWork(works) = event { Some(*works) } else { None };
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    house.clock.set(at(2 * HOUR));
    house.bell.kill(true);
    house.engine.start().await.unwrap();
    assert!(!until(&mut events, works).await, "it is told of");
    house.bell.kill(false);
    house.clock.set(at(2 * HOUR + 1_800));
    house.until(async || !house.bell.take().is_empty()).await;
    house.engine.stop().await.unwrap();
}
