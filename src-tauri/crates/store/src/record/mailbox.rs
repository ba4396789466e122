//! What a check of a mailbox found.

use domain::{StoreId, Timestamp};

/// A folder of a mailbox compared with what is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderCheck {
    /// The store.
    pub store: StoreId,
    /// The folder, as people write it.
    pub folder: String,
    /// When.
    pub at: Timestamp,
    /// Mails in it at the server.
    pub on_server: u32,
    /// Mails at the server that were not here.
    pub missing: u32,
    /// How many of those came in by the check; the others could not be read.
    pub fetched: u32,
    /// Mails here that are no longer at the server.
    pub gone: u32,
}
