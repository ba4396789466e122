//! In which form the stream writes messages: replies are written alike.

use super::row::{WORDS, from_of, is_text, payload_of, stated_time, to_of};
use crate::aliexpress::json::{field, nested};
use crate::aliexpress::walk::number_or_text;
use domain::{Timestamp, to_ms};
use serde_json::{Value, json};

/// See the module. The default is the form of the list of calls, as far as it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    login_is_text: bool,
    clock: Clock,
    kind: String,
    payload: Payload,
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clock {
    Iso,
    Seconds,
    Milliseconds,
}

/// How words are put into a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Payload {
    /// They are it.
    Plain,
    /// An object has them under a name.
    Object(&'static str),
    /// So does an object that is written into a text.
    Text(&'static str),
}

impl Default for Form {
    fn default() -> Self {
        Self {
            login_is_text: false,
            clock: Clock::Iso,
            kind: "text".into(),
            payload: Payload::Object(WORDS[0]),
        }
    }
}

impl Form {
    /// Looks at rows, of which the last that shows something decides.
    pub(super) fn learn(&mut self, rows: &[Value]) {
        for row in rows {
            if from_of(row).is_string() || to_of(row).is_string() {
                self.login_is_text = true;
            }
            match stated_time(row) {
                Some(Value::Number(number)) => {
                    let long = number.as_i64().is_some_and(|number| number > 99_999_999_999);
                    self.clock = if long { Clock::Milliseconds } else { Clock::Seconds };
                }
                Some(Value::String(text)) if text.contains('-') => self.clock = Clock::Iso,
                Some(_) | None => {}
            }
            if !is_text(row) {
                continue;
            }
            if let Some(kind) = super::row::kind_of(row) {
                self.kind = kind;
            }
            let payload = payload_of(row);
            let named = nested(payload).map(|object| {
                WORDS.into_iter().find(|name| field(&object, name).as_str().is_some_and(|w| !w.is_empty()))
            });
            match (named, payload) {
                (Some(Some(name)), Value::String(_)) => self.payload = Payload::Text(name),
                (Some(Some(name)), _) => self.payload = Payload::Object(name),
                (None, Value::String(_)) => self.payload = Payload::Plain,
                _ => {}
            }
        }
    }

    /// A login, as a number where logins are numbers.
    pub(super) fn login(&self, login: &str) -> Value {
        if self.login_is_text { login.into() } else { number_or_text(login) }
    }

    /// An instant.
    pub(super) fn instant(&self, at: Timestamp) -> Value {
        match self.clock {
            Clock::Iso => at.strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string().into(),
            Clock::Seconds => at.as_second().into(),
            Clock::Milliseconds => to_ms(at).into(),
        }
    }

    /// A message of words.
    pub(super) fn message(&self, to: &str, at: Timestamp, words: &str) -> Value {
        let payload = match &self.payload {
            Payload::Plain => words.into(),
            Payload::Object(name) => json!({ *name: words }),
            Payload::Text(name) => json!({ *name: words }).to_string().into(),
        };
        json!({
            "to_user_login_id": self.login(to),
            "created_at": self.instant(at),
            "type": self.kind,
            "payload": payload,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn at() -> Timestamp {
        "2026-11-22T02:00:00.000123Z".parse().unwrap()
    }

    #[test]
    fn before_anything_was_seen_it_is_the_form_of_the_list() {
        let expected = json!({
            "to_user_login_id": 7, "created_at": "2026-11-22T02:00:00.000123+00:00",
            "type": "text", "payload": { "text": "да" },
        });
        assert_eq!(Form::default().message("7", at(), "да"), expected);
        assert_eq!(Form::default().message("es7", at(), "да")["to_user_login_id"], "es7");
    }

    #[rstest]
    #[case(json!({ "from_user_login_id": "7", "to_user_login_id": "8", "created_at": "2026-11-22T02:00:00Z",
        "type": "text", "payload": "a" }))]
    #[case(json!({ "from_user_login_id": 7, "to_user_login_id": 8, "created_at": 1_795_312_800,
        "type": "TEXT", "payload": { "content": "a" } }))]
    #[case(json!({ "from_user_login_id": 7, "to_user_login_id": 8, "created_at": 1_795_312_800_000_i64,
        "type": "Text", "payload": "{\"message\":\"a\"}" }))]
    fn a_reply_is_written_as_the_stream_writes(#[case] row: Value) {
        let mut form = Form::default();
        form.learn(std::slice::from_ref(&row));
        let reply = form.message("9", at(), "b");
        let kinds = |value: &Value| (value.is_string(), value.is_number(), value.is_object());
        for name in ["to_user_login_id", "created_at", "payload"] {
            assert_eq!(kinds(&reply[name]), kinds(&row[name]), "{name} of {reply}");
        }
        assert_eq!(reply["type"], row["type"], "its own word for the type");
        assert_eq!(super::super::row::words_of(&reply["payload"]).as_deref(), Some("b"), "{reply}");
        let mut again = Form::default();
        again.learn(&[reply]);
        assert_eq!(again, form, "and is read back in the same form");
    }

    #[test]
    fn a_row_that_shows_nothing_changes_nothing() {
        let mut form = Form::default();
        form.learn(&[json!({}), json!({ "type": "text", "payload": {} }), json!({ "created_at": "soon" })]);
        assert_eq!(form, Form::default());
    }
}
