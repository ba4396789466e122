//! The operating system: its key store, its notification area, its tray, its windows.

mod alert_words;
pub(crate) mod badge;
mod notifier;
pub(crate) mod tray;
pub(crate) mod window;

pub(crate) use notifier::{AlertAction, DesktopNotifier};
