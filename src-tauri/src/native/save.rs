//! The system's dialog for saving a file. It is asked from here and never from the web view, which may name no path.

use super::window::LABEL;
use std::path::PathBuf;
use tauri::{AppHandle, Manager, Wry};
use tauri_plugin_dialog::DialogExt;

/// Where a person wants a file; none if they changed their mind. `ending` is put to a name that has none.
pub(crate) async fn ask(handle: &AppHandle<Wry>, title: &str, name: &str, ending: &str) -> Option<PathBuf> {
    let mut dialog = handle
        .dialog()
        .file()
        .set_title(title)
        .set_file_name(name)
        .add_filter(ending.to_uppercase(), &[ending]);
    if let Ok(folder) = handle.path().download_dir() {
        dialog = dialog.set_directory(folder);
    }
    if let Some(window) = handle.get_webview_window(LABEL) {
        dialog = dialog.set_parent(&window);
    }
    let (tell, answer) = tokio::sync::oneshot::channel();
    dialog.save_file(move |chosen| {
        // Nobody waits any more when the program ends.
        let _ = tell.send(chosen);
    });
    let chosen = answer.await.ok().flatten()?.into_path().ok()?;
    Some(if chosen.extension().is_none() { chosen.with_extension(ending) } else { chosen })
}
