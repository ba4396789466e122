//! What a call means: asked of whoever composes.

use super::item::Item;
use super::problem::Problem;
use super::wire::{Ack, Acknowledged, Handed, Hello, Welcome};
use crate::pictures::Picture;
use domain::StoreId;
use futures::future::BoxFuture;
use std::time::Duration;

/// What became of one item of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Taken in.
    Accepted,
    /// Nothing new: it was handed in before.
    Known,
    /// Kept with its bytes, because it could not be read.
    Quarantined {
        /// What was wrong.
        why: String,
    },
}

/// A question for replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// The last number the bridge has seen: what was handed out before and is not newer is left out.
    pub after: i64,
    /// How long to wait for a new one.
    pub wait: Duration,
}

/// What stands behind the API. Each call is for the store whose token was shown.
pub trait BridgeHost: Send + Sync + 'static {
    /// A bridge says what it is and can do, and learns what is wanted.
    fn hello(&self, store: StoreId, hello: Hello) -> BoxFuture<'_, Result<Welcome, Problem>>;

    /// Takes items in, and answers only once they are stored: one fate for each, in order.
    fn hand_in(&self, store: StoreId, items: Vec<Item>) -> BoxFuture<'_, Result<Vec<Fate>, Problem>>;

    /// Hands out replies, each once as new.
    fn replies(&self, store: StoreId, ask: Ask) -> BoxFuture<'_, Result<Vec<Handed>, Problem>>;

    /// The picture of a reply that was handed out and is not acknowledged.
    fn picture(&self, store: StoreId, id: String) -> BoxFuture<'_, Result<Picture, Problem>>;

    /// Is told what became of a reply.
    fn acknowledge(
        &self,
        store: StoreId,
        id: String,
        ack: Ack,
    ) -> BoxFuture<'_, Result<Acknowledged, Problem>>;
}
