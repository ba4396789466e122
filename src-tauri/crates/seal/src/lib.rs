#![doc = include_str!("../README.md")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::{PersonalField, Secret, StoreId};
use std::fmt;

/// Goes before what is sealed, and into what it is bound to: another way to seal is another number.
const VERSION: u8 = 1;
/// Bytes of a key.
const KEY: usize = 32;
/// Bytes of a nonce.
const NONCE: usize = 24;

/// Why something was not sealed or not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The system has no randomness to give.
    #[error("no randomness: {0}")]
    Chance(String),
    /// What came out of the key store is no key.
    #[error("this is no key")]
    NotAKey,
    /// It does not open: another key sealed it, for another place, or its bytes were changed.
    #[error("it does not open with this key in this place")]
    Closed,
}

/// Where a value belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The store.
    pub store: StoreId,
    /// The order.
    pub order_no: &'a str,
    /// The field.
    pub field: PersonalField,
}

impl Place<'_> {
    /// What a value is bound to. The length goes before the word, and the order's number stands last: no two places have
    /// the same bytes.
    fn bytes(&self) -> Vec<u8> {
        let field = self.field.as_str();
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&self.store.0.to_be_bytes());
        bytes.extend_from_slice(&(field.len() as u64).to_be_bytes());
        bytes.extend_from_slice(field.as_bytes());
        bytes.extend_from_slice(self.order_no.as_bytes());
        bytes
    }
}

/// The key of a store.
#[derive(Clone)]
pub struct Key(XChaCha20Poly1305);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// A key that never was before, as the key store keeps it.
    ///
    /// # Errors
    /// [`SealError::Chance`].
    pub fn fresh() -> Result<Secret, SealError> {
        Ok(Secret::new(STANDARD_NO_PAD.encode(chance::<KEY>()?)))
    }

    /// Reads what the key store kept.
    ///
    /// # Errors
    /// [`SealError::NotAKey`].
    pub fn read(kept: &Secret) -> Result<Self, SealError> {
        let bytes = STANDARD_NO_PAD.decode(kept.expose()).map_err(|_| SealError::NotAKey)?;
        XChaCha20Poly1305::new_from_slice(&bytes).map(Self).map_err(|_| SealError::NotAKey)
    }

    /// Seals a value for its place.
    ///
    /// # Errors
    /// [`SealError::Chance`]; [`SealError::Closed`] for a value of gigabytes.
    pub fn seal(&self, place: Place<'_>, value: &Secret) -> Result<Vec<u8>, SealError> {
        let nonce = chance::<NONCE>()?;
        let (msg, aad) = (value.expose().as_bytes(), &place.bytes()[..]);
        let sealed =
            self.0.encrypt(&XNonce::from(nonce), Payload { msg, aad }).map_err(|_| SealError::Closed)?;
        Ok([&[VERSION], &nonce[..], &sealed].concat())
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`SealError::Closed`].
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Secret, SealError> {
        let (version, rest) = sealed.split_first().ok_or(SealError::Closed)?;
        let (nonce, msg) = rest.split_first_chunk::<NONCE>().ok_or(SealError::Closed)?;
        if *version != VERSION {
            return Err(SealError::Closed);
        }
        let aad = &place.bytes()[..];
        let value =
            self.0.decrypt(&XNonce::from(*nonce), Payload { msg, aad }).map_err(|_| SealError::Closed)?;
        String::from_utf8(value).map(Secret::new).map_err(|_| SealError::Closed)
    }
}

fn chance<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|error| SealError::Chance(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
