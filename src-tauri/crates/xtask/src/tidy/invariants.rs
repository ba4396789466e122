//! An invariant that nothing checks is a wish: each one in `docs/ARCHITECTURE.md` names its check.

use super::{Finding, Source};

const PAGE: &str = "docs/ARCHITECTURE.md";
const HEADING: &str = "## Invariants";
const MARK: &str = "Held by";

/// Invariants without a check, and checks whose file does not exist.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let Some(page) = sources.iter().find(|s| s.path == PAGE) else {
        return vec![Finding::new(PAGE, "is missing", "the map of the house is written there")];
    };
    let items = items(&page.text);
    if items.is_empty() {
        let fix = format!("number them under `{HEADING}`, each with `{MARK}` and the check in back-ticks");
        return vec![Finding::new(PAGE, "lists no invariants", fix)];
    }
    items.iter().flat_map(|(number, item)| faults(number, item, sources)).collect()
}

/// The numbered items of the section, each with its continuation lines.
fn items(text: &str) -> Vec<(String, String)> {
    let section = text.split_once(HEADING).map_or("", |(_, rest)| rest.split("\n## ").next().unwrap_or(""));
    let mut items: Vec<(String, String)> = Vec::new();
    for line in section.lines() {
        let number =
            line.split_once(". ").filter(|(n, _)| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()));
        if let Some((number, rest)) = number {
            items.push((number.to_owned(), rest.to_owned()));
        } else if let Some((_, item)) = items.last_mut() {
            item.push(' ');
            item.push_str(line.trim());
        }
    }
    items
}

fn faults(number: &str, item: &str, sources: &[Source]) -> Vec<Finding> {
    let place = format!("{PAGE}, invariant {number}");
    let checks: Vec<&str> =
        item.split_once(MARK).map_or(Vec::new(), |(_, rest)| rest.split('`').skip(1).step_by(2).collect());
    if checks.is_empty() {
        let fix =
            format!("end it with `{MARK}` and the test, lint or tidy rule that fails when it is broken");
        return vec![Finding::new(place, "names no check", fix)];
    }
    let gone = checks.iter().filter(|check| !exists(check, sources));
    gone.map(|check| Finding::new(&place, format!("`{check}` does not exist"), "name the check as it is now"))
        .collect()
}

/// A path must be a file, and a sentence of three or more underscores a test; a shorter name is a tool's or a lint's.
fn exists(check: &str, sources: &[Source]) -> bool {
    if check.contains('/') && check.ends_with(".rs") {
        return sources.iter().any(|s| s.path.ends_with(check));
    }
    let is_test =
        check.matches('_').count() >= 3 && check.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let head = format!("fn {check}(");
    !is_test || sources.iter().any(|s| s.kind() == "rs" && s.text.contains(&head))
}

#[cfg(test)]
mod tests {
    use super::super::sources::source;
    use super::*;

    fn whats(items: &str) -> Vec<String> {
        let page = format!("# A\n\n{HEADING}\n\n{items}\n\n## Next\n\n9. not one of them\n");
        let test = "fn a_crash_loses_nothing() {}";
        let sources = [source(PAGE, &page), source("src-tauri/crates/store/tests/crash.rs", test)];
        check(&sources).into_iter().map(|f| f.what).collect()
    }

    #[test]
    fn an_invariant_with_an_existing_check_holds() {
        let item = "1. Stored first.\n   Held by `store/tests/crash.rs`, `a_crash_loses_nothing` and `too_many_lines`.";
        assert!(whats(item).is_empty(), "a file and a test that exist, and a lint");
    }

    #[test]
    fn a_wish_is_found() {
        assert_eq!(whats("1. Be good."), ["names no check"], "nothing would fail");
        assert_eq!(whats("1. A. Held by care."), ["names no check"], "care is not a check");
        assert_eq!(
            whats("1. A. Held by `x/tests/gone.rs`."),
            ["`x/tests/gone.rs` does not exist"],
            "a lost test"
        );
        assert_eq!(
            whats("1. A. Held by `a_test_of_old`."),
            ["`a_test_of_old` does not exist"],
            "a renamed test"
        );
        assert_eq!(whats("none"), ["lists no invariants"], "an empty section holds nothing");
    }
}
