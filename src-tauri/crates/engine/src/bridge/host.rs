//! The calls of bridges.

use super::live::Live;
use crate::engine::Engine;
use crate::error::EngineError;
use channels::bridge::{Ack, Acknowledged, Ask, BridgeHost, Fate, Handed, Hello, Item, Problem, Welcome};
use channels::pictures::Picture;
use domain::StoreId;
use futures::future::BoxFuture;
use std::sync::Arc;
use store::{CheckFailure, StoreRow};

/// Between two notes that a bridge is alive, in milliseconds.
const NOTE_EVERY_MS: i64 = 15_000;
/// Nothing of what a bridge handed in last could be read.
const UNREADABLE: &str = "bridge_unreadable";

/// See the module.
pub(super) struct Host(pub(super) Engine);

impl BridgeHost for Host {
    fn hello(&self, store: StoreId, hello: Hello) -> BoxFuture<'_, Result<Welcome, Problem>> {
        Box::pin(async move {
            let live = self.0.caller(store).await?;
            self.0.welcome(store, &live, hello).await.map_err(unavailable)
        })
    }

    fn hand_in(&self, store: StoreId, items: Vec<Item>) -> BoxFuture<'_, Result<Vec<Fate>, Problem>> {
        Box::pin(async move {
            let (live, row) = self.0.bridge(store).await?;
            let fates = {
                let _turn = live.intake.lock().await;
                self.0.take_items(store, items).await.map_err(unavailable)?
            };
            if !fates.is_empty() {
                live.understood(fates.iter().any(|fate| !matches!(fate, Fate::Quarantined { .. })));
            }
            self.0.heard(&row, &live).await?;
            Ok(fates)
        })
    }

    fn replies(&self, store: StoreId, ask: Ask) -> BoxFuture<'_, Result<Vec<Handed>, Problem>> {
        Box::pin(async move {
            let live = self.0.caller(store).await?;
            self.0.poll_replies(store, &live, ask).await
        })
    }

    fn picture(&self, store: StoreId, id: String) -> BoxFuture<'_, Result<Picture, Problem>> {
        Box::pin(async move {
            self.0.caller(store).await?;
            self.0.picture_in_hand(store, &id).await
        })
    }

    fn acknowledge(
        &self,
        store: StoreId,
        id: String,
        ack: Ack,
    ) -> BoxFuture<'_, Result<Acknowledged, Problem>> {
        Box::pin(async move {
            self.0.caller(store).await?;
            self.0.hear_fate(store, &id, &ack).await
        })
    }
}

impl Engine {
    /// The bridge that calls; noted as alive.
    async fn caller(&self, store: StoreId) -> Result<Arc<Live>, Problem> {
        let (live, row) = self.bridge(store).await?;
        self.heard(&row, &live).await?;
        Ok(live)
    }

    /// The bridge that calls, if it may.
    async fn bridge(&self, store: StoreId) -> Result<(Arc<Live>, StoreRow), Problem> {
        // Its token was taken away between the door and here.
        let live = self.bridges().live(store).ok_or(Problem::Unauthorized)?;
        let row = self.store().store(store).await.map_err(|error| unavailable(error.into()))?;
        if row.paused {
            return Err(Problem::Paused);
        }
        Ok((live, row))
    }

    /// Notes that a bridge called. As long as nothing can be read of what it hands in, that is no sign of life: buyers are
    /// heard as little as if it were gone.
    async fn heard(&self, row: &StoreRow, live: &Live) -> Result<(), Problem> {
        let now = self.now();
        let failure = (!live.is_understood()).then_some(UNREADABLE);
        if !live.to_write(now, failure, NOTE_EVERY_MS) {
            return Ok(());
        }
        let noted = async {
            let mut tx = self.store().begin().await?;
            let why = failure.map(|code| CheckFailure { code, owner_must_act: false });
            tx.set_freshness(row.id, why, now).await?;
            let ended = failure.is_none() && tx.end_silence(row.id, now).await?;
            tx.commit().await?;
            Ok::<bool, store::StoreError>(ended)
        };
        let ended = self.disk_noted(noted.await.map_err(EngineError::Store)).map_err(unavailable)?;
        if ended || row.last_success.is_none() || row.last_error_code != failure.unwrap_or_default() {
            self.bus().publish(crate::bus::Event::Rail);
        }
        Ok(())
    }
}

/// Nothing was done, and the same call may be made again.
pub(super) fn unavailable(error: EngineError) -> Problem {
    tracing::error!(%error, "a bridge's call could not be done");
    let detail = match error {
        EngineError::Store(store::StoreError::Full) => "disk_full",
        EngineError::Store(_) => "storage",
        _ => "internal",
    };
    Problem::Unavailable { detail: detail.to_owned() }
}
