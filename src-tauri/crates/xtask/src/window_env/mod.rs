//! A private desktop for tests: screen, window manager, session bus, key store, notification server.
//!
//! Nothing of the person's own desktop is touched: the bus has no services that start by themselves, the key store
//! lies in a temporary folder, and when the command has ended, exactly the processes started here are ended.

mod parts;
mod process;

use crate::cmd;
use crate::failure::{Failure, Outcome};
pub(crate) use process::Owned;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A running private desktop; dropping it ends it.
pub(crate) struct Env {
    variables: Vec<(&'static str, OsString)>,
    // In order of start; they are ended in the reverse order, so that nothing loses its bus or screen first.
    processes: Vec<Owned>,
    folder: PathBuf,
}

impl Env {
    fn start() -> Outcome<Self> {
        let folder = private_folder()?;
        let mut env = Self { variables: Vec::new(), processes: Vec::new(), folder };
        env.set("XDG_RUNTIME_DIR", env.folder.clone());
        // The private bus has no accessibility service; without this GTK waits for one.
        env.set("NO_AT_BRIDGE", "1");
        env.set("GTK_A11Y", "none");
        env.set("GDK_BACKEND", "x11");
        env.set("TIDEBELL_WINDOW_ENV", "1");
        parts::screen(&mut env)?;
        parts::bus(&mut env)?;
        parts::window_manager(&mut env)?;
        parts::key_store(&mut env)?;
        parts::notifications(&mut env)?;
        Ok(env)
    }

    fn set(&mut self, name: &'static str, value: impl Into<OsString>) {
        self.variables.push((name, value.into()));
    }

    /// Lets a command run on this desktop.
    pub(crate) fn apply<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env_remove("WAYLAND_DISPLAY").env_remove("DBUS_STARTER_ADDRESS");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)))
    }

    /// Where its files are; goes with it.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Env {
    fn drop(&mut self) {
        while let Some(process) = self.processes.pop() {
            drop(process);
        }
        // Left-over files in the temporary folder harm nobody.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Sockets live here, so the path must be short (108 bytes) and nobody else may enter.
fn private_folder() -> Outcome<PathBuf> {
    let folder = std::env::temp_dir().join(format!("tidebell-{}", std::process::id()));
    let failed = |e: std::io::Error| Failure::new(format!("{}: {e}", folder.display()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(folder)
}

/// Does `work` on a private desktop.
///
/// # Errors
/// If a part does not start, or what `work` failed with.
pub(crate) fn within(work: impl FnOnce(&Env) -> Outcome) -> Outcome {
    let env = Env::start()?;
    work(&env)
}

/// `cargo xtask window-env -- COMMAND…`; leaves with the command's own exit code.
///
/// # Errors
/// If a part does not start or the command fails.
pub(crate) fn run(args: &[String]) -> Outcome {
    let args = args.strip_prefix(&["--".to_owned()]).unwrap_or(args);
    let Some((name, rest)) = args.split_first() else {
        return Err(Failure::new("usage: cargo xtask window-env -- COMMAND…"));
    };
    within(|env| {
        let mut command = cmd::started(name);
        let status = env.apply(command.args(rest)).status();
        let status = status.map_err(|e| Failure::new(format!("`{}`: {e}", cmd::shown(&command))))?;
        match status.code().map(u8::try_from) {
            Some(Ok(0)) => Ok(()),
            Some(Ok(code)) => Err(Failure::silent(code)),
            _ => Err(Failure::new(format!("`{}` ended with {status}", cmd::shown(&command)))),
        }
    })
}
