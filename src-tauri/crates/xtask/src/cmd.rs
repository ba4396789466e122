//! Starting other programs, so that the reader sees what runs.

use crate::failure::{Failure, Outcome};
use std::env::consts::OS;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the root `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(3).unwrap_or(here).to_path_buf()
}

/// A program, to be run in the root folder. On Windows npm is a script, which only its full name starts.
pub(crate) fn program(name: &str) -> Command {
    let name = if OS == "windows" && name == "npm" { "npm.cmd" } else { name };
    let mut command = started(name);
    command.current_dir(root());
    command
}

/// A program, to be run where we are, without what `cargo run` tells us of our own package: build scripts such as
/// ring's watch these variables, and would take a cargo started by us for another one than the developer's, and build
/// everything above them again.
pub(crate) fn started(name: &str) -> Command {
    let mut command = Command::new(name);
    for (variable, _) in std::env::vars_os() {
        if is_of_our_package(&variable.to_string_lossy()) {
            command.env_remove(variable);
        }
    }
    command
}

fn is_of_our_package(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}

/// A program with its arguments.
pub(crate) fn with_args(name: &str, args: &[&str]) -> Command {
    let mut command = program(name);
    command.args(args);
    command
}

/// Shows the command line, runs it with our input and output, and fails if it fails.
///
/// # Errors
/// If it cannot be started or ends with a code other than 0.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let line = shown(command);
    println!("$ {line}");
    let status = command.status().map_err(|e| Failure::new(format!("`{line}` could not be started: {e}")))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("`{line}` ended with {status}")))
}

/// What a program wrote to its output, if it ended well; its complaints are dropped.
pub(crate) fn capture(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program is on the `PATH` or among the project's own tools.
pub(crate) fn found(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.push(crate::tools::folder());
    let names = [name.to_owned(), format!("{name}.exe"), format!("{name}.cmd")];
    let names = if OS == "windows" { &names[..] } else { &names[..1] };
    folders.iter().any(|folder| names.iter().any(|n| folder.join(n).is_file()))
}

/// The command line as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        let arg = arg.to_string_lossy();
        line.push(' ');
        if arg.is_empty() || arg.contains(|c: char| c.is_whitespace() || "'\"$&|;()".contains(c)) {
            line.push_str(&format!("'{}'", arg.replace('\'', r"'\''")));
        } else {
            line.push_str(&arg);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(root().join("Cargo.toml").is_file(), "every path is taken from the root");
        assert!(root().join("src-tauri/crates/xtask").is_dir(), "three folders up from here");
    }

    #[test]
    fn a_shown_command_can_be_pasted_into_a_shell() {
        let command = with_args("npm", &["run", "two words", "it's", ""]);
        assert_eq!(
            shown(&command).replacen("npm.cmd", "npm", 1),
            r"npm run 'two words' 'it'\''s' ''",
            "quoted"
        );
    }

    #[test]
    fn a_program_knows_nothing_of_this_package() {
        let removed = |name: &str| {
            let command = program("cargo");
            command.get_envs().any(|(variable, value)| variable == name && value.is_none())
        };
        // cargo sets both for a test, too.
        assert!(removed("CARGO_PKG_NAME"), "ring's build script runs again when this one changes");
        assert!(removed("CARGO_MANIFEST_DIR"), "and when this one does");
        assert!(!removed("PATH"), "everything else is handed on");
    }

    #[test]
    fn a_program_that_is_not_there_is_not_found() {
        assert!(!found("no-such-program-anywhere"), "a missing tool must be noticed before it is needed");
        assert!(found("cargo"), "cargo runs this test");
    }
}
