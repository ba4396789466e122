//! The worked examples of distribution and clocks: every line must come out as written.

use rules::RulesError;
use rules::explain::{Summary, explain_clocks, explain_dispatch};
use serde_json::Value;

type Explain = fn(&[u8], &mut Vec<u8>) -> Result<Summary, RulesError>;

fn dispatch(input: &[u8], output: &mut Vec<u8>) -> Result<Summary, RulesError> {
    explain_dispatch(input, output)
}

fn clocks(input: &[u8], output: &mut Vec<u8>) -> Result<Summary, RulesError> {
    explain_clocks(input, output)
}

#[rstest::rstest]
#[case::three_days(
    dispatch,
    include_str!("vectors/dispatch-3-days.events.ndjson"),
    include_str!("vectors/dispatch-3-days.decisions.ndjson"),
    147
)]
#[case::sixty_days(
    dispatch,
    include_str!("vectors/dispatch-60-days.events.ndjson"),
    include_str!("vectors/dispatch-60-days.decisions.ndjson"),
    154
)]
#[case::clocks(
    clocks,
    include_str!("vectors/clocks.cases.ndjson"),
    include_str!("vectors/clocks.results.ndjson"),
    200
)]
fn every_line_comes_out_as_written(
    #[case] explain: Explain,
    #[case] input: &str,
    #[case] expected: &str,
    #[case] count: usize,
) {
    let mut output = Vec::new();
    let summary = explain(input.as_bytes(), &mut output).unwrap();
    assert_eq!(summary.errors, [], "every line is understood");
    let output = String::from_utf8(output).unwrap();
    let got: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let want: Vec<Value> = expected.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((got.len(), want.len()), (count, count), "one line for each");
    for (got, want) in got.iter().zip(&want) {
        let want_keys = want.as_object().unwrap();
        for (key, value) in want_keys {
            assert_eq!(got.get(key), Some(value), "{key} of {want}, explained by {got}");
        }
        let extra: Vec<&String> =
            got.as_object().unwrap().keys().filter(|k| !want_keys.contains_key(*k)).collect();
        assert!(
            extra.iter().all(|k| ["facts", "why"].contains(&k.as_str())),
            "no deadline too many: {extra:?}"
        );
    }
}
