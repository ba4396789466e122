//! Bridges.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A bridge to make.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
pub struct NewBridgeDto {
    /// The name of the store.
    pub name: String,
    /// For which platform it hands in, in the owner's words.
    pub label: String,
    /// Where replies are posted, on this computer; empty if they are fetched.
    pub webhook: String,
}

/// What the owner gives to the program. The one secret that comes out, once: it was made here and is needed elsewhere.
#[derive(Clone, PartialEq, Eq, Serialize, Type)]
pub struct BridgeKeyDto {
    /// The store.
    pub store_id: String,
    /// Where the API is.
    pub address: String,
    /// The token.
    pub token: String,
}

/// A bridge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct BridgeDto {
    /// For which platform it hands in.
    pub label: String,
    /// Where the API is.
    pub address: String,
    /// Where replies are posted; none if they are fetched.
    pub webhook: Option<String>,
    /// Whether there is a token.
    pub open: bool,
    /// The program, if it has introduced itself.
    pub client: Option<String>,
    /// When it last called.
    pub last_seen_at: Option<String>,
}
