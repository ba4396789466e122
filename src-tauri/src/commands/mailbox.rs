//! Mailboxes: mails from files, and the folders that are read.

use super::{Answer, Shared};
use crate::app::App;
use crate::native::pick;
use crate::present;
use crate::wire::MailFolderDto;
use domain::StoreId;
use engine::Engine;
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

/// The folders that a mailbox has at its server, and which of them are read.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mail_folders(app: Shared<'_>, store_id: String) -> Answer<Vec<MailFolderDto>> {
    folders_of(&app, store_id.parse()?).await
}

/// Reads these folders of a mailbox from now on, and INBOX always.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_folders(app: Shared<'_>, store_id: String, folders: Vec<String>) -> Answer<()> {
    Ok(app.engine.read_folders(store_id.parse()?, &folders).await?)
}

pub(super) async fn folders_of(app: &App, id: StoreId) -> Answer<Vec<MailFolderDto>> {
    let row = app.engine.store().store(id).await?;
    let read = Engine::connection(&row).map_or_else(Vec::new, |connection| connection.folders);
    Ok(present::folders(app.engine.mail_folders(id).await?, &read))
}
