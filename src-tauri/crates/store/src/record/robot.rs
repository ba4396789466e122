//! Ways out to the team.

use domain::{RobotId, Timestamp};

/// A way out to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRobot {
    /// What sort it is, in the engine's word.
    pub kind: String,
    /// What the team calls it.
    pub name: String,
    /// Where the key store has its secret.
    pub secret_handle: String,
    /// What else is kept of it; the engine's JSON.
    pub settings: String,
}

/// A way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotRow {
    /// Its id.
    pub id: RobotId,
    /// What it was made of.
    pub robot: NewRobot,
    /// Whether the last step of the ladder goes there.
    pub ladder: bool,
    /// Whether it hears of stores that fall silent.
    pub silence: bool,
    /// Its queue; the channel's JSON. Empty if nothing was ever told.
    pub queue: String,
    /// What became of the last try; none before the first.
    pub last: Option<RobotTry>,
}

/// What became of handing something over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotTry {
    /// When.
    pub at: Timestamp,
    /// What, in the engine's word.
    pub result: String,
    /// The platform's code, or ours; empty if all is well.
    pub code: String,
}
