//! From the command to painted rows: what a person waits for.

use super::line::Lines;
use crate::cmd;
use crate::failure::{Failure, Outcome};
use crate::window_env::{Env, Owned};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Starts with nothing of the data and the program in the system's cache, and starts right after another.
const COLD: usize = 3;
const WARM: usize = 5;
/// What is asked of a start, in milliseconds.
const AT_MOST_MS: f64 = 1_500.0;
/// The line of the program's log that ends a start.
const PAINTED: &str = "the inbox is painted";
/// Seldom enough not to take what is measured from the processors.
const GLANCE: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(60);

/// Builds the program as it is shipped; its place.
///
/// # Errors
/// If it does not compile.
pub(super) fn program() -> Outcome<PathBuf> {
    let args = ["build", "--release", "-p", "tidebell", "--bin", "tidebell"];
    cmd::run(&mut cmd::with_args("cargo", &args))?;
    // Asked again, cargo has nothing to do and says where the program is.
    let mut again = cmd::with_args("cargo", &args);
    let told = cmd::capture(again.arg("--message-format=json").stdin(Stdio::null()));
    let places = told.unwrap_or_default();
    let place = places.lines().find_map(|line| {
        let line: Value = serde_json::from_str(line).ok()?;
        Some(PathBuf::from(line["executable"].as_str()?))
    });
    place.ok_or_else(|| Failure::new("cargo does not say where it put the program"))
}

/// Starts the program several times; the last one runs on.
///
/// # Errors
/// If it does not come up.
pub(super) fn measure(env: &Env, program: &Path, data: &Path, lines: &mut Lines) -> Outcome<Owned> {
    // The first writes what a new home lacks; it is a start that happens once in a lifetime.
    drop(start(env, program, data)?);
    let mut cold = Vec::with_capacity(COLD);
    for _ in 0..COLD {
        forget(&[program, &data.join("tidebell.db"), &data.join("tidebell.db-wal")])?;
        let (running, ms) = start(env, program, data)?;
        drop(running);
        cold.push(ms);
    }
    tell(lines, "start to a painted inbox, not in the cache", &mut cold);
    let (mut running, ms) = start(env, program, data)?;
    let mut warm = vec![ms];
    for _ in 1..WARM {
        drop(running);
        let ms;
        (running, ms) = start(env, program, data)?;
        warm.push(ms);
    }
    tell(lines, "start to a painted inbox", &mut warm);
    Ok(running)
}

fn tell(lines: &mut Lines, name: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let at = |at: usize| times.get(at).copied().unwrap_or(f64::NAN);
    lines.line(&format!("{name}, median"), "ms", at(times.len() / 2), Some(AT_MOST_MS));
    lines.line(&format!("{name}, worst"), "ms", at(times.len() - 1), Some(AT_MOST_MS));
}

/// One start, from before the process exists to the line in its log. Seen from outside, so that loading the program
/// and its libraries is part of it.
fn start(env: &Env, program: &Path, data: &Path) -> Outcome<(Owned, f64)> {
    let before = painted(data);
    let begun = Instant::now();
    let running = Owned::start(&program.display().to_string(), env.folder(), |command| {
        let home = env.folder().join("home");
        env.apply(command).arg("--data").arg(data).env("HOME", &home);
        for name in ["DATA", "CONFIG", "CACHE", "STATE"] {
            command.env(format!("XDG_{name}_HOME"), home.join(name.to_lowercase()));
        }
    })?;
    while painted(data) == before {
        if begun.elapsed() > PATIENCE {
            return Err(running.failure(&format!("no inbox was painted within {PATIENCE:?}")));
        }
        sleep(GLANCE);
    }
    Ok((running, begun.elapsed().as_secs_f64() * 1000.0))
}

/// How many starts the log of a folder tells of.
fn painted(data: &Path) -> usize {
    let logs = fs::read_dir(data.join("log")).into_iter().flatten().flatten();
    logs.map(|log| fs::read_to_string(log.path()).unwrap_or_default().matches(PAINTED).count()).sum()
}

/// Has the system drop what it holds of files in memory.
fn forget(files: &[&Path]) -> Outcome {
    for file in files.iter().filter(|file| file.is_file()) {
        let input = format!("if={}", file.display());
        let mut drop = cmd::with_args("dd", &["iflag=nocache", "count=0", "status=none"]);
        if cmd::capture(drop.arg(input)).is_none() {
            return Err(Failure::new(format!("{} could not be taken out of the cache", file.display())));
        }
    }
    Ok(())
}
