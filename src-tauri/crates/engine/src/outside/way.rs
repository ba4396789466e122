//! A way out as it is kept becomes one that can be called.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::tokens::KeptTokens;
use channels::Now;
use channels::wecom::{App, AppConfig, Delivery, Limits, Parcel, Readers, Robot};
use domain::Secret;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::RobotRow;

/// Characters of a company's id; theirs have 18.
const CORP_ID_LIMIT: usize = 64;

/// What sort of way out it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RobotKind {
    /// A robot in one group.
    Group,
    /// An application of the company.
    App,
}

impl RobotKind {
    /// The word in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Group => "robot",
            Self::App => "app",
        }
    }

    pub(crate) fn of(row: &RobotRow) -> Result<Self, EngineError> {
        let kind = &row.robot.kind;
        [Self::Group, Self::App]
            .into_iter()
            .find(|known| known.as_str() == kind)
            .ok_or_else(|| EngineError::invalid(format!("unknown kind of robot: {kind}")))
    }

    /// What the platform takes of one such way out.
    pub(crate) fn limits(self) -> &'static Limits {
        match self {
            Self::Group => Limits::robot(),
            Self::App => Limits::app(),
        }
    }
}

/// What is kept of a way out beside its name and its secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WaySettings {
    pub(crate) host: String,
    /// The last characters of a robot's key: enough to tell two robots apart.
    pub(crate) mark: String,
    pub(crate) corp_id: String,
    pub(crate) agent_id: u64,
    pub(crate) readers: Readers,
    /// Whether buyers' names and words are told there.
    pub(crate) content: bool,
}

impl WaySettings {
    /// The same of another application.
    pub(crate) fn of_app(self, ids: &AppIds) -> Result<Self, EngineError> {
        let corp_id = ids.checked()?.to_owned();
        Ok(Self { corp_id, agent_id: ids.agent_id, mark: ids.agent_id.to_string(), ..self })
    }
}

/// What is kept of a way out beside its name and its secret.
pub(crate) fn settings(row: &RobotRow) -> Result<WaySettings, EngineError> {
    Ok(serde_json::from_str(&row.robot.settings).map_err(store::StoreError::from)?)
}

/// By what an application is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppIds {
    /// The company's id.
    pub corp_id: String,
    /// The application's id in the company.
    pub agent_id: u64,
}

impl AppIds {
    /// The company's id as it was copied, once both make sense.
    fn checked(&self) -> Result<&str, EngineError> {
        let corp_id = self.corp_id.trim();
        if corp_id.is_empty() || self.agent_id == 0 {
            return Err(EngineError::invalid("missing:app"));
        }
        let sign = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if corp_id.len() > CORP_ID_LIMIT || !corp_id.chars().all(sign) {
            return Err(EngineError::invalid("corp_id"));
        }
        Ok(corp_id)
    }
}

/// A way out that can be called.
pub(crate) enum Way {
    Group(Robot),
    App(App),
}

impl Way {
    /// Made anew for each parcel: its secret may have been replaced meanwhile, and many ways are seldom used.
    pub(crate) fn of(engine: &Engine, row: &RobotRow) -> Result<Self, EngineError> {
        let settings = settings(row)?;
        let handle = &row.robot.secret_handle;
        let vault = &engine.ports().vault;
        let secret =
            vault.get(handle)?.ok_or_else(|| crate::ports::VaultError(format!("no secret for {handle}")))?;
        Ok(match RobotKind::of(row)? {
            RobotKind::Group => Self::Group(Robot::new(&settings.host, secret)?),
            RobotKind::App => Self::App(app(engine, settings, handle, secret)?),
        })
    }

    pub(crate) async fn deliver(&self, parcel: &Parcel) -> Delivery {
        match self {
            Self::Group(robot) => robot.deliver(parcel).await,
            Self::App(app) => app.deliver(parcel).await,
        }
    }
}

fn app(engine: &Engine, settings: WaySettings, handle: &str, secret: Secret) -> Result<App, EngineError> {
    let WaySettings { host, corp_id, agent_id, readers, mark: _, content: _ } = settings;
    let tokens = Arc::new(KeptTokens::new(Arc::clone(&engine.ports().vault), tokens_handle(handle)));
    let clock = Arc::clone(&engine.ports().clock);
    let now: Now = Arc::new(move || clock.now());
    Ok(App::new(AppConfig { host, corp_id, agent_id, corp_secret: secret, readers }, tokens, now)?)
}

pub(crate) fn tokens_handle(handle: &str) -> String {
    format!("{handle}/tokens")
}
