//! The push log as evidence (`docs/RULES.md` §8): entries with names instead of ids, exports that somebody else can
//! check, and the check of the chain.
//!
//! Everything here works on the file alone, without an engine: the command line reads beside the window.

mod check;
mod csv;
mod export;
mod line;
mod ndjson;
mod words;

pub use check::{LogVerdict, check_log};
pub use export::{Exported, LogExport, LogFormat, export_log, write_log};
pub use line::{LogLine, LogNames};
pub use words::ExportWords;

/// How far some work on the log is, in numbers of its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogProgress {
    /// The last number that was looked at.
    pub done: i64,
    /// The last number there was when the work began.
    pub total: i64,
}

/// Entries of one step between two signs of progress: some megabytes of memory.
const STEP: i64 = 20_000;
