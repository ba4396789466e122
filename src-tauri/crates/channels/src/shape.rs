//! What is kept of an answer that could not be read and may hold somebody's name, phone or address: its shape. Names and
//! kinds of fields with the lengths of their values are enough to mend a reader, and tell nothing of a buyer
//! (`docs/RULES.md` §8: a field that is off is never stored, not even in raw bytes).

use serde_json::{Map, Value, json};

/// Fields whose value is kept: they name an order, a return or a dispute.
const NUMBERS: [&str; 8] = [
    "order_sn",
    "ordersn",
    "return_sn",
    "order_id",
    "trade_order_id",
    "parent_order_id",
    "issue_id",
    "request_id",
];
/// Fields whose value is kept: one word of the platform's.
const WORDS: [&str; 9] = [
    "error",
    "code",
    "sub_code",
    "error_code",
    "order_status",
    "status",
    "issue_status",
    "current_status",
    "last_status",
];
/// Inside nothing but these (and `…_response`) such a value is kept: below any other name stands what nobody here knows.
const CONTAINERS: [&str; 17] = [
    "response",
    "result",
    "result_object",
    "target",
    "data",
    "order_list",
    "orders",
    "return",
    "return_list",
    "target_list",
    "order_dto",
    "aeop_order_item_dto",
    "simple_order_item_vo",
    "data_list",
    "issue_list",
    "issue_api_issue_dto",
    "process_dto_list",
];
/// Entries of a list that are described; of a long one the first tell enough.
const ENTRIES: usize = 64;
/// Values that are described in all.
const VALUES: usize = 10_000;
/// The longest name, number or word that is kept, in bytes.
const LONGEST: usize = 64;

/// The shape of an answer as JSON. `asked_for` is the number of what was asked for, if that was one thing.
pub(crate) fn of_bytes(asked_for: Option<&str>, bytes: &[u8]) -> Vec<u8> {
    match crate::json::parse(bytes) {
        Ok(json) => of(asked_for, &json),
        Err(_) => written(asked_for, "not_json", json!({ "bytes": bytes.len(), "begins": beginning(bytes) })),
    }
}

/// As [`of_bytes`], of a part of an answer.
pub(crate) fn of(asked_for: Option<&str>, value: &Value) -> Vec<u8> {
    written(asked_for, "shape", Walk { left: VALUES }.value(value, true))
}

fn written(asked_for: Option<&str>, name: &str, what: Value) -> Vec<u8> {
    let mut kept = Map::new();
    if let Some(number) = asked_for {
        kept.insert("asked_for".to_owned(), number.into());
    }
    kept.insert(name.to_owned(), what);
    Value::Object(kept).to_string().into_bytes()
}

/// What kind of thing this seems to be, by its first bytes.
fn beginning(bytes: &[u8]) -> &'static str {
    match bytes.trim_ascii_start() {
        [] => "nothing",
        [0x1F, 0x8B, ..] => "gzip",
        [b'{', ..] => "an object",
        [b'[', ..] => "a list",
        [b'<', ..] => "markup",
        [b'"', ..] => "a quoted text",
        [b'-' | b'0'..=b'9', ..] => "a number",
        _ if std::str::from_utf8(bytes).is_ok() => "words",
        _ => "binary",
    }
}

struct Walk {
    /// So many values may still be described.
    left: usize,
}

impl Walk {
    /// The shape of a value; `open` where only known containers are around it.
    fn value(&mut self, value: &Value, open: bool) -> Value {
        if self.left == 0 {
            return "not described".into();
        }
        self.left -= 1;
        match value {
            Value::Null => Value::Null,
            Value::Bool(_) => "yes or no".into(),
            Value::Number(number) => {
                let kind = if number.is_f64() { "decimal" } else { "integer" };
                format!("{kind} {}", number.to_string().len()).into()
            }
            Value::String(text) => self.text(text, open),
            Value::Array(entries) => {
                let mut shapes: Vec<Value> =
                    entries.iter().take(ENTRIES).map(|entry| self.value(entry, open)).collect();
                if let Some(more) = entries.len().checked_sub(ENTRIES).filter(|more| *more > 0) {
                    shapes.push(format!("{more} more").into());
                }
                shapes.into()
            }
            Value::Object(fields) => self.object(fields, open),
        }
    }

