//! Tools that are cargo packages, installed below `target/` so that nothing outside the project changes.

use crate::cmd;
use crate::failure::Outcome;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// Where the tools are.
pub(crate) fn folder() -> PathBuf {
    cmd::root().join("target/tools/bin")
}

/// Installs a cargo package whose program has the same name, unless it is there.
///
/// # Errors
/// If it cannot be compiled or fetched.
pub(crate) fn ensure(name: &str, version: &str) -> Outcome {
    if cmd::found(name) {
        return Ok(());
    }
    println!("{name} {version} is compiled once, into target/tools.");
    // Unoptimized: it is run a few times, and waits for others most of that time.
    let mut command = cmd::with_args(
        "cargo",
        &["install", "--quiet", "--debug", "--locked", "--version", version, "--root"],
    );
    // Its own target folder is not ours: a tool must not disturb what is built here.
    command
        .arg(cmd::root().join("target/tools"))
        .arg(name)
        .env("CARGO_TARGET_DIR", cmd::root().join("target/tools/build"));
    cmd::run(&mut command)
}

/// Lets a command find the tools.
pub(crate) fn on_path(command: &mut Command) -> &mut Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder()).chain(std::env::split_paths(&path));
    command.env("PATH", std::env::join_paths(folders).unwrap_or_else(|_| OsString::from(&path)))
}
