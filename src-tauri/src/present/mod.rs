//! From what is kept to what is shown: pure conversions, and the few look-ups they need.

mod body;
mod chat;
mod connection;
mod list;
mod log;
mod mailbox;
mod offered;
mod policy;
mod privacy;
mod rail;
mod reason;
pub(crate) mod rules;
mod search;
mod tide;
mod unreadable;

pub(crate) use chat::{conversation, outbox, timeline};
pub(crate) use connection::{connection, directory, interface, report};
pub(crate) use list::{list, platform};
pub(crate) use log::{log_entry, log_filter};
pub(crate) use mailbox::folders;
pub(crate) use policy::{policy, typed};
pub(crate) use privacy::store_privacy;
pub(crate) use rail::{rail, small};
pub(crate) use reason::{arithmetic, assignments};
pub(crate) use search::search;
pub(crate) use tide::tide;
pub(crate) use unreadable::unreadable;

use domain::Timestamp;
use serde::Serialize;

/// An instant as the UI reads it.
pub(crate) fn instant(at: Timestamp) -> String {
    at.to_string()
}

/// Words that may be missing.
pub(crate) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The name of a code, as it is written everywhere.
pub(crate) fn code(of: &impl Serialize) -> String {
    let value = serde_json::to_value(of).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
