//! What people call seats and stores: for notices, which name them.

use crate::engine::Engine;
use crate::error::EngineError;
use domain::{AccountId, StoreId};
use std::collections::HashMap;

/// See the module.
pub(crate) struct Names {
    pub(crate) seats: HashMap<AccountId, String>,
    pub(crate) stores: HashMap<StoreId, String>,
}

impl Engine {
    pub(crate) async fn names(&self) -> Result<Names, EngineError> {
        let (accounts, stores) = (self.store().accounts().await?, self.store().stores().await?);
        Ok(Names {
            seats: accounts.into_iter().map(|row| (row.id, row.name.to_string())).collect(),
            stores: stores.into_iter().map(|row| (row.id, row.store.name)).collect(),
        })
    }
}

impl Names {
    /// The name of a seat, if there is such a seat.
    pub(crate) fn seat(&self, account: AccountId) -> Option<String> {
        self.seats.get(&account).cloned()
    }

    /// The name of a store; empty if it is gone.
    pub(crate) fn store(&self, store: StoreId) -> String {
        self.stores.get(&store).cloned().unwrap_or_default()
    }
}
