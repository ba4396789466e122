//! Aim: if nobody acts, somebody else hears of it, each step once; and whoever acts is left alone.

use crate::common::{House, at, buyer, seller};
use domain::{AccountId, Body, ConversationId, DeadlineKind, Device};
use engine::{ClimbItem, Notice};
use rstest::rstest;
use store::ClimbRow;

/// Ten minutes before a reply to a message of 0 is due: the stage that its ladder stands on.
const FOOT: i64 = 10_200;

/// A buyer waits for 小李, who was told ten minutes before it is due.
async fn told() -> (House, Vec<AccountId>) {
    let (house, seats) = House::team().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    assert_eq!(house.chat("c1").await.conversation.owner, Some(seats[1]), "小李 has it");
    let rung = house.runs(FOOT, 15).await;
    assert_eq!(rung.len(), 3, "an hour, half an hour, ten minutes before: {rung:?}");
    (house, seats)
}

async fn climbs(house: &House) -> Vec<ClimbRow> {
    house.engine.store().climbs_of(house.id("c1").await).await.unwrap()
}

fn climbed(notices: Vec<Notice>) -> Vec<ClimbItem> {
    let items = |notice| match notice {
        Notice::Climbed { items, .. } => items,
        Notice::Due { .. }
        | Notice::Digest { .. }
        | Notice::Fired { .. }
        | Notice::StoreSilent { .. }
        | Notice::AuthorisationEnds { .. }
        | Notice::Test => Vec::new(),
    };
    notices.into_iter().flat_map(items).collect()
}

