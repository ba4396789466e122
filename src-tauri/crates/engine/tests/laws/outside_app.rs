//! Aim: an application of the company reaches whom its owner chose, says precisely whom it did not reach and why, and its
//! secret is nowhere but in the key store.

use crate::common::{House, buyer};
use channels::wecom::{End, Health, Missed, Readers};
use domain::{RobotId, Secret};
use engine::{AppIds, EngineError, NewRobot, NewWay, RobotChange, RobotInfo, SecretVault as _, TestOutcome};
use sandbox::wecom::{Company, WeCom};
use sandbox::{Core, Server};
use std::sync::Arc;

/// Ten minutes before a reply to a message of 0 is due, and the ladder's last step after it.
const LADDER_OVER: i64 = 10_800;

/// A house whose company has an application.
struct Office {
    house: House,
    core: Core,
    platform: WeCom,
    server: Server,
}

fn readers(users: &[&str], parties: &[&str], tags: &[&str]) -> Readers {
    let list = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>();
    Readers::new(&list(users), &list(parties), &list(tags)).unwrap()
}

impl Office {
    async fn of(house: House) -> Self {
        let clock = Arc::clone(&house.clock);
        let core = Core::new(Arc::new(move || engine::Clock::now(&*clock)));
        let platform = WeCom::new(core.clone(), Company::default());
        ["li", "wang"].iter().for_each(|member| platform.add_member(member));
        platform.add_department("2", &["zhao", "qian"]);
        platform.add_tag("7", &["sun"]);
        let server = platform.start().await.unwrap();
        Self { house, core, platform, server }
    }

    fn new_app(&self, readers: Readers) -> NewRobot {
        let company = self.platform.company();
        let way = NewWay::App {
            ids: AppIds { corp_id: company.corp_id.clone(), agent_id: company.agent_id },
            secret: Secret::new(&company.corp_secret),
            readers,
        };
        NewRobot { name: "客服应用".into(), host: self.server.base(), way }
    }

    async fn adds(&self, readers: Readers) -> RobotId {
        self.house.engine.add_robot(&self.new_app(readers)).await.unwrap()
    }

    async fn info(&self) -> RobotInfo {
        self.house.engine.robot_list().await.unwrap().remove(0)
    }

    /// Sends a test; the clock goes on, so that the next one has a name of its own.
    async fn tests(&self, app: RobotId) -> TestOutcome {
        self.house.clock.advance(61);
        self.house.engine.test_robot(app).await.unwrap()
    }

    /// Who got the last message.
    fn reached(&self) -> String {
        self.core.ledger.sent().last().map(|sent| sent.to.clone()).unwrap_or_default()
    }
}

#[tokio::test]
async fn an_application_reaches_whom_its_owner_chose_and_names_whom_it_missed() {
    let office = Office::of(House::solo().await).await;
    let app = office.adds(Readers::default()).await;
    let all = End::Sent { shown: true, missed: Missed::default() };
    assert_eq!(office.tests(app).await, TestOutcome::Ended(all), "nobody chosen: whoever sees it");
    assert_eq!(office.reached(), "li|qian|sun|wang|zhao");
    let change = RobotChange {
        readers: Some(readers(&["li", "gone"], &["2", "9"], &["7", "8"])),
        ..RobotChange::default()
    };
    office.house.engine.change_robot(app, &change).await.unwrap();
    let missed = Missed {
        users: vec!["gone".into()],
        parties: vec!["9".into()],
        tags: vec!["8".into()],
        unlicensed: Vec::new(),
    };
    assert_eq!(
        office.tests(app).await,
        TestOutcome::Ended(End::Sent { shown: true, missed }),
        "by their ids"
    );
    assert_eq!(office.reached(), "li|qian|sun|zhao", "members, a department and a tag");
    let info = office.info().await;
    assert_eq!(info.app.unwrap().readers, change.readers.unwrap(), "and the owner sees whom");
    assert_eq!(info.mark, "1000002", "and which application it is");
}

#[tokio::test]
async fn readers_who_are_all_strangers_are_refused_with_the_platforms_code_and_hold_nothing_up() {
    let office = Office::of(House::solo().await).await;
    let app = office.adds(readers(&["gone"], &["9"], &[])).await;
    let outcome = office.tests(app).await;
    assert!(
        matches!(&outcome, TestOutcome::Ended(End::Refused { code, .. }) if code == "81013"),
        "whoever tests hears why: {outcome:?}"
    );
    let info = office.info().await;
    assert_eq!(
        (info.standing.waiting, info.standing.health),
        (0, Health::Working),
        "the next one may be right"
    );
    let change = RobotChange { readers: Some(readers(&["wang"], &[], &[])), ..RobotChange::default() };
    office.house.engine.change_robot(app, &change).await.unwrap();
    let outcome = office.tests(app).await;
    assert!(matches!(outcome, TestOutcome::Ended(End::Sent { .. })), "at once: {outcome:?}");
}

