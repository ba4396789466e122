//! The left rail: views with counts, stores with freshness lights, the team.

use super::list::{PlatformDto, View};
use super::mailbox::MailboxDto;
use serde::{Deserialize, Serialize};
use specta::Type;

/// A view and how much is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ViewCount {
    /// The view.
    pub view: View,
    /// Conversations in it.
    pub count: u32,
    /// Whether one of them is overdue or due within ten minutes.
    pub hot: bool,
}

/// A store's freshness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// Read lately.
    Fresh,
    /// Works, but something needs care soon (a token ends, a capability is off, it is slow).
    Care,
    /// Silent for too long, or the owner must act.
    Stale,
    /// Never read yet.
    Waiting,
}

/// A store that is not called for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct PauseDto {
    /// Until when.
    pub until: String,
    /// The error's code.
    pub why: String,
    /// The breaker is open: after several failures, or because trying again soon would do harm.
    pub open: bool,
    /// The platform itself named the time, so nobody can hurry it.
    pub named: bool,
}

/// A store on the rail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct StoreRow {
    /// Store id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its platform.
    pub platform: PlatformDto,
    /// For which platform a bridge hands in, in the owner's words.
    pub label: Option<String>,
    /// Its freshness.
    pub light: Light,
    /// The last successful round.
    pub last_success_at: Option<String>,
    /// The error code of the last round, if it failed.
    pub last_error: Option<String>,
    /// Until when it is not called; none if it is.
    pub paused: Option<PauseDto>,
    /// When it was read again after a silence, if that was lately.
    pub heard_again_at: Option<String>,
    /// Days until the authorisation ends, if known and near.
    pub token_days: Option<u32>,
    /// Multi-device sync (多端同步) of the store.
    pub multi_device_sync: bool,
    /// Capabilities that are off, with the platform's code.
    pub off: Vec<(String, String)>,
    /// Whether it belongs to the demo shop.
    pub demo: bool,
    /// What a mailbox shows beyond that; none of any other store.
    pub mailbox: Option<MailboxDto>,
}

/// A seat's presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum PresenceDto {
    /// 在线.
    Online,
    /// 挂起.
    Suspended,
    /// 离线.
    Offline,
}

/// A seat on the rail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SeatRow {
    /// Account id.
    pub id: String,
    /// `main` or `main:suffix`.
    pub name: String,
    /// Whether it is the main account.
    pub is_main: bool,
    /// Whether it is the seat at this computer.
    pub me: bool,
    /// Its presence.
    pub presence: PresenceDto,
    /// Takes part in distribution.
    pub participates: bool,
    /// Its share of new buyers while the rail says that weights are looked at; 1 is normal, 0 to 100.
    pub weight: u32,
    /// Distributions since 00:00 UTC+8.
    pub today: u32,
    /// Conversations that it owes a reply.
    pub owing: u32,
}

/// The whole rail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Rail {
    /// All views, in order.
    pub views: Vec<ViewCount>,
    /// All stores.
    pub stores: Vec<StoreRow>,
    /// The roster.
    pub team: Vec<SeatRow>,
    /// Whether counts are divided by weights, by the policy in force.
    pub weighted: bool,
    /// Payloads that could not be read.
    pub quarantined: u32,
}
