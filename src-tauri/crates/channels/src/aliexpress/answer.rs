//! Opening an answer: errors in each of their forms become [`ApiError`], wrappers are taken off.

use super::error::{ApiError, Fault};
use super::json::{as_text, field, flag, int, list, nested, text};
use domain::Flaw;
use serde_json::Value;

/// Reads an answer: what is inside the wrapper, or the error that it states.
pub(super) fn open(bytes: &[u8]) -> Result<Value, Fault> {
    let garbage = |flaw: Flaw| Fault::Garbage { bytes: bytes.to_vec(), flaw };
    let answer = crate::json::parse(bytes).map_err(garbage)?;
    if !answer.is_object() {
        return Err(garbage(Flaw::other_kind("not a JSON object")));
    }
    opened(answer).map_err(Fault::Api)
}

/// What is inside the wrapper of an answer, or the error that it states at any of its levels.
pub(super) fn opened(answer: Value) -> Result<Value, ApiError> {
    if let Some(error) = gateway_error(&answer) {
        return Err(error);
    }
    let inner = unwrap(answer);
    for level in [Some(inner.clone()), nested(field(&inner, "result"))].into_iter().flatten() {
        if let Some(error) = business_error(&level) {
            return Err(error);
        }
    }
    Ok(inner)
}

/// Takes the `<api>_response` wrapper off, if there is one.
pub(super) fn unwrap(answer: Value) -> Value {
    match answer {
        Value::Object(mut map) => {
            let wrapper = map.iter().find(|(name, v)| name.ends_with("_response") && v.is_object());
            match wrapper.map(|(name, _)| name.clone()).and_then(|name| map.remove(&name)) {
                Some(inner) => inner,
                None => Value::Object(map),
            }
        }
        other => other,
    }
}

/// The name of the wrapper, such as `aliexpress_issue_detail_get_response`; none in a simplified answer.
pub(super) fn wrapper_name(answer: &Value) -> Option<&str> {
    answer
        .as_object()?
        .iter()
        .find(|(name, v)| name.ends_with("_response") && v.is_object())
        .map(|(n, _)| n.as_str())
}

/// The part that carries the data: `result.data`, `result`, `data`, `result_object`, `target` or the
/// answer itself.
pub(super) fn data(answer: &Value) -> Value {
    let outer = ["result", "result_object", "target"].iter().find_map(|n| nested(field(answer, n)));
    let outer = outer.unwrap_or_else(|| answer.clone());
    nested(field(&outer, "data")).unwrap_or(outer)
}

/// The rows of a list whose name is not documented: one of `names`, even if it is empty, else the first field that is a
/// list.
pub(super) fn any_list<'a>(data: &'a Value, names: &[&str]) -> &'a [Value] {
    if names.iter().any(|name| !field(data, name).is_null()) {
        return list(data, names);
    }
    data.as_object().and_then(|map| map.values().find_map(Value::as_array)).map_or(&[], Vec::as_slice)
}

/// Whether a numbered page with so many rows is the last of its list, of which `asked` rows a page were wanted. A platform
/// that gives fewer a page says so, and one that leaves rows out of a page says how many there are in all.
pub(super) fn is_last_page(data: &Value, rows: usize, page: u64, asked: usize) -> bool {
    let number = |names: &[&str]| int(data, names).and_then(|number| u64::try_from(number).ok());
    let asked = u64::try_from(asked).unwrap_or(u64::MAX);
    let size = number(&["page_size"]).filter(|size| (1..asked).contains(size)).unwrap_or(asked);
    let short = u64::try_from(rows).unwrap_or(u64::MAX) < size;
    let all = number(&["total_count", "total_item", "total_results"]);
    rows == 0 || (short && all.is_none_or(|all| page.saturating_mul(size) >= all))
}

fn gateway_error(answer: &Value) -> Option<ApiError> {
    let wrapped = field(answer, "error_response");
    if wrapped.is_object() {
        return Some(error_of(wrapped, false));
    }
    let code = as_text(field(answer, "code"))?;
    let has_words =
        !field(answer, "message").is_null() || !field(answer, "msg").is_null() || flat_type(answer);
    if matches!(code.as_str(), "0" | "200") || !has_words {
        return None;
    }
    Some(error_of(answer, false))
}

fn flat_type(answer: &Value) -> bool {
    matches!(field(answer, "type").as_str(), Some("ISV" | "ISP" | "SYSTEM"))
}

/// A failure inside an answer that the gateway calls a success. A stated success wins over a code beside it: `"0"`
/// comes with words too.
fn business_error(level: &Value) -> Option<ApiError> {
    let stated = ["success", "is_success", "result_success"].iter().find_map(|name| flag(level, name));
    let code = text(level, &["error_code"]).unwrap_or_default();
    let failed = match stated {
        Some(success) => !success,
        None => !matches!(code.as_str(), "" | "0" | "200"),
    };
    failed.then(|| ApiError { code, ..error_of(level, true) })
}

fn error_of(level: &Value, business: bool) -> ApiError {
    let sub = text(level, &["sub_msg"]);
    let main = text(level, &["msg", "message", "error_message", "error_msg"]);
    let message = match (main, sub) {
        (Some(main), Some(sub)) => format!("{main}; {sub}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => String::new(),
    };
    ApiError {
        code: text(level, &["code"]).unwrap_or_default(),
        sub_code: text(level, &["sub_code"]).unwrap_or_default(),
        message,
        business,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!({ "buyer_list": [1, 2] }), 2)]
    #[case(json!({ "buyer_list": {}, "tags": [1, 2, 3] }), 0)]
    #[case(json!({ "buyer_list": "", "tags": [1, 2, 3] }), 0)]
    #[case(json!({ "buyer_list": null, "sessions": [1, 2, 3] }), 3)]
    #[case(json!({ "list": { "buyer": [1] }, "tags": [1, 2, 3] }), 1)]
    #[case(json!({ "result": [1] }), 1)]
    #[case(json!({ "has_more": false }), 0)]
    fn an_empty_list_is_not_filled_from_another(#[case] data: Value, #[case] rows: usize) {
        assert_eq!(any_list(&data, &["buyer_list", "list"]).len(), rows, "{data}");
    }

    #[rstest]
    #[case(json!({}), 50, 1, false)]
    #[case(json!({}), 49, 1, true)]
    #[case(json!({ "total_count": "120" }), 49, 1, false)]
    #[case(json!({ "total_item": 120 }), 20, 3, true)]
    #[case(json!({ "total_item": 120 }), 0, 1, true)]
    #[case(json!({ "total_count": 0 }), 50, 1, false)]
    #[case(json!({ "page_size": 20 }), 20, 1, false)]
    #[case(json!({ "page_size": 20, "total_count": 60 }), 19, 2, false)]
    #[case(json!({ "page_size": "20", "total_count": 60 }), 20, 3, false)]
    #[case(json!({ "page_size": 0, "total_count": null }), 20, 1, true)]
    fn a_page_is_the_last_if_it_is_short_and_nothing_says_otherwise(
        #[case] data: Value,
        #[case] rows: usize,
        #[case] page: u64,
        #[case] last: bool,
    ) {
        assert_eq!(is_last_page(&data, rows, page, 50), last, "{rows} rows on page {page} of {data}");
    }
}
