//! Ways out to the team's own `WeCom`.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A way out to add. What was pasted goes into the key store and never comes back.
#[derive(Clone, PartialEq, Eq, Deserialize, Type)]
pub struct NewRobotDto {
    /// What the team calls it.
    pub name: String,
    /// What sort it is, with its secret.
    pub way: NewWayDto,
}

/// See [`NewRobotDto`].
#[derive(Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NewWayDto {
    /// A robot in one group.
    Group {
        /// The webhook address that `WeCom` shows.
        address: String,
    },
    /// An application of the company.
    App {
        /// Which one.
        ids: AppIdsDto,
        /// The application's secret.
        secret: String,
        /// Who reads what is sent there.
        readers: RobotReadersDto,
    },
}

/// By what an application is known.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
pub struct AppIdsDto {
    /// The company's id.
    pub corp_id: String,
    /// The application's number.
    pub agent_id: String,
}

/// Who reads what an application sends: everybody who may see it, or who is named here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RobotReadersDto {
    /// Everybody who may see it; then the lists are empty.
    pub everybody: bool,
    /// Members' ids, up to 1000.
    pub users: Vec<String>,
    /// Departments' numbers, up to 100.
    pub parties: Vec<String>,
    /// Tags' numbers, up to 100.
    pub tags: Vec<String>,
}

/// What there is to know of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RobotAppDto {
    /// The company's id.
    pub corp_id: String,
    /// Who reads what is sent there.
    pub readers: RobotReadersDto,
}

/// How a way out is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RobotHealth {
    /// Fine.
    Working,
    /// A failure or two: tried again soon.
    Waiting,
    /// The breaker is open: nothing goes out until a trial.
    Open,
    /// Nothing goes out until the owner has acted.
    Stopped,
}

/// How a way out is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RobotHealthDto {
    /// How.
    pub health: RobotHealth,
    /// When it is tried again.
    pub until: Option<String>,
    /// The platform's code of the trouble, or ours.
    pub code: Option<String>,
    /// The address from which the platform was called, if it said that it does not trust it.
    pub address: Option<String>,
}

/// A way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RobotDto {
    /// Its id.
    pub id: String,
    /// What the team calls it.
    pub name: String,
    /// The last characters of a group robot's key, or the application's number.
    pub mark: String,
    /// None for a group robot.
    pub app: Option<RobotAppDto>,
    /// Whether the last step of the ladder goes there.
    pub ladder: bool,
    /// Whether it hears of stores that fall silent.
    pub silence: bool,
    /// Whether it is told buyers' names and words.
    pub content: bool,
    /// How many notices wait.
    pub waiting: u32,
    /// Since when the oldest of them does.
    pub oldest: Option<String>,
    /// How it is.
    pub health: RobotHealthDto,
    /// When something was last handed over.
    pub last_at: Option<String>,
    /// What became of it: `sent`, `later`, `owner_must_act`, `refused`, `unknown`.
    pub last_result: Option<String>,
}

/// What is changed of a way out; none stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
pub struct RobotPatch {
    /// What the team calls it.
    pub name: Option<String>,
    /// Whether the last step of the ladder goes there.
    pub ladder: Option<bool>,
    /// Whether it hears of stores that fall silent.
    pub silence: Option<bool>,
    /// Whether it is told buyers' names and words.
    pub content: Option<bool>,
    /// Who reads what an application sends.
    pub readers: Option<RobotReadersDto>,
}

/// What became of a test message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RobotTestDto {
    /// `sent`, `refused`, `unknown`; none while it waits.
    pub end: Option<String>,
    /// How the way out is, if it waits.
    pub health: Option<RobotHealthDto>,
    /// The platform's code, if it refused the message.
    pub code: Option<String>,
    /// Whom it did not reach although the platform took it.
    pub missed: RobotMissedDto,
}

/// Readers whom a message did not reach, by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
pub struct RobotMissedDto {
    /// Members who do not exist or may not see the application.
    pub users: Vec<String>,
    /// Departments of which the same holds.
    pub parties: Vec<String>,
    /// Tags of which the same holds.
    pub tags: Vec<String>,
    /// Members without a licence for the interface.
    pub unlicensed: Vec<String>,
}
