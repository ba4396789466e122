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
    println!("{LIST} is up to date; commit it with the migration.");
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
#[path = "migrations/tests.rs"]
mod tests;
