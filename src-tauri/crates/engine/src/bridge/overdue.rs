//! What waits too long between the outbox and a bridge.

use crate::engine::Engine;
use crate::error::EngineError;
use domain::{StoreId, Timestamp};
use std::time::Duration;
use store::{OutboxRow, OutboxState};

/// Between two looks.
const LOOK: Duration = Duration::from_secs(2);
/// Looks between two attempts to open the door, if another program had the port.
const DOOR_EVERY: u32 = 15;
/// A reply that was handed out is acknowledged within this, or nobody knows what became of it.
const ANSWER_WITHIN_S: i64 = 120;
/// A reply that no bridge fetched within this is given back to its writer: buyers wait for minutes, not for hours.
const FETCHED_WITHIN_S: i64 = 600;

/// Looks until the engine stops.
pub(super) async fn watch(engine: Engine) {
    let stop = engine.stopped();
    for look in 1_u32.. {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        let done = async {
            engine.look_for_overdue().await?;
            if look.is_multiple_of(DOOR_EVERY) && engine.bridges().door.lock().await.is_none() {
                engine.settle_bridges().await?;
            }
            Ok::<(), EngineError>(())
        };
        if let Err(error) = done.await {
            tracing::error!(%error, "the replies with bridges could not be looked after");
        }
    }
}

impl Engine {
    async fn look_for_overdue(&self) -> Result<(), EngineError> {
        if self.bridges().is_empty() {
            return Ok(());
        }
        let now = self.now();
        for row in self.store().outbox_unsettled().await? {
            let store = self.store().conversation(row.reply.conversation).await?.conversation.store;
            let Some(live) = self.bridges().live(store) else { continue };
            match row.state {
                OutboxState::Sending if older(row.changed_at, ANSWER_WITHIN_S, now) => {
                    self.give_up(&row, OutboxState::Unknown, "bridge_no_answer", store).await?;
                }
                OutboxState::Waiting => {
                    let since = row.reply.send_after.max(row.changed_at).max(live.since);
                    if older(since, FETCHED_WITHIN_S, now) {
                        self.give_up(&row, OutboxState::Refused, "bridge_away", store).await?;
                    }
                }
                OutboxState::Sending
                | OutboxState::Sent
                | OutboxState::Refused
                | OutboxState::Unknown
                | OutboxState::Cancelled => {}
            }
        }
        Ok(())
    }

    async fn give_up(
        &self,
        row: &OutboxRow,
        to: OutboxState,
        why: &str,
        store: StoreId,
    ) -> Result<(), EngineError> {
        if self.move_row(row, row.state, to, why).await? {
            tracing::warn!(store = store.0, reply = row.id.0, why, "a reply waits for a bridge no longer");
        }
        Ok(())
    }
}

fn older(since: Timestamp, than_s: i64, now: Timestamp) -> bool {
    now.as_second().saturating_sub(since.as_second()) > than_s
}
