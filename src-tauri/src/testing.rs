//! What tests of the shell put in the place of the system.

use domain::Secret;
use engine::{SecretVault, VaultError};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// A key store in memory.
#[derive(Default)]
pub(crate) struct Safe {
    kept: Mutex<BTreeMap<String, Secret>>,
    locked: AtomicBool,
}

impl SecretVault for Safe {
    fn get(&self, handle: &str) -> Result<Option<Secret>, VaultError> {
        Ok(self.kept.lock().unwrap().get(handle).cloned())
    }
    fn set(&self, handle: &str, secret: &Secret) -> Result<(), VaultError> {
        self.kept.lock().unwrap().insert(handle.to_owned(), secret.clone());
        Ok(())
    }
    fn delete(&self, handle: &str) -> Result<(), VaultError> {
        if self.locked.load(Ordering::SeqCst) {
            return Err(VaultError("it is locked".to_owned()));
        }
        self.kept.lock().unwrap().remove(handle);
        Ok(())
    }
}

impl Safe {
    /// Whether nothing can be taken out of it from now on.
    pub(crate) fn lock(&self, locked: bool) {
        self.locked.store(locked, Ordering::SeqCst);
    }

    /// Every word that is worth keeping secret: keys, and tokens apart from their times.
    pub(crate) fn words(&self) -> Vec<String> {
        let kept = self.kept.lock().unwrap();
        let lines = kept.values().flat_map(|secret| secret.expose().lines().map(str::to_owned));
        lines.filter(|line| line.parse::<i64>().is_err() && !line.is_empty()).collect()
    }
}
