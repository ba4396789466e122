//! Events carry ids, come after the commit and may be lost: every listener can ask the store again.

use crate::ports::Notice;
use domain::{ConversationId, StoreId};
use std::sync::Arc;
use tokio::sync::broadcast;

/// Something that happened, after it was stored.
#[derive(Debug, Clone)]
pub enum Event {
    /// These conversations changed.
    Conversations(Arc<[ConversationId]>),
    /// Stores, seats or counts changed.
    Rail,
    /// More changed than is worth listing; ask for everything again.
    All,
    /// Contents were erased: what a face has fetched of them must go as well.
    Erased,
    /// An alert was raised.
    Raised(Arc<Notice>),
    /// Whether the system took the last alert.
    AlertsWork(bool),
    /// Whether the disk is full.
    DiskFull(bool),
    /// A store could not be read: its id and the error's code.
    StoreTrouble(StoreId, String),
}

/// Tells everybody who listens.
#[derive(Debug, Clone)]
pub struct Bus {
    sender: broadcast::Sender<Event>,
}

impl Default for Bus {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(1024) }
    }
}

impl Bus {
    /// Tells it. Nobody listening is fine.
    pub fn publish(&self, event: Event) {
        let _ = self.sender.send(event);
    }

    /// Listens from now on. A listener that falls behind gets `Lagged` and asks for everything again.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.sender.subscribe()
    }
}
