//! The keys of the stores.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{SecretVault, VaultError};
use domain::StoreId;
use seal::Key;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};
use tokio::task::spawn_blocking;

/// What the name of a key begins with.
const ROOM: &str = "personal/";

/// What is known of the stores' keys while the program runs.
#[derive(Debug, Default)]
pub(crate) struct Personal {
    /// Held for reading from the sealing of values until they are stored, and for writing while a store is switched: so
    /// nothing is stored that was sealed for a switch of before.
    gate: Arc<RwLock<()>>,
    /// Asked once: a key store may ask a person first.
    keys: Mutex<HashMap<StoreId, Key>>,
    /// One question at a time, with what follows from it for `keys`: a key that was read before it was destroyed must not
    /// be remembered afterwards.
    asking: Arc<tokio::sync::Mutex<()>>,
}

impl Personal {
    pub(super) async fn sealing(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.gate).read_owned().await
    }

    pub(super) async fn switching(&self) -> OwnedRwLockWriteGuard<()> {
        Arc::clone(&self.gate).write_owned().await
    }

    async fn asking(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.asking).lock_owned().await
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<StoreId, Key>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key of a store, or why there is none.
#[derive(Debug)]
pub(super) enum Kept {
    /// It is there.
    Key(Key),
    /// The key store has none, or something that is none.
    Gone,
    /// The key store does not answer.
    Silent(VaultError),
}

/// Under which name the key store has it.
pub(crate) fn handle(store: StoreId) -> String {
    format!("{ROOM}{store}")
}

/// Whose key has this name.
pub(crate) fn store_of(handle: &str) -> Option<StoreId> {
    handle.strip_prefix(ROOM)?.parse().ok()
}

impl Engine {
    /// The key of a store.
    pub(super) async fn key(&self, store: StoreId) -> Kept {
        let known = || self.personal().keys().get(&store).cloned().map(Kept::Key);
        if let Some(key) = known() {
            return key;
        }
        let asking = self.personal().asking().await;
        // Whoever asked meanwhile has it.
        match known() {
            Some(key) => key,
            None => self.read_key(store, asking).await,
        }
    }

    /// The key of a store as the key store has it now.
    async fn read_key(&self, store: StoreId, asking: OwnedMutexGuard<()>) -> Kept {
        let engine = self.clone();
        let read = self.ask_vault(asking, move |vault| {
            let kept = vault.get(&handle(store))?;
            let key = kept.as_ref().and_then(|kept| Key::read(kept).ok());
            let mut keys = engine.personal().keys();
            match &key {
                Some(key) => keys.insert(store, key.clone()),
                None => keys.remove(&store),
            };
            Ok(key)
        });
        match read.await {
            Ok(Some(key)) => Kept::Key(key),
            Ok(None) => Kept::Gone,
            Err(error) => Kept::Silent(error),
        }
    }

    /// Sees to it that the key store has a key for a store. What is only remembered here is none: it would be missed after
    /// the next start.
    pub(super) async fn have_key(&self, store: StoreId) -> Result<(), EngineError> {
        match self.read_key(store, self.personal().asking().await).await {
            Kept::Key(_) => return Ok(()),
            Kept::Gone => {}
            Kept::Silent(error) => return Err(error.into()),
        }
        let fresh = Key::fresh().map_err(|error| EngineError::invalid(error.to_string()))?;
        let asking = self.personal().asking().await;
        self.ask_vault(asking, move |vault| vault.set(&handle(store), &fresh)).await?;
        match self.read_key(store, self.personal().asking().await).await {
            Kept::Key(_) => Ok(()),
            // What it does not give back now would be missed later.
            Kept::Gone => Err(VaultError("the key store did not keep the key".to_owned()).into()),
            Kept::Silent(error) => Err(error.into()),
        }
    }

    /// Destroys the key of a store: what it sealed opens nowhere any more.
    pub(crate) async fn forget_key(&self, store: StoreId) -> Result<(), VaultError> {
        let (engine, asking) = (self.clone(), self.personal().asking().await);
        let forgotten = self.ask_vault(asking, move |vault| {
            engine.personal().keys().remove(&store);
            vault.delete(&handle(store))
        });
        forgotten.await
    }

    /// Destroys the keys of stores that keep nothing: the program ended, or the key store refused, between the dropping of
    /// the values and that of their key.
    pub(crate) async fn forget_left_keys(&self) -> Result<(), EngineError> {
        for row in self.store().stores().await? {
            if !Self::has_personal_fields(row.store.platform) {
                continue;
            }
            let held = self.personal().switching().await;
            if !self.store().store(row.id).await?.keep.any() {
                self.forget_key(row.id).await?;
            }
            drop(held);
        }
        Ok(())
    }

    /// Asks the key store, on a thread where waiting is allowed. Whoever gives up waiting leaves nothing half done: the
    /// next question comes after this one.
    async fn ask_vault<T: Send + 'static>(
        &self,
        asking: OwnedMutexGuard<()>,
        question: impl FnOnce(&dyn SecretVault) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let vault = Arc::clone(&self.ports().vault);
        let answer = spawn_blocking(move || {
            let answer = question(vault.as_ref());
            drop(asking);
            answer
        });
        answer.await.map_err(|error| VaultError(error.to_string()))?
    }
}
