//! A migration that has been released is never edited: databases in the field have already run it.

use super::{Finding, Source};
use crate::failure::{Failure, Outcome};
use std::fmt::Write as _;
use std::path::Path;

const FOLDER: &str = "src-tauri/crates/store/migrations/";
const LIST: &str = "src-tauri/crates/store/migrations/CHECKSUMS";

/// FNV-1a, 64 bits: it guards against an edit by mistake, not against an attack, and needs no library.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn migrations(sources: &[Source]) -> impl Iterator<Item = (&str, String)> {
    sources.iter().filter_map(|s| {
        let name = s.path.strip_prefix(FOLDER)?;
        name.ends_with(".sql").then(|| (name, format!("{:016x}", fingerprint(s.text.as_bytes()))))
    })
}

/// `fingerprint  name` lines.
fn listed(sources: &[Source]) -> Vec<(&str, &str)> {
    let list = sources.iter().find(|s| s.path == LIST).map_or("", |s| s.text.as_str());
    list.lines().filter_map(|line| line.split_once("  ")).collect()
}

/// Migrations that differ from the list, are not on it, or have vanished.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let listed = listed(sources);
    let mut findings = Vec::new();
    for (name, hash) in migrations(sources) {
        let place = format!("{FOLDER}{name}");
        match listed.iter().find(|(_, listed)| *listed == name) {
            None => findings.push(Finding::new(place, "is new", "cargo xtask tidy --accept-new-migrations")),
            Some((old, _)) if *old != hash => {
                let fix = "undo the edit and write a new migration that changes what this one made";
                findings.push(Finding::new(place, "was edited after it had been accepted", fix));
            }
            Some(_) => {}
        }
    }
    for (_, name) in &listed {
        if !migrations(sources).any(|(there, _)| there == *name) {
            findings.push(Finding::new(
                format!("{FOLDER}{name}"),
                "has vanished",
                "bring it back: databases have run it",
            ));
        }
    }
    findings
}

/// Adds the new ones to the list. Lines that are there stay as they are.
///
/// # Errors
/// If the list cannot be written.
pub(super) fn accept(root: &Path, sources: &[Source]) -> Outcome {
    let text = extended(sources);
    std::fs::write(root.join(LIST), text).map_err(|e| Failure::new(format!("{LIST}: {e}")))?;
    println!("{LIST} is up to date; commit it, then run `cargo xtask tidy` again.");
    Ok(())
}

fn extended(sources: &[Source]) -> String {
    let listed = listed(sources);
    let mut text: String = listed.iter().map(|(hash, name)| format!("{hash}  {name}\n")).collect();
    for (name, hash) in migrations(sources).filter(|(name, _)| !listed.iter().any(|(_, known)| known == name))
    {
        let _ = writeln!(text, "{hash}  {name}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::sources::source;
    use super::*;

    fn sql(name: &str, text: &str) -> Source {
        source(&format!("{FOLDER}{name}"), text)
    }

    fn whats(sources: &[Source]) -> Vec<String> {
        check(sources).into_iter().map(|f| f.what).collect()
    }

    #[test]
    fn an_accepted_migration_holds_until_it_is_edited() {
        let list = extended(&[sql("1_init.sql", "CREATE TABLE a;")]);
        let with = |text: &str| vec![sql("1_init.sql", text), source(LIST, &list)];
        assert!(whats(&with("CREATE TABLE a;")).is_empty(), "as accepted");
        assert_eq!(
            whats(&with("CREATE TABLE b;")),
            ["was edited after it had been accepted"],
            "one letter is enough"
        );
    }

    #[test]
    fn a_new_migration_must_be_accepted_and_a_lost_one_is_missed() {
        assert_eq!(whats(&[sql("2_more.sql", "")]), ["is new"], "somebody must say yes to it once");
        assert_eq!(whats(&[source(LIST, "00  1_init.sql\n")]), ["has vanished"], "databases have run it");
    }

    #[test]
    fn accepting_never_rewrites_a_line() {
        let list =
            extended(&[source(LIST, "00  1_init.sql\n"), sql("1_init.sql", "edited"), sql("2.sql", "")]);
        assert!(list.starts_with("00  1_init.sql\n"), "an edit cannot be accepted in passing: {list}");
        assert_eq!(list.lines().count(), 2, "the new one is added");
    }

    #[test]
    fn the_fingerprint_is_fnv_1a() {
        assert_eq!(fingerprint(b"a"), 0xaf63_dc4c_8601_ec8c, "a published vector");
    }
}
