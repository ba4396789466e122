//! What the owner does with ways out: add, look, change, try, remove.

use super::queue::{Told, push, read, write};
use super::way::{AppIds, RobotKind, WaySettings, settings, tokens_handle};
use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::Notice;
use channels::wecom::{End, Health, Readers, Repeat, Robot, Standing, robot_key};
use domain::{RobotId, Secret, to_ms};
use std::time::Duration;
use store::{NewRobot as RobotToKeep, RobotRow, RobotTry};

/// Characters of a name.
const NAME_LIMIT: usize = 40;
/// A person who waits for the outcome of a test is told after so long that it is not known yet.
const PATIENCE: Duration = Duration::from_secs(12);

/// A way out to add.
#[derive(Debug, Clone)]
pub struct NewRobot {
    /// What the team calls it.
    pub name: String,
    /// Where `WeCom` is: [`channels::wecom::HOST`], but for a sandbox.
    pub host: String,
    /// What sort it is, with its secret.
    pub way: NewWay,
}

/// See [`NewRobot`].
#[derive(Debug, Clone)]
pub enum NewWay {
    /// A group robot by the webhook address that `WeCom` shows, or its key alone.
    Group {
        /// What was pasted.
        address: Secret,
    },
    /// An application of the company.
    App {
        /// Which one.
        ids: AppIds,
        /// The application's secret.
        secret: Secret,
        /// Who reads what is sent there.
        readers: Readers,
    },
}

/// A way out as the owner sees it.
#[derive(Debug, Clone)]
pub struct RobotInfo {
    /// Its id.
    pub id: RobotId,
    /// What the team calls it.
    pub name: String,
    /// What sort it is.
    pub kind: RobotKind,
    /// The last characters of a robot's key, or the application's id.
    pub mark: String,
    /// What there is to know of an application; none for a group robot.
    pub app: Option<AppInfo>,
    /// Whether the last step of the ladder goes there.
    pub ladder: bool,
    /// Whether it hears of stores that fall silent.
    pub silence: bool,
    /// Whether it is told buyers' names and words; otherwise names are masked and words left out (`docs/RULES.md` §8).
    pub content: bool,
    /// What waits, since when, and how the way out is.
    pub standing: Standing,
    /// What became of the last try.
    pub last: Option<RobotTry>,
}

/// An application as the owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppInfo {
    /// The company's id.
    pub corp_id: String,
    /// Who reads what is sent there.
    pub readers: Readers,
}

/// What is changed of a way out; none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct RobotChange {
    /// What the team calls it.
    pub name: Option<String>,
    /// Whether the last step of the ladder goes there.
    pub ladder: Option<bool>,
    /// Whether it hears of stores that fall silent.
    pub silence: Option<bool>,
    /// Whether it is told buyers' names and words, from the next notice on.
    pub content: Option<bool>,
    /// Who reads what an application sends, from the next message on.
    pub readers: Option<Readers>,
}

/// What became of a test message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestOutcome {
    /// It ended so.
    Ended(End),
    /// It waits; the standing says why.
    Waits(Health),
}

impl Engine {
    /// Adds a way out and starts its sender. Nothing goes there yet but tests.
    ///
    /// # Errors
    /// If what was typed makes no sense (`foreign_host`, `no_key`, `missing:name`, …), there is one of that name, or
    /// the key store refuses.
    pub async fn add_robot(&self, new: &NewRobot) -> Result<RobotId, EngineError> {
        let name = checked(&new.name)?;
        let (kind, secret, settings) = self.read_way(new)?;
        let now = self.now();
        let handle = format!("wecom/{}/{}", kind.as_str(), to_ms(now));
        let mut tx = self.store().begin().await?;
        let kept = RobotToKeep {
            kind: kind.as_str().to_owned(),
            name: name.to_owned(),
            secret_handle: handle.clone(),
            settings: serde_json::to_string(&settings).map_err(store::StoreError::from)?,
        };
        let id = tx.add_robot(&kept, now).await?;
        self.ports().vault.set(&handle, &secret)?;
        tx.commit().await?;
        self.start_robot(id);
        self.bus().publish(Event::Rail);
        Ok(id)
    }

