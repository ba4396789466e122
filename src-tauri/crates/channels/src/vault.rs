//! The token vault, asked on a thread where waiting is allowed: a key store may ask a person first.

use crate::{ChannelError, TokenVault, Tokens};
use std::sync::Arc;
use tokio::task::{JoinError, spawn_blocking};

/// The tokens in force, as the vault has them.
///
/// # Errors
/// [`ChannelError::OwnerMustAct`] if the vault refuses.
pub(crate) async fn load(vault: &Arc<dyn TokenVault>) -> Result<Option<Tokens>, ChannelError> {
    let vault = Arc::clone(vault);
    asked(spawn_blocking(move || vault.load()).await)
}

/// Replaces the tokens in force.
///
/// # Errors
/// [`ChannelError::OwnerMustAct`] if the vault refuses; they must then not be used.
pub(crate) async fn save(vault: &Arc<dyn TokenVault>, tokens: &Tokens) -> Result<(), ChannelError> {
    let (vault, tokens) = (Arc::clone(vault), tokens.clone());
    asked(spawn_blocking(move || vault.save(&tokens)).await)
}

fn asked<T>(outcome: Result<Result<T, String>, JoinError>) -> Result<T, ChannelError> {
    let refused = |detail: String| ChannelError::OwnerMustAct { code: "key_store_refused".into(), detail };
    outcome.map_err(|error| refused(error.to_string()))?.map_err(refused)
}
