//! Bridges: stores behind which stands a program.

use super::{Answer, Shared};
use crate::present::instant;
use crate::wire::{BridgeDto, BridgeKeyDto, NewBridgeDto, UiError, UiErrorCode};
use engine::{BridgeKey, NewBridge};

/// Makes a bridge. Its token crosses the border here and never again: its owner has to give it to the program.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_bridge(app: Shared<'_>, bridge: NewBridgeDto) -> Answer<BridgeKeyDto> {
    let webhook = Some(bridge.webhook).filter(|url| !url.trim().is_empty());
    let new = NewBridge { name: bridge.name, label: bridge.label, webhook };
    Ok(key(app.engine.add_bridge(&new).await?))
}

/// A bridge, without its token.
#[tauri::command]
#[specta::specta]
pub(crate) async fn bridge(app: Shared<'_>, store_id: String) -> Answer<BridgeDto> {
    let store = store_id.parse()?;
    let all = app.engine.bridge_list().await?;
    let found = all.into_iter().find(|bridge| bridge.store == store);
    let found = found.ok_or(UiError { code: UiErrorCode::NotFound, detail: "bridge".into() })?;
    Ok(BridgeDto {
        label: found.label,
        address: found.address,
        webhook: found.webhook,
        open: found.open,
        client: found.client,
        last_seen_at: found.last_seen.map(instant),
    })
}

/// A new token; the one of before opens nothing from now on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rotate_bridge_token(app: Shared<'_>, store_id: String) -> Answer<BridgeKeyDto> {
    Ok(key(app.engine.rotate_bridge_token(store_id.parse()?).await?))
}

/// Takes the token away; what was handed in stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn revoke_bridge_token(app: Shared<'_>, store_id: String) -> Answer<()> {
    Ok(app.engine.revoke_bridge_token(store_id.parse()?).await?)
}

fn key(key: BridgeKey) -> BridgeKeyDto {
    BridgeKeyDto {
        store_id: key.store.to_string(),
        address: key.address,
        token: key.token.expose().to_owned(),
    }
}
