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
        nothing if says_nothing(nothing) => return None,
        Value::Object(_) => (text(error, &["code"]), text(error, &["message", "msg"])),
        Value::String(words) => (None, Some(words.clone())),
        other => (None, Some(other.to_string())),
    };
    Some(ApiError {
        code: code.unwrap_or_else(|| "error".into()),
        message: message.unwrap_or_default(),
        business: true,
        ..ApiError::default()
    })
}

/// Whether a value stands for nothing, in one of the ways in which programs write that.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(words) => matches!(words.trim(), "" | "0"),
        Value::Array(entries) => entries.is_empty(),
        Value::Object(fields) => fields.values().all(says_nothing),
    }
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

/// The rows of a page. Where they are expected there may stand nothing, in whatever way that is written; an answer without
/// such a place is an empty page only if there is nothing else in it.
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
                (None, None) if NAMES.iter().any(|name| fields.get(*name).is_some_and(says_nothing)) => {
                    Ok(&[])
                }
                _ => Err(Flaw::missing("an answer without messages in it")),
            }
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err(Flaw::other_kind("not an answer with messages"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!(null), Some(0))]
    #[case(json!([]), Some(0))]
    #[case(json!({}), Some(0))]
    #[case(json!({ "messages": null, "has_more": false }), Some(0))]
    #[case(json!({ "messages": {}, "total": 0 }), Some(0))]
    #[case(json!({ "items": "", "next": 5 }), Some(0))]
    #[case(json!({ "messages": null, "list": [1, 2] }), Some(2))]
    #[case(json!({ "messages": [1], "users": [1, 2] }), Some(1))]
    #[case(json!({ "rows_of_tomorrow": [1] }), Some(1))]
    #[case(json!({ "total": 0 }), None)]
    #[case(json!({ "messages": { "1": {} , "2": 3 } }), None)]
    #[case(json!({ "a": [], "b": [] }), None)]
    #[case(json!("soon"), None)]
    fn a_page_without_messages_is_told_from_one_that_nobody_understands(
        #[case] data: Value,
        #[case] count: Option<usize>,
    ) {
        assert_eq!(rows(&data).ok().map(<[Value]>::len), count, "{data}");
    }

    #[rstest]
    #[case(json!(null))]
    #[case(json!(""))]
    #[case(json!([]))]
    #[case(json!({}))]
    #[case(json!(0))]
    #[case(json!({ "code": 0, "message": "" }))]
    #[case(json!({ "code": "0", "message": null }))]
    fn an_error_that_says_nothing_is_none(#[case] error: Value) {
        let bytes = json!({ "data": { "messages": [] }, "error": error }).to_string();
        assert!(open(StatusCode::OK, None, bytes.as_bytes()).is_ok(), "{bytes}");
        let stated = json!({ "data": null, "error": { "code": "X", "message": "" } }).to_string();
        assert!(
            open(StatusCode::OK, None, stated.as_bytes()).is_err(),
            "while one that says something is one"
        );
    }
}