#[tokio::test]
async fn a_new_secret_takes_the_place_of_a_wrong_one_and_of_its_token() {
    let office = Office::of(House::solo().await).await;
    let mut new = office.new_app(Readers::default());
    if let NewWay::App { secret, .. } = &mut new.way {
        *secret = Secret::new("wrong");
    }
    let app = office.house.engine.add_robot(&new).await.unwrap();
    let outcome = office.tests(app).await;
    assert!(
        matches!(&outcome, TestOutcome::Waits(Health::Stopped { trouble }) if trouble.code == "40001"),
        "the secret is wrong, and it waits for the owner: {outcome:?}"
    );
    let engine = &office.house.engine;
    let right = office.platform.company().corp_secret.clone();
    engine.replace_robot_key(app, Secret::new(format!(" {right}\n")), None).await.unwrap();
    office.house.until(async || office.info().await.standing.waiting == 0).await;
    assert_eq!(office.core.ledger.sent().len(), 1, "what waited goes out, once");
    let handle = engine.store().robot(app).await.unwrap().robot.secret_handle;
    let kept = |handle: &str| office.house.vault.get(handle).unwrap().map(|kept| kept.expose().to_owned());
    let tokens = format!("{handle}/tokens");
    assert_eq!(kept(&handle).as_deref(), Some(right.as_str()), "as it was copied, without the spaces");
    assert!(kept(&tokens).is_some(), "its token is kept beside it");
    engine.replace_robot_key(app, Secret::new("another"), None).await.unwrap();
    assert_eq!(kept(&tokens), None, "a token that the old secret bought is not used any more");
    let spaces = engine.replace_robot_key(app, Secret::new("two words"), None).await.unwrap_err();
    assert_eq!(spaces.to_string(), "app_secret", "no secret has spaces in it");
    engine.remove_robot(app).await.unwrap();
    assert_eq!((kept(&handle), kept(&tokens)), (None, None), "with the application its secrets go");
    engine.stop().await.unwrap();
    let bytes = office.house.files().concat();
    let found = bytes.windows(right.len()).any(|window| window == right.as_bytes());
    assert!(!found, "no file of the folder has it");
}

#[tokio::test]
async fn another_application_takes_the_place_of_a_wrong_one_and_keeps_its_readers_and_what_waits() {
    let office = Office::of(House::solo().await).await;
    let company = office.platform.company();
    let right = AppIds { corp_id: company.corp_id.clone(), agent_id: company.agent_id };
    let mut new = office.new_app(readers(&["li"], &[], &[]));
    if let NewWay::App { ids, .. } = &mut new.way {
        *ids = AppIds { corp_id: "wwmistyped".into(), agent_id: 7 };
    }
    let engine = &office.house.engine;
    let app = engine.add_robot(&new).await.unwrap();
    let outcome = office.tests(app).await;
    assert!(matches!(&outcome, TestOutcome::Waits(Health::Stopped { .. })), "it waits: {outcome:?}");
    let secret = || Secret::new(&company.corp_secret);
    let wrong = AppIds { agent_id: 0, ..right.clone() };
    let refused = engine.replace_robot_key(app, secret(), Some(&wrong)).await.unwrap_err();
    assert_eq!(refused.to_string(), "missing:app", "what makes no sense changes nothing");
    assert_eq!(office.info().await.mark, "7");
    engine.replace_robot_key(app, secret(), Some(&right)).await.unwrap();
    office.house.until(async || office.info().await.standing.waiting == 0).await;
    assert_eq!(office.reached(), "li", "what waited reaches the same readers");
    let info = office.info().await;
    let ids = (info.app.unwrap().corp_id, info.mark);
    assert_eq!(ids, (right.corp_id.clone(), right.agent_id.to_string()), "through the one that was meant");
    let group = NewWay::Group { address: Secret::new("5c1e2b7a-demo-robot-key-77aa") };
    let group = NewRobot { name: "客服群".into(), way: group, ..new };
    let group = engine.add_robot(&group).await.unwrap();
    let refused = engine.replace_robot_key(group, secret(), Some(&right)).await.unwrap_err();
    assert_eq!(refused.to_string(), "not_an_app", "a group has no application");
}

#[tokio::test]
async fn the_ladder_ends_at_the_application_and_its_readers() {
    let (house, _) = House::team().await;
    let office = Office::of(house).await;
    let app = office.adds(readers(&[], &["2"], &[])).await;
    let on = RobotChange { ladder: Some(true), ..RobotChange::default() };
    office.house.engine.change_robot(app, &on).await.unwrap();
    office.house.hears([buyer("c1", "m1", 0, "Where is my parcel?")]).await;
    office.house.runs(LADDER_OVER, 15).await;
    office.house.until(async || !office.core.ledger.sent().is_empty()).await;
    assert_eq!(office.reached(), "qian|zhao", "the department that was chosen");
    assert_eq!(office.core.ledger.sent().len(), 1, "once");
}

#[tokio::test]
async fn what_makes_no_sense_of_an_application_is_refused() {
    let office = Office::of(House::solo().await).await;
    let engine = &office.house.engine;
    let with = |corp: &str, agent: u64, key: &str| NewRobot {
        way: NewWay::App {
            ids: AppIds { corp_id: corp.into(), agent_id: agent },
            secret: Secret::new(key),
            readers: Readers::default(),
        },
        ..office.new_app(Readers::default())
    };
    for (new, code) in [
        (with(" ", 1, "s"), "missing:app"),
        (with("ww1", 0, "s"), "missing:app"),
        (with("ww1", 1, "  "), "missing:app"),
        (with("ww1&corpsecret=x", 1, "s"), "corp_id"),
        (with("ww1", 1, "s s"), "app_secret"),
    ] {
        let refused = engine.add_robot(&new).await.unwrap_err();
        assert_eq!(refused.to_string(), code, "the code has its sentence in the window: {new:?}");
    }
    assert_eq!(engine.robot_list().await.unwrap().len(), 0, "nothing is left behind");
    let group = NewRobot {
        name: "客服群".into(),
        way: NewWay::Group { address: Secret::new("5c1e2b7a-demo-robot-key-77aa") },
        ..office.new_app(Readers::default())
    };
    let group = engine.add_robot(&group).await.unwrap();
    let change = RobotChange { readers: Some(Readers::default()), ..RobotChange::default() };
    let refused = engine.change_robot(group, &change).await.unwrap_err();
    assert!(matches!(&refused, EngineError::Invalid { .. }), "a group is its own readers: {refused:?}");
}
