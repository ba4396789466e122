use super::*;
use rstest::rstest;

fn dispatch(input: &str) -> (Summary, String) {
    let mut output = Vec::new();
    let summary = explain_dispatch(input.as_bytes(), &mut output).unwrap();
    (summary, String::from_utf8(output).unwrap())
}

const ROSTER: &str =
    r#"{"at":"2026-02-09T08:30:00+08:00","event":"roster","main":"彩电卖家","subs":["彩电卖家:小李"]}"#;

#[rstest]
#[case::not_json("{", "line 2")]
#[case::unknown_event(r#"{"at":"2026-02-09T09:00:00+08:00","event":"lunch"}"#, "lunch")]
#[case::unknown_account(
    r#"{"at":"2026-02-09T09:00:00+08:00","event":"presence","account":"小王","to":"online"}"#,
    "小王"
)]
#[case::bad_instant(r#"{"at":"yesterday","event":"reply","buyer":"b1"}"#, "line 2")]
#[case::not_text("\u{1}\u{2}", "line 2")]
fn a_bad_line_is_reported_and_the_rest_goes_on(#[case] bad: &str, #[case] words: &str) {
    let message = r#"{"at":"2026-02-09T09:01:00+08:00","event":"message","id":"m1","buyer":"b1","entry":"contact_link"}"#;
    let (summary, output) = dispatch(&format!("\u{feff}{ROSTER}\r\n{bad}\n\n{message}"));
    assert_eq!((summary.errors.len(), summary.written), (1, 1), "one slip hides nothing else: {summary:?}");
    let error = summary.errors[0].to_string();
    assert!(
        error.contains(words) && summary.errors[0].line == 2,
        "the line and its fault are named: {error}"
    );
    assert!(output.starts_with(r#"{"id":"m1","to":"彩电卖家","reason":"main_fallback""#), "{output}");
}

#[rstest]
#[case::a_list("[]", "line 2: invalid type: sequence, expected an event")]
#[case::a_number("0", "line 2: invalid type: integer `0`, expected an event")]
#[case::no_field(
    r#"{"at":"2026-02-09T09:00:00+08:00","event":"presence","to":"online"}"#,
    "line 2: missing field `account` (column 67)"
)]
fn an_error_names_one_line_and_what_belongs_there(#[case] bad: &str, #[case] words: &str) {
    let (summary, _) = dispatch(&format!("{ROSTER}\n{bad}"));
    let error = summary.errors[0].to_string();
    assert!(error.starts_with(words), "{error}");
    assert!(!error.contains("line 1") && !error.contains("struct"), "no word of the parser's own: {error}");
}

#[test]
fn a_script_without_a_roster_is_said() {
    let (summary, _) = dispatch(r#"{"at":"2026-02-09T09:00:00+08:00","event":"reply","buyer":"b1"}"#);
    assert!(summary.errors[0].detail.contains("roster"), "{summary:?}");
}

#[test]
fn weights_are_looked_at_while_they_are_switched_on() {
    let at = |what: &str| format!("{{\"at\":\"2026-02-09T09:00:00+08:00\",\"event\":{what}}}\n");
    let message = |id: &str| at(&format!(r#""message","id":"{id}","buyer":"{id}","entry":"contact_link""#));
    let roster = at(r#""roster","main":"店","subs":["店:甲","店:乙"]"#);
    let there =
        ["店:甲", "店:乙"].map(|a| at(&format!(r#""presence","account":"{a}","to":"online""#))).concat();
    let heavy = at(r#""weight","account":"店:乙","to":2"#);
    let (on, off) = (at(r#""weighted","to":true"#), at(r#""weighted","to":false"#));
    let before = ["1", "2", "3"].map(message).concat();
    let during = ["4", "5", "6"].map(message).concat();
    let script = format!("{roster}{there}{heavy}{before}{on}{during}{off}{}", message("7"));
    let (summary, output) = dispatch(&script);
    assert!(summary.errors.is_empty(), "{summary:?}");
    let lines: Vec<serde_json::Value> = output.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let to: Vec<_> =
        lines.iter().map(|line| line["to"].as_str().unwrap().trim_start_matches("店:")).collect();
    // Counts before each: 0 0, 1 0, 1 1, then divided by 1 and 2: 2/1 1/2, 2/1 2/2, 2/1 3/2, and plainly again: 2 4.
    assert_eq!(to, ["甲", "乙", "甲", "乙", "乙", "乙", "甲"], "{output}");
    let weights: Vec<_> = lines.iter().map(|line| &line["facts"]["seats"][2]["weight"]).collect();
    let (none, two) = (&serde_json::Value::Null, &serde_json::json!(2));
    assert_eq!(weights, [none, none, none, two, two, two, none], "facts say what was looked at");
}

#[rstest]
#[case::too_great(r#""weight","account":"彩电卖家","to":101"#, "a weight is 0 to 100, not 101")]
#[case::less_than_nothing(r#""weight","account":"彩电卖家","to":-1"#, "-1")]
#[case::unknown_account(r#""weight","account":"小王","to":2"#, "小王")]
fn a_weight_that_cannot_be_is_said(#[case] event: &str, #[case] words: &str) {
    let line = format!(r#"{{"at":"2026-02-09T09:00:00+08:00","event":{event}}}"#);
    let (summary, _) = dispatch(&format!("{ROSTER}\n{line}"));
    assert!(summary.errors[0].detail.contains(words), "{summary:?}");
}

#[test]
fn an_unknown_type_of_message_is_no_reply() {
    let case = r#"{"id":"c","multi_device_sync":true,"messages":[
        {"at":"2026-03-02T10:00:00+08:00","from":"buyer","type":"text"},
        {"at":"2026-03-02T10:01:00+08:00","from":"seller","type":"hologram","device":"pc"}]}"#
        .replace('\n', "");
    let mut output = Vec::new();
    explain_clocks(case.as_bytes(), &mut output).unwrap();
    let output = String::from_utf8(output).unwrap();
    let start = r#"{"id":"c","response_s":[],"owes":true,"reply_due":"2026-03-02T13:00:00+08:00""#;
    assert!(output.starts_with(start), "a type of tomorrow must not hide a debt: {output}");
}
