//! The system's dialog for saving a file. It is asked from here and never from the web view, which may name no path.

use super::window::LABEL;
use std::path::{Path, PathBuf};
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
    Some(if chosen.extension().is_none() { free(&chosen, ending) } else { chosen })
}

/// A name with an ending that nothing has yet: the dialog asked about the name without it.
fn free(chosen: &Path, ending: &str) -> PathBuf {
    let name = chosen.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let named = |number: u32| match number {
        1 => chosen.with_file_name(format!("{name}.{ending}")),
        _ => chosen.with_file_name(format!("{name} ({number}).{ending}")),
    };
    (1..=u32::MAX).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_that_is_put_to_a_name_replaces_no_other_file() {
        let folder = tempfile::tempdir().unwrap();
        let chosen = folder.path().join("log");
        assert_eq!(free(&chosen, "csv"), folder.path().join("log.csv"), "nothing is there");
        std::fs::write(folder.path().join("log.csv"), "kept").unwrap();
        std::fs::write(folder.path().join("log (2).csv"), "kept").unwrap();
        assert_eq!(free(&chosen, "csv"), folder.path().join("log (3).csv"), "nobody agreed to lose those");
    }
}