    fn read_way(&self, new: &NewRobot) -> Result<(RobotKind, Secret, WaySettings), EngineError> {
        let host = new.host.clone();
        match &new.way {
            NewWay::Group { address } => {
                let key = robot_key(address.expose()).map_err(EngineError::invalid)?;
                let mark = Robot::new(&host, key.clone())?.mark();
                Ok((RobotKind::Group, key, WaySettings { host, mark, ..WaySettings::default() }))
            }
            NewWay::App { ids, secret, readers } => {
                let settings = WaySettings { host, readers: readers.clone(), ..WaySettings::default() };
                Ok((RobotKind::App, app_secret(secret)?, settings.of_app(ids)?))
            }
        }
    }

    /// All ways out.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn robot_list(&self) -> Result<Vec<RobotInfo>, EngineError> {
        self.store().robots().await?.into_iter().map(info).collect()
    }

    /// Changes name, switches and readers of a way out.
    ///
    /// # Errors
    /// If the name makes no sense or is taken, a group robot is given readers (`not_an_app`), or the file refuses.
    pub async fn change_robot(&self, id: RobotId, change: &RobotChange) -> Result<(), EngineError> {
        let mut tx = self.store().begin().await?;
        let mut row = tx.robot(id).await?;
        if let Some(name) = &change.name {
            checked(name)?.clone_into(&mut row.robot.name);
        }
        row.ladder = change.ladder.unwrap_or(row.ladder);
        row.silence = change.silence.unwrap_or(row.silence);
        let mut settings = settings(&row)?;
        settings.content = change.content.unwrap_or(settings.content);
        if let Some(readers) = &change.readers {
            if RobotKind::of(&row)? != RobotKind::App {
                return Err(EngineError::invalid("not_an_app"));
            }
            settings.readers = readers.clone();
        }
        row.robot.settings = serde_json::to_string(&settings).map_err(store::StoreError::from)?;
        tx.update_robot(&row, self.now()).await?;
        tx.commit().await?;
        self.bus().publish(Event::Rail);
        Ok(())
    }

    /// Gives a group robot another key, or an application another secret: the old one was taken away, or got into wrong
    /// hands. With `ids` it speaks through another application from now on. What waits goes out.
    ///
    /// # Errors
    /// If what was pasted makes no sense, a group robot is given the ids of an application (`not_an_app`), or the key
    /// store or the file refuses.
    pub async fn replace_robot_key(
        &self,
        id: RobotId,
        pasted: Secret,
        ids: Option<&AppIds>,
    ) -> Result<(), EngineError> {
        let mut tx = self.store().begin().await?;
        let mut row = tx.robot(id).await?;
        let (kind, before) = (RobotKind::of(&row)?, settings(&row)?);
        let (key, settings) = match (kind, ids) {
            (RobotKind::Group, Some(_)) => return Err(EngineError::invalid("not_an_app")),
            (RobotKind::Group, None) => {
                let key = robot_key(pasted.expose()).map_err(EngineError::invalid)?;
                let mark = Robot::new(&before.host, key.clone())?.mark();
                (key, WaySettings { mark, ..before })
            }
            (RobotKind::App, Some(ids)) => (app_secret(&pasted)?, before.of_app(ids)?),
            (RobotKind::App, None) => (app_secret(&pasted)?, before),
        };
        row.robot.settings = serde_json::to_string(&settings).map_err(store::StoreError::from)?;
        tx.update_robot(&row, self.now()).await?;
        let mut queue = read(&row)?;
        queue.resume();
        write(&mut tx, id, &queue).await?;
        let handle = &row.robot.secret_handle;
        self.ports().vault.set(handle, &key)?;
        if kind == RobotKind::App {
            // A token that the old secret bought would be used to its end.
            self.ports().vault.delete(&tokens_handle(handle))?;
        }
        tx.commit().await?;
        self.robots().poke();
        self.bus().publish(Event::Rail);
        Ok(())
    }

    /// Removes a way out with what waits there, and its secret; one that the key store does not let go now goes as soon as
    /// it does.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn remove_robot(&self, id: RobotId) -> Result<(), EngineError> {
        let row = self.store().robot(id).await?;
        self.robots().end_one(id).await;
        let turn = self.forgetting().turn().await;
        let handle = &row.robot.secret_handle;
        let secrets = self.noted_with(vec![handle.clone(), tokens_handle(handle)]).await?;
        // Under the desk's lock no rule fires: none meets a robot that is gone.
        let mut desk = self.desk().await;
        let mut tx = self.store().begin().await?;
        tx.remove_robot(id, self.now()).await?;
        self.write_secrets(&mut tx, &secrets).await?;
        tx.commit().await?;
        drop(turn);
        desk.rules = crate::message_rules::in_force(self.store()).await?;
        drop(desk);
        self.bus().publish(Event::Rail);
        self.forget_secrets().await
    }

    /// Sends a test message behind what waits. A person asks for it, so one trial is made whatever went wrong before.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn test_robot(&self, id: RobotId) -> Result<TestOutcome, EngineError> {
        let mut settled = self.robots().listen();
        let now = self.now();
        let told = Told { id: format!("test:{}", to_ms(now)), notice: Notice::Test, repeat: Repeat::Never };
        let mut tx = self.store().begin().await?;
        let row = tx.robot(id).await?;
        let mut queue = read(&row)?;
        queue.resume();
        write(&mut tx, id, &queue).await?;
        let row = tx.robot(id).await?;
        push(&mut tx, self.ports().words.as_ref(), &[row], std::slice::from_ref(&told), now).await?;
        tx.commit().await?;
        self.robots().poke();
        let outcome = async {
            while let Ok((robot, ends)) = settled.recv().await {
                if robot != id {
                    continue;
                }
                if let Some(end) = ends.iter().find(|end| end.id == told.id) {
                    return Ok(TestOutcome::Ended(end.end.clone()));
                }
                let health = self.health_of(id).await?;
                if health != Health::Working {
                    return Ok(TestOutcome::Waits(health));
                }
            }
            Ok::<_, EngineError>(TestOutcome::Waits(self.health_of(id).await?))
        };
        match tokio::time::timeout(PATIENCE, outcome).await {
            Ok(outcome) => outcome,
            Err(_) => Ok(TestOutcome::Waits(self.health_of(id).await?)),
        }
    }

    async fn health_of(&self, id: RobotId) -> Result<Health, EngineError> {
        Ok(info(self.store().robot(id).await?)?.standing.health)
    }
}

fn info(row: RobotRow) -> Result<RobotInfo, EngineError> {
    let kind = RobotKind::of(&row)?;
    let WaySettings { mark, corp_id, readers, content, .. } = settings(&row)?;
    Ok(RobotInfo {
        id: row.id,
        standing: read(&row)?.standing(kind.limits()),
        name: row.robot.name,
        kind,
        mark,
        app: (kind == RobotKind::App).then_some(AppInfo { corp_id, readers }),
        ladder: row.ladder,
        silence: row.silence,
        content,
        last: row.last,
    })
}

/// A secret as it was copied.
fn app_secret(pasted: &Secret) -> Result<Secret, EngineError> {
    let secret = pasted.expose().trim();
    if secret.is_empty() {
        return Err(EngineError::invalid("missing:app"));
    }
    if secret.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(EngineError::invalid("app_secret"));
    }
    Ok(Secret::new(secret))
}

fn checked(name: &str) -> Result<&str, EngineError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(EngineError::invalid("missing:name"));
    }
    if name.chars().count() > NAME_LIMIT {
        return Err(EngineError::invalid("too_long:name"));
    }
    Ok(name)
}
