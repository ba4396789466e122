//! `cargo xtask check-others`: does it compile for the systems that this one is not?
//!
//! Rust's own checks need no linker, so they are made for every system from any one. That nothing is linked and nothing
//! runs is the price: what only shows then is found on those systems themselves, where CI builds and tests.

use crate::failure::{Failure, Outcome};
use crate::system::Ask;
use crate::{cmd, node};
use std::env::consts::OS;
use std::process::Command;

/// A variable that makes this program a C compiler and archiver which writes empty files: what they make is never linked,
/// and Apple's headers are to be had on a Mac only.
const STANDS_IN: &str = "TIDEBELL_XTASK_STANDS_IN";

/// Another system, as Rust calls it.
#[derive(Debug, PartialEq, Eq)]
struct Other {
    os: &'static str,
    shown: &'static str,
    /// Any of these will do; the first is what somebody without one is told to add.
    triples: &'static [&'static str],
    /// Its C compiler, and how to get it. Where there is none, this program stands in.
    compiler: Option<(&'static str, &'static str)>,
}

/// Linux is missing: its libraries are found by programs that only it has.
const OTHERS: [Other; 2] = [
    Other {
        os: "windows",
        shown: "Windows",
        triples: &["x86_64-pc-windows-gnu"],
        compiler: Some((
            "x86_64-w64-mingw32-gcc",
            "apt-get install gcc-mingw-w64-x86-64, or brew install mingw-w64",
        )),
    },
    Other {
        os: "macos",
        shown: "macOS",
        triples: &["aarch64-apple-darwin", "x86_64-apple-darwin"],
        compiler: None,
    },
];

/// Lints the whole workspace for each other system whose Rust target is there.
///
/// # Errors
/// What does not compile or is warned of, and what is missing to check the rest.
pub(crate) fn run(args: &[String]) -> Outcome {
    if !args.is_empty() {
        return Err(Failure::new("usage: cargo xtask check-others"));
    }
    // The shell embeds the built UI.
    if !cmd::root().join("ui/dist").is_dir() {
        node::ensure()?;
        node::packages()?;
        node::script("build")?;
    }
    let ask = |name: &str, args: &[&str]| cmd::capture(&mut cmd::with_args(name, args));
    let mut unchecked = Vec::new();
    for other in OTHERS.iter().filter(|other| other.os != OS) {
        match ready(other, &ask, cmd::found) {
            Ok(triple) => {
                let but = if other.compiler.is_none() { ", without the C libraries" } else { "" };
                println!("\n=== {} ({triple}){but}", other.shown);
                cmd::run(&mut lint(other, triple)?)?;
            }
            Err(why) => unchecked.push(why),
        }
    }
    if unchecked.is_empty() {
        return Ok(());
    }
    Err(Failure::new(unchecked.join("\n")))
}

/// The target to check for a system, or what is missing, in a line.
fn ready(other: &Other, ask: Ask<'_>, found: impl Fn(&str) -> bool) -> Result<&'static str, String> {
    let installed = ask("rustup", &["target", "list", "--installed"]).unwrap_or_default();
    let there = |triple: &&&str| installed.lines().any(|line| line.trim() == **triple);
    let Some(triple) = other.triples.iter().find(there) else {
        return Err(format!("{} was not checked: rustup target add {}", other.shown, other.triples[0]));
    };
    match other.compiler {
        Some((program, how)) if !found(program) => {
            Err(format!("{} was not checked: {program} is missing: {how}", other.shown))
        }
        Some(_) | None => Ok(triple),
    }
}

fn lint(other: &Other, triple: &str) -> Outcome<Command> {
    let mut command =
        cmd::with_args("cargo", &["clippy", "--workspace", "--all-targets", "--target", triple]);
    command.args(["--", "-D", "warnings"]);
    let variable = |tool: &str| format!("{tool}_{}", triple.replace('-', "_"));
    if let Some((program, _)) = other.compiler {
        command.env(variable("CC"), program);
        return Ok(command);
    }
    let me = std::env::current_exe().map_err(|e| Failure::new(format!("where this program lies: {e}")))?;
    command.envs(["CC", "CXX", "AR", "RANLIB"].map(|tool| (variable(tool), &me)));
    // Else Apple's own program is asked for it, which only a Mac has.
    command.env("SDKROOT", cmd::root().join("target")).env(STANDS_IN, "1");
    Ok(command)
}

/// Does what a compiler or an archiver is wanted for when this program is started as one. True if it was.
pub(crate) fn stood_in() -> bool {
    if std::env::var_os(STANDS_IN).is_none() {
        return false;
    }
    // A name that is no text is none of those that it is started with.
    let args: Vec<String> = std::env::args_os().filter_map(|arg| arg.into_string().ok()).collect();
    for file in written(&args) {
        // Who needs it will say that it is not there.
        let _ = std::fs::write(file, []);
    }
    true
}

/// The files that a compiler (`-o FILE`, `-oFILE`) or an archiver (`cq FILE.a …`) is to write.
fn written(args: &[String]) -> Vec<&str> {
    let after = args.iter().position(|arg| arg == "-o").and_then(|at| args.get(at + 1));
    let joined = args.iter().filter_map(|arg| arg.strip_prefix("-o")).filter(|file| !file.is_empty());
    let archives = args.iter().map(String::as_str).filter(|arg| arg.ends_with(".a"));
    after.map(String::as_str).into_iter().chain(joined).chain(archives).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(other: &Other, installed: &str, found: bool) -> Result<&'static str, String> {
        let ask = |name: &str, _: &[&str]| (name == "rustup").then(|| installed.to_owned());
        ready(other, &ask, |_| found)
    }

    #[test]
    fn what_is_missing_is_said_with_what_to_type() {
        let [windows, mac] = &OTHERS;
        let none = verdict(mac, "x86_64-unknown-linux-gnu\n", true).unwrap_err();
        assert!(none.contains("rustup target add aarch64-apple-darwin"), "{none}");
        assert!(none.starts_with("macOS was not checked"), "nobody takes silence for a check: {none}");
        let tool = verdict(windows, "x86_64-pc-windows-gnu\n", false).unwrap_err();
        assert!(tool.contains("mingw32-gcc") && tool.contains("apt-get install"), "{tool}");
    }

    #[test]
    fn any_target_of_a_system_will_do() {
        let [windows, mac] = &OTHERS;
        let both = "aarch64-apple-darwin\r\nx86_64-pc-windows-gnu\r\n";
        assert_eq!(verdict(windows, both, true), Ok("x86_64-pc-windows-gnu"));
        assert_eq!(verdict(mac, both, true), Ok("aarch64-apple-darwin"), "whatever the lines end with");
        assert_eq!(verdict(mac, "x86_64-apple-darwin\n", true), Ok("x86_64-apple-darwin"));
    }

    #[test]
    fn a_stand_in_writes_what_a_compiler_would() {
        let args = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(written(&args("-O0 -c a.c -o out/a.o")), ["out/a.o"]);
        assert_eq!(written(&args("-oout/a.o -c a.c")), ["out/a.o"]);
        assert_eq!(written(&args("cqs out/libx.a out/a.o")), ["out/libx.a"]);
        assert_eq!(written(&args("-E detect.c")), Vec::<&str>::new(), "a question leaves nothing");
    }
}
