//! Aim: each rule fires once for each event: under repetition, in any order, across restarts, and if the program dies.

use super::{complaint, fired, notice, on_record, order, returned, told};
use crate::common::{Chance, House, at, buyer, draft, events, save, texts};
use domain::{IncomingEvent, NoticeTopic};
use engine::{Mode, RuleDraft};
use rstest::rstest;
use rules::message_rules::{Condition, HandOver, Target, Trigger};

/// A rule for everything that comes in.
async fn rules_for_all(house: &House) {
    for trigger in Trigger::ALL {
        let rule = draft(trigger.as_str(), trigger, Vec::new(), vec![Target::Everybody]);
        let auto_reply = trigger.has_buyer().then(|| texts(HandOver::Owner));
        save(&house.engine, &RuleDraft { auto_reply, ..rule }).await;
    }
}

/// A day of everything; no thing has two states, so that no order of telling is wrong.
fn day() -> Vec<IncomingEvent> {
    let mut day = Vec::new();
    for n in 0..30 {
        let id = format!("{n}");
        day.push(IncomingEvent::Message(buyer(&format!("c{}", n % 7), &format!("m{n}"), n, "¿Talla M?")));
        day.push(order(&format!("order-{n}"), if n % 3 == 0 { "RETRY_SHIP" } else { "SHIPPED" }, n));
        if n % 5 == 0 {
            day.push(returned(&id, "REQUESTED", n));
            day.push(complaint(&id, n));
            day.push(notice(&format!("n{n}"), NoticeTopic::Penalty, &format!("n{n}"), "3 points", n));
            // The same return, told by another way.
            day.push(notice(&format!("r{n}"), NoticeTopic::Return, &id, "return asked for", n));
        }
    }
    day
}

#[rstest]
#[tokio::test]
async fn a_rule_fires_once_for_an_event_however_often_and_in_whatever_order_it_comes(
    #[values(1, 2, 3)] seed: u64,
) {
    let (straight, shuffled) = (House::solo().await, House::solo().await);
    for house in [&straight, &shuffled] {
        house.clock.set(at(3_600));
        rules_for_all(house).await;
    }
    straight.takes(&events(day())).await.unwrap();
    let want = on_record(&straight).await;
    // 30 enquiries, 30 orders, 10 parcels, 6 each of returns, complaints and penalties.
    assert_eq!(want.len(), 30 + 30 + 10 + 18, "each once: {want:#?}");

    let mut chance = Chance::new(seed);
    let mut told: Vec<IncomingEvent> =
        day().into_iter().flat_map(|event| std::iter::repeat_n(event, 1 + chance.below(4))).collect();
    chance.shuffle(&mut told);
    let mut house = shuffled;
    let mut rest = told.as_slice();
    while !rest.is_empty() {
        let (now, later) = rest.split_at((1 + chance.below(40)).min(rest.len()));
        house.takes(&events(now.iter().cloned())).await.unwrap();
        rest = later;
        if chance.below(4) == 0 {
            house = if chance.below(2) == 0 { house.reopened().await } else { house.crashed().await };
        }
    }
    assert_eq!(on_record(&house).await, want, "as if it had been told once and in order (seed {seed})");
    assert!(house.engine.store().verify().await.unwrap().is_whole(), "and nothing hangs in the air");
}

#[tokio::test]
async fn what_fired_before_a_crash_is_told_after_it_once() {
    let house = House::solo().await;
    save(&house.engine, &draft("all", Trigger::BuyerEnquiry, Vec::new(), vec![Target::Owner])).await;
    house.hears([buyer("c1", "m1", 0, "Hello?")]).await;
    let house = house.crashed().await;
    house.hears([buyer("c1", "m1", 0, "Hello?")]).await;
    assert_eq!(on_record(&house).await.len(), 1, "the batch that comes again fires nothing again");
    assert_eq!(told(&house).await.len(), 1, "nobody had heard of it");
    let house = house.reopened().await;
    assert!(told(&house).await.is_empty(), "now somebody has");
}

