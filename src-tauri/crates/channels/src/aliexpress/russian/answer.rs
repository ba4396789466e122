//! Opening an answer: `{"data": …, "error": …}`, whatever its status.

use crate::aliexpress::error::{ApiError, Fault};
use crate::aliexpress::json::{field, text};
use domain::Flaw;
use reqwest::StatusCode;
use serde_json::Value;
use std::time::Duration;

/// The platform refuses the token.
pub(in crate::aliexpress) const TOKEN_REFUSED: &str = "local_token_refused";
/// The token is good, but not for this call.
pub(in crate::aliexpress) const NO_PERMISSION: &str = "local_no_permission";

/// What is in an answer, or what it asks for.
///
/// Certainly refused is what the interface itself turns down: an error in the envelope, or a status that blames the call.
/// Not among those are 408 and 409, which leave open what became of it.
pub(super) fn open(status: StatusCode, wait: Option<Duration>, bytes: &[u8]) -> Result<Value, Fault> {
    let answer = crate::json::parse(bytes);
    let error = answer.as_ref().ok().and_then(stated);
    let refused = |code: &str| {
        let message = error.as_ref().map_or_else(|| format!("answered {status}"), |e| e.to_string());
        Err(Fault::Api(ApiError { code: code.into(), message, ..ApiError::default() }))
    };
    match status {
        StatusCode::UNAUTHORIZED => return refused(TOKEN_REFUSED),
        StatusCode::FORBIDDEN => return refused(NO_PERMISSION),
        StatusCode::TOO_MANY_REQUESTS => return Err(Fault::Wait(wait)),
        StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT => {
            return Err(Fault::Lost(format!("answered {status}")));
        }
        _ if status.is_client_error() => {
            return Err(Fault::Api(error.unwrap_or_else(|| ApiError {
                code: format!("http_{}", status.as_u16()),
                message: format!("answered {status}"),
                business: true,
                ..ApiError::default()
            })));
        }
        _ if !status.is_success() => return Err(Fault::Lost(format!("answered {status}"))),
        _ => {}
    }
    let garbage = |flaw: Flaw| Fault::Garbage { bytes: bytes.to_vec(), flaw };
    let mut answer = answer.map_err(garbage)?;
    match (error, field(&answer, "data").is_null()) {
        (Some(error), true) => Err(of_trouble(&error).unwrap_or(Fault::Api(error))),
        // Both an answer and an error: nobody knows what was done.
        (Some(_), false) => Err(garbage(Flaw::other_kind("an answer that is an error too"))),
        (None, _) => match answer.get_mut("data") {
            Some(data) => Ok(data.take()),
            None => Err(garbage(Flaw::missing("an answer without data"))),
        },
    }
}

/// The error that the envelope states.
fn stated(answer: &Value) -> Option<ApiError> {
    let error = field(answer, "error");
    let (code, message) = match error {
        Value::Null | Value::Bool(false) => return None,
        Value::Object(fields) if fields.is_empty() => return None,
        Value::Object(_) => (text(error, &["code"]), text(error, &["message", "msg"])),
        Value::String(words) if words.trim().is_empty() => return None,
        other => (None, Some(other.to_string())),
    };
    Some(ApiError {
        code: code.unwrap_or_else(|| "error".into()),
        message: message.unwrap_or_default(),
        business: true,
        ..ApiError::default()
    })
}

/// An error that does not say that the call was turned down.
fn of_trouble(error: &ApiError) -> Option<Fault> {
    let code = error.code.to_ascii_lowercase();
    let trouble = ["internal", "timeout", "timed_out", "unavailable", "unknown", "gateway"];
    let says = |words: &[&str]| words.iter().any(|word| code.contains(word));
    if says(&trouble) || (code.len() == 3 && code.starts_with('5')) {
        return Some(Fault::Lost(error.to_string()));
    }
    if says(&["too_many", "toomany", "rate_limit", "ratelimit"]) || code == "429" {
        return Some(Fault::Wait(None));
    }
    let renamed = match code.as_str() {
        "401" | "unauthorized" | "unauthenticated" => TOKEN_REFUSED,
        "403" | "forbidden" | "permission_denied" => NO_PERMISSION,
        _ => return None,
    };
    Some(Fault::Api(ApiError { code: renamed.into(), message: error.to_string(), ..ApiError::default() }))
}

/// The rows of a page. An answer without any list is an empty page only if there is nothing else in it.
///
/// # Errors
/// If nobody can tell where the rows are.
pub(super) fn rows(data: &Value) -> Result<&[Value], Flaw> {
    const NAMES: [&str; 6] = ["messages", "chat_messages", "chatMessages", "items", "list", "rows"];
    match data {
        Value::Array(rows) => Ok(rows),
        Value::Null => Ok(&[]),
        Value::Object(fields) => {
            if let Some(Value::Array(rows)) = NAMES.iter().find_map(|name| fields.get(*name)) {
                return Ok(rows);
            }
            let mut lists = fields.values().filter_map(Value::as_array);
            match (lists.next(), lists.next()) {
                (Some(rows), None) => Ok(rows),
                (None, None) if fields.values().all(Value::is_null) => Ok(&[]),
                _ => Err(Flaw::missing("an answer without messages in it")),
            }
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err(Flaw::other_kind("not an answer with messages"))
        }
    }
}
