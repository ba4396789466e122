//! Ways out to the team's own `WeCom`.

use super::{Answer, Shared};
use crate::present::instant;
use crate::wire::{
    AppIdsDto, NewRobotDto, NewWayDto, RobotAppDto, RobotDto, RobotHealth, RobotHealthDto, RobotMissedDto,
    RobotPatch, RobotReadersDto, RobotTestDto, UiError,
};
use channels::wecom::{End, HOST, Health, Missed, NotReaders, Readers, Trouble};
use domain::Secret;
use engine::{AppIds, AppInfo, NewRobot, NewWay, RobotChange, RobotInfo, TestOutcome};
use std::net::IpAddr;

/// All of them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn robots(app: Shared<'_>) -> Answer<Vec<RobotDto>> {
    Ok(app.engine.robot_list().await?.into_iter().map(robot).collect())
}

/// Adds a group robot or an application.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_robot(app: Shared<'_>, robot: NewRobotDto) -> Answer<String> {
    let way = way(robot.way)?;
    let new = NewRobot { name: robot.name, host: HOST.to_owned(), way };
    Ok(app.engine.add_robot(&new).await?.to_string())
}

/// Changes its name or its switches.
#[tauri::command]
#[specta::specta]
pub(crate) async fn patch_robot(app: Shared<'_>, robot_id: String, patch: RobotPatch) -> Answer<()> {
    let RobotPatch { name, ladder, silence, content, readers } = patch;
    let readers = readers.as_ref().map(chosen).transpose()?;
    let change = RobotChange { name, ladder, silence, content, readers };
    Ok(app.engine.change_robot(robot_id.parse()?, &change).await?)
}

/// Gives it another key, or an application another secret; with `ids` it is another application.
#[tauri::command]
#[specta::specta]
pub(crate) async fn replace_robot_key(
    app: Shared<'_>,
    robot_id: String,
    pasted: String,
    ids: Option<AppIdsDto>,
) -> Answer<()> {
    let (pasted, ids) = (Secret::new(pasted), ids.map(app_ids).transpose()?);
    Ok(app.engine.replace_robot_key(robot_id.parse()?, pasted, ids.as_ref()).await?)
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
    Ok(outcome(app.engine.test_robot(robot_id.parse()?).await?))
}

fn way(new: NewWayDto) -> Result<NewWay, UiError> {
    Ok(match new {
        NewWayDto::Group { address } => NewWay::Group { address: Secret::new(address) },
        NewWayDto::App { ids, secret, readers } => {
            NewWay::App { ids: app_ids(ids)?, secret: Secret::new(secret), readers: chosen(&readers)? }
        }
    })
}

fn app_ids(AppIdsDto { corp_id, agent_id }: AppIdsDto) -> Result<AppIds, UiError> {
    let agent_id = agent_id.trim().parse().map_err(|_| UiError::invalid("agent_id"))?;
    Ok(AppIds { corp_id, agent_id })
}

/// Whoever wants to choose has to choose somebody: an empty choice would be everybody.
fn chosen(readers: &RobotReadersDto) -> Result<Readers, UiError> {
    if readers.everybody {
        return Ok(Readers::default());
    }
    let chosen = Readers::new(&readers.users, &readers.parties, &readers.tags).map_err(|wrong| {
        UiError::invalid(match wrong {
            NotReaders::Count(_) | NotReaders::Groups(_) => "readers_many",
            NotReaders::Id(_) | NotReaders::Group(_) => "readers_id",
        })
    })?;
    if chosen.is_everybody() { Err(UiError::invalid("readers_none")) } else { Ok(chosen) }
}

fn outcome(outcome: TestOutcome) -> RobotTestDto {
    let ended =
        |end: &str, code, missed| RobotTestDto { end: Some(end.to_owned()), health: None, code, missed };
    match outcome {
        TestOutcome::Ended(End::Sent { missed, .. }) => {
            let Missed { users, parties, tags, unlicensed } = missed;
            ended("sent", None, RobotMissedDto { users, parties, tags, unlicensed })
        }
        TestOutcome::Ended(End::Refused { code, .. }) => {
            ended("refused", Some(code), RobotMissedDto::default())
        }
        TestOutcome::Ended(End::Unknown { .. }) => ended("unknown", None, RobotMissedDto::default()),
        TestOutcome::Waits(how) => RobotTestDto {
            end: None,
            health: Some(health(how)),
            code: None,
            missed: RobotMissedDto::default(),
        },
    }
}