#[tokio::test]
async fn what_was_marked_as_told_before_a_crash_is_not_told_again() {
    let house = House::solo().await;
    save(&house.engine, &draft("all", Trigger::BuyerEnquiry, Vec::new(), vec![Target::Owner])).await;
    house.hears([buyer("c1", "m1", 0, "Hello?")]).await;
    house.bell.kill(true);
    let engine = house.engine.clone();
    let died = tokio::spawn(async move { engine.tick().await.is_ok() }).await;
    assert!(died.is_err(), "it died while it rang");
    house.bell.kill(false);
    let house = house.crashed().await;
    assert!(told(&house).await.is_empty(), "it may have been heard; the conversation shows it");
    assert_eq!(super::in_chat(&house, "c1").await.len(), 1, "on its timeline");
}

#[tokio::test]
async fn a_parcel_goes_wrong_once_by_whichever_way_it_is_told_until_it_was_well_again() {
    let house = House::solo().await;
    let rule = draft("物流", Trigger::LogisticsException, Vec::new(), vec![Target::Everybody]);
    save(&house.engine, &rule).await;
    let wrong = |id: &str, seconds| {
        let mut event = notice(id, NoticeTopic::Order, "8192", "8192 · RETRY_SHIP", seconds);
        if let IncomingEvent::Notification(notice) = &mut event {
            notice.order_no = Some("8192".into());
        }
        event
    };
    let steps = [
        (order("8192", "READY_TO_SHIP", 0), 0, "all is well"),
        (wrong("n1", 10), 1, "a notice says that it is not"),
        (order("8192", "RETRY_SHIP", 20), 1, "the order says the same"),
        (wrong("n2", 30), 1, "so does another notice"),
        (order("8192", "SHIPPED", 5), 1, "an older state that comes late is no news"),
        (order("8192", "SHIPPED", 40), 1, "well again"),
        (order("8192", "RETRY_SHIP", 50), 2, "and wrong once more"),
    ];
    for (event, want, why) in steps {
        house.takes(&events([event])).await.unwrap();
        assert_eq!(on_record(&house).await.len(), want, "{why}");
    }
}

#[tokio::test]
async fn a_stage_of_a_deadline_fires_once_across_restarts() {
    let house = House::solo().await;
    let last = vec![Condition::LastStage];
    save(&house.engine, &draft("到期", Trigger::DeadlineStage, last, vec![Target::Everybody])).await;
    house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    let early = fired(house.runs(10_300, 30).await);
    assert!(early.is_empty(), "ten minutes before is not the last: {early:?}");
    let mut house = house;
    let mut heard = Vec::new();
    for end in [10_790, 10_830, 10_900, 11_200] {
        heard.extend(fired(house.runs(end, 15).await));
        house = house.reopened().await;
    }
    let [one] = heard.as_slice() else { panic!("once: {heard:?}") };
    assert_eq!((one.title.as_str(), one.conversation), ("Buyer c1", Some(house.id("c1").await)), "its chat");
    assert_eq!(on_record(&house).await.len(), 1, "and once on record");
}

#[tokio::test]
async fn history_and_what_is_older_than_a_day_fire_nothing() {
    let house = House::solo().await;
    rules_for_all(&house).await;
    let mut importer = engine::Importer::new(house.engine.clone());
    let line = r#"{"conversation":1,"buyer":"b","platform":"shopee","store":1,"sent_at":1772416800000,"direction":"in","text":"hi"}"#;
    importer.line(line.as_bytes()).await.unwrap();
    assert_eq!(importer.finish().await.unwrap().taken, 1, "it was news to the record");
    let past = events([IncomingEvent::Message(buyer("c1", "m1", 0, "Hello?"))]);
    let history = house.engine.accept(house.shop, domain::Platform::AliExpress, &past, Mode::History).await;
    assert_eq!(history.unwrap().taken, 1, "so was this");
    house.clock.set(at(86_401));
    house.hears([buyer("c2", "m2", 0, "an old backlog")]).await;
    assert!(on_record(&house).await.is_empty(), "nobody is rung for last month");
    house.hears([buyer("c2", "m3", 86_000, "Hello?")]).await;
    assert_eq!(on_record(&house).await.len(), 1, "what is fresh fires");
}
