//! Files are short: somebody has to read them. Functions are clippy's business (`too_many_lines`).

use super::{Finding, Source};

const RUST: usize = 400;
const UI: usize = 300;

/// Files over their limit.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    sources.iter().filter_map(over).collect()
}

fn over(source: &Source) -> Option<Finding> {
    let generated = source.path.ends_with("/bindings.ts");
    let limit = match source.kind() {
        "rs" if !source.is_test() => RUST,
        "ts" | "svelte" | "css" if source.path.starts_with("ui/") && !generated => UI,
        _ => return None,
    };
    let lines = source.text.lines().count();
    (lines > limit).then(|| {
        let fix = "cut it where two halves would each have one reason to change";
        Finding::new(&source.path, format!("{lines} lines, at most {limit}"), fix)
    })
}

#[cfg(test)]
mod tests {
    use super::super::sources::source;
    use super::*;

    fn found(path: &str, lines: usize) -> bool {
        !check(&[source(path, &"x\n".repeat(lines))]).is_empty()
    }

    #[test]
    fn a_file_may_reach_its_limit_and_no_more() {
        assert!(!found("src-tauri/crates/a/src/b.rs", 400), "the limit itself is allowed");
        assert!(found("src-tauri/crates/a/src/b.rs", 401), "one more is not");
        assert!(!found("ui/src/App.svelte", 300) && found("ui/src/App.svelte", 301), "UI files are shorter");
    }

    #[test]
    fn tests_and_generated_files_may_be_long() {
        assert!(!found("src-tauri/crates/a/tests/b.rs", 900), "a table of cases is long");
        assert!(!found("ui/src/ipc/bindings.ts", 900), "nobody writes it by hand");
    }
}
