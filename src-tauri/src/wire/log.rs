//! The push log.

use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// In which groups people look for entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LogGroupDto {
    /// What came in, and before whom it was put.
    Messages,
    /// What people did with conversations.
    Handling,
    /// Replies and their fate.
    Replies,
    /// Alerts, and what the system made of them.
    Alerts,
    /// What was told to people who are not at this program.
    Outside,
    /// Stores.
    Stores,
    /// Seats.
    Team,
    /// Settings.
    Settings,
}

impl From<LogGroupDto> for domain::LogGroup {
    fn from(group: LogGroupDto) -> Self {
        match group {
            LogGroupDto::Messages => Self::Messages,
            LogGroupDto::Handling => Self::Handling,
            LogGroupDto::Replies => Self::Replies,
            LogGroupDto::Alerts => Self::Alerts,
            LogGroupDto::Outside => Self::Outside,
            LogGroupDto::Stores => Self::Stores,
            LogGroupDto::Team => Self::Team,
            LogGroupDto::Settings => Self::Settings,
        }
    }
}

/// Which entries are asked for; everything that is set must fit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Type)]
pub struct LogFilterDto {
    /// Of this group.
    pub group: Option<LogGroupDto>,
    /// About this store, or a conversation of it.
    pub store_id: Option<String>,
    /// About this conversation.
    pub conversation_id: Option<String>,
    /// About this robot or application.
    pub robot_id: Option<String>,
    /// From this instant on.
    pub from: Option<String>,
    /// Before this instant.
    pub to: Option<String>,
    /// Words that all stand in the detail or in the buyer's name.
    pub words: String,
}

/// Whom the push log may speak of outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct LogRobotDto {
    /// Its id.
    pub id: String,
    /// Its name, or its last one.
    pub name: String,
    /// It was removed.
    pub gone: bool,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct LogEntryDto {
    /// Its number in the chain.
    pub number: String,
    /// When.
    pub at: String,
    /// What happened: one of `logKinds`, or a word that another version wrote.
    pub kind: String,
    /// The conversation that it is about.
    pub conversation_id: Option<String>,
    /// Whether that is still there to be opened.
    pub there: bool,
    /// The buyer's name or the headline.
    pub title: String,
    /// The store.
    pub store_name: String,
    /// What the detail says, by path, with names instead of ids.
    pub facts: BTreeMap<String, String>,
    /// The detail as it was hashed.
    pub detail: String,
    /// The hash of the entry before.
    pub before: String,
    /// Its hash.
    pub hash: String,
}

/// A page of entries, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct LogPageDto {
    /// The entries; there may be fewer than a page, or none, and still a next one.
    pub entries: Vec<LogEntryDto>,
    /// For the next page; none at the beginning of the log.
    pub next: Option<String>,
    /// How far back this page looked.
    pub looked_to: Option<String>,
    /// How many fit, on the first page and where that is known without reading all of them.
    pub total: Option<u32>,
}

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LogFormatDto {
    /// A table for a spreadsheet.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct LogExportDto {
    /// How many entries.
    pub entries: u32,
    /// Where.
    pub file: String,
    /// The text beside it that tells how to check it.
    pub guide: String,
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct LogVerdictDto {
    /// How many entries from the first on are what was written.
    pub sound: u32,
    /// The number of the first that is not, or is missing.
    pub broken: Option<String>,
}
