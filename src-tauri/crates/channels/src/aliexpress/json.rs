//! Reading answers whose shape depends on a switch: wrapped or simplified, lists inside an element name, `{}` for an
//! empty list, ids and money as numbers or text, empty text for absent.

use serde_json::{Number, Value};

/// A field of an object; [`Value::Null`] if there is none.
pub(super) fn field<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&Value::Null)
}

/// Up to here a number that was written with a point or an exponent is exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A scalar as text: ids of up to 19 digits keep every digit. Empty text is absent, and so is a number of more digits: it
/// has lost some, and two ids would be the same.
pub(super) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => match whole(number) {
            Some(whole) => Some(whole.to_string()),
            None if number.is_f64() => {
                number.as_f64().filter(|float| float.abs() < EXACT).map(|_| number.to_string())
            }
            None => Some(number.to_string()),
        },
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
        Value::Number(number) => number.as_i64().or_else(|| whole(number)),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    })
}

/// The whole number that was written as `7.0` or `7e0`.
#[expect(clippy::cast_possible_truncation, reason = "it is whole, and far below the limits of the type")]
fn whole(number: &Number) -> Option<i64> {
    let float = number.as_f64().filter(|_| number.is_f64())?;
    (float.fract() == 0.0 && float.abs() < EXACT).then_some(float as i64)
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
        // One alone may stand without its list; what is inside it is no list of such.
        Value::Object(map)
            if map.len() > 1 && map.iter().any(|(name, v)| is_id(name) && as_text(v).is_some()) =>
        {
            std::slice::from_ref(value)
        }
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

fn is_id(name: &str) -> bool {
    name == "id" || (name.ends_with("_id") && !name.starts_with("last_"))
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

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(r#"{"order_dto":[{"order_id":1},{"order_id":2}]}"#, 2)]
    #[case(r#"{"order_dto":{"order_id":1}}"#, 1)]
    #[case(r#"{"order_id":1,"product_list":[{"child_id":2},{"child_id":3}]}"#, 1)]
    #[case(r#"{"order_id":"1","product_list":{"order_product_dto":[{"child_id":2},{"child_id":3}]}}"#, 1)]
    #[case(r#"{"list":[1,2],"total":2}"#, 2)]
    #[case("{}", 0)]
    fn one_row_may_stand_without_its_list(#[case] written: &str, #[case] count: usize) {
        let value: Value = serde_json::from_str(written).unwrap();
        assert_eq!(rows(&value).len(), count, "{written}");
    }

    #[rstest]
    #[case("7", Some("7"), Some(7))]
    #[case("\" 7 \"", Some("7"), Some(7))]
    #[case("9223372036854775807", Some("9223372036854775807"), Some(i64::MAX))]
    #[case("18446744073709551615", Some("18446744073709551615"), None)]
    #[case("18446744073709551616", None, None)]
    #[case("\"18446744073709551616\"", Some("18446744073709551616"), None)]
    #[case("1795312800000.0", Some("1795312800000"), Some(1_795_312_800_000))]
    #[case("1.7953128e12", Some("1795312800000"), Some(1_795_312_800_000))]
    #[case("12.4", Some("12.4"), None)]
    #[case("-0.5", Some("-0.5"), None)]
    #[case("1e300", None, None)]
    #[case("true", None, None)]
    #[case("null", None, None)]
    fn a_number_keeps_every_digit_or_is_none(
        #[case] written: &str,
        #[case] as_words: Option<&str>,
        #[case] as_number: Option<i64>,
    ) {
        let row: Value = serde_json::from_str(&format!(r#"{{"id":{written}}}"#)).unwrap();
        assert_eq!(text(&row, &["id"]).as_deref(), as_words, "{written} as an id");
        assert_eq!(int(&row, &["id"]), as_number, "{written} as a number");
    }
}
