//! Every crate has a README, and it is the front page of its documentation.

use super::{Finding, Source};

const CRATES: &str = "src-tauri/crates/";
const INCLUDE: &str = r#"#![doc = include_str!("../README.md")]"#;
/// A heading alone is not a page.
const LEAST_LINES: usize = 4;

/// Crates without a page, and pages that rustdoc does not show.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let text = |path: &str| sources.iter().find(|s| s.path == path).map(|s| s.text.as_str());
    let manifests = sources.iter().filter_map(|s| s.path.strip_prefix(CRATES)?.strip_suffix("/Cargo.toml"));
    let mut findings = Vec::new();
    for name in manifests.filter(|name| !name.contains('/')) {
        let page = format!("{CRATES}{name}/README.md");
        let lines = text(&page).map_or(0, |page| page.lines().filter(|line| !line.trim().is_empty()).count());
        if lines < LEAST_LINES {
            let fix = "say what the crate is for, what it never does, and which file to read first";
            findings.push(Finding::new(page, "a crate needs a front page", fix));
        }
        let roots = [format!("{CRATES}{name}/src/lib.rs"), format!("{CRATES}{name}/src/main.rs")];
        if let Some(root) = roots.iter().find(|root| text(root).is_some())
            && !text(root).is_some_and(|text| text.contains(INCLUDE))
        {
            let fix = format!("start the file with {INCLUDE}");
            findings.push(Finding::new(root, "the README is not its documentation", fix));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::sources::source;
    use super::*;

    fn found(readme: &str, lib: &str) -> Vec<String> {
        let file = |name: &str, text: &str| source(&format!("src-tauri/crates/a/{name}"), text);
        let sources = [file("Cargo.toml", ""), file("README.md", readme), file("src/lib.rs", lib)];
        check(&sources).into_iter().map(|f| f.place).collect()
    }

    #[test]
    fn a_front_page_must_say_something_and_be_shown() {
        let page = "# a\n\nWhat.\nNever.\nFirst.\n";
        assert!(found(page, INCLUDE).is_empty(), "both are there");
        assert_eq!(found("# a\n", INCLUDE), ["src-tauri/crates/a/README.md"], "a heading is no page");
        assert_eq!(
            found(page, "//! a\n"),
            ["src-tauri/crates/a/src/lib.rs"],
            "a page that rustdoc does not show"
        );
    }
}
