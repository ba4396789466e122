//! One JSON object a line, for programs.

use super::line::LogLine;
use super::words::ExportWords;
use domain::{Timestamp, beijing};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Line<'a> {
    number: i64,
    at: String,
    at_utc8: String,
    what: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    facts: &'a BTreeMap<String, String>,
    kind: &'a str,
    conversation: i64,
    at_ms: i64,
    /// The text that was hashed, not what it means.
    detail: &'a str,
    before: &'a str,
    hash: &'a str,
}

/// Adds an entry.
pub(super) fn add(into: &mut Vec<u8>, line: &LogLine, words: &ExportWords) {
    let LogLine { row, store, facts } = line;
    let entry = &row.row.entry;
    let line = Line {
        number: row.row.id,
        at: utc(entry.at),
        at_utc8: utc8(entry.at),
        what: words.kind(&entry.kind),
        store: store.as_deref(),
        title: &row.title,
        facts,
        kind: &entry.kind,
        conversation: entry.conversation.map_or(0, |id| id.0),
        at_ms: domain::to_ms(entry.at),
        detail: &entry.detail,
        before: &row.row.before,
        hash: &row.row.hash,
    };
    let json = serde_json::to_vec(&line).expect("texts and numbers are always JSON");
    into.extend_from_slice(&json);
    into.push(b'\n');
}

/// `2026-03-02T09:00:00.000Z`
pub(super) fn utc(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// `2026-03-02T17:00:00.000+08:00`, the platforms' time.
pub(super) fn utc8(at: Timestamp) -> String {
    format!("{:.3}+08:00", beijing(at))
}
