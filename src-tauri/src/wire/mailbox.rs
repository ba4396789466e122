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

/// What a mailbox shows beyond other stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct MailboxDto {
    /// Mails from files.
    pub import: Option<MailImportDto>,
}
