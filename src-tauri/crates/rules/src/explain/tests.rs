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
