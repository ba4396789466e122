//! In the tray, with nothing to do: what the program costs all day.

use super::line::Lines;
use super::processes::{memory_mib, processor_s};
use crate::cmd;
use crate::failure::{Failure, Outcome};
use crate::window_env::{Env, Owned};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// After the window has gone, before anything is measured.
const SETTLE: Duration = Duration::from_secs(10);
/// So long it is watched: several rounds of every timer.
const WATCHED: Duration = Duration::from_secs(60);
/// What is asked, in per cent of one core.
const AT_MOST_PERCENT: f64 = 1.0;
/// How long a window takes to go, or to come back with the explanation of the first time.
const BEAT: Duration = Duration::from_millis(1_500);
const TRIES: u32 = 10;

/// Closes the window as a person does, then watches.
///
/// # Errors
/// If the window does not close, or the program ends.
pub(super) fn measure(env: &Env, running: &Owned, lines: &mut Lines) -> Outcome {
    close(env)?;
    sleep(SETTLE);
    let (begun, before) = (Instant::now(), processor_s(running.id())?);
    sleep(WATCHED);
    let spent = processor_s(running.id())? - before;
    let percent = spent / begun.elapsed().as_secs_f64() * 100.0;
    lines.line("idle in the tray", "% of one core", percent, Some(AT_MOST_PERCENT));
    let (alone, together) = memory_mib(running.id())?;
    lines.line("resident memory in the tray, with the web view's processes", "MiB", together, None);
    lines.line("resident memory in the tray, the program alone", "MiB", alone, None);
    Ok(())
}

/// The window manager's key for closing. The first time the window comes back and explains the tray.
fn close(env: &Env) -> Outcome {
    for _ in 0..TRIES {
        if shown(env) {
            let mut press = cmd::with_args("xdotool", &["key", "--clearmodifiers", "alt+F4"]);
            cmd::capture(env.apply(&mut press));
        }
        sleep(BEAT);
        if !shown(env) {
            // Gone for good, and not only between going and coming back.
            sleep(BEAT);
            if !shown(env) {
                return Ok(());
            }
        }
    }
    Err(Failure::new(format!("the window was still there after closing it {TRIES} times")))
}

fn shown(env: &Env) -> bool {
    let mut search = cmd::with_args("xdotool", &["search", "--onlyvisible", "--name", "Tidebell"]);
    cmd::capture(env.apply(&mut search)).is_some_and(|found| !found.trim().is_empty())
}