fn robot(info: RobotInfo) -> RobotDto {
    let (last_at, last_result) = info.last.map(|last| (instant(last.at), last.result)).unzip();
    RobotDto {
        id: info.id.to_string(),
        name: info.name,
        mark: info.mark,
        app: info.app.map(app_dto),
        ladder: info.ladder,
        silence: info.silence,
        content: info.content,
        waiting: u32::try_from(info.standing.waiting).unwrap_or(u32::MAX),
        oldest: info.standing.oldest.map(instant),
        health: health(info.standing.health),
        last_at,
        last_result,
    }
}

fn health(health: Health) -> RobotHealthDto {
    let dto = |health, until, trouble: Option<Trouble>| RobotHealthDto {
        health,
        until,
        address: trouble.as_ref().and_then(untrusted),
        code: trouble.map(|trouble| trouble.code),
    };
    match health {
        Health::Working => dto(RobotHealth::Working, None, None),
        Health::Waiting { until, trouble } => dto(RobotHealth::Waiting, Some(instant(until)), Some(trouble)),
        Health::Open { until, trouble } => dto(RobotHealth::Open, Some(instant(until)), Some(trouble)),
        Health::Stopped { trouble } => dto(RobotHealth::Stopped, None, Some(trouble)),
    }
}

fn app_dto(AppInfo { corp_id, readers }: AppInfo) -> RobotAppDto {
    let everybody = readers.is_everybody();
    let (users, parties, tags) = (readers.users(), readers.parties(), readers.tags());
    RobotAppDto { corp_id, readers: RobotReadersDto { everybody, users, parties, tags } }
}

/// The address that the platform does not trust (60020), as its words tell it: the owner has to enter just that one.
fn untrusted(trouble: &Trouble) -> Option<String> {
    if trouble.code != "60020" {
        return None;
    }
    let after = trouble.detail.split_once("from ip:")?.1;
    let address = after.split(',').next()?.trim();
    address.parse::<IpAddr>().ok().map(|address| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(
        "60020",
        "not allow to access from your ip, hint: [1], from ip: 203.0.113.7, more info at x",
        Some("203.0.113.7")
    )]
    #[case("60020", "not allow to access from your ip, from ip: 2001:db8::7", Some("2001:db8::7"))]
    #[case("60020", "not allow to access from your ip, from ip: <b>, more", None)]
    #[case("60020", "not allowed", None)]
    #[case("48002", "api forbidden, from ip: 203.0.113.7, more", None)]
    fn the_address_to_enter_is_told_where_it_is_what_is_wrong(
        #[case] code: &str,
        #[case] detail: &str,
        #[case] expected: Option<&str>,
    ) {
        let trouble = Trouble { code: code.into(), detail: detail.into() };
        let told = health(Health::Stopped { trouble });
        assert_eq!(told.address.as_deref(), expected, "and only an address: {detail}");
    }

    #[rstest]
    #[case(true, &[], &[], &[], Ok(()))]
    #[case(false, &["li"], &["2"], &[], Ok(()))]
    #[case(false, &[], &[], &[], Err("readers_none"))]
    #[case(false, &["@all"], &[], &[], Err("readers_id"))]
    #[case(false, &[], &["sales"], &[], Err("readers_id"))]
    fn an_empty_choice_is_never_everybody(
        #[case] everybody: bool,
        #[case] users: &[&str],
        #[case] parties: &[&str],
        #[case] tags: &[&str],
        #[case] expected: Result<(), &str>,
    ) {
        let list = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>();
        let dto = RobotReadersDto { everybody, users: list(users), parties: list(parties), tags: list(tags) };
        let made =
            chosen(&dto).map(|readers| assert_eq!(readers.is_everybody(), everybody, "as it was said"));
        assert_eq!(made.map_err(|error| error.detail), expected.map_err(str::to_owned), "{dto:?}");
    }
}
