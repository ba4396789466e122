//! Aim: whoever is meant hears of it: seats at this program, groups through their robots, and nobody twice.

use super::{on_record, story, told};
use crate::common::{Group, House, at, buyer, draft, save};
use engine::{Gone, RobotChange, RuleProblem, Saved};
use rules::message_rules::{Target, Trigger};

#[tokio::test]
async fn a_group_hears_of_it_once_with_the_buyers_words_also_after_a_crash() {
    let group = Group::of(House::solo().await).await;
    let target = Target::WecomGroup { robot: group.robot };
    save(&group.house.engine, &draft("尺码", Trigger::BuyerEnquiry, Vec::new(), vec![target])).await;
    let Group { house, core, platform, server, robot } = group;
    house.hears([buyer("c1", "m1", 0, "Which size?")]).await;
    // The batch comes again, because nobody knows whether it was taken.
    house.hears([buyer("c1", "m1", 0, "Which size?")]).await;
    house.engine.stop().await.unwrap();
    let house = house.crashed().await;
    house.engine.start().await.unwrap();
    let group = Group { house, core, platform, server, robot };
    group.drained().await;
    let arrived = group.arrived().join("\n");
    assert_eq!(arrived.matches("尺码").count(), 1, "once: {arrived}");
    assert!(arrived.contains("Which size?"), "with what happened: {arrived}");
    assert!(told(&group.house).await.is_empty(), "nobody at this program is meant");
    let log = group.house.engine.store().audit_log(None, 100).await.unwrap();
    let pushed = log.iter().find(|row| row.entry.kind == "pushed").unwrap();
    assert!(pushed.entry.detail.contains("rule:"), "the push log has the result: {pushed:?}");
    group.house.engine.stop().await.unwrap();
}

#[tokio::test]
async fn a_group_hears_no_name_and_no_word_of_a_buyer_unless_the_owner_wants_it() {
    let group = Group::of(House::solo().await).await;
    let engine = &group.house.engine;
    let as_added = RobotChange { content: Some(false), ..RobotChange::default() };
    engine.change_robot(group.robot, &as_added).await.unwrap();
    let target = Target::WecomGroup { robot: group.robot };
    save(engine, &draft("尺码", Trigger::BuyerEnquiry, Vec::new(), vec![target])).await;
    let mut asks = buyer("c1", "m1", 0, "Which size? Call 13812345678");
    asks.buyer.name = "Zuleika Quux".into();
    group.house.hears([asks]).await;
    group.drained().await;
    let arrived = group.arrived().join("\n");
    assert!(arrived.contains("尺码") && arrived.contains("Z＊＊"), "that somebody asks: {arrived}");
    assert!(!arrived.contains("Zuleika") && !arrived.contains("138"), "nobody else's business: {arrived}");
    let queue = engine.store().robots().await.unwrap().remove(0).queue;
    assert!(!queue.contains("Zuleika"), "nor does the name lie in the queue: {queue}");
    group.house.engine.stop().await.unwrap();
}

#[tokio::test]
async fn a_rule_whose_robot_is_gone_says_so_and_does_not_fire() {
    let group = Group::of(House::solo().await).await;
    let engine = &group.house.engine;
    let targets = vec![Target::WecomGroup { robot: group.robot }, Target::Everybody];
    let rule = draft("尺码", Trigger::BuyerEnquiry, Vec::new(), targets);
    save(engine, &rule).await;
    engine.remove_robot(group.robot).await.unwrap();
    group.house.hears([buyer("c1", "m1", 0, "Which size?")]).await;
    assert!(on_record(&group.house).await.is_empty(), "half a rule is none");
    let info = engine.message_rules().await.unwrap().remove(0);
    assert_eq!((info.enabled, info.gone), (true, vec![Gone::Robot(group.robot)]), "and it is said");
    let again = engine.save_message_rule(&rule, engine.main_account().await).await.unwrap();
    let Saved::Refused(why) = again else { panic!("it names what is not there") };
    assert!(why.contains(&RuleProblem::Gone(Gone::Robot(group.robot))), "{why:?}");
}

#[tokio::test]
async fn a_burst_is_one_notice_here_and_nobody_is_named_twice() {
    let (house, seats) = House::team().await;
    let targets = vec![
        Target::Owner,
        Target::Agent { account: seats[1] },
        Target::Group { accounts: [seats[1], seats[2]].into() },
    ];
    save(&house.engine, &draft("all", Trigger::BuyerEnquiry, Vec::new(), targets)).await;
    house.hears((0..50).map(|n| buyer(&format!("c{n}"), &format!("m{n}"), n, "Hello?"))).await;
    let notices = house.engine.tick().await.unwrap();
    assert_eq!(notices.len(), 1, "one notice");
    let items = super::fired(notices);
    assert_eq!(items.len(), 50, "that counts them all");
    let first = super::in_chat(&house, "c0").await.remove(0);
    assert_eq!(story(&first).seats, [seats[1], seats[2]], "each once");
    assert_eq!(items[0].to, ["潮铃:小李", "潮铃:小王"], "by name");
}

#[tokio::test]
async fn everybody_is_everybody_who_can_sit_there() {
    let (house, seats) = House::team().await;
    save(&house.engine, &draft("all", Trigger::BuyerEnquiry, Vec::new(), vec![Target::Everybody])).await;
    house.engine.set_disabled(seats[3], true).await.unwrap();
    house.hears([buyer("c1", "m1", 0, "Hello?")]).await;
    let row = super::in_chat(&house, "c1").await.remove(0);
    assert_eq!(story(&row).seats, seats[..3], "a seat of history is nobody's");
    assert!(told(&house).await[0].everybody, "and it is said in one word");
}

#[tokio::test]
async fn quiet_hours_hold_the_ring_back_and_lose_nothing() {
    let house = House::solo().await;
    house.engine.set_policy(r#"{"alerts":{"quiet":{"value":["10:00-10:30"]}}}"#).await.unwrap();
    save(&house.engine, &draft("all", Trigger::BuyerEnquiry, Vec::new(), vec![Target::Owner])).await;
    house.hears([buyer("c1", "m1", 0, "Hello?")]).await;
    assert!(told(&house).await.is_empty(), "it is quiet");
    let house = house.reopened().await;
    house.clock.set(at(1_800));
    assert_eq!(told(&house).await.len(), 1, "afterwards it rings");
}
