//! Events: ids only. They come after the commit and may be lost; the UI asks again.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Something changed; ask again for what is on screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type, tauri_specta::Event)]
pub struct ChangedEvent {
    /// Conversations that changed; empty with `all` set after a gap.
    pub conversations: Vec<String>,
    /// The rail (stores, team, counts) changed.
    pub rail: bool,
    /// Ask for everything again.
    pub all: bool,
}

/// Bring a conversation to the screen: a click on an alert or in the tray.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type, tauri_specta::Event)]
pub struct OpenConversationEvent {
    /// Conversation id.
    pub conversation_id: String,
    /// 转交: ask at once whom it goes to.
    pub transfer: bool,
}

/// Something to tell the user in the window: an alert was raised, the disk is full, a store went silent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type, tauri_specta::Event)]
pub struct NoticeEvent {
    /// `alert`, `digest`, `climbed`, `fired`, `disk_full`, `store_silent`, `authorisation_ends`, `closed_to_tray`.
    pub code: String,
    /// The conversation it concerns.
    pub conversation_id: Option<String>,
    /// Parameters by name.
    pub params: std::collections::BTreeMap<String, String>,
}

/// How far a check or an export of the push log is, in numbers of its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, tauri_specta::Event)]
pub struct LogProgressEvent {
    /// The last number that was looked at.
    pub done: u32,
    /// The last number there was when it began.
    pub total: u32,
}
