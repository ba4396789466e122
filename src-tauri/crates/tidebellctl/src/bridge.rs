//! `bridge`: bridges without a window.

use crate::Failure;
use crate::cli::Bridge;
use crate::open::{Silent, engine};
use domain::StoreId;
use engine::{BridgeKey, Engine, NewBridge};
use serde_json::json;
use std::path::Path;

pub(crate) async fn run(data: Option<&Path>, what: Bridge) -> Result<(), Failure> {
    let engine = engine(data, Silent).await?;
    let done = act(&engine, what).await.map_err(|error| error.to_string());
    engine.stop().await.map_err(|error| error.to_string())?;
    done
}

async fn act(engine: &Engine, what: Bridge) -> Result<(), engine::EngineError> {
    match what {
        Bridge::Add { name, platform, webhook } => {
            say(&engine.add_bridge(&NewBridge { name, label: platform, webhook }).await?);
        }
        Bridge::List => {
            for bridge in engine.bridge_list().await? {
                let line = json!({
                    "id": bridge.store, "name": bridge.name, "platform": bridge.label, "address": bridge.address,
                    "webhook": bridge.webhook, "token": bridge.open, "last_seen": bridge.last_seen,
                });
                crate::say(&line.to_string());
            }
        }
        Bridge::Rotate { id } => say(&engine.rotate_bridge_token(StoreId(id)).await?),
        Bridge::Revoke { id } => engine.revoke_bridge_token(StoreId(id)).await?,
    }
    Ok(())
}

fn say(key: &BridgeKey) {
    let line = json!({ "id": key.store, "address": key.address, "token": key.token.expose() });
    crate::say(&line.to_string());
}