    /// Platforms write JSON into texts: what is in there has a shape of its own.
    fn text(&mut self, text: &str, open: bool) -> Value {
        if text.starts_with(['{', '['])
            && let Ok(inner) = serde_json::from_str::<Value>(text)
        {
            return json!({ "text with": self.value(&inner, open) });
        }
        let digits =
            if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) { " digits" } else { "" };
        format!("text {}{digits}", text.chars().count()).into()
    }

    fn object(&mut self, fields: &Map<String, Value>, open: bool) -> Value {
        let mut shapes = Map::new();
        for (at, (name, value)) in fields.iter().enumerate() {
            if self.left == 0 {
                break;
            }
            let shape = match harmless(name, value).filter(|_| open) {
                Some(known) => known,
                None => self.value(value, open && is_container(name)),
            };
            // A name that is none may be somebody's.
            let name =
                if is_name(name) { name.clone() } else { format!("name {} #{at}", name.chars().count()) };
            shapes.insert(name, shape);
        }
        shapes.into()
    }
}

fn is_container(name: &str) -> bool {
    CONTAINERS.contains(&name) || (name.ends_with("_response") && is_name(name))
}

/// As programs write names of fields.
fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.len() <= LONGEST
        && bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        && bytes.iter().filter(|byte| byte.is_ascii_digit()).count() < 4
}

