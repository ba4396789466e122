//! What the pretend shop knows, and how it lists it.

use super::token::Tokens;
use domain::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The shop's own login in its chats.
pub const OWN_LOGIN: &str = "ru1000000001";
/// Fourteen digits: ids are JSON numbers.
const FIRST_ID: u64 = 70_000_000_000_001;
/// The most rows of a page.
const MAX_PAGE: usize = 50;

/// Where a position leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leads {
    /// To newer messages, the next ones first.
    Up,
    /// To older messages.
    Down,
    /// Nowhere: the newest page is served whatever is asked.
    Nowhere,
    /// To newer messages, but to the newest of them.
    ToNewest,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// As in the call that sends.
    Sending,
    /// In another way that a service might choose.
    Other,
}

/// How the stream is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// Where a position leads.
    pub leads: Leads,
    /// Whether the message of the position is on its page.
    pub inclusive: bool,
    /// Whether a page lists its newest row first.
    pub newest_first: bool,
    /// Without a position: whether the newest page is served; else the oldest.
    pub begins_newest: bool,
    /// How rows are written.
    pub spelling: Spelling,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            leads: Leads::Up,
            inclusive: false,
            newest_first: false,
            begins_newest: false,
            spelling: Spelling::Sending,
        }
    }
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) id: u64,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) kind: String,
    pub(super) payload: Value,
    /// Microseconds since 1970.
    pub(super) at_us: i64,
    shown: bool,
}

/// The shop behind its lock.
#[derive(Debug, Default)]
pub(super) struct Inner {
    pub(super) tokens: Tokens,
    pub(super) manner: Manner,
    pub(super) messages: Vec<Message>,
    pub(super) denied: Vec<String>,
    pub(super) bare_answers: bool,
    pub(super) hold_next: bool,
    /// By buyer: read up to this instant, in microseconds.
    pub(super) read_to: BTreeMap<String, i64>,
    issued: u64,
}

impl Inner {
    /// Stores a message at `now_ms` and returns its number.
    pub(super) fn put(&mut self, (from, to): (&str, &str), kind: &str, payload: Value, now_ms: i64) -> u64 {
        // The platform's times have microseconds, which a clock of milliseconds would hide.
        let at_us = now_ms * 1_000 + 123 + i64::try_from(self.issued % 800).unwrap_or_default();
        self.put_at((from, to), kind, payload, at_us)
    }

    /// As [`Inner::put`], at an instant that the caller names.
    pub(super) fn put_at(&mut self, (from, to): (&str, &str), kind: &str, payload: Value, at_us: i64) -> u64 {
        let id = FIRST_ID + self.issued;
        self.issued += 1;
        let shown = !std::mem::take(&mut self.hold_next);
        let (from, to, kind) = (from.to_owned(), to.to_owned(), kind.to_owned());
        self.messages.push(Message { id, from, to, kind, payload, at_us, shown });
        id
    }

    pub(super) fn show_late(&mut self) {
        self.messages.iter_mut().for_each(|message| message.shown = true);
    }

    pub(super) fn unread_of(&self, buyer: &str) -> usize {
        let mark = self.read_to.get(buyer).copied().unwrap_or(i64::MIN);
        self.messages.iter().filter(|m| m.from == buyer && m.at_us > mark).count()
    }

    /// A page of the stream, as it is listed.
    pub(super) fn page(&self, from: Option<u64>, limit: usize) -> Vec<Value> {
        let Manner { leads, inclusive, newest_first, begins_newest, .. } = self.manner;
        let shown: Vec<&Message> = self.messages.iter().filter(|message| message.shown).collect();
        let above = |id: u64, from: u64| id > from || (inclusive && id == from);
        let below = |id: u64, from: u64| id < from || (inclusive && id == from);
        let (rows, from_end): (Vec<&Message>, bool) = match (leads, from) {
            (Leads::Nowhere, _) => (shown, true),
            (Leads::Down, None) => (shown, true),
            (Leads::Up | Leads::ToNewest, None) => (shown, begins_newest),
            (Leads::Up, Some(from)) => (shown.into_iter().filter(|m| above(m.id, from)).collect(), false),
            (Leads::ToNewest, Some(from)) => {
                (shown.into_iter().filter(|m| above(m.id, from)).collect(), true)
            }
            (Leads::Down, Some(from)) => (shown.into_iter().filter(|m| below(m.id, from)).collect(), true),
        };
        let limit = limit.min(MAX_PAGE);
        let skip = if from_end { rows.len().saturating_sub(limit) } else { 0 };
        let page = rows.into_iter().skip(skip).take(limit).map(|message| self.row(message));
        if newest_first { page.rev().collect() } else { page.collect() }
    }

    fn row(&self, message: &Message) -> Value {
        let Message { id, from, to, kind, payload, at_us, .. } = message;
        match self.manner.spelling {
            Spelling::Sending => json!({
                "message_id": id, "from_user_login_id": from, "to_user_login_id": to,
                "created_at": iso(*at_us), "type": kind, "payload": payload,
            }),
            Spelling::Other => json!({
                "id": id.to_string(), "fromUserLoginId": from, "toUserLoginId": to,
                "createdAt": at_us / 1_000, "type": kind.to_uppercase(),
                "payload": payload["text"].as_str().map_or_else(|| payload.to_string(), str::to_owned),
            }),
        }
    }
}

/// As the platform writes an instant, such as `2022-07-21T11:25:38.782222+00:00`.
fn iso(at_us: i64) -> String {
    let at = Timestamp::from_microsecond(at_us).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string()
}
