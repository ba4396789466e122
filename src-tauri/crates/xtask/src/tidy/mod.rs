//! `cargo xtask tidy`: the house rules that neither rustc, clippy nor the UI's linters can check.
//!
//! Function length (70) is clippy's `too_many_lines`; comments on public items are rustc's `missing_docs`.

mod clock;
mod graph;
mod invariants;
mod leftovers;
mod length;
mod links;
mod migrations;
mod readme;
mod sources;
mod wire;

use crate::cmd;
use crate::failure::{Failure, Outcome};
pub(crate) use migrations::fingerprint;
use sources::Source;
use std::fmt;

/// Something that breaks a rule, and how to mend it.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    place: String,
    what: String,
    fix: String,
}

impl Finding {
    fn new(place: impl Into<String>, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into(), fix: fix.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    {}", self.place, self.what, self.fix)
    }
}

/// Runs every check and shows all findings.
///
/// # Errors
/// If there is one, or the sources cannot be read.
pub(crate) fn run(args: &[String]) -> Outcome {
    let accept = match args {
        [] => false,
        [flag] if flag == "--accept-new-migrations" => true,
        _ => return Err(Failure::new("usage: cargo xtask tidy [--accept-new-migrations]")),
    };
    let root = cmd::root();
    let mut sources = sources::read(&root)?;
    if accept {
        migrations::accept(&root, &sources)?;
        sources = sources::read(&root)?;
    }
    let checks: [(&str, Vec<Finding>); 9] = [
        ("dependencies point down", graph::check(&graph::packages()?)),
        ("files are short", length::check(&sources)),
        ("every crate has a front page", readme::check(&sources)),
        ("one door to the shell", wire::check(&sources)),
        ("nothing left over", leftovers::check(&sources)),
        ("time comes from the port", clock::check(&sources)),
        ("migrations are never edited", migrations::check(&sources)),
        ("links lead somewhere", links::check(&sources, |path| root.join(path).exists())),
        ("invariants name their check", invariants::check(&sources)),
    ];
    let mut count = 0;
    for (rule, findings) in &checks {
        println!("{}  {rule}", if findings.is_empty() { "ok  " } else { "FAIL" });
        for finding in findings {
            println!("  {finding}");
        }
        count += findings.len();
    }
    if count == 0 { Ok(()) } else { Err(Failure::new(format!("tidy: {count} findings"))) }
}
