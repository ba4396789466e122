//! The door is open as long as there is a bridge with a token.

use super::host::Host;
use super::live::Live;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::runner::note_failure;
use channels::bridge::{CONNECTIONS, DEFAULT_PORT, router};
use channels::listen::{bind, serve};
use domain::{Secret, StoreId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio_util::sync::CancellationToken;

/// Key of the door's settings.
const SETTING: &str = "bridge";

/// What is kept of the door: a bridge is told its address once, so it must stay.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Kept {
    port: u16,
}

impl Engine {
    /// Begins to serve bridges.
    pub(crate) async fn start_bridges(&self) -> Result<(), EngineError> {
        self.bridges().started.store(true, Ordering::SeqCst);
        self.settle_bridges().await?;
        self.bridges().tasks.spawn(super::overdue::watch(self.clone()));
        Ok(())
    }

    /// Where the API is. The port is chosen once, and kept.
    pub(super) async fn bridge_address(&self) -> Result<String, EngineError> {
        Ok(format!("http://127.0.0.1:{}", self.bridge_port().await?))
    }

    async fn bridge_port(&self) -> Result<u16, EngineError> {
        let kept = self.store().setting(SETTING).await?;
        if let Some(kept) = kept.and_then(|json| serde_json::from_str::<Kept>(&json).ok()) {
            return Ok(kept.port);
        }
        let free = match bind(DEFAULT_PORT).await {
            Ok(listener) => Ok(listener),
            Err(_) => bind(0).await,
        };
        let port = free.and_then(|listener| listener.local_addr());
        let port = port.map_err(|error| EngineError::invalid(format!("no port: {error}")))?.port();
        let json = serde_json::to_string(&Kept { port }).map_err(store::StoreError::from)?;
        let mut tx = self.store().begin().await?;
        tx.set_setting(SETTING, &json, self.now()).await?;
        tx.commit().await?;
        Ok(port)
    }

    /// Looks which bridges there are, lets exactly their tokens in, and opens or closes the door.
    pub(crate) async fn settle_bridges(&self) -> Result<(), EngineError> {
        if !self.bridges().started.load(Ordering::SeqCst) || self.stopped().is_cancelled() {
            return Ok(());
        }
        let mut door = self.bridges().door.lock().await;
        let (tokens, live) = self.openable().await?;
        let fresh: Vec<(StoreId, Arc<Live>)> = live
            .iter()
            .filter(|(store, _)| self.bridges().live(**store).is_none())
            .map(|(store, live)| (*store, Arc::clone(live)))
            .collect();
        self.bridges().keys.set(&tokens);
        self.bridges().replace(live);
        for (store, live) in fresh {
            if live.settings.webhook.is_some() {
                self.bridges().tasks.spawn(super::webhook::post_replies(self.clone(), store, live));
            }
        }
        if tokens.is_empty() {
            if let Some(open) = door.take() {
                open.cancel();
            }
            return Ok(());
        }
        if door.is_none() {
            *door = self.open_door(&tokens).await?;
        }
        Ok(())
    }

    /// The bridges with a token, as they run or as they begin now.
    async fn openable(&self) -> Result<(Vec<(StoreId, Secret)>, HashMap<StoreId, Arc<Live>>), EngineError> {
        let (mut tokens, mut live) = (Vec::new(), HashMap::new());
        for (row, settings) in self.bridge_rows().await? {
            let token = match self.ports().vault.get(&row.store.secret_handle) {
                Ok(token) => token,
                Err(error) => {
                    tracing::error!(%error, "a bridge's token could not be read");
                    note_failure(self, row.id, "key_store", true).await;
                    None
                }
            };
            let Some(token) = token else { continue };
            tokens.push((row.id, token));
            let running = self.bridges().live(row.id).filter(|live| live.settings == settings);
            let ended = self.stopped().child_token();
            let begins = || Arc::new(Live::new(settings, row.store.name.clone(), self.now(), ended));
            live.insert(row.id, running.unwrap_or_else(begins));
        }
        Ok((tokens, live))
    }

    async fn open_door(
        &self,
        tokens: &[(StoreId, Secret)],
    ) -> Result<Option<CancellationToken>, EngineError> {
        let listener = match bind(self.bridge_port().await?).await {
            Ok(listener) => listener,
            Err(error) => {
                // Another program has the port, perhaps for a moment; the bridges know this one.
                tracing::error!(%error, "the bridges' port is taken");
                for (store, _) in tokens {
                    note_failure(self, *store, "bridge_port", false).await;
                }
                return Ok(None);
            }
        };
        let address = listener.local_addr().map_err(|error| EngineError::invalid(error.to_string()))?;
        let clock = self.clock();
        let host = Arc::new(Host(self.clone()));
        let router =
            router(host, Arc::clone(&self.bridges().keys), Arc::new(move || clock.now()), address.port());
        let stop = self.stopped().child_token();
        self.bridges().tasks.spawn(serve(listener, router, CONNECTIONS, stop.clone()));
        tracing::info!(%address, "bridges may call");
        Ok(Some(stop))
    }
}
