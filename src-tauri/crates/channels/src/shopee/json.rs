//! Reading fields that are a string here and a number there, or null, or missing.

use serde_json::Value;
use std::collections::BTreeSet;

/// An id or word: a non-empty string, or a whole number written out.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(s) if !s.is_empty() => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// An id: as [`text`], but 0 means that there is none, and a program that lost the difference writes `123.0`. Beyond 2⁵³ such
/// a number has lost digits, and two ids would be the same.
pub(crate) fn id(value: &Value) -> Option<String> {
    if value.is_f64() && int(value).is_none() {
        return None;
    }
    text(value).map(|id| id.strip_suffix(".0").map_or(id.clone(), ToOwned::to_owned)).filter(|id| id != "0")
}

/// Words: a string, or nothing.
pub(crate) fn words(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A whole number, also if it is written as a string or as `123.0`.
#[expect(clippy::cast_possible_truncation, reason = "it is whole, and far below the limits of the type")]
pub(crate) fn int(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = |float: &f64| float.fract() == 0.0 && float.abs() < EXACT;
    match value {
        Value::Number(n) => n.as_i64().or_else(|| n.as_f64().filter(whole).map(|float| float as i64)),
        Value::String(s) => s.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A platform time.
pub(crate) fn time(value: &Value) -> Option<domain::Timestamp> {
    int(value).and_then(super::times::instant)
}

/// A flag, also if it is written as 0 or 1.
pub(crate) fn flag(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| int(value).is_some_and(|n| n != 0))
}

/// A list; a single object counts as a list of one, because some documented objects are lists in truth.
pub(crate) fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(_) => vec![value],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// The bytes of a part of an answer.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

/// The names of fields whose values the platform masked (`P******n`): never anything to match on.
pub(crate) fn masked(value: &Value) -> Vec<String> {
    fn walk<'a>(value: &'a Value, name: &'a str, found: &mut BTreeSet<&'a str>) {
        match value {
            Value::String(text) if text.contains("**") => {
                found.insert(name);
            }
            Value::Object(fields) => fields.iter().for_each(|(name, value)| walk(value, name, found)),
            Value::Array(items) => items.iter().for_each(|item| walk(item, name, found)),
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut found = BTreeSet::new();
    walk(value, "", &mut found);
    found.into_iter().map(ToOwned::to_owned).collect()
}

/// Removes what the card does not need and the owner did not ask for, wherever it stands (`docs/RULES.md` §8).
pub(crate) fn without_personal_data(value: &mut Value) {
    const PERSONAL: [&str; 14] = [
        "recipient_address",
        "buyer_cpf_id",
        "buyer_username",
        "invoice_data",
        "dropshipper",
        "dropshipper_phone",
        "return_pickup_address",
        "return_address",
        "virtual_contact_number",
        "package_query_number",
        "email",
        "phone",
        "full_address",
        "portrait",
    ];
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !PERSONAL.contains(&name.as_str()));
            fields.values_mut().for_each(without_personal_data);
        }
        Value::Array(items) => items.iter_mut().for_each(without_personal_data),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
