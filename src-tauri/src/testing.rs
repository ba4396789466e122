//! What tests of the shell put in the place of the system.

use domain::Secret;
use engine::{SecretVault, VaultError};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A key store in memory.
#[derive(Default)]
pub(crate) struct Safe(Mutex<BTreeMap<String, Secret>>);

impl SecretVault for Safe {
    fn get(&self, handle: &str) -> Result<Option<Secret>, VaultError> {
        Ok(self.0.lock().unwrap().get(handle).cloned())
    }
    fn set(&self, handle: &str, secret: &Secret) -> Result<(), VaultError> {
        self.0.lock().unwrap().insert(handle.to_owned(), secret.clone());
        Ok(())
    }
    fn delete(&self, handle: &str) -> Result<(), VaultError> {
        self.0.lock().unwrap().remove(handle);
        Ok(())
    }
}

impl Safe {
    /// Every word that is worth keeping secret: keys, and tokens apart from their times.
    pub(crate) fn words(&self) -> Vec<String> {
        let kept = self.0.lock().unwrap();
        let lines = kept.values().flat_map(|secret| secret.expose().lines().map(str::to_owned));
        lines.filter(|line| line.parse::<i64>().is_err() && !line.is_empty()).collect()
    }
}
