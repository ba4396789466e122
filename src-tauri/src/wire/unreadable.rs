//! What could not be read.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Why something could not be read, as far as that can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UnreadableCause {
    /// It has no content.
    Empty,
    /// It is cut off, or no JSON at all.
    NotJson,
    /// A part that is needed is missing, or not in its form.
    Missing,
    /// It is of another kind than what is known.
    OtherKind,
    /// It claims a time that cannot be.
    Time,
    /// It is too large, or built too deep.
    TooLarge,
    /// The platform answered with an error instead.
    PlatformError,
    /// It is for a shop that is not connected.
    ForeignShop,
    /// Something else.
    Unknown,
}

/// Why something will not be tried again, however much a newer version can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UnreadableBarred {
    /// Only its outline was kept, because it may hold personal data.
    Outline,
    /// Nothing of it is here.
    Nothing,
    /// It was kept without the conversation it belongs to.
    Alone,
    /// It is an answer to a question that is asked again anyway.
    Answer,
}

/// A payload that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct QuarantineRow {
    /// Its id.
    pub id: String,
    /// The store; empty if it is nobody's here.
    pub store_name: String,
    /// Where it came from.
    pub source: String,
    /// What kind of fault it is.
    pub cause: UnreadableCause,
    /// What was wrong, in the reader's own words, which are English.
    pub why: String,
    /// When it came first.
    pub first_at: String,
    /// When it came last.
    pub at: String,
    /// How often it came.
    pub seen: u32,
    /// When it was tried again last, if it was.
    pub tried_at: Option<String>,
    /// Why it will not be tried again; none if it can be.
    pub barred: Option<UnreadableBarred>,
    /// How many bytes.
    pub size: u32,
    /// The beginning of it as text, lossy.
    pub head: String,
}

/// What became of something that was tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AgainOutcome {
    /// It could be read, and is taken in.
    Read,
    /// It still cannot be read.
    Unreadable,
    /// It never will be, and was not tried.
    Barred,
    /// It is no longer there.
    Gone,
    /// Somebody is being erased who may be named in it.
    Waits,
}

/// What became of all that were tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
pub struct AgainReportDto {
    /// Those that could be read, and are taken in.
    pub read: u32,
    /// Those that still cannot.
    pub unreadable: u32,
    /// Those that never will be, and were not tried.
    pub barred: u32,
    /// Those that wait until an erasure is done.
    pub waiting: u32,
    /// Those that could not be looked at.
    pub failed: u32,
    /// Somebody stopped it; the others were not tried.
    pub stopped: bool,
}

/// What was written to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct UnreadableExportDto {
    /// How many payloads.
    pub payloads: u32,
    /// Where.
    pub file: String,
}

/// How far another try of all of them is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, tauri_specta::Event)]
pub struct UnreadableProgressEvent {
    /// Payloads that were tried.
    pub done: u32,
    /// Those that there were when it began.
    pub total: u32,
}