/// A value that says nothing of a person: a number or a word that looks like one, in a field that has such.
fn harmless(name: &str, value: &Value) -> Option<Value> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let all = |also: &[u8]| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || also.contains(&byte));
    let number = NUMBERS.contains(&name) && digits >= 4 && all(b"");
    let word = WORDS.contains(&name) && digits < 4 && all(b"_.-");
    let short = (1..=LONGEST).contains(&text.len());
    (short && (number || word)).then(|| value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shape(answer: &Value) -> Value {
        serde_json::from_slice(&of(None, answer)).unwrap()
    }

    #[test]
    fn an_order_is_known_by_number_and_state_and_by_nothing_else() {
        let answer = json!({ "error": "", "request_id": "7f3a2201", "response": { "order_list": [{
            "order_sn": "220818EGS328B9", "order_status": "READY_TO_SHIP", "cod": false, "total_amount": 12.4,
            "pay_time": 1_660_789_000, "note": "",
            "recipient_address": { "name": "Jane Doe", "phone": "6591234567", "status": "Widow", "order_sn": "12345" },
            "+65 9123 4567": "call her", "item_list": [],
            "extra": "{\"city\":\"Singapore\",\"floors\":[3]}",
        }] } });
        let kept = json!({ "shape": {
            "error": "text 0", "request_id": "7f3a2201",
            "response": { "order_list": [{
                "order_sn": "220818EGS328B9", "order_status": "READY_TO_SHIP", "cod": "yes or no",
                "total_amount": "decimal 4", "pay_time": "integer 10", "note": "text 0",
                "recipient_address":
                    { "name": "text 8", "phone": "text 10 digits", "status": "text 5", "order_sn": "text 5 digits" },
                "name 13 #0": "text 8", "item_list": [],
                "extra": { "text with": { "city": "text 9", "floors": ["integer 1"] } },
            }] },
        } });
        assert_eq!(shape(&answer), kept, "enough to mend a reader");
    }

    #[test]
    fn of_what_is_no_json_only_how_much_it_is_and_how_it_begins_is_kept() {
        let kept = |bytes: &[u8]| String::from_utf8(of_bytes(Some("A1"), bytes)).unwrap();
        let cut = br#"{"phone":"6591234567"#;
        assert_eq!(
            kept(cut),
            r#"{"asked_for":"A1","not_json":{"begins":"an object","bytes":20}}"#,
            "cut off"
        );
        for (bytes, begins) in [
            (&b""[..], "nothing"),
            (b"<html>Jane", "markup"),
            (b"\x1f\x8b\x08Jane", "gzip"),
            (b"Jane Doe", "words"),
            (b"6591234567,", "a number"),
            (b"\"Jane", "a quoted text"),
            (b"[\"Jane", "a list"),
            (b"\xff\xfeJane", "binary"),
        ] {
            let kept = kept(bytes);
            assert!(kept.contains(&format!("\"{begins}\"")) && !kept.contains("Jane"), "{begins}: {kept}");
        }
    }

    #[test]
    fn a_word_that_is_none_is_not_kept_under_a_harmless_name() {
        for value in ["Jane Doe", "call 6591234567", "6591234567", "a@b.example", "王小姐", ""] {
            let kept =
                shape(&json!({ "status": value, "code": value, "response": { "error": value } })).to_string();
            assert!(value.is_empty() || !kept.contains(value), "{value} is no state: {kept}");
        }
        for value in ["Jane Doe", "Jane", "+6591234567", "a@b.example1234"] {
            let kept = shape(&json!({ "order_sn": value })).to_string();
            assert!(!kept.contains(value), "{value} is no number of an order: {kept}");
        }
    }

    #[test]
    fn a_huge_answer_has_a_small_shape() {
        let rows = vec![json!({ "a": vec![7; 1_000] }); 1_000];
        let kept = of(None, &json!({ "response": rows }));
        assert!(kept.len() < 300_000, "{} bytes", kept.len());
        let mut deep = json!("Jane Doe");
        for _ in 0..20 {
            deep = json!({ "inner": deep.to_string() });
            if deep.to_string().len() > 1_000_000 {
                break;
            }
        }
        assert!(!String::from_utf8(of(None, &deep)).unwrap().contains("Jane"), "however deep it lies");
    }

    /// A value of four characters and more that no name and no word of a shape has in it.
    fn secret() -> impl Strategy<Value = String> {
        prop_oneof![
            "[王李街路號]{4,12}",
            "[A-Z]{2}[a-z]{2} [0-9]{1,3} [A-Z]{2}",
            "\\+[0-9]{6,12}",
            "[0-9]{4,15}@"
        ]
    }

    fn name() -> impl Strategy<Value = String> {
        let known: Vec<&str> =
            NUMBERS.into_iter().chain(WORDS).chain(CONTAINERS).chain(["phone", "zip"]).collect();
        prop_oneof![proptest::sample::select(known).prop_map(str::to_owned), "[a-z_]{1,8}", secret()]
    }

    fn answer() -> impl Strategy<Value = (Value, Vec<String>)> {
        let leaf = prop_oneof![
            secret().prop_map(|text| (json!(text), vec![text])),
            any::<i64>().prop_map(|number| (json!(number), Vec::new())),
            any::<bool>().prop_map(|yes| (json!(yes), Vec::new())),
            Just((Value::Null, Vec::new())),
        ];
        leaf.prop_recursive(5, 60, 6, |inner| {
            let fields = proptest::collection::vec((name(), inner.clone()), 0..6);
            let entries = proptest::collection::vec(inner.clone(), 0..6);
            prop_oneof![
                fields.prop_map(|fields| {
                    let mut secrets = Vec::new();
                    let mut map = Map::new();
                    for (name, (value, more)) in fields {
                        secrets.extend(more);
                        map.insert(name, value);
                    }
                    (map.into(), secrets)
                }),
                entries.prop_map(|entries| {
                    let (values, secrets): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
                    (values.into(), secrets.concat())
                }),
                // As JSON in a text.
                inner.prop_map(|(value, secrets)| (json!(value.to_string()), secrets)),
            ]
        })
    }

    /// Every text and number in a shape, with the name of its field.
    fn leaves<'a>(name: &'a str, value: &'a Value, found: &mut Vec<(&'a str, &'a Value)>) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| leaves(name, value, found)),
            Value::Array(entries) => entries.iter().for_each(|entry| leaves(name, entry, found)),
            leaf => found.push((name, leaf)),
        }
    }

    fn describes(leaf: &Value) -> bool {
        let Some(words) = leaf.as_str() else { return leaf.is_null() };
        let words: Vec<&str> = words.split(' ').collect();
        let number = |word: &str| word.parse::<usize>().is_ok();
        match words[..] {
            ["yes", "or", "no"] | ["not", "described"] => true,
            ["text" | "integer" | "decimal", length] => number(length),
            ["text", length, "digits"] | [length, "more"] => number(length),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn no_value_of_four_characters_survives((answer, secrets) in answer()) {
            let kept = String::from_utf8(of(None, &answer)).unwrap();
            for secret in secrets {
                prop_assert!(!kept.contains(&secret), "{} in {}", secret, kept);
            }
        }

        #[test]
        fn a_shape_says_kinds_and_lengths_and_what_is_harmless((answer, _) in answer()) {
            let kept = shape(&answer);
            let mut all = Vec::new();
            leaves("", &kept["shape"], &mut all);
            for (name, leaf) in all {
                prop_assert!(describes(leaf) || harmless(name, leaf).is_some(), "{name}: {leaf} in {answer}");
            }
        }

        #[test]
        fn any_bytes_have_a_shape(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(serde_json::from_slice::<Value>(&of_bytes(None, &bytes)).is_ok(), "it is JSON");
        }
    }
}
