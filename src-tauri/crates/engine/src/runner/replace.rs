//! A store's line while it is taken away to make place for another, because a person changed its settings: whoever wants to
//! send waits for the new one. Without a line at all nothing is waited for.

use super::Runners;
use channels::Connector;
use domain::StoreId;
use std::collections::HashMap;
use std::sync::{Arc, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The stores whose line is being replaced.
#[derive(Debug, Default)]
pub(super) struct Replacing {
    /// How many are at it, of each store: one replacement may be a part of another.
    stores: std::sync::Mutex<HashMap<StoreId, u32>>,
    /// One of them has come to its end.
    ended: Notify,
}

impl Replacing {
    fn stores(&self) -> MutexGuard<'_, HashMap<StoreId, u32>> {
        self.stores.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Held from before the old line is taken away until the new one is there, or cannot be made.
#[derive(Debug)]
#[must_use]
pub(crate) struct Replacement<'a> {
    of: &'a Replacing,
    store: StoreId,
}

impl Drop for Replacement<'_> {
    fn drop(&mut self) {
        let mut stores = self.of.stores();
        if let Some(count) = stores.get_mut(&self.store) {
            *count -= 1;
            if *count == 0 {
                stores.remove(&self.store);
            }
        }
        drop(stores);
        self.of.ended.notify_waiters();
    }
}

impl Runners {
    /// From now on a store's line is missing only for a moment.
    pub(crate) fn replacing(&self, store: StoreId) -> Replacement<'_> {
        *self.replacing.stores().entry(store).or_default() += 1;
        Replacement { of: &self.replacing, store }
    }

    /// The way out to a store's platform; waits for it while it is being replaced. Not for whoever holds what the
    /// replacement needs: the file's writer, or the desk.
    pub(crate) async fn connector_in_place(&self, store: StoreId) -> Option<Arc<dyn Connector>> {
        loop {
            let ended = self.replacing.ended.notified();
            tokio::pin!(ended);
            // An end between the look and the wait is heard all the same.
            ended.as_mut().enable();
            {
                // Lines come and go under this lock, and a replacement is held around both.
                let running = self.running.lock().await;
                if let Some(running) = running.get(&store) {
                    return Some(Arc::clone(&running.connector));
                }
                if !self.replacing.stores().contains_key(&store) {
                    return None;
                }
            }
            ended.await;
        }
    }
}
