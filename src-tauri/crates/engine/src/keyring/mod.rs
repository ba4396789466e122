//! The key store of the operating system behind [`SecretVault`]: the one place that talks to it, for the window and
//! the command line alike.

mod parts;

use crate::ports::{SecretVault, VaultError};
use domain::Secret;
use keyring::{Entry, Error};
use parts::Entries;

/// UTF-16 units that one entry takes. Windows takes 2560 bytes, and a pair of tokens of Microsoft's is longer than that.
const ROOM: usize = if cfg!(windows) { 1_280 } else { usize::MAX };

/// Keychain on macOS, Credential Manager on Windows, Secret Service elsewhere.
#[derive(Debug, Clone)]
pub struct KeyringVault {
    service: String,
}

impl KeyringVault {
    /// Secrets of one data folder: two folders on one computer (a test beside the real shop) must not share tokens.
    #[must_use]
    pub fn new(service: impl Into<String>) -> Self {
        Self { service: service.into() }
    }

    fn entry(&self, handle: &str) -> Result<Entry, VaultError> {
        Entry::new(&self.service, handle).map_err(|error| VaultError(error.to_string()))
    }
}

impl Entries for KeyringVault {
    fn read(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        match self.entry(name)?.get_password() {
            Ok(secret) => Ok(Some(Secret::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(VaultError(error.to_string())),
        }
    }

    fn write(&self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        self.entry(name)?.set_password(secret.expose()).map_err(|error| VaultError(error.to_string()))
    }

    fn remove(&self, name: &str) -> Result<(), VaultError> {
        match self.entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(VaultError(error.to_string())),
        }
    }
}

impl SecretVault for KeyringVault {
    fn get(&self, handle: &str) -> Result<Option<Secret>, VaultError> {
        parts::get(self, handle)
    }

    fn set(&self, handle: &str, secret: &Secret) -> Result<(), VaultError> {
        parts::set(self, ROOM, handle, secret)
    }

    fn delete(&self, handle: &str) -> Result<(), VaultError> {
        parts::delete(self, ROOM, handle)
    }
}
