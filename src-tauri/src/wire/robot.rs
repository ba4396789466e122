//! Ways out to the team's own `WeCom`.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A group robot to add. What was pasted goes into the key store and never comes back.
#[derive(Clone, PartialEq, Eq, Deserialize, Type)]
pub struct NewRobotDto {
    /// What the team calls it.
    pub name: String,
    /// The webhook address that `WeCom` shows.
    pub address: String,
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
}

/// A way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RobotDto {
    /// Its id.
    pub id: String,
    /// What the team calls it.
    pub name: String,
    /// The last characters of its key.
    pub mark: String,
    /// Whether the last step of the ladder goes there.
    pub ladder: bool,
    /// Whether it hears of stores that fall silent.
    pub silence: bool,
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
}

/// What became of a test message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RobotTestDto {
    /// `sent`, `refused`, `unknown`; none while it waits.
    pub end: Option<String>,
    /// How the way out is, if it waits.
    pub health: Option<RobotHealthDto>,
}
