//! Removing a store, and what it leaves in the key store.
//!
//! The rows of a store go in one transaction, its secrets one by one afterwards, and the key store may be locked by then.
//! So their names are noted in that transaction, and each stays noted until the key store has forgotten it: right after the
//! removal, or at the next one, at a start, or when a store is read with what the key store gave.

use crate::bus::Event;
use crate::connect::tokens_handle;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::VaultError;
use crate::{personal, push};
use domain::StoreId;
use std::collections::HashSet;
use store::{StoreError, StoreRow, WriteTx};
use tokio::sync::{Mutex, MutexGuard, Notify};

/// Key of the note.
const NOTE: &str = "secrets_to_forget";

/// Who may change the note, and who waits for a key store that answers.
#[derive(Debug, Default)]
pub(crate) struct Forgetting {
    /// Also held while a store is added: the same one may come back under the names that are noted.
    turn: Mutex<()>,
    wake: Notify,
}

impl Forgetting {
    pub(crate) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// The key store answers: what is noted is tried.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }
}

/// Forgets what is noted at the start, and whenever the key store is known to answer, until the engine stops.
pub(crate) async fn watch(engine: Engine) {
    let stop = engine.stopped();
    let work = async {
        loop {
            if let Err(error) = engine.forget_secrets().await {
                tracing::warn!(%error, "which secrets are to be forgotten is not known");
            }
            engine.forgetting().wake.notified().await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = work => {}
    }
}

impl Engine {
    /// Removes a store with everything that came from it, and its secrets. What was there is overwritten in the minutes after
    /// it, also across a restart; a secret that the key store does not let go now goes as soon as it does.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn remove_store(&self, store: StoreId) -> Result<(), EngineError> {
        let row = self.store().store(store).await?;
        self.runners().end_one(store).await;
        let turn = self.forgetting().turn().await;
        let secrets = self.noted_with(secrets_of(&row)).await?;
        let mut tx = self.store().begin().await?;
        tx.remove_store(store, self.now()).await?;
        self.write_secrets(&mut tx, &secrets).await?;
        tx.commit().await?;
        drop(turn);
        self.reload_desk().await?;
        self.settle_bridges().await?;
        self.sweep_pictures().await?;
        self.forget_pushes(&row).await?;
        self.bus().publish(Event::All);
        // Before the log of the file is emptied: the note goes with it.
        let forgotten = self.forget_secrets().await;
        self.erasing().wake();
        forgotten
    }

    /// What is noted, and these names with it. The caller holds the turn.
    pub(crate) async fn noted_with(&self, more: Vec<String>) -> Result<Vec<String>, EngineError> {
        let noted = self.store().setting(NOTE).await?;
        let mut noted: Vec<String> =
            noted.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        // A store that was filled from a file has none.
        noted.extend(more.into_iter().filter(|handle| !handle.is_empty()));
        Ok(noted)
    }

    /// Notes them in a transaction.
    pub(crate) async fn write_secrets(
        &self,
        tx: &mut WriteTx,
        handles: &[String],
    ) -> Result<(), EngineError> {
        let json = serde_json::to_string(handles).map_err(StoreError::from)?;
        Ok(tx.set_note(NOTE, &json, self.now()).await?)
    }

    /// Has the key store forget what is noted. What it does not forget now stays noted, and is no error.
    ///
    /// # Errors
    /// If the file refuses.
    pub(crate) async fn forget_secrets(&self) -> Result<(), EngineError> {
        let _turn = self.forgetting().turn().await;
        let noted = self.noted_with(Vec::new()).await?;
        if noted.is_empty() {
            return Ok(());
        }
        let stores = self.store().stores().await?;
        let in_force: HashSet<String> = stores.iter().flat_map(secrets_of).collect();
        let mut left = Vec::new();
        for handle in noted.iter().filter(|handle| !in_force.contains(*handle)) {
            if let Err(error) = self.forget_secret(handle).await {
                tracing::warn!(%error, "a secret of something that was removed is still in the key store");
                left.push(handle.clone());
            }
        }
        if left.len() < noted.len() {
            let mut tx = self.store().begin().await?;
            self.write_secrets(&mut tx, &left).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn forget_secret(&self, handle: &str) -> Result<(), VaultError> {
        if let Some(store) = personal::store_of(handle) {
            return self.forget_key(store).await;
        }
        let (vault, handle) = (self.ports().vault.clone(), handle.to_owned());
        let forgotten = tokio::task::spawn_blocking(move || vault.delete(&handle));
        forgotten.await.map_err(|error| VaultError(error.to_string()))?
    }
}

/// Under which names a store has secrets in the key store; an application's own are every shop's of it.
fn secrets_of(row: &StoreRow) -> Vec<String> {
    let handle = &row.store.secret_handle;
    let own = [handle.clone(), personal::handle(row.id)];
    let tokens = (!handle.is_empty()).then(|| tokens_handle(handle));
    own.into_iter().chain(tokens).chain(push::key_of(row)).collect()
}
