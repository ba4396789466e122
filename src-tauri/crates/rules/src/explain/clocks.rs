use super::{Summary, beijing_text, each_line};
use crate::RulesError;
use crate::clocks::{Arithmetic, ClockRules, MessageFact, fold, reply, reply_limit};
use domain::{Author, BodyKind, Device, MessageId, Timestamp, Turn};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Write};

/// A conversation of one store.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(expecting = "a case: an object with id, multi_device_sync and messages")]
pub struct ClockCase {
    /// Its name, given back with the result.
    pub id: String,
    /// The store's multi-device sync flag.
    pub multi_device_sync: bool,
    /// Its messages.
    pub messages: Vec<CaseMessage>,
}

/// One message of a case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(expecting = "a message: an object with at, from, type and device")]
pub struct CaseMessage {
    /// When.
    pub at: Timestamp,
    /// Who wrote.
    pub from: Author,
    /// What: a name of [`BodyKind`]; an unknown one is a type that this version does not know.
    #[serde(rename = "type")]
    pub kind: String,
    /// On which device; the PC client if it is not said.
    #[serde(default = "pc")]
    pub device: Device,
}

const fn pc() -> Device {
    Device::Pc
}

/// What follows from a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockResult {
    /// The name of the case.
    pub id: String,
    /// First response times in seconds, in order.
    pub response_s: Vec<i64>,
    /// Whether a reply is owed.
    pub owes: bool,
    /// When it is due, Beijing time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_due: Option<String>,
    /// First unanswered message + 24 h, Beijing time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_limit: Option<String>,
    /// The arithmetic of the two deadlines; messages are numbered from 1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<Arithmetic>,
}

/// Runs the clocks over one case.
#[must_use]
pub fn explain_case(
    case: &ClockCase,
    policy: &crate::policy::Policy,
    calendar: &crate::calendar::Calendar,
) -> ClockResult {
    let rules = ClockRules { policy, calendar, sync: case.multi_device_sync };
    let facts: Vec<MessageFact> = (1..)
        .zip(&case.messages)
        .map(|(number, message)| MessageFact {
            id: MessageId(number),
            turn: Turn::default(),
            at: message.at,
            author: message.from,
            kind: BodyKind::parse(&message.kind).unwrap_or(BodyKind::Unsupported),
            device: message.device,
            direct: false,
        })
        .collect();
    let folded = fold(&facts, &rules);
    let due = reply(&folded.state, &rules);
    let limit = reply_limit(&folded.state, policy);
    ClockResult {
        id: case.id.clone(),
        response_s: folded.responses.iter().map(|response| response.seconds).collect(),
        owes: folded.state.owes(),
        reply_due: due.as_ref().map(|due| beijing_text(due.due)),
        reply_limit: limit.as_ref().map(|limit| beijing_text(limit.due)),
        why: due.into_iter().chain(limit).map(|due| due.why).collect(),
    }
}

/// `tidebellctl explain clocks`: cases in, results out, with the shipped policy and calendar unless others are given.
///
/// # Errors
/// [`RulesError::Io`] only; a line that cannot be understood is in the [`Summary`].
pub fn explain_clocks(input: impl BufRead, output: impl Write) -> Result<Summary, RulesError> {
    let policy = crate::policy::Policy::default();
    let calendar = crate::calendar::Calendar::default();
    each_line(input, output, |case: ClockCase| Ok(Some(explain_case(&case, &policy, &calendar))))
}
