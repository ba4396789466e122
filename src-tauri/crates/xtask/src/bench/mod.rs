//! `cargo xtask bench`: the measurements, in release. First the `bench` program; then, on Linux, the real window on the
//! folder that it left.

mod idle;
mod line;
mod processes;
mod start;

use crate::failure::{Failure, Outcome};
use crate::packages::{BENCH, DESKTOP};
use crate::window_env::{self, Env};
use crate::{cmd, node, system};
use line::Lines;
use std::env::consts::OS;
use std::fs;
use std::path::{Path, PathBuf};

/// What was typed.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    /// For the `bench` program.
    passed_on: Vec<String>,
    folder: PathBuf,
    keep: bool,
    strict: bool,
    /// Only the window, on this data folder.
    window_on: Option<PathBuf>,
}

impl Plan {
    fn read(args: &[String]) -> Outcome<Self> {
        let args = args.strip_prefix(&["--".to_owned()]).unwrap_or(args);
        let folder = std::env::temp_dir().join("tidebell-bench");
        let mut plan = Self { passed_on: vec![], folder, keep: false, strict: false, window_on: None };
        let mut typed = args.iter().cloned();
        while let Some(word) = typed.next() {
            match word.as_str() {
                "--folder" | "--window" => {
                    let folder =
                        typed.next().ok_or_else(|| Failure::new(format!("{word} needs a folder")))?;
                    if word == "--window" {
                        plan.window_on = Some(folder.into());
                    } else {
                        plan.folder = folder.into();
                    }
                }
                "--keep" => plan.keep = true,
                _ => {
                    plan.strict |= word == "--strict";
                    plan.passed_on.push(word);
                }
            }
        }
        Ok(plan)
    }
}

/// Installs what is missing, then measures; what is not for us goes to the `bench` program.
///
/// # Errors
/// If something cannot be had or measured, or with `--strict` if what is asked does not hold.
pub(crate) fn run(args: &[String]) -> Outcome {
    let plan = Plan::read(args)?;
    let linux = OS == "linux";
    system::ensure(if linux { BENCH } else { &[] })?;
    if let Some(data) = &plan.window_on {
        return if linux { window(data, plan.strict) } else { Err(no_window()) };
    }
    let mut bench = cmd::with_args("cargo", &["run", "--release", "-p", "bench", "--"]);
    bench.args(&plan.passed_on).arg("--keep").arg("--folder").arg(&plan.folder);
    let measured = cmd::run(&mut bench);
    let data = plan.folder.join("data");
    let shown = if !data.join("tidebell.db").is_file() {
        Ok(())
    } else if linux {
        window(&data, plan.strict)
    } else {
        println!("{}", no_window());
        Ok(())
    };
    if !plan.keep && plan.folder.is_dir() {
        fs::remove_dir_all(&plan.folder)
            .map_err(|e| Failure::new(format!("{}: {e}", plan.folder.display())))?;
    }
    measured.and(shown)
}

fn no_window() -> Failure {
    Failure::new("The window is measured on Linux only, on a screen of its own.")
}

/// The real window on a data folder.
fn window(data: &Path, strict: bool) -> Outcome {
    system::ensure(DESKTOP)?;
    node::ensure()?;
    node::packages()?;
    node::script("build")?;
    let program = start::program()?;
    window_env::within(|env: &Env| {
        let mut lines = Lines::default();
        let running = start::measure(env, &program, data, &mut lines)?;
        idle::measure(env, &running, &mut lines)?;
        match lines.missed() {
            [] => Ok(()),
            missed if strict => Err(Failure::new(format!("missed: {}", missed.join(", ")))),
            _ => Ok(()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_bench_program_knows_is_passed_on() {
        let typed = ["--", "--messages", "1000", "--folder", "/a", "--keep", "--strict"].map(str::to_owned);
        let plan = Plan::read(&typed).unwrap();
        assert_eq!(plan.passed_on, ["--messages", "1000", "--strict"], "these are its own");
        assert_eq!(
            (plan.folder, plan.keep),
            ("/a".into(), true),
            "the folder is removed here, after the window"
        );
        assert!(plan.strict, "a missed bound of the window is a failure as well");
        let plan = Plan::read(&["--window".to_owned(), "/b".to_owned()]).unwrap();
        assert_eq!(plan.window_on, Some("/b".into()), "a folder that is there already");
        assert!(Plan::read(&["--folder".to_owned()]).is_err(), "a folder must follow");
    }
}
