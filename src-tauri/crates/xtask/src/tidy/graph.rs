//! Dependencies point down, and each library has its home (the table of `docs/ARCHITECTURE.md`).

mod table;

use super::Finding;
use crate::cmd;
use crate::failure::{Failure, Outcome};
use serde_json::Value;
use table::{HOMES, MAY_USE, PURE, PURE_LIBRARIES, SHELL};

/// One of our packages as `cargo metadata` tells it.
#[derive(Debug)]
pub(super) struct Package {
    name: String,
    /// Name, and whether only tests use it.
    uses: Vec<(String, bool)>,
}

/// Asks cargo, without the network.
///
/// # Errors
/// If cargo refuses the manifests.
pub(super) fn packages() -> Outcome<Vec<Package>> {
    let mut command =
        cmd::with_args("cargo", &["metadata", "--format-version", "1", "--no-deps", "--offline"]);
    let text = cmd::capture(&mut command).ok_or_else(|| Failure::new("`cargo metadata` failed"))?;
    parse(&text).ok_or_else(|| Failure::new("`cargo metadata` answered in a form that is not known"))
}

fn parse(text: &str) -> Option<Vec<Package>> {
    let value: Value = serde_json::from_str(text).ok()?;
    value["packages"].as_array()?.iter().map(package).collect()
}

fn package(value: &Value) -> Option<Package> {
    let uses = value["dependencies"].as_array()?.iter();
    let uses =
        uses.map(|d| Some((d["name"].as_str()?.to_owned(), d["kind"] == "dev"))).collect::<Option<_>>()?;
    Some(Package { name: value["name"].as_str()?.to_owned(), uses })
}

/// What points up or sideways, and what is away from home.
pub(super) fn check(packages: &[Package]) -> Vec<Finding> {
    let ours: Vec<&str> = packages.iter().map(|p| p.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in packages {
        let Some((_, may_use)) = MAY_USE.iter().find(|(name, _)| *name == package.name) else {
            let fix =
                "give it a line in xtask/src/tidy/graph.rs and in docs/ARCHITECTURE.md, or make it a module";
            findings.push(Finding::new(&package.name, "a package without a place in the architecture", fix));
            continue;
        };
        for (used, test_only) in &package.uses {
            let found = if ours.contains(&used.as_str()) {
                inner(package, may_use, used, *test_only)
            } else {
                outer(package, used, *test_only)
            };
            findings.extend(
                found.map(|(what, fix)| Finding::new(format!("{}/Cargo.toml", package.name), what, fix)),
            );
        }
    }
    findings
}

type Complaint = Option<(String, String)>;

fn inner(package: &Package, may_use: &Option<&[&str]>, used: &str, test_only: bool) -> Complaint {
    // The pretend platforms may be used by the tests of whoever does I/O.
    let sandboxed = test_only && used == "sandbox" && !PURE.contains(&package.name.as_str());
    let fine = sandboxed || may_use.is_none_or(|names| names.contains(&used));
    (!fine).then(|| {
        let fix = "move the code to the crate below that owns the words, or let `engine` compose the two"
            .to_owned();
        (format!("`{}` must not know `{used}`", package.name), fix)
    })
}

fn outer(package: &Package, used: &str, test_only: bool) -> Complaint {
    let name = package.name.as_str();
    if PURE.contains(&name) && !test_only && !PURE_LIBRARIES.contains(&used) {
        let fix = format!(
            "a pure crate may use {PURE_LIBRARIES:?} only; take what the library gave as an argument"
        );
        return Some((format!("`{name}` must stay pure, so it must not use `{used}`"), fix));
    }
    let away = HOMES.iter().find(|(library, homes)| is_named(library, used) && !homes.contains(&name))?;
    if test_only && (name == "engine" || name == SHELL) {
        return None;
    }
    Some((
        format!("`{used}` lives in {:?}, not in `{name}`", away.1),
        "ask the crate at its home instead".to_owned(),
    ))
}

fn is_named(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(name == pattern, |start| name.starts_with(start))
}

#[cfg(test)]
#[path = "graph/tests.rs"]
mod tests;
