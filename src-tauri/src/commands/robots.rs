//! Ways out to the team's own `WeCom`.

use super::{Answer, Shared};
use crate::present::instant;
use crate::wire::{NewRobotDto, RobotDto, RobotHealth, RobotHealthDto, RobotPatch, RobotTestDto};
use channels::wecom::{HOST, Health};
use domain::Secret;
use engine::{NewRobot, NewWay, RobotChange, RobotInfo, TestOutcome};

/// All of them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn robots(app: Shared<'_>) -> Answer<Vec<RobotDto>> {
    Ok(app.engine.robot_list().await?.into_iter().map(robot).collect())
}

/// Adds a group robot.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_robot(app: Shared<'_>, robot: NewRobotDto) -> Answer<String> {
    let way = NewWay::Group { address: Secret::new(robot.address) };
    let new = NewRobot { name: robot.name, host: HOST.to_owned(), way };
    Ok(app.engine.add_robot(&new).await?.to_string())
}

/// Changes its name or its switches.
#[tauri::command]
#[specta::specta]
pub(crate) async fn patch_robot(app: Shared<'_>, robot_id: String, patch: RobotPatch) -> Answer<()> {
    let RobotPatch { name, ladder, silence } = patch;
    Ok(app.engine.change_robot(robot_id.parse()?, &RobotChange { name, ladder, silence }).await?)
}

/// Gives it another key.
#[tauri::command]
#[specta::specta]
pub(crate) async fn replace_robot_key(app: Shared<'_>, robot_id: String, address: String) -> Answer<()> {
    Ok(app.engine.replace_robot_key(robot_id.parse()?, Secret::new(address)).await?)
}

/// Removes it with what waits there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_robot(app: Shared<'_>, robot_id: String) -> Answer<()> {
    Ok(app.engine.remove_robot(robot_id.parse()?).await?)
}

/// Sends a test message and waits for what becomes of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_robot(app: Shared<'_>, robot_id: String) -> Answer<RobotTestDto> {
    Ok(match app.engine.test_robot(robot_id.parse()?).await? {
        TestOutcome::Ended(end) => RobotTestDto { end: Some(end.to_owned()), health: None },
        TestOutcome::Waits(how) => RobotTestDto { end: None, health: Some(health(how)) },
    })
}

fn robot(info: RobotInfo) -> RobotDto {
    let (last_at, last_result) = info.last.map(|last| (instant(last.at), last.result)).unzip();
    RobotDto {
        id: info.id.to_string(),
        name: info.name,
        mark: info.mark,
        ladder: info.ladder,
        silence: info.silence,
        waiting: u32::try_from(info.standing.waiting).unwrap_or(u32::MAX),
        oldest: info.standing.oldest.map(instant),
        health: health(info.standing.health),
        last_at,
        last_result,
    }
}

fn health(health: Health) -> RobotHealthDto {
    let dto = |health, until, code| RobotHealthDto { health, until, code };
    match health {
        Health::Working => dto(RobotHealth::Working, None, None),
        Health::Waiting { until, trouble } => {
            dto(RobotHealth::Waiting, Some(instant(until)), Some(trouble.code))
        }
        Health::Open { until, trouble } => dto(RobotHealth::Open, Some(instant(until)), Some(trouble.code)),
        Health::Stopped { trouble } => dto(RobotHealth::Stopped, None, Some(trouble.code)),
    }
}
