//! The project's own text files.

use crate::failure::{Failure, Outcome};
use std::fs;
use std::path::Path;

/// What is made, fetched or not ours.
const SKIPPED: &[&str] =
    &["target", "node_modules", "dist", "gen", "paraglide", "test-results", "test-pictures"];
const KINDS: &[&str] = &["rs", "ts", "js", "mjs", "svelte", "css", "html", "sql", "toml", "md", "yml"];

/// A file and its text.
#[derive(Debug)]
pub(super) struct Source {
    /// From the root, with `/` on every system.
    pub(super) path: String,
    /// Its whole text.
    pub(super) text: String,
}

impl Source {
    /// What comes after the last dot.
    pub(super) fn kind(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or("")
    }

    /// Whether it is Rust that only tests compile: a `tests` folder or a `tests.rs`.
    pub(super) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests" || part == "tests.rs")
    }

    /// Its lines with their numbers, from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// All of them, in order of their paths. Checks that need a file that is missing report it themselves.
///
/// # Errors
/// If a folder cannot be read.
pub(super) fn read(root: &Path) -> Outcome<Vec<Source>> {
    let mut sources = Vec::new();
    walk(root, "", &mut sources).map_err(|e| Failure::new(format!("the sources cannot be read: {e}")))?;
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn walk(folder: &Path, prefix: &str, sources: &mut Vec<Source>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            if !SKIPPED.contains(&name.as_str())
                && (!name.starts_with('.') || name == ".github" || name == ".config")
            {
                walk(&entry.path(), &format!("{path}/"), sources)?;
            }
        } else if KINDS.contains(&name.rsplit('.').next().unwrap_or("")) || name == "CHECKSUMS" {
            // Not UTF-8 means not source; a file that vanished meanwhile belongs to a running build.
            if let Ok(text) = fs::read_to_string(entry.path()) {
                sources.push(Source { path, text });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
pub(super) fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sources_are_ours_alone() {
        let sources = read(&crate::cmd::root()).unwrap();
        let paths: Vec<&str> = sources.iter().map(|s| s.path.as_str()).collect();
        assert!(paths.contains(&"src-tauri/crates/xtask/src/tidy/sources.rs"), "this file is one of them");
        assert!(
            !paths.iter().any(|p| p.starts_with("target/") || p.contains("node_modules")),
            "made files are not"
        );
    }

    #[test]
    fn test_files_are_told_by_their_place() {
        assert!(source("a/tests/b.rs", "").is_test(), "below a tests folder");
        assert!(source("a/src/c/tests.rs", "").is_test(), "or called tests.rs");
        assert!(!source("a/src/contests.rs", "").is_test(), "not by an accident of spelling");
    }
}
