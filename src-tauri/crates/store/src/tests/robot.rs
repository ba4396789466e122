//! Aim: ways out are kept whole, with what waits there.

use super::support::{at, shop};
use crate::{NewRobot, RobotTry, StoreError};
use domain::RobotId;

fn robot(name: &str) -> NewRobot {
    NewRobot {
        kind: "robot".into(),
        name: name.into(),
        secret_handle: format!("wecom/{name}"),
        settings: "{}".into(),
    }
}

#[tokio::test]
async fn a_robot_keeps_its_queue_when_it_is_renamed_and_takes_it_along_when_it_goes() {
    let shop = shop().await;
    let mut tx = shop.store.begin().await.unwrap();
    let id = tx.add_robot(&robot("客服群"), at(0)).await.unwrap();
    tx.set_robot_queue(id, "{\"waiting\":1}").await.unwrap();
    let tried = RobotTry { at: at(5), result: "later".into(), code: "45009".into() };
    tx.note_robot_try(id, &tried).await.unwrap();
    let mut row = tx.robot(id).await.unwrap();
    row.robot.name = "运营群".into();
    row.ladder = true;
    tx.update_robot(&row, at(6)).await.unwrap();
    tx.commit().await.unwrap();
    let kept = shop.store.robot(id).await.unwrap();
    assert_eq!(kept.queue, "{\"waiting\":1}", "what waits there goes on waiting");
    assert_eq!((kept.robot.name.as_str(), kept.ladder, kept.silence), ("运营群", true, false), "as changed");
    assert_eq!(kept.last, Some(tried), "and the last try is known");
    let mut tx = shop.store.begin().await.unwrap();
    tx.remove_robot(id, at(7)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(shop.store.robots().await.unwrap().is_empty(), "gone");
    let log = shop.store.audit_log(None, 3).await.unwrap();
    let kinds: Vec<&str> = log.iter().map(|row| row.entry.kind.as_str()).collect();
    assert_eq!(kinds, ["robot_removed", "robot_changed", "robot_added"], "the push log has all of it");
    let mut tx = shop.store.begin().await.unwrap();
    let next = tx.add_robot(&robot("客服群"), at(8)).await.unwrap();
    tx.commit().await.unwrap();
    let told = shop.store.log_robots().await.unwrap();
    let told: Vec<_> = told.iter().map(|robot| (robot.id, robot.name.as_str(), robot.gone)).collect();
    assert_eq!(told, [(next, "客服群", false), (id, "运营群", true)], "and can be asked for by it");
}

#[tokio::test]
async fn two_robots_never_have_one_name() {
    let shop = shop().await;
    let mut tx = shop.store.begin().await.unwrap();
    let first = tx.add_robot(&robot("客服群"), at(0)).await.unwrap();
    let second = tx.add_robot(&robot("运营群"), at(0)).await.unwrap();
    let twice = tx.add_robot(&robot("客服群"), at(0)).await;
    assert!(matches!(twice, Err(StoreError::Conflict { .. })), "not added: {twice:?}");
    let mut row = tx.robot(second).await.unwrap();
    row.robot.name = "客服群".into();
    let renamed = tx.update_robot(&row, at(1)).await;
    assert!(matches!(renamed, Err(StoreError::Conflict { .. })), "nor renamed: {renamed:?}");
    let gone = tx.robot(RobotId(first.0 + 100)).await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })), "and one that is not there is not found");
}
