//! Answers in the form the caller asked for: wrapped or simplified, errors nested or flat.

use super::call::{Call, Door};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

const REQUEST_ID: &str = "2140eaab17301752515171777";

/// A refusal: the word of the present gateway and the number of the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) word: &'static str,
    pub(super) number: u32,
    pub(super) sub_code: &'static str,
    pub(super) message: &'static str,
}

impl Refusal {
    pub(super) const fn new(word: &'static str, number: u32, message: &'static str) -> Self {
        Self { word, number, sub_code: "", message }
    }

    pub(super) const fn bad(message: &'static str) -> Self {
        Self::new("InvalidParameter", 41, message)
    }

    pub(super) fn answer(&self, door: &Door) -> Response {
        let body = match door {
            Door::Old => json!({ "error_response": {
                "code": self.number, "msg": self.message, "sub_code": self.sub_code, "request_id": REQUEST_ID,
            }}),
            Door::Sync => json!({ "error_response": {
                "type": "ISV", "code": self.word, "msg": self.message, "request_id": REQUEST_ID,
            }}),
            Door::Rest(_) => json!({
                "type": "ISV", "code": self.word, "message": self.message, "request_id": REQUEST_ID,
            }),
        };
        plain(&body)
    }
}

/// A success with `inner` as its content.
pub(super) fn success(call: &Call, mut inner: Value) -> Response {
    inner["request_id"] = REQUEST_ID.into();
    if matches!(call.door, Door::Rest(_)) {
        inner["code"] = "0".into();
    } else if !call.simplified() {
        let wrapper = format!("{}_response", call.api().replace('.', "_"));
        let mut outer = serde_json::Map::new();
        outer.insert(wrapper, inner);
        inner = Value::Object(outer);
    }
    plain(&inner)
}

/// A list: bare, or in its element name; then an empty one is `{}`.
pub(super) fn list(call: &Call, element: &str, rows: Vec<Value>) -> Value {
    if call.simplified() {
        return Value::Array(rows);
    }
    if rows.is_empty() { json!({}) } else { json!({ element: rows }) }
}

fn plain(body: &Value) -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, "application/json;charset=UTF-8")], body.to_string())
        .into_response()
}
