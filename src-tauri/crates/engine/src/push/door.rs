//! The door is open as long as the receiver of an application is wanted and its signatures can be checked.

use super::key_handle;
use super::live::OpenDoor;
use crate::engine::Engine;
use crate::error::EngineError;
use channels::listen::{bind, serve};
use channels::shopee::{PUSH_CONNECTIONS, PUSH_PORT, PushSettings, callback_url, push_router};
use domain::Secret;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Between two attempts to open the door, if another program had the port.
const AGAIN: Duration = Duration::from_secs(15);

impl Engine {
    /// Begins to take pushes, where that is wanted, and to work on those that the last run left.
    pub(crate) async fn start_pushes(&self) -> Result<(), EngineError> {
        let pushes = self.pushes();
        let arriving = pushes.arriving.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(arriving) = arriving {
            pushes.tasks.spawn(super::work::keep(self.clone(), arriving));
            pushes.tasks.spawn(super::work::work(self.clone()));
            pushes.tasks.spawn(watch(self.clone()));
        }
        pushes.started.store(true, Ordering::SeqCst);
        self.settle_pushes().await
    }

    /// Where the relay finds us. The port is chosen once, and kept.
    pub(super) async fn push_port(&self) -> Result<u16, EngineError> {
        if let Some(port) = self.push_settings().await?.port {
            return Ok(port);
        }
        let free = match bind(PUSH_PORT).await {
            Ok(listener) => Ok(listener),
            Err(_) => bind(0).await,
        };
        let port = free.and_then(|listener| listener.local_addr());
        let port = port.map_err(|error| EngineError::invalid(format!("no port: {error}")))?.port();
        self.change_push_settings(|kept| *kept.port.get_or_insert(port)).await
    }

    /// Looks whose pushes are wanted, lets exactly those in, and opens or closes the door.
    pub(crate) async fn settle_pushes(&self) -> Result<(), EngineError> {
        let pushes = self.pushes();
        if !pushes.started.load(Ordering::SeqCst) || self.stopped().is_cancelled() {
            return Ok(());
        }
        let mut door = pushes.door.lock().await;
        let wanted = self.wanted().await?;
        let nobody = wanted.is_empty();
        pushes.doors.set(wanted);
        if nobody {
            pushes.port_taken(false);
            if let Some(open) = door.take() {
                open.close().await;
            }
            return Ok(());
        }
        if door.is_some() {
            return Ok(());
        }
        let listener = match bind(self.push_port().await?).await {
            Ok(listener) => listener,
            Err(error) => {
                // Somebody's relay knows this port, so no other one would do.
                tracing::error!(%error, "the port for pushes is taken");
                pushes.port_taken(true);
                return Ok(());
            }
        };
        pushes.port_taken(false);
        let router = push_router(Arc::clone(&pushes.doors), pushes.intake.clone());
        let stop = self.stopped().child_token();
        let served = pushes.tasks.spawn(serve(listener, router, PUSH_CONNECTIONS, stop.clone()));
        *door = Some(OpenDoor { stop, served });
        Ok(())
    }

    /// Tries again what could not be opened: another program had the port, or an application's key was not in the key
    /// store. [`Engine::start`] does this all the time.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn mend_push_receivers(&self) -> Result<(), EngineError> {
        let pushes = self.pushes();
        let closed = pushes.door.lock().await.is_none();
        if closed || pushes.waits_for_a_key() { self.settle_pushes().await } else { Ok(()) }
    }

    /// The applications whose pushes are wanted and can be checked.
    async fn wanted(&self) -> Result<Vec<PushSettings>, EngineError> {
        let (mut wanted, mut keyless) = (Vec::new(), HashSet::new());
        for (partner, kept) in self.push_settings().await?.partners {
            if !kept.on {
                continue;
            }
            let keys = self.push_keys(&partner).await?;
            match callback_url(&kept.address, &partner) {
                Ok(callback_url) if !keys.is_empty() => {
                    wanted.push(PushSettings { partner, callback_url, keys, accept_body_only: false });
                }
                Ok(_) | Err(_) => {
                    keyless.insert(partner);
                }
            }
        }
        self.pushes().keyless(keyless);
        Ok(wanted)
    }

    /// The console's own push key if there is one, else the partner key, as any of the shops has it. While the key store
    /// does not answer, the keys that are in use stay: a door that works is not closed for that.
    async fn push_keys(&self, partner: &str) -> Result<Vec<Secret>, EngineError> {
        let vault = &self.ports().vault;
        let mut silent = false;
        let mut read = |handle: &str| {
            vault.get(handle).unwrap_or_else(|error| {
                tracing::error!(%error, "a key for pushes could not be read");
                silent = true;
                None
            })
        };
        let mut keys: Vec<Secret> = read(&key_handle(partner)).into_iter().collect();
        if keys.is_empty() {
            keys = self
                .shops_of(partner)
                .await?
                .iter()
                .filter_map(|row| read(&row.store.secret_handle))
                .collect();
        }
        if silent {
            keys.extend(self.pushes().doors.keys(partner));
        }
        let mut seen = Vec::new();
        keys.retain(|key| {
            let new = !seen.contains(key);
            seen.push(key.clone());
            new
        });
        Ok(keys)
    }
}

/// Opens the door once the port or the key store is there again.
async fn watch(engine: Engine) {
    let stop = engine.stopped();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(AGAIN) => {}
        }
        if let Err(error) = engine.mend_push_receivers().await {
            tracing::error!(%error, "the door for pushes could not be opened");
        }
    }
}
