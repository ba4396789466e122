//! Aim: what is told outside is told once and in order at the platform's pace, whatever breaks in between.

use crate::common::{Group, House, ROBOT_KEY, at, buyer, new_robot};
use channels::wecom::{End, Health, Limits, Look, Notice, Queue, Repeat, Row, Step, To, Tone, Wording};
use domain::Secret;
use engine::{EngineError, NewRobot, NewWay, RobotChange, TestOutcome};
use sandbox::Fault;
use store::LogFilter;

/// Ten minutes before a reply to a message of 0 is due.
const FOOT: i64 = 10_200;

impl Group {
    /// Puts alerts into the queue, as a decision does, and says so.
    async fn pushes(&self, ids: impl IntoIterator<Item = String>, repeat: Repeat) {
        let mut tx = self.house.engine.store().begin().await.unwrap();
        let mut queue = queue(&tx.robot(self.robot).await.unwrap().queue);
        for id in ids {
            assert!(queue.push(alert(&id, repeat), self.house.engine.now()), "{id} is new");
        }
        tx.set_robot_queue(self.robot, &serde_json::to_string(&queue).unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        self.house.engine.tick().await.unwrap();
    }
}

fn queue(json: &str) -> Queue {
    if json.is_empty() { Queue::default() } else { serde_json::from_str(json).unwrap() }
}

fn alert(id: &str, repeat: Repeat) -> Notice {
    Notice {
        id: id.to_owned(),
        to: To::Everybody,
        title: format!("alert {id} end"),
        rows: vec![Row { label: "store".into(), value: "Pretend".into(), tone: Tone::Plain }],
        link: None,
        look: Look::Markdown,
        repeat,
    }
}

fn words() -> Wording {
    let words = |text: &str| text.to_owned();
    Wording {
        several: words("{count}"),
        more: words("{count} more"),
        again: words("{count}"),
        open: words("o"),
    }
}

/// The numbers of the alerts in some messages, in the order in which they are read.
fn numbers(messages: &[String]) -> Vec<u32> {
    let all = messages.join("\n");
    all.split("alert ").skip(1).filter_map(|part| part.split(' ').next()?.parse().ok()).collect()
}

#[tokio::test]
async fn nobody_acts_and_the_group_hears_of_it_once() {
    let (house, _) = House::team().await;
    let group = Group::of(house).await;
    group.house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    group.house.runs(FOOT + 600, 15).await;
    group.drained().await;
    let id = group.house.id("c1").await;
    let steps = group.house.engine.store().climbs_of(id).await.unwrap();
    assert_eq!(steps.last().map(|step| step.rung.as_str()), Some("outside"), "the last step: {steps:?}");
    let arrived = group.arrived();
    assert_eq!(arrived.len(), 1, "told once: {arrived:?}");
    assert!(arrived[0].contains("Pretend"), "with the name of the store: {arrived:?}");
    group.house.runs(40_000, 60).await;
    assert_eq!(group.arrived().len(), 1, "and never again");
    let pushed = group.log("pushed").await;
    assert!(pushed.len() == 1 && pushed[0].contains("sent"), "the push log has the result: {pushed:?}");
    let log = group.house.engine.store().audit_of(id).await.unwrap();
    let outside = |kind: &&str| ["queued_outside", "outside_failed", "pushed"].contains(kind);
    let kinds: Vec<_> = log.iter().map(|row| row.entry.kind.as_str()).filter(outside).collect();
    assert_eq!(kinds, ["queued_outside", "pushed"], "under the conversation that it is about");
    let robot = LogFilter { robot: Some(group.robot), ..LogFilter::default() };
    let of_robot = group.house.engine.store().log_page(&robot, None, 9).await.unwrap().rows;
    let kinds: Vec<_> = of_robot.iter().map(|row| row.row.entry.kind.as_str()).collect();
    assert_eq!(kinds, ["pushed", "queued_outside", "robot_changed", "robot_added"], "and under the robot");
}

#[tokio::test]
async fn the_ladder_ends_at_the_main_account_while_no_robot_takes_it() {
    let (house, _) = House::team().await;
    let group = Group::of(house).await;
    let off = RobotChange { ladder: Some(false), ..RobotChange::default() };
    group.house.engine.change_robot(group.robot, &off).await.unwrap();
    group.house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    group.house.runs(20_000, 30).await;
    let id = group.house.id("c1").await;
    let steps = group.house.engine.store().climbs_of(id).await.unwrap();
    assert_eq!(steps.last().map(|step| step.rung.as_str()), Some("main"), "nobody outside: {steps:?}");
    assert_eq!(group.arrived(), [""; 0], "the group is left alone");
}

#[tokio::test]
async fn sixty_alerts_in_a_minute_keep_their_order_and_the_pace() {
    let group = Group::of(House::solo().await).await;
    for number in 1..=60 {
        group.pushes([number.to_string()], Repeat::UntilSure).await;
        group.house.clock.advance(1);
    }
    group.drained().await;
    assert_eq!(numbers(&group.arrived()), (1..=60).collect::<Vec<_>>(), "each once, in order");
    assert_eq!(group.core.ledger.calls().len(), group.arrived().len(), "and no call was refused");
    assert_eq!(group.log("pushed").await.len(), 60, "each is in the push log");
}

#[tokio::test]
async fn a_crash_before_handing_over_loses_no_alert_and_repeats_nothing_else() {
    let group = Group::of(House::solo().await).await;
    let Group { house, core, platform: _platform, server: _server, robot } = group;
    // As the sender does it, up to the crash: the parcel is taken out and stored, and nothing leaves.
    house.engine.stop().await.unwrap();
    let house = house.crashed().await;
    for (id, repeat) in [("1", Repeat::UntilSure), ("2", Repeat::Never)] {
        let mut tx = house.engine.store().begin().await.unwrap();
        let mut queue = queue(&tx.robot(robot).await.unwrap().queue);
        queue.push(alert(id, repeat), at(0));
        if id == "1" {
            let step = queue.next(Limits::robot(), &words(), at(0));
            assert!(matches!(step, Step::Send(_)), "it is under way: {step:?}");
        }
        tx.set_robot_queue(robot, &serde_json::to_string(&queue).unwrap()).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(core.ledger.calls().len(), 0, "nothing has left yet");
    house.engine.start().await.unwrap();
    let told = || core.ledger.sent().into_iter().map(|sent| sent.content).collect::<Vec<_>>();
    let both = async || {
        house.clock.advance(1);
        house.engine.tick().await.unwrap();
        numbers(&told()).len() == 2
    };
    house.until(both).await;
    assert_eq!(numbers(&told()), [1, 2], "both arrive, in order: {:?}", told());
    let both = told().join("\n");
    assert!(both.contains("sent 2 times"), "the first says that it may be a repetition: {both}");
    house.engine.stop().await.unwrap();
}

#[tokio::test]
async fn an_interrupted_notice_that_must_not_be_repeated_ends_as_unknown() {
    let group = Group::of(House::solo().await).await;
    let Group { house, core, platform: _platform, server: _server, robot } = group;
    house.engine.stop().await.unwrap();
    let house = house.crashed().await;
    let mut tx = house.engine.store().begin().await.unwrap();
    let mut queue = Queue::default();
    queue.push(alert("1", Repeat::Never), at(0));
    assert!(matches!(queue.next(Limits::robot(), &words(), at(0)), Step::Send(_)), "it is under way");
    tx.set_robot_queue(robot, &serde_json::to_string(&queue).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    house.engine.start().await.unwrap();
    house.until(async || house.engine.robot_list().await.unwrap()[0].standing.waiting == 0).await;
    let log = house.engine.store().audit_log(None, 20).await.unwrap();
    let ended = log.iter().find(|row| row.entry.kind == "pushed").unwrap();
    assert!(ended.entry.detail.contains("unknown"), "nobody knows, and that is said: {ended:?}");
    assert_eq!(core.ledger.calls().len(), 0, "a second copy would be taken for a second event");
    house.engine.stop().await.unwrap();
}

#[tokio::test]
async fn a_platform_that_keeps_refusing_opens_the_breaker_visibly_and_loses_nothing() {
    let group = Group::of(House::solo().await).await;
    let busy = Fault::Answer { status: 429, body: "slow down".into() };
    group.core.faults.arm("send", busy, 3);
    group.pushes(["1".to_owned()], Repeat::UntilSure).await;
    let info = group.until(|info| matches!(info.standing.health, Health::Open { .. })).await;
    let Health::Open { until, trouble } = info.standing.health else { panic!("it is open") };
    assert!(until > group.house.engine.now(), "with a time to retry");
    assert_eq!((trouble.code.as_str(), info.standing.waiting), ("http_429", 1), "and its reason");
    assert_eq!(info.last.unwrap().result, "later", "the last try is on the screen");
    group.drained().await;
    assert_eq!(numbers(&group.arrived()), [1], "then it goes out, once");
    assert_eq!(group.log("outside_failed").await.len(), 3, "each failure is in the push log");
}

#[tokio::test]
async fn a_robot_that_is_gone_waits_for_the_owner_and_a_test_tries_again() {
    let group = Group::of(House::solo().await).await;
    group.platform.remove_robot(ROBOT_KEY);
    group.pushes(["1".to_owned()], Repeat::UntilSure).await;
    let info = group.until(|info| matches!(info.standing.health, Health::Stopped { .. })).await;
    assert_eq!(info.standing.waiting, 1, "nothing is dropped");
    let engine = &group.house.engine;
    let outcome = engine.test_robot(group.robot).await.unwrap();
    assert!(
        matches!(&outcome, TestOutcome::Waits(Health::Stopped { trouble }) if trouble.code == "93000"),
        "whoever tests hears why: {outcome:?}"
    );
    group.platform.add_robot(ROBOT_KEY, "客服群");
    engine.test_robot(group.robot).await.unwrap();
    group.drained().await;
    assert_eq!(numbers(&group.arrived()), [1], "what waited goes out once");
    group.house.clock.advance(60);
    let outcome = engine.test_robot(group.robot).await.unwrap();
    assert!(matches!(outcome, TestOutcome::Ended(End::Sent { .. })), "and tests work: {outcome:?}");
}

#[tokio::test]
async fn the_key_is_in_the_key_store_and_nowhere_else_and_goes_with_the_robot() {
    let group = Group::of(House::solo().await).await;
    group.pushes(["1".to_owned()], Repeat::UntilSure).await;
    group.drained().await;
    let engine = &group.house.engine;
    assert_eq!(group.info().await.mark, "77aa", "enough to tell two robots apart");
    let handle = engine.store().robot(group.robot).await.unwrap().robot.secret_handle;
    let kept = || engine::SecretVault::get(&*group.house.vault, &handle).unwrap();
    assert_eq!(kept().map(|key| key.expose().to_owned()).as_deref(), Some(ROBOT_KEY), "it is kept there");
    engine.remove_robot(group.robot).await.unwrap();
    assert!(kept().is_none(), "and forgotten");
    assert_eq!(engine.robot_list().await.unwrap().len(), 0, "with the robot");
    let bytes = group.house.files().concat();
    let found = bytes.windows(ROBOT_KEY.len()).any(|window| window == ROBOT_KEY.as_bytes());
    assert!(!found, "no file of the folder has it");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_leaves_nothing_behind() {
    let group = Group::of(House::solo().await).await;
    let engine = &group.house.engine;
    let twice = engine.add_robot(&new_robot("客服群", &group.server)).await;
    assert!(
        matches!(twice, Err(EngineError::Store(_))),
        "two of one name could not be told apart: {twice:?}"
    );
    let foreign = NewRobot {
        way: NewWay::Group { address: Secret::new("https://evil.example/?key=12345678") },
        ..new_robot("other", &group.server)
    };
    let error = engine.add_robot(&foreign).await.unwrap_err();
    assert_eq!(error.to_string(), "foreign_host", "the code has its sentence in the window");
    let nameless = engine.add_robot(&new_robot("  ", &group.server)).await.unwrap_err();
    assert_eq!(nameless.to_string(), "missing:name", "it says what is missing");
    assert_eq!(engine.robot_list().await.unwrap().len(), 1, "only the first is there");
}
