//! What an answer means. The platform's `errcode` decides, whatever the HTTP status; its words carry ids and addresses
//! that change from call to call.

use super::limits::Limits;
use super::readers::Missed;
use super::settle::{Delivery, Fault};
use super::trim::trim_bytes;
use super::wire::{Broken, Reply};
use domain::Secret;
use serde_json::Value;

/// The most bytes of the platform's words that are kept.
const DETAIL_BYTES: usize = 300;

/// What an answer means for the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judgement {
    /// This.
    Done(Delivery),
    /// The access token was refused before anything was done; another one may help.
    Token { code: String, detail: String },
}

/// An answer that was read: the code, the words without secrets, and all of it.
pub(super) struct Read {
    pub(super) code: i64,
    pub(super) detail: String,
    pub(super) json: Value,
}

/// Reads an answer; none if it is not the platform's.
pub(super) fn read(reply: &Reply, secrets: &[&Secret]) -> Option<Read> {
    let json: Value = serde_json::from_slice(&reply.bytes).ok()?;
    let code = match &json["errcode"] {
        Value::Number(number) => number.as_i64()?,
        Value::String(text) => text.parse().ok()?,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let detail = masked(json["errmsg"].as_str().unwrap_or_default(), secrets);
    Some(Read { code, detail, json })
}

/// Judges the answer to a message.
pub(super) fn judge(outcome: Result<Reply, Broken>, secrets: &[&Secret], limits: &Limits) -> Judgement {
    let reply = match outcome {
        Ok(reply) => reply,
        Err(Broken::NeverLeft(detail)) => return later("unreachable", detail, None),
        Err(Broken::Unknown(detail)) => return Judgement::Done(Delivery::Unknown { detail }),
    };
    let Some(Read { code, detail, json }) = read(&reply, secrets) else { return bare(&reply) };
    let word = code.to_string();
    Judgement::Done(match code {
        0 => Delivery::Taken { missed: Missed::of(&json) },
        40014 | 41001 | 42001 => return Judgement::Token { code: word, detail },
        45009 => return later(&word, detail, Some(limits.frequency_wait_s)),
        -1 | 45033 => return later(&word, detail, reply.retry_after_s),
        code if only_the_owner_helps(code) => Delivery::OwnerMustAct { code: word, detail },
        40007 | 40008 | 40009 | 40058 | 44004 | 45002 | 47001 => {
            Delivery::Refused { code: word, detail, fault: Fault::Content }
        }
        60011 | 60111 | 81013 => Delivery::Refused { code: word, detail, fault: Fault::Readers },
        _ => Delivery::Odd { code: word, detail },
    })
}

/// Whether an error stays until the owner changes something: a robot that is gone, a wrong secret or agent, an address
/// that is not trusted, an interface that is not allowed.
pub(super) fn only_the_owner_helps(code: i64) -> bool {
    matches!(code, 93000 | 40001 | 40013 | 40056 | 41002 | 41004 | 48002 | 60020 | 301_002)
}

/// An answer that is not the platform's: a gateway's page, or half an answer.
fn bare(reply: &Reply) -> Judgement {
    let code = format!("http_{}", reply.status);
    match reply.status {
        429 => later(&code, String::new(), reply.retry_after_s),
        // Turned away at the door. 408 is not: the request had begun.
        300..=407 | 409..=499 => Judgement::Done(Delivery::Odd { code, detail: String::new() }),
        // Nobody knows how far the call came.
        _ => Judgement::Done(Delivery::Unknown { detail: format!("no errcode in the answer, {code}") }),
    }
}

fn later(code: &str, detail: String, wait_s: Option<i64>) -> Judgement {
    Judgement::Done(Delivery::Later { code: code.to_owned(), detail, wait_s })
}

fn masked(words: &str, secrets: &[&Secret]) -> String {
    let known = secrets.iter().filter(|secret| !secret.is_empty());
    let words = known.fold(words.to_owned(), |words, secret| words.replace(secret.expose(), "…"));
    trim_bytes(&words, DETAIL_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn judged(status: u16, body: &str) -> Judgement {
        let reply = Reply { status, retry_after_s: None, bytes: body.as_bytes().to_vec() };
        judge(Ok(reply), &[&Secret::new("key-7f31")], Limits::robot())
    }

    fn code(judgement: &Judgement) -> String {
        match judgement {
            Judgement::Token { code, .. } => format!("token {code}"),
            Judgement::Done(Delivery::Taken { .. }) => "taken".into(),
            Judgement::Done(Delivery::Later { code, wait_s, .. }) => format!("later {code} {wait_s:?}"),
            Judgement::Done(Delivery::OwnerMustAct { code, .. }) => format!("owner {code}"),
            Judgement::Done(Delivery::Refused { code, fault, .. }) => format!("refused {code} {fault:?}"),
            Judgement::Done(Delivery::Odd { code, .. }) => format!("odd {code}"),
            Judgement::Done(Delivery::Unknown { .. }) => "unknown".into(),
        }
    }

    #[rstest]
    #[case(0, "taken")]
    #[case(45009, "later 45009 Some(60)")]
    #[case(-1, "later -1 None")]
    #[case(45033, "later 45033 None")]
    #[case(93000, "owner 93000")]
    #[case(60020, "owner 60020")]
    #[case(48002, "owner 48002")]
    #[case(42001, "token 42001")]
    #[case(40014, "token 40014")]
    #[case(40058, "refused 40058 Content")]
    #[case(44004, "refused 44004 Content")]
    #[case(81013, "refused 81013 Readers")]
    #[case(99999, "odd 99999")]
    fn the_errcode_decides_and_not_the_http_status(#[case] errcode: i64, #[case] expected: &str) {
        let body = json!({ "errcode": errcode, "errmsg": "x" }).to_string();
        for status in [200, 403, 500] {
            assert_eq!(
                code(&judged(status, &body)),
                expected,
                "HTTP {status} says nothing beside an errcode"
            );
        }
    }

    #[rstest]
    #[case(200, "<html>", "unknown")]
    #[case(200, r#"{"errmsg":"ok"}"#, "unknown")]
    #[case(200, r#"{"errcode":nul"#, "unknown")]
    #[case(502, "", "unknown")]
    #[case(408, "", "unknown")]
    #[case(429, "", "later http_429 None")]
    #[case(302, "", "odd http_302")]
    #[case(404, "", "odd http_404")]
    #[case(200, r#"{"errcode":"0"}"#, "taken")]
    fn an_answer_without_errcode_is_judged_by_what_it_leaves_open(
        #[case] status: u16,
        #[case] body: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(code(&judged(status, body)), expected, "HTTP {status} {body}");
    }

    #[test]
    fn the_platforms_words_never_give_the_key_back() {
        let body = json!({ "errcode": 93000, "errmsg": "invalid webhook url key-7f31, from ip" }).to_string();
        let shown = format!("{:?}", judged(200, &body));
        assert!(!shown.contains("7f31"), "an error ends in logs and on screens: {shown}");
    }

    #[test]
    fn who_is_left_out_is_told() {
        let body = json!({
            "errcode": 0, "invaliduser": "a|b", "unlicenseduser": "c", "invalidparty": "7", "invalidtag": 9
        });
        let missed = Missed {
            users: vec!["a".into(), "b".into()],
            parties: vec!["7".into()],
            tags: vec!["9".into()],
            unlicensed: vec!["c".into()],
        };
        let expected = Delivery::Taken { missed };
        assert_eq!(
            judged(200, &body.to_string()),
            Judgement::Done(expected),
            "taken is not taken for everybody"
        );
    }
}
