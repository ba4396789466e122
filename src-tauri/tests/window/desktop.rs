//! The desktop around the window: its notification server, its window manager.

use crate::process::House;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// Between two looks.
const GLANCE: Duration = Duration::from_millis(100);

/// A notification as the server was asked to show it.
#[derive(Debug, Clone)]
pub(crate) struct Toast {
    /// The server's id of it.
    pub(crate) id: u32,
    /// When it came, in seconds since 1970.
    pub(crate) at: f64,
    /// The line of the log.
    pub(crate) line: String,
}

impl Toast {
    /// The quoted words: application, icon, headline, text, then the actions' keys and labels.
    pub(crate) fn words(&self) -> Vec<&str> {
        self.line.split('"').skip(1).step_by(2).collect()
    }
}

/// Every notification so far, oldest first, of all houses. The server numbers them from 1.
pub(crate) fn all_toasts() -> Vec<Toast> {
    let log = std::env::var_os("TIDEBELL_NOTIFICATIONS").expect("the private desktop names its log");
    let log = fs::read_to_string(log).unwrap_or_default();
    let raised = log.lines().filter(|line| line.contains(" Notify "));
    raised
        .zip(1..)
        .map(|(line, id)| {
            let at = line.split(' ').next().and_then(|at| at.parse().ok());
            Toast { id, at: at.expect("each line begins with its time"), line: line.to_owned() }
        })
        .collect()
}

/// Those of a house that stands: what was raised for the one before it is nobody's any more.
pub(crate) fn toasts(house: &House) -> Vec<Toast> {
    all_toasts().split_off(house.toasts_before)
}

/// Waits for a notification of which `wanted` makes something.
pub(crate) async fn until_toast<T>(
    house: &House,
    what: &str,
    patience: Duration,
    wanted: impl Fn(&Toast) -> Option<T>,
) -> (Toast, T) {
    let begun = Instant::now();
    loop {
        let all = toasts(house);
        if let Some(found) = all.iter().find_map(|toast| Some((toast.clone(), wanted(toast)?))) {
            return found;
        }
        assert!(begun.elapsed() < patience, "waited {patience:?} for {what}; raised: {all:#?}");
        tokio::time::sleep(GLANCE).await;
    }
}

/// A person clicks on an action of a notification.
pub(crate) fn click(toast: &Toast, action: &str) {
    let arguments = format!("[<uint32 {}>, <'{action}'>]", toast.id);
    run(Command::new("gdbus").args(["call", "--session", "--dest", "org.freedesktop.Notifications"]).args([
        "--object-path",
        "/org/freedesktop/Notifications",
        "--method",
        "org.freedesktop.DBus.Mock.EmitSignal",
        "org.freedesktop.Notifications",
        "ActionInvoked",
        "us",
        &arguments,
    ]));
}

/// Presses the window manager's key for closing the window that has the focus: the same request as its close button.
pub(crate) fn close_window() {
    run(Command::new("xdotool").args(["key", "--clearmodifiers", "alt+F4"]));
}

/// Whether a window of the program is on the screen.
pub(crate) fn is_shown() -> bool {
    let found = Command::new("xdotool").args(["search", "--onlyvisible", "--name", "Tidebell"]).output();
    !found.expect("xdotool is installed by cargo xtask test").stdout.is_empty()
}

/// Waits until a window of the program is on the screen, or until none is.
pub(crate) async fn until_shown(what: &str, shown: bool, patience: Duration) {
    let begun = Instant::now();
    while is_shown() != shown {
        assert!(begun.elapsed() < patience, "waited {patience:?} for {what}");
        tokio::time::sleep(GLANCE).await;
    }
}

fn run(command: &mut Command) {
    let done = command.output().expect("the private desktop has it");
    let words = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}: {words}");
}
