//! Connecting stores.

use super::{Answer, Shared};
use crate::wire::{NewStore, PlatformDto, UiError};
use channels::Tokens;
use domain::{Platform, Secret, from_ms, to_ms};
use engine::{Connection, SecretSet};

/// A pasted access token is renewed at the first call: nobody knows how old it is.
const UNKNOWN_AGE_MS: i64 = 60_000;

/// Connects a store; its secrets go into the key store and never come back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn connect_store(app: Shared<'_>, store: NewStore) -> Answer<String> {
    let platform = match store.platform {
        PlatformDto::AliExpress => Platform::AliExpress,
        PlatformDto::Shopee => Platform::Shopee,
        PlatformDto::Mail => Platform::Mail,
        PlatformDto::Bridge => return Err(UiError::invalid("a bridge is made with create_bridge")),
    };
    if store.secret.is_empty() {
        return Err(UiError::invalid("missing:secret"));
    }
    let until = from_ms(to_ms(app.engine.now()) + UNKNOWN_AGE_MS);
    let tokens = match (store.access_token.is_empty(), store.refresh_token.is_empty()) {
        (true, true) => None,
        _ => Some(Tokens {
            access: Secret::new(store.access_token),
            refresh: Secret::new(store.refresh_token),
            access_until: until,
            refresh_until: None,
        }),
    };
    if platform != Platform::Mail && tokens.is_none() {
        return Err(UiError::invalid("missing:access_token"));
    }
    let connection = Connection {
        platform,
        name: store.name,
        host: store.host,
        account: store.account,
        shop_id: store.shop_id,
        region: String::new(),
        company: String::new(),
        every_s: if platform == Platform::Mail { 540 } else { 30 },
        demo: false,
    };
    let id = app.engine.connect(&connection, SecretSet { key: Secret::new(store.secret), tokens }).await?;
    Ok(id.to_string())
}

/// Removes a store with everything that came from it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_store(app: Shared<'_>, store_id: String) -> Answer<()> {
    Ok(app.engine.remove_store(store_id.parse()?).await?)
}

/// 多端同步 of a store.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_multi_device_sync(app: Shared<'_>, store_id: String, on: bool) -> Answer<()> {
    Ok(app.engine.set_multi_device_sync(store_id.parse()?, on).await?)
}
