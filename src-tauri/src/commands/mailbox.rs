//! Mails from files.

use super::{Answer, Shared};
use crate::native::pick;
use domain::StoreId;
use tauri::WebviewWindow;

/// Asks for files, or for folders, and begins to take in their mails; the rail tells how far it is. False if nothing was
/// picked.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_mail(
    app: Shared<'_>,
    window: WebviewWindow,
    store_id: String,
    folder: bool,
) -> Answer<bool> {
    let store: StoreId = store_id.parse()?;
    let paths = pick::mails(&window, app.kept().locale, folder).await;
    if paths.is_empty() {
        return Ok(false);
    }
    app.engine.begin_mail_import(store, paths).await?;
    Ok(true)
}

/// Stops an import; what was taken in stays.
#[tauri::command]
#[specta::specta]
pub(crate) fn stop_mail_import(app: Shared<'_>, store_id: String) -> Answer<()> {
    app.engine.stop_mail_import(store_id.parse()?);
    Ok(())
}

/// How it ended has been read.
#[tauri::command]
#[specta::specta]
pub(crate) fn forget_mail_import(app: Shared<'_>, store_id: String) -> Answer<()> {
    app.engine.forget_mail_import(store_id.parse()?);
    Ok(())
}
