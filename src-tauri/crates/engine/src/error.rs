//! What can go wrong in a use case.

use crate::ports::VaultError;
use std::path::{Path, PathBuf};
use store::StoreError;

/// Why the engine did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The file refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key store refused.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The buyer wrote after this reply was begun; nothing was queued.
    #[error("the buyer wrote after this reply was begun")]
    Stale,
    /// Nothing can be sent here; the code says why.
    #[error("nothing can be sent here: {code}")]
    CannotSend {
        /// `read_only_kind`, `capability_off`, `store_paused`, `empty`, `not_checked`, `no_cards`, or why a platform takes no
        /// pictures.
        code: &'static str,
    },
    /// What was handed in makes no sense; the words say what.
    #[error("{what}")]
    Invalid {
        /// What is wrong with it.
        what: String,
    },
    /// A file that a person asked for could not be written.
    #[error("{}: {error}", .path.display())]
    File {
        /// Where it was to be.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// A connector could not be made or reached.
    #[error(transparent)]
    Channel(#[from] channels::ChannelError),
    /// The policy or the calendar could not be read.
    #[error(transparent)]
    Rules(#[from] rules::RulesError),
}

impl EngineError {
    pub(crate) fn file(path: &Path, error: std::io::Error) -> Self {
        Self::File { path: path.to_owned(), error }
    }

    /// Something that makes no sense.
    #[must_use]
    pub fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid { what: what.into() }
    }
}
