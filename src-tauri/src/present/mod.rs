//! From what is kept to what is shown: pure conversions, and the few look-ups they need.

mod body;
mod chat;
mod list;
mod policy;
mod rail;
mod reason;
mod search;
mod tide;

pub(crate) use chat::{conversation, outbox, timeline};
pub(crate) use list::list;
pub(crate) use policy::{policy, typed};
pub(crate) use rail::rail;
pub(crate) use reason::{arithmetic, assignments};
pub(crate) use search::search;
pub(crate) use tide::tide;

use domain::Timestamp;

/// An instant as the UI reads it.
pub(crate) fn instant(at: Timestamp) -> String {
    at.to_string()
}

/// Words that may be missing.
pub(crate) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
