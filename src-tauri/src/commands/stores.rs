//! What is set of a store and ends it.

use super::{Answer, Shared};
use crate::native::window;
use tauri::WebviewWindow;

/// Removes a store with everything that came from it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_store(app: Shared<'_>, window: WebviewWindow, store_id: String) -> Answer<()> {
    app.engine.remove_store(store_id.parse()?).await?;
    window::forget_fetched(&window);
    Ok(())
}

/// 多端同步 of a store.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_multi_device_sync(app: Shared<'_>, store_id: String, on: bool) -> Answer<()> {
    Ok(app.engine.set_multi_device_sync(store_id.parse()?, on).await?)
}

/// Calls a store's platform now, whatever the breaker says. False: the platform itself named a time that has not come.
#[tauri::command]
#[specta::specta]
pub(crate) async fn retry_store(app: Shared<'_>, store_id: String) -> Answer<bool> {
    Ok(app.engine.retry_store(store_id.parse()?).await?)
}
