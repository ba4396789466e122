//! A process that we started and that we end.

use crate::cmd;
use crate::failure::{Failure, Outcome};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// How often and how long a process is asked whether it is ready, or has ended.
pub(super) const PAUSE: Duration = Duration::from_millis(25);
const PATIENCE: u32 = 80;

/// Ended when dropped.
pub(crate) struct Owned {
    child: Child,
    log: PathBuf,
}

impl Owned {
    /// Starts `name` with what `prepare` adds. Its complaints go to `NAME.log` in `folder`.
    ///
    /// # Errors
    /// If it is not installed or cannot be started.
    pub(crate) fn start(name: &str, folder: &Path, prepare: impl FnOnce(&mut Command)) -> Outcome<Self> {
        if !cmd::found(name) && !Path::new(name).is_file() {
            let advice = "`cargo xtask test` installs what the private desktop needs";
            return Err(Failure::new(format!("{name} is not installed; {advice}")));
        }
        // Should we be killed outright, the system ends the child for us.
        let mut command = if cmd::found("setpriv") {
            cmd::with_args("setpriv", &["--pdeathsig", "TERM", "--", name])
        } else {
            cmd::program(name)
        };
        let failed = |e: std::io::Error| Failure::new(format!("{name} could not be started: {e}"));
        let base = name.rsplit('/').next().unwrap_or(name);
        let log = folder.join(format!("{base}.log"));
        let file = File::create(&log).map_err(failed)?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);
        prepare(&mut command);
        let child = command.spawn().map_err(failed)?;
        Ok(Self { child, log })
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its output, if `prepare` asked for a pipe.
    pub(super) fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Its input, if `prepare` asked for a pipe.
    pub(super) fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// A failure with the last thing that the process said: its log goes with the private desktop.
    pub(crate) fn failure(&self, what: &str) -> Failure {
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        Failure::new(format!("{what}: {}", log.trim().lines().last().unwrap_or("it said nothing")))
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if self.has_ended() {
            return;
        }
        // Asked first, so that sockets and lock files are removed; then made to.
        let _ = cmd::capture(&mut cmd::with_args("kill", &["-TERM", &self.child.id().to_string()]));
        for _ in 0..PATIENCE {
            if self.has_ended() {
                return;
            }
            sleep(PAUSE);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
