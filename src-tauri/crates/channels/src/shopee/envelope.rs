//! The envelope around an answer: `error`, `message` and `response`, or all of it flat.

use super::json::{id, list, words};
use domain::{Flaw, UnreadableCause};
use serde_json::Value;

/// Why an answer holds nothing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unopened {
    /// It is no answer of the platform.
    Garbage(Flaw),
    /// The platform refuses.
    Refused {
        /// Its word.
        code: String,
        /// Its words.
        message: String,
    },
}

impl std::fmt::Display for Unopened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Garbage(flaw) => write!(f, "{flaw}"),
            Self::Refused { code, message } => write!(f, "the platform answered {code}: {message}"),
        }
    }
}

/// Opens an answer.
pub(crate) fn open(bytes: &[u8]) -> Result<Value, Unopened> {
    let json = crate::json::parse(bytes).map_err(Unopened::Garbage)?;
    if !json.is_object() {
        return Err(Unopened::Garbage(Flaw::other_kind("not an object")));
    }
    refused(&json).map_or(Ok(json), Err)
}

/// The official samples print "-" for "nothing to say".
fn refused(json: &Value) -> Option<Unopened> {
    let code = id(&json["error"]).filter(|code| code != "-")?;
    Some(Unopened::Refused { code, message: words(&json["message"]).to_owned() })
}

/// The part below `response`, or all of it: some answers are flat.
pub(crate) fn response(json: &Value) -> &Value {
    match json.get("response") {
        Some(response @ (Value::Object(_) | Value::Array(_))) => response,
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => json,
    }
}

/// The entries of a payload that somebody handed in: a whole answer, what is inside it, one entry, or a list of them.
/// `lists` are the names that hold entries, and each entry has `field`.
///
/// # Errors
/// If it is none of these.
pub(crate) fn entries(bytes: &[u8], lists: &[&str], field: &str) -> Result<Vec<Value>, Flaw> {
    let json = crate::json::parse(bytes)?;
    if let Some(refused) = refused(&json) {
        return Err(UnreadableCause::PlatformError.because(refused.to_string()));
    }
    let inner = response(&json);
    let named = lists.iter().map(|name| &inner[*name]).find(|found| found.is_array() || found.is_object());
    match (named, inner) {
        // `{}` and `null` in a list stand for nothing.
        (Some(found), _) => {
            let there = |entry: &&Value| {
                !entry.is_null() && entry.as_object().is_none_or(|fields| !fields.is_empty())
            };
            Ok(list(found).into_iter().filter(there).cloned().collect())
        }
        (None, Value::Array(entries)) => Ok(entries.clone()),
        // So does `null` where a list is due.
        (None, Value::Object(fields))
            if lists.iter().any(|name| fields.get(*name).is_some_and(Value::is_null)) =>
        {
            Ok(Vec::new())
        }
        (None, Value::Object(_)) if !inner[field].is_null() => Ok(vec![inner.clone()]),
        _ => Err(Flaw::missing(format!("neither {} nor {field} in it", lists.join(" nor ")))),
    }
}
