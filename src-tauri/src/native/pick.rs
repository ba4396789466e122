//! Picking files and folders in the system's own dialog. It is opened from here only: the window may not read files.

use crate::wire::Locale;
use crate::words::say;
use std::path::PathBuf;
use tauri::{WebviewWindow, Wry};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

/// Files with mails, or with `folder` folders of them. Empty if nothing was picked.
pub(crate) async fn mails(window: &WebviewWindow<Wry>, locale: Locale, folder: bool) -> Vec<PathBuf> {
    let (to, picked) = oneshot::channel();
    let dialog = window.dialog().file().set_parent(window);
    let answer = move |paths: Option<Vec<FilePath>>| drop(to.send(paths.unwrap_or_default()));
    if folder {
        dialog.set_title(say(locale, "pick.folders", &[])).pick_folders(answer);
    } else {
        dialog
            .set_title(say(locale, "pick.mails", &[]))
            .add_filter(say(locale, "pick.mail_files", &[]), &["eml", "mbox", "mbx"])
            // Thunderbird's have no ending.
            .add_filter(say(locale, "pick.all_files", &[]), &["*"])
            .pick_files(answer);
    }
    // A dialog that is closed with its window answers nothing.
    let picked = picked.await.unwrap_or_default();
    picked.into_iter().filter_map(|path| path.into_path().ok()).collect()
}
