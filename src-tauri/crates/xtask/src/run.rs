//! `cargo xtask run`: from a fresh clone to the open window.

use crate::failure::Outcome;
use crate::{cmd, node, system};

/// Installs what is missing, builds the UI, then starts the desktop program with `args`.
///
/// # Errors
/// The first thing that cannot be had, or the program's own failure.
pub(crate) fn run(args: &[String]) -> Outcome {
    system::ensure(&[])?;
    node::ensure()?;
    node::packages()?;
    node::script("build")?;
    let args = args.strip_prefix(&["--".to_owned()]).unwrap_or(args);
    let mut command = cmd::with_args("cargo", &["run", "-p", "tidebell", "--bin", "tidebell", "--"]);
    cmd::run(command.args(args))
}

/// Where they are kept.
const BINDINGS: &str = "ui/src/ipc/bindings.ts";

/// Writes the TypeScript side of the wire types.
///
/// # Errors
/// If the shell does not compile or cannot write.
pub(crate) fn bindings() -> Outcome {
    cmd::run(&mut cmd::with_args(
        "cargo",
        &["run", "-p", "tidebell", "--bin", "tidebell", "--", "--export-bindings", BINDINGS],
    ))
}
