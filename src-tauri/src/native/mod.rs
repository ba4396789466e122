//! The operating system: its key store, its notification area, its tray, its windows, its browser, its dialogs.

mod alert_words;
pub(crate) mod autostart;
pub(crate) mod badge;
mod letter_words;
pub(crate) mod link;
mod notifier;
pub(crate) mod pick;
pub(crate) mod save;
pub(crate) mod tray;
mod sender;
pub(crate) mod window;

pub(crate) use letter_words::TeamWords;
pub(crate) use notifier::{AlertAction, DesktopNotifier};
