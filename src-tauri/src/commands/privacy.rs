//! Least data.

use super::{Answer, Shared};
use crate::native::window;
use crate::present;
use crate::wire::{ErasedDto, PersonalFieldDto, StorePrivacyDto};
use tauri::WebviewWindow;

/// What is kept of each store.
#[tauri::command]
#[specta::specta]
pub(crate) async fn privacy(app: Shared<'_>) -> Answer<Vec<StorePrivacyDto>> {
    let mut stores = Vec::new();
    for row in app.engine.store().stores().await? {
        stores.push(present::store_privacy(&app, row).await?);
    }
    Ok(stores)
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
pub(crate) async fn erase_buyer(
    app: Shared<'_>,
    window: WebviewWindow,
    buyer_id: String,
) -> Answer<ErasedDto> {
    let erased = app.engine.erase_buyer(buyer_id.parse()?).await?;
    window::forget_fetched(&window);
    let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(ErasedDto { conversations: count(erased.conversations), messages: count(erased.messages) })
}

/// Keeps phone numbers or addresses of a store's orders from now on; `signed` is the name under the commitment.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_personal(
    app: Shared<'_>,
    store_id: String,
    field: PersonalFieldDto,
    signed: String,
) -> Answer<()> {
    Ok(app.engine.keep_personal(store_id.parse()?, field.into(), app.me().await, &signed).await?)
}

/// No longer keeps them; those that were kept are gone.
#[tauri::command]
#[specta::specta]
pub(crate) async fn drop_personal(app: Shared<'_>, store_id: String, field: PersonalFieldDto) -> Answer<()> {
    app.engine.drop_personal(store_id.parse()?, field.into(), app.me().await).await?;
    Ok(())
}

/// A phone number or address in full, for a person who clicked. The look is in the push log before it is given.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_personal(
    app: Shared<'_>,
    conversation_id: String,
    order_no: String,
    field: PersonalFieldDto,
) -> Answer<String> {
    let me = app.me().await;
    let shown = app.engine.show_personal(conversation_id.parse()?, &order_no, field.into(), me).await?;
    Ok(shown.expose().to_owned())
}
