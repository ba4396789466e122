//! One task for each way out: next, store, hand over, settle, store.

use super::queue;
use super::way::{RobotKind, Way};
use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use channels::wecom::{Delivery, Parcel, Step};
use domain::{RobotId, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use store::{RobotRow, StoreError};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Between two looks at the wall clock while something waits: a long timer stands still while the machine sleeps.
const LOOK: Duration = Duration::from_secs(5);
/// After the file refused.
const AGAIN: Duration = Duration::from_secs(5);
/// A call that is under way when the program ends has so long to come to an end that is known.
const GRACE: Duration = Duration::from_secs(3);

/// See the module.
pub(crate) struct Sender {
    pub(crate) engine: Engine,
    pub(crate) robot: RobotId,
    pub(crate) poke: Arc<Notify>,
    pub(crate) stop: CancellationToken,
}

/// What follows a turn.
enum Next {
    /// Another one at once.
    Turn,
    /// Another one when this time has come.
    At(Timestamp),
    /// Nothing, until something is pushed.
    Rest,
}

impl Sender {
    /// Sends until it is stopped or the way out is removed.
    pub(crate) async fn run(self) {
        let mut recovered = false;
        while !self.stop.is_cancelled() {
            let next = async {
                if !recovered {
                    self.recover().await?;
                    recovered = true;
                }
                self.turn().await
            };
            let pause = match next.await {
                Ok(Next::Turn) => continue,
                Ok(Next::At(at)) => Some(self.until(at)),
                Ok(Next::Rest) => None,
                Err(EngineError::Store(StoreError::NotFound { .. })) => return,
                Err(error) => {
                    tracing::warn!(%error, robot = self.robot.0, "nothing could be sent outside");
                    Some(AGAIN)
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.poke.notified() => {}
                () = tokio::time::sleep(pause.unwrap_or_default()), if pause.is_some() => {}
            }
        }
    }

    fn until(&self, at: Timestamp) -> Duration {
        let ms = domain::to_ms(at).saturating_sub(domain::to_ms(self.engine.now())).max(1);
        Duration::from_millis(ms.unsigned_abs()).min(LOOK)
    }

    async fn recover(&self) -> Result<(), EngineError> {
        let mut tx = self.engine.store().begin().await?;
        let row = tx.robot(self.robot).await?;
        queue::recover(&mut tx, &row, self.engine.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes a parcel out of the queue, stores that it is under way, and only then hands it over.
    async fn turn(&self) -> Result<Next, EngineError> {
        let words = self.engine.ports().words.wording();
        let mut tx = self.engine.store().begin().await?;
        let row = tx.robot(self.robot).await?;
        let mut queue = queue::read(&row)?;
        let parcel = match queue.next(RobotKind::of(&row)?.limits(), &words, self.engine.now()) {
            Step::Send(parcel) => parcel,
            Step::Wait(until) => return Ok(Next::At(until)),
            Step::Busy | Step::Idle | Step::Stopped => return Ok(Next::Rest),
        };
        queue::write(&mut tx, self.robot, &queue).await?;
        self.engine.disk_noted(tx.commit().await.map_err(EngineError::from))?;
        let delivery = self.hand_over(&row, &parcel).await;
        while let Err(error) = self.settle(parcel.number, &delivery).await {
            if matches!(error, EngineError::Store(StoreError::NotFound { .. })) {
                return Err(error);
            }
            // Until that is written down, nobody may take the next one: the outcome would be lost.
            tracing::warn!(%error, robot = self.robot.0, "what became of a message could not be written down");
            tokio::select! {
                () = self.stop.cancelled() => return Err(error),
                () = tokio::time::sleep(AGAIN) => {}
            }
        }
        Ok(Next::Turn)
    }

    async fn hand_over(&self, row: &RobotRow, parcel: &Parcel) -> Delivery {
        let way = match Way::of(&self.engine, row) {
            Ok(way) => way,
            Err(error) => {
                let code = if matches!(error, EngineError::Vault(_)) { "no_secret" } else { "bad_settings" };
                return Delivery::OwnerMustAct { code: code.to_owned(), detail: error.to_string() };
            }
        };
        let ending = async {
            self.stop.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            delivery = way.deliver(parcel) => delivery,
            () = ending => Delivery::Unknown { detail: "the program ended while sending".to_owned() },
        }
    }

    async fn settle(&self, number: u64, delivery: &Delivery) -> Result<(), EngineError> {
        let now = self.engine.now();
        let mut tx = self.engine.store().begin().await?;
        let row = tx.robot(self.robot).await?;
        let settled = queue::settle(&mut tx, &row, number, delivery.clone(), now).await?;
        self.engine.disk_noted(tx.commit().await.map_err(EngineError::from))?;
        self.engine.robots().tell(self.robot, settled);
        self.engine.bus().publish(Event::Rail);
        Ok(())
    }
}
