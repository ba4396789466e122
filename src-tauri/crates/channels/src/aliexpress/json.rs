//! Reading answers whose shape depends on a switch: wrapped or simplified, lists inside an element name, `{}` for an
//! empty list, ids and money as numbers or text, empty text for absent.

use serde_json::Value;

/// A field of an object; [`Value::Null`] if there is none.
pub(super) fn field<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&Value::Null)
}

/// A scalar as text: ids of up to 19 digits keep every digit. Empty text is absent.
pub(super) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The first of `names` that holds text.
pub(super) fn text(value: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| as_text(field(value, name)))
}

/// The first of `names` that holds a whole number, written as a number or as text.
pub(super) fn int(value: &Value, names: &[&str]) -> Option<i64> {
    names.iter().find_map(|name| match field(value, name) {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    })
}

/// A yes or no, written as such, as text or as 0 and 1.
pub(super) fn flag(value: &Value, name: &str) -> Option<bool> {
    match field(value, name) {
        Value::Bool(yes) => Some(*yes),
        Value::String(text) => match text.trim() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        Value::Number(number) => number.as_i64().map(|n| n != 0),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The rows of a list: an array, or an object that holds one under its element name, or `{}` for none.
pub(super) fn rows(value: &Value) -> &[Value] {
    match value {
        Value::Array(rows) => rows,
        Value::Object(map) => match map.values().find(|v| v.is_array()) {
            Some(Value::Array(rows)) => rows,
            // A converter from XML writes a list of one as the element itself.
            _ if map.len() == 1 => {
                map.values().next().filter(|v| v.is_object()).map_or(&[], std::slice::from_ref)
            }
            _ => &[],
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => &[],
    }
}

/// The rows of the first of `names` that is there.
pub(super) fn list<'a>(value: &'a Value, names: &[&str]) -> &'a [Value] {
    names.iter().map(|name| field(value, name)).find(|v| !v.is_null()).map_or(&[], rows)
}

/// An object that may also come as JSON in a text.
pub(super) fn nested(value: &Value) -> Option<Value> {
    match value {
        Value::Object(_) => Some(value.clone()),
        Value::String(text) => serde_json::from_str(text).ok().filter(Value::is_object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    }
}

/// Parts of names of fields that tell who or where a person is: never stored (`docs/RULES.md` §8).
const PERSONAL: [&str; 13] = [
    "phone",
    "mobile",
    "fax",
    "address",
    "contact_person",
    "zip",
    "cpf",
    "fullname",
    "first_name",
    "last_name",
    "email",
    "passport",
    "tax_number",
];

/// Takes personal fields out, at every depth.
pub(super) fn redact(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|name, _| {
                let name = name.to_ascii_lowercase();
                !PERSONAL.iter().any(|part| name.contains(part))
            });
            map.values_mut().for_each(redact);
        }
        Value::Array(rows) => rows.iter_mut().for_each(redact),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The bytes of a row without its personal fields.
pub(super) fn redacted_bytes(row: &Value) -> Vec<u8> {
    let mut row = row.clone();
    redact(&mut row);
    row.to_string().into_bytes()
}
