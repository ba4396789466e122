//! The receiver of pushes.

use super::{Answer, Shared};
use crate::present::{instant, small};
use crate::wire::{PushDto, PushPatch, PushStateDto};
use domain::{Secret, StoreId};
use engine::{Engine, PushChange, PushState};

/// The receiver that a store's pushes come through.
#[tauri::command]
#[specta::specta]
pub(crate) async fn push_receiver(app: Shared<'_>, store_id: String) -> Answer<PushDto> {
    receiver(&app.engine, store_id.parse()?).await
}

/// Changes the receiver that a store's pushes come through.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_push_receiver(
    app: Shared<'_>,
    store_id: String,
    patch: PushPatch,
) -> Answer<PushDto> {
    let store = store_id.parse()?;
    let PushPatch { on, address, key } = patch;
    let change = PushChange { on, address, key: key.map(Secret::new) };
    app.engine.set_push_receiver(store, change).await?;
    receiver(&app.engine, store).await
}

async fn receiver(engine: &Engine, store: StoreId) -> Answer<PushDto> {
    let info = engine.push_receiver(store).await?;
    Ok(PushDto {
        on: info.on,
        state: match info.state {
            PushState::Off => PushStateDto::Off,
            PushState::Listening => PushStateDto::Listening,
            PushState::PortTaken => PushStateDto::PortTaken,
            PushState::NoKey => PushStateDto::NoKey,
        },
        address: info.address,
        callback: info.callback,
        local: info.local,
        own_key: info.own_key,
        stores: info.stores,
        taken: small(info.taken),
        refused: small(info.refused),
        waiting: small(info.waiting),
        last_at: info.last_at.map(instant),
    })
}
