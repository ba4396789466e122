//! Nothing half done is handed in: what is still to do is an issue, not a comment.

use super::{Finding, Source};

/// Whole words in any source. Written in two halves, so that this file does not find itself.
const WORDS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("HA", "CK")];
const RUST: &[&str] = &[concat!("db", "g!("), concat!("to", "do!("), concat!("unimple", "mented!(")];
const UI: &[&str] = &[concat!("console", ".log("), concat!("console", ".debug("), concat!("debug", "ger;")];

/// Marks of unfinished work and of debugging.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let calls = match source.kind() {
            "rs" => RUST,
            "ts" | "svelte" if source.path.starts_with("ui/src/") => UI,
            _ => &[],
        };
        for (number, line) in source.lines() {
            let word = WORDS.iter().find(|word| has_word(line, word));
            if let Some(mark) = word.or_else(|| calls.iter().find(|call| line.contains(**call))) {
                let place = format!("{}:{number}", source.path);
                findings.push(Finding::new(
                    place,
                    format!("`{mark}` is left over"),
                    "finish it, or take it out",
                ));
            }
        }
    }
    findings
}

fn has_word(line: &str, word: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        !letter(line[..at].chars().next_back()) && !letter(line[at + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::super::sources::source;
    use super::*;

    fn found(path: &str, line: &str) -> bool {
        !check(&[source(path, line)]).is_empty()
    }

    #[test]
    fn marks_of_unfinished_work_are_found_as_whole_words() {
        let mark = concat!("// TO", "DO: later");
        assert!(
            found("a.rs", mark) && found("ui/src/a.css", mark) && found("docs/a.md", mark),
            "in every language"
        );
        assert!(!found("a.rs", concat!("let MASTO", "DON = 1;")), "a part of a word is not a mark");
    }

    #[test]
    fn debugging_is_found_where_it_would_run() {
        let log = concat!("console", ".log(1)");
        assert!(found("ui/src/a.ts", log), "in the window");
        assert!(!found("ui/tests/run.mjs", log), "a test script may talk");
        assert!(found("src-tauri/a.rs", concat!("db", "g!(x)")), "in Rust");
    }
}
