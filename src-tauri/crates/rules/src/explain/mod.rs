//! The command-line formats of the two pure rules: scripts in, decisions or results out, one JSON object a line.
//!
//! A bad line is reported with its number and skipped, so that one slip does not hide the rest.

mod clocks;
mod dispatch;

pub use clocks::{CaseMessage, ClockCase, ClockResult, explain_case, explain_clocks};
pub use dispatch::{
    DispatchLine, DispatchScript, ExplainedFacts, ExplainedSeat, ScriptEntry, ScriptEvent, What,
    explain_dispatch,
};

use crate::RulesError;
use domain::{Timestamp, beijing};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{BufRead, Write};

/// What went through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Lines read, blank ones included.
    pub lines: usize,
    /// Lines written.
    pub written: usize,
    /// Lines that could not be understood; a caller should end with an error if there are any.
    pub errors: Vec<LineError>,
}

/// A line that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {detail}")]
pub struct LineError {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub detail: String,
}

/// Reads each line as `T`, hands it to `each`, writes what that gives.
fn each_line<T: DeserializeOwned, R: Serialize>(
    mut input: impl BufRead,
    mut output: impl Write,
    mut each: impl FnMut(T) -> Result<Option<R>, String>,
) -> Result<Summary, RulesError> {
    let mut summary = Summary::default();
    let mut bytes = Vec::new();
    while input.read_until(b'\n', &mut bytes)? > 0 {
        summary.lines += 1;
        let text = bytes.trim_ascii();
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        if !text.is_empty() {
            let parsed = serde_json::from_slice(text).map_err(|e| in_words(&e));
            match parsed.and_then(&mut each) {
                Ok(Some(result)) => {
                    serde_json::to_writer(&mut output, &result).map_err(std::io::Error::from)?;
                    output.write_all(b"\n")?;
                    summary.written += 1;
                }
                Ok(None) => {}
                Err(detail) => summary.errors.push(LineError { line: summary.lines, detail }),
            }
        }
        bytes.clear();
    }
    output.flush()?;
    Ok(summary)
}

/// What is wrong with a line: each is parsed by itself, so the parser calls every one of them "line 1".
fn in_words(error: &serde_json::Error) -> String {
    let said = error.to_string();
    match said.strip_suffix(&format!(" at line {} column {}", error.line(), error.column())) {
        Some(words) => format!("{words} (column {})", error.column()),
        None => said,
    }
}

/// An instant as these files write it: Beijing time with its offset.
pub(crate) fn beijing_text(at: Timestamp) -> String {
    format!("{}+08:00", beijing(at))
}

#[cfg(test)]
mod tests;
