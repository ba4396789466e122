//! The operating system: its key store, its notification area, its tray, its windows, its browser, its dialogs.

mod alert_words;
pub(crate) mod autostart;
pub(crate) mod badge;
pub(crate) mod instance;
mod letter_words;
pub(crate) mod link;
mod notifier;
pub(crate) mod pick;
pub(crate) mod refusal;
pub(crate) mod save;
mod sender;
pub(crate) mod tray;
pub(crate) mod window;

pub(crate) use letter_words::TeamWords;
pub(crate) use notifier::{AlertAction, DesktopNotifier};
