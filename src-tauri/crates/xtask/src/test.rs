//! `cargo xtask test`: every check there is. This list is the definition of "it works".

use crate::failure::{Failure, Outcome};
use crate::packages::{DESKTOP, TEST};
use crate::steps::Steps;
use crate::window_env::Env;
use crate::{api_check, cmd, node, system, tidy, tools, window_env};
use std::env::consts::OS;
use std::process::Command;

/// Cheap checks first, then what needs a compiler, then what needs a window.
///
/// # Errors
/// The first check that does not hold.
pub(crate) fn run(args: &[String]) -> Outcome {
    let advisories = match args {
        [] => false,
        [flag] if flag == "--advisories" => true,
        _ => return Err(Failure::new("usage: cargo xtask test [--advisories]")),
    };
    let mut steps = Steps::new();
    let tested = [DESKTOP, TEST].concat();
    steps.step("system packages", || system::ensure(if OS == "linux" { &tested } else { &[] }))?;
    steps.step("Node", node::ensure)?;
    steps.step("formatting", || cargo(&["fmt", "--all", "--check"]))?;
    steps.step("house rules", || tidy::run(&[]))?;
    steps.step("licences, bans, sources", || deny(&["licenses", "bans", "sources"]))?;
    if advisories {
        // Apart from the rest: the list lies on the internet, and what it says changes while nothing here does.
        steps.step("advisories", || deny(&["advisories"]))?;
    }
    steps.step("UI packages", node::packages)?;
    // The shell embeds the built UI, so it comes before anything that compiles the shell.
    steps.step("UI build", || node::script("build"))?;
    steps.step("clippy", || cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    steps.step("Rust tests", rust_tests)?;
    if cmd::found("cargo-nextest") {
        // nextest leaves the examples in the documentation out.
        steps.step("documented examples", || cargo(&["test", "--workspace", "--doc"]))?;
    }
    if OS == "linux" {
        steps.step("the bridge against its description", api_check::check)?;
    }
    steps.step("UI types", || node::script("check"))?;
    steps.step("UI lint", || node::script("lint"))?;
    steps.step("UI tests", || node::script("test"))?;
    steps.step("UI in a browser", || node::script("test:browser"))?;
    if OS == "linux" {
        steps.step("real window", window_tests)?;
    }
    steps.summary();
    Ok(())
}

fn deny(checks: &[&str]) -> Outcome {
    tools::ensure("cargo-deny", "^0.20")?;
    let mut check = cmd::with_args("cargo", &["deny", "check"]);
    cmd::run(tools::on_path(check.args(checks)))
}

fn cargo(args: &[&str]) -> Outcome {
    cmd::run(&mut cmd::with_args("cargo", args))
}

/// On Linux inside the private session, because some tests need a key store or a notification server.
fn rust_tests() -> Outcome {
    let mut tests = runner();
    if OS == "windows" {
        // The running program cannot be replaced there, and this is it.
        tests.args(["--exclude", "xtask"]);
    }
    in_session(&mut tests)
}

/// What a plain run leaves out because it needs the screen, the driver and minutes (the shell's ignored tests), or the
/// key store of the system.
fn window_tests() -> Outcome {
    tools::ensure("tauri-driver", "2.1.0")?;
    let mut tests = runner();
    if cmd::found("cargo-nextest") {
        let some = "package(tidebell) + (package(engine) & test(/^sealed::key_store::/))";
        tests.args(["-E", some, "--run-ignored", "only", "--no-tests", "pass"]);
    } else {
        tests =
            cmd::with_args("cargo", &["test", "-p", "tidebell", "--", "--ignored", "--test-threads", "1"]);
    }
    in_session(tools::on_path(&mut tests))
}

/// The whole workspace each time: choosing one package would choose other features and compile much again.
fn runner() -> Command {
    if cmd::found("cargo-nextest") {
        let profile = if std::env::var_os("CI").is_some() { "ci" } else { "default" };
        cmd::with_args("cargo", &["nextest", "run", "--workspace", "--profile", profile])
    } else {
        cmd::with_args("cargo", &["test", "--workspace"])
    }
}

fn in_session(tests: &mut Command) -> Outcome {
    if OS != "linux" {
        return cmd::run(tests);
    }
    window_env::within(|env: &Env| cmd::run(env.apply(tests)))
}
