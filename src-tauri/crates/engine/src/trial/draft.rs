//! Tokens that belong to no store yet.
//!
//! A test may have to renew a pasted pair to learn whether it is good. The pasted one is spent then, so the new pair is in
//! the key store before it is used, under a name that the pasted one leads to; it waits there until somebody connects
//! the store, also after a crash.

use crate::connect::tokens_handle;
use crate::ports::{SecretVault, VaultError};
use crate::tokens::KeptTokens;
use channels::{TokenVault, Tokens};
use domain::{Secret, Timestamp};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;

/// See the module.
pub(super) struct Draft {
    kept: Option<KeptTokens>,
    pasted: Option<Tokens>,
    /// So long a pasted pair that nobody renewed is used after it was kept.
    keep_until: Timestamp,
}

impl Draft {
    /// No tokens: a mailbox needs none.
    pub(super) const fn none() -> Self {
        Self { kept: None, pasted: None, keep_until: Timestamp::UNIX_EPOCH }
    }

    /// A pasted pair for the store of a handle.
    pub(super) fn pasted(
        vault: Arc<dyn SecretVault>,
        handle: &str,
        pair: Tokens,
        keep_until: Timestamp,
    ) -> Self {
        let print = Sha256::digest(format!("{}\n{}", pair.access.expose(), pair.refresh.expose()));
        let print = print.iter().take(8).fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let kept = KeptTokens::new(vault, format!("draft/{handle}/{print}"));
        Self { kept: Some(kept), pasted: Some(pair), keep_until }
    }

    /// The pair of a sign-in, under its own handle.
    pub(super) fn signed_in(vault: Arc<dyn SecretVault>, handle: String) -> Self {
        let kept = KeptTokens::new(vault, handle);
        Self { kept: Some(kept), pasted: None, keep_until: Timestamp::UNIX_EPOCH }
    }

    /// What the store keeps: the renewed pair, else the pasted one, to be renewed at its first use.
    pub(super) fn to_keep(&self) -> Result<Option<Tokens>, VaultError> {
        let kept = self.kept.as_ref().map(TokenVault::load).transpose().map_err(VaultError)?.flatten();
        let pasted = self.pasted.clone().map(|pair| Tokens { access_until: self.keep_until, ..pair });
        Ok(kept.or(pasted))
    }

    /// It has become a store's.
    pub(super) fn forget(self) -> Result<(), VaultError> {
        self.kept.map_or(Ok(()), |kept| kept.forget())
    }
}

impl TokenVault for Draft {
    fn load(&self) -> Result<Option<Tokens>, String> {
        let kept = self.kept.as_ref().map(TokenVault::load).transpose()?.flatten();
        Ok(kept.or_else(|| self.pasted.clone()))
    }

    fn save(&self, tokens: &Tokens) -> Result<(), String> {
        self.kept.as_ref().map_or_else(|| Err("no place for tokens".into()), |kept| kept.save(tokens))
    }
}

/// The access token of a connected store, as it is now: it is not renewed by anybody but the store's own line.
pub(super) struct KeptAccess(KeptTokens);

impl KeptAccess {
    pub(super) fn new(vault: Arc<dyn SecretVault>, handle: &str) -> Self {
        Self(KeptTokens::new(vault, tokens_handle(handle)))
    }
}

impl TokenVault for KeptAccess {
    fn load(&self) -> Result<Option<Tokens>, String> {
        // Without a refresh token nothing is renewed.
        Ok(self.0.load()?.map(|pair| Tokens {
            refresh: Secret::new(""),
            access_until: Timestamp::MAX,
            ..pair
        }))
    }

    fn save(&self, _: &Tokens) -> Result<(), String> {
        Err("the store's own line renews its tokens".into())
    }
}