#[tokio::test]
async fn if_nobody_acts_another_agent_hears_of_it_and_then_the_main_account() {
    let (house, seats) = told().await;
    assert!(house.runs(FOOT + 165, 15).await.is_empty(), "小李 has three minutes");
    let first = climbed(house.runs(FOOT + 180, 15).await);
    let [step] = first.as_slice() else { panic!("one step: {first:?}") };
    let (from, to) = (step.from.as_deref(), step.to.as_deref());
    assert_eq!((from, to), (Some("潮铃:小李"), Some("潮铃:小王")), "who did not act, and who is asked");
    assert_eq!((step.item.conversation, step.waited_s), (house.id("c1").await, 180), "what a click opens");
    let second = climbed(house.runs(FOOT + 360, 15).await);
    assert_eq!(second[0].to.as_deref(), Some("潮铃"), "then the main account");
    assert!(climbed(house.runs(40_000, 60).await).is_empty(), "nobody is connected outside");

    let rows = climbs(&house).await;
    let steps: Vec<_> = rows.iter().map(|row| (row.rung.as_str(), row.to, row.from)).collect();
    let expected = [("agent", Some(seats[2]), Some(seats[1])), ("main", Some(seats[0]), Some(seats[1]))];
    assert_eq!(steps, expected, "on record");
    assert!(rows[0].why.contains(r#""waited_s":180"#), "with its reason: {}", rows[0].why);
    let log = house.engine.store().audit_of(house.id("c1").await).await.unwrap();
    assert_eq!(log.iter().filter(|row| row.entry.kind == "ladder_climbed").count(), 2, "and in the push log");
    assert_eq!(house.chat("c1").await.conversation.owner, Some(seats[1]), "it is still 小李's");
}

#[rstest]
#[case::opened("opened")]
#[case::writing("drafted")]
#[case::replied("replied")]
#[case::transferred("transferred")]
#[case::put_off("snoozed")]
#[case::escalated("escalated")]
#[case::put_aside("done")]
#[case::taken_up("reopened")]
#[tokio::test]
async fn whoever_acts_is_left_alone(#[case] act: &str) {
    let (house, seats) = told().await;
    let (engine, id, me) = (&house.engine, house.id("c1").await, seats[1]);
    let seen = house.messages("c1").await.last().map(|message| message.id);
    match act {
        "opened" => engine.opened(id, me).await.unwrap(),
        "drafted" => engine.save_draft(id, "Let me see").await.unwrap(),
        "replied" => drop(engine.send_reply(id, me, "press-1", "Let me see", seen).await.unwrap()),
        "transferred" => engine.transfer(id, seats[3], me, "").await.unwrap(),
        "snoozed" => engine.snooze(id).await.unwrap(),
        "escalated" => engine.escalated(id, me).await.unwrap(),
        "done" => engine.mark_done(id, me).await.unwrap(),
        "reopened" => engine.reopen(id, me).await.unwrap(),
        other => panic!("{other} is no act"),
    }
    let house = house.reopened().await;
    let later = house.runs(FOOT + 7_200, 15).await;
    assert!(climbed(later).is_empty(), "somebody cares");
    let alerts = house.engine.store().alerts_of(house.id("c1").await).await.unwrap();
    let foot = alerts.iter().find(|alert| alert.stage.0 == -600).unwrap();
    assert_eq!((foot.action.as_str(), foot.acted_at), (act, Some(at(FOOT))), "it is known what they did");
}

#[tokio::test]
async fn looking_earlier_or_a_window_left_open_is_no_act() {
    let (house, seats) = House::team().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    house.runs(9_000, 60).await;
    house.engine.opened(house.id("c1").await, seats[1]).await.unwrap();
    house.runs(FOOT, 60).await;
    house.engine.seen(house.id("c1").await, seats[1]).await.unwrap();
    let rung = climbed(house.runs(FOOT + 180, 15).await);
    assert_eq!(rung.len(), 1, "whoever looked half an hour ago has not acted on the last alert but one");
}

#[tokio::test]
async fn it_never_climbs_after_a_reply_also_from_a_phone_and_also_one_that_does_not_count() {
    for (body, device) in [
        (Body::Text { text: "It arrives on Friday.".into() }, Device::Pc),
        (Body::Sticker { id: "1".into() }, Device::Mobile),
    ] {
        let (house, _) = told().await;
        let mut reply = seller("c1", "m2", FOOT + 100, body);
        reply.device = device;
        house.clock.set(at(FOOT + 120));
        house.hears([reply]).await;
        assert!(climbed(house.runs(40_000, 60).await).is_empty(), "somebody at a seller seat was there");
    }
    let (house, _) = told().await;
    house.hears([seller("c1", "m0", 60, Body::Sticker { id: "1".into() })]).await;
    assert_eq!(climbed(house.runs(FOOT + 180, 15).await).len(), 1, "one that comes late says nothing of now");
}

#[tokio::test]
async fn each_step_is_climbed_once_across_restarts_sleep_and_a_moving_clock() {
    let (mut house, _) = told().await;
    let mut heard = Vec::new();
    for jump in [0, 0, 86_400, -86_400, 28_800, -20_000, 0, 0] {
        house.clock.advance(jump);
        let end = (house.clock.now_s() - crate::common::MONDAY) + 400;
        heard.extend(climbed(house.runs(end, 15).await));
        house = house.reopened().await;
    }
    heard.retain(|step| step.item.kind == DeadlineKind::Reply);
    let to: Vec<_> = heard.iter().map(|step| step.to.as_deref().unwrap()).collect();
    assert_eq!(to, ["潮铃:小王", "潮铃"], "each step once");
    let kept = climbs(&house).await.into_iter().filter(|row| row.kind == DeadlineKind::Reply).count();
    assert_eq!(kept, 2, "and once on record");
}

#[tokio::test]
async fn a_step_that_was_written_down_before_a_crash_is_not_climbed_again_and_the_next_one_is() {
    let (house, _) = told().await;
    house.runs(FOOT + 165, 15).await;
    house.bell.kill(true);
    house.clock.advance(15);
    let engine = house.engine.clone();
    let died = tokio::spawn(async move { engine.tick().await.is_ok() }).await;
    assert!(died.is_err(), "it died while it rang");
    house.bell.kill(false);
    let house = house.crashed().await;
    assert_eq!(climbs(&house).await.len(), 1, "the step was on record before anybody could hear");
    let next = climbed(house.runs(FOOT + 180 + 195, 15).await);
    assert_eq!(
        next.iter().map(|step| step.to.as_deref()).collect::<Vec<_>>(),
        [Some("潮铃")],
        "then the next"
    );
}

#[tokio::test]
async fn whoever_opens_the_lid_gets_the_whole_wait() {
    let (house, _) = told().await;
    house.clock.advance(8 * 3_600);
    assert!(climbed(house.engine.tick().await.unwrap()).is_empty(), "nobody could act in between");
    let woke = FOOT + 8 * 3_600;
    assert!(climbed(house.runs(woke + 165, 15).await).is_empty(), "three minutes");
    assert_eq!(climbed(house.runs(woke + 180, 15).await).len(), 1, "and no more");
}

#[tokio::test]
async fn quiet_hours_hold_the_ladder_back_and_not_the_last_stage() {
    let (house, _) = House::team().await;
    house.engine.set_policy(r#"{"alerts":{"quiet":{"value":["12:52-13:30"]}}}"#).await.unwrap();
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    house.runs(FOOT, 15).await;
    let quiet = house.runs(12_585, 15).await;
    assert!(matches!(quiet.as_slice(), [Notice::Due { .. }]), "only that it is due: {quiet:?}");
    assert_eq!(climbed(house.runs(12_600, 15).await).len(), 1, "after them it climbs");
}

#[tokio::test]
async fn a_solo_seller_has_no_ladder() {
    let house = House::solo().await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    assert!(climbed(house.runs(40_000, 60).await).is_empty(), "there is nobody else");
}

#[tokio::test]
async fn many_at_once_are_spread_and_told_as_one() {
    let (house, seats) = House::team().await;
    for seat in &seats[2..] {
        house.engine.set_participates(*seat, false).await.unwrap();
    }
    for n in 0..6 {
        house.hears([buyer(&format!("c{n}"), &format!("m{n}"), 0, "Hello?")]).await;
    }
    house.runs(FOOT + 15, 15).await;
    let told = house.runs(FOOT + 210, 15).await;
    let [Notice::Climbed { items, .. }] = told.as_slice() else { panic!("one notice: {told:?}") };
    let ids: Vec<ConversationId> = items.iter().map(|step| step.item.conversation).collect();
    assert_eq!(ids[0], house.id("c0").await, "the most urgent first");
    let asked = |name: &str| items.iter().filter(|step| step.to.as_deref() == Some(name)).count();
    assert_eq!((asked("潮铃:小王"), asked("潮铃:小张")), (3, 3), "nobody is asked for everything");
}
