//! The keys of the stores.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{SecretVault, VaultError};
use domain::StoreId;
use seal::Key;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};
use tokio::task::spawn_blocking;

/// What is known of the stores' keys while the program runs.
#[derive(Debug, Default)]
pub(crate) struct Personal {
    /// Held for reading from the sealing of values until they are stored, and for writing while a store is switched: so
    /// nothing is stored that was sealed for a switch of before.
    gate: Arc<RwLock<()>>,
    /// Asked once: a key store may ask a person first.
    keys: Mutex<HashMap<StoreId, Key>>,
}

impl Personal {
    pub(super) async fn sealing(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.gate).read_owned().await
    }

    pub(super) async fn switching(&self) -> OwnedRwLockWriteGuard<()> {
        Arc::clone(&self.gate).write_owned().await
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
fn handle(store: StoreId) -> String {
    format!("personal/{store}")
}

impl Engine {
    /// The key of a store.
    pub(super) async fn key(&self, store: StoreId) -> Kept {
        if let Some(key) = self.personal().keys().get(&store) {
            return Kept::Key(key.clone());
        }
        let kept = match self.ask_vault(move |vault| vault.get(&handle(store))).await {
            Ok(kept) => kept,
            Err(error) => return Kept::Silent(error),
        };
        let Some(Ok(key)) = kept.as_ref().map(Key::read) else { return Kept::Gone };
        self.personal().keys().insert(store, key.clone());
        Kept::Key(key)
    }

    /// Sees to it that a store has a key.
    pub(super) async fn have_key(&self, store: StoreId) -> Result<(), EngineError> {
        match self.key(store).await {
            Kept::Key(_) => return Ok(()),
            Kept::Gone => {}
            Kept::Silent(error) => return Err(error.into()),
        }
        let fresh = Key::fresh().map_err(|error| EngineError::invalid(error.to_string()))?;
        self.ask_vault(move |vault| vault.set(&handle(store), &fresh)).await?;
        match self.key(store).await {
            Kept::Key(_) => Ok(()),
            // What it does not give back now would be missed later.
            Kept::Gone => Err(VaultError("the key store did not keep the key".to_owned()).into()),
            Kept::Silent(error) => Err(error.into()),
        }
    }

    /// Destroys the key of a store: what it sealed opens nowhere any more.
    pub(crate) async fn forget_key(&self, store: StoreId) -> Result<(), EngineError> {
        self.personal().keys().remove(&store);
        Ok(self.ask_vault(move |vault| vault.delete(&handle(store))).await?)
    }

    /// Asks the key store, on a thread where waiting is allowed.
    async fn ask_vault<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn SecretVault) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let vault = Arc::clone(&self.ports().vault);
        spawn_blocking(move || question(vault.as_ref()))
            .await
            .map_err(|error| VaultError(error.to_string()))?
    }
}
