//! The receiver of pushes.

use serde::{Deserialize, Serialize};
use specta::Type;

/// How the receiver is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PushStateDto {
    /// Nobody wants it.
    Off,
    /// It listens.
    Listening,
    /// Another program has the port; it is tried again.
    PortTaken,
    /// The key store gives no key, so nothing can be checked.
    NoKey,
}

/// The receiver of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct PushDto {
    /// Whether it is wanted.
    pub on: bool,
    /// How it is.
    pub state: PushStateDto,
    /// The public address of the relay, as it was typed.
    pub address: String,
    /// What is to be registered at the platform.
    pub callback: Option<String>,
    /// To where the relay hands on.
    pub local: Option<String>,
    /// Whether a push key of its own is kept.
    pub own_key: bool,
    /// The stores that share it.
    pub stores: Vec<String>,
    /// Pushes taken since the start.
    pub taken: u32,
    /// Calls without a right signature since the start.
    pub refused: u32,
    /// Pushes that wait to be worked on.
    pub waiting: u32,
    /// When the last push came since the start.
    pub last_at: Option<String>,
}

/// What is set of the receiver.
#[derive(Clone, PartialEq, Eq, Deserialize, Type)]
pub struct PushPatch {
    /// Whether it is wanted.
    pub on: bool,
    /// The public address of the relay.
    pub address: String,
    /// The console's push key, on its way into the key store; none leaves it, an empty one takes it away.
    pub key: Option<String>,
}
