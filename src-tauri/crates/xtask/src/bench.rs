//! `cargo xtask bench`: the measurements, in release.

use crate::failure::Outcome;
use crate::packages::BENCH;
use crate::{apt, cmd};
use std::env::consts::OS;

/// Installs the sentences that the corpus is made of, then measures; `args` go to the bench program.
///
/// # Errors
/// If the sentences cannot be had, or a bound is not kept.
pub(crate) fn run(args: &[String]) -> Outcome {
    if OS == "linux" {
        apt::ensure(BENCH)?;
    }
    let args = args.strip_prefix(&["--".to_owned()]).unwrap_or(args);
    cmd::run(cmd::with_args("cargo", &["run", "--release", "-p", "bench", "--"]).args(args))
}
