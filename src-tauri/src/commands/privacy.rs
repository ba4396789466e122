//! Least data.

use super::{Answer, Shared};
use crate::wire::{ErasedDto, StorePrivacyDto};

/// What is kept of each store.
#[tauri::command]
#[specta::specta]
pub(crate) async fn privacy(app: Shared<'_>) -> Answer<Vec<StorePrivacyDto>> {
    let stores = app.engine.store().stores().await?;
    Ok(stores
        .into_iter()
        .map(|row| StorePrivacyDto { id: row.id.to_string(), name: row.store.name, keep_days: row.keep_days })
        .collect())
}

/// For how many days a store's content is kept; 0 = for ever.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_for(app: Shared<'_>, store_id: String, days: u32) -> Answer<()> {
    Ok(app.engine.keep_for(store_id.parse()?, days).await?)
}

/// Erases what a buyer wrote and is called. It can't be taken back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn erase_buyer(app: Shared<'_>, buyer_id: String) -> Answer<ErasedDto> {
    let erased = app.engine.erase_buyer(buyer_id.parse()?).await?;
    let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(ErasedDto { conversations: count(erased.conversations), messages: count(erased.messages) })
}
