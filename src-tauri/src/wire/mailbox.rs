//! What a mailbox shows beyond other stores.

use serde::Serialize;
use specta::Type;

/// How an import of mails from files stands, or how the last one of this run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct MailImportDto {
    /// It still runs.
    pub running: bool,
    /// How much of the files is read, from 0 to 100.
    pub percent: u32,
    /// Mails that were found.
    pub mails: u32,
    /// Those taken in.
    pub taken: u32,
    /// Those that were here already.
    pub known: u32,
    /// Those that could not be read.
    pub unreadable: u32,
    /// Files and folders that could not be read, by name; the first twenty.
    pub faults: Vec<String>,
    /// How many there were of those.
    pub failed: u32,
    /// Somebody stopped it.
    pub stopped: bool,
    /// Why it failed, in the system's words.
    pub error: Option<String>,
}

/// How far a long reading of a mailbox is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
pub struct BacklogDto {
    /// Mails that are in.
    pub done: u32,
    /// Mails in the mailbox.
    pub total: u32,
}

/// A folder of a mailbox compared with its server, once a night.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct FolderCheckDto {
    /// The folder, as people write it.
    pub folder: String,
    /// When.
    pub at: String,
    /// Mails at the server.
    pub on_server: u32,
    /// Mails at the server that were not here.
    pub missing: u32,
    /// How many of those were fetched by the check.
    pub fetched: u32,
    /// Mails here that are no longer at the server.
    pub gone: u32,
}

/// What a mailbox shows beyond other stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct MailboxDto {
    /// While it has more to catch up with than one round.
    pub backlog: Option<BacklogDto>,
    /// The last check of each folder.
    pub checks: Vec<FolderCheckDto>,
    /// Mails from files.
    pub import: Option<MailImportDto>,
    /// Folders that are to be read and cannot be.
    pub missing: Vec<String>,
}

/// What a folder of a mailbox is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FolderRoleDto {
    /// Where mail arrives.
    Inbox,
    /// Where the server puts what it takes for junk.
    Junk,
    /// Where people put what they have seen.
    Archive,
    /// Whatever somebody made it for.
    Other,
    /// What the owner sent.
    Sent,
    /// What the owner has not sent yet.
    Drafts,
    /// What was thrown away.
    Trash,
}

/// A folder of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct MailFolderDto {
    /// Its name, as people write it.
    pub name: String,
    /// What it is for.
    pub role: FolderRoleDto,
    /// Whether it is read.
    pub read: bool,
}
