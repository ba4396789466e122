//! What can be found out about a connection by asking its platform.

use crate::{Capability, CapabilityState, Timestamp};
use serde::Serialize;

/// What a look at a platform found out. A field that could not be found out is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Probe {
    /// Whether the platform answers, and takes the application or the address for what it claims to be.
    pub access: Option<Access>,
    /// The platform's clock and ours, at the same moment.
    pub clocks: Option<(Timestamp, Timestamp)>,
    /// Whether the platform takes calls from this computer.
    pub caller: Option<Caller>,
    /// When the authorisation ends. One that the platform refuses counts as ended when it was refused.
    pub authorised_until: Option<Timestamp>,
    /// The state of the shop.
    pub shop: Option<ShopState>,
    /// The shop's market, ISO 3166.
    pub region: Option<String>,
    /// The company as the platform has it.
    pub company: Option<String>,
    /// What each capability's call was answered; one that could not be asked is unknown.
    pub capabilities: Vec<(Capability, CapabilityState)>,
    /// How the mailbox answered the sign-in.
    pub login: Option<Login>,
}

/// Whether a platform lets a program speak to it at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// It answers, and knows the application.
    Granted,
    /// It answers and refuses the application itself: key, number, signature, or what it is told about the address.
    Refused {
        /// The platform's own word for it.
        word: String,
    },
    /// Nobody answers.
    Unreachable {
        /// What happened, in words for the curious.
        detail: String,
    },
}

/// The state of a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShopState {
    /// It sells.
    Normal,
    /// It waits to be activated.
    Inactive,
    /// The platform froze it.
    Frozen,
    /// The platform closed it for good.
    Banned,
}

/// Where the calls come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Whether the platform takes them.
    pub listed: bool,
    /// The address, if the platform named it.
    pub address: Option<String>,
}

/// How a mailbox answered a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// It let us in.
    Accepted,
    /// It refused.
    Refused {
        /// The server's name.
        host: String,
        /// What it said.
        answer: String,
    },
}
