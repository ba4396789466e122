//! The ways out to people who are not at this program: robots in the team's `WeCom` groups, and its application.
//!
//! `robots.rs` is what the owner does with them, `queue.rs` what waits for each, `ids.rs` what
//! their names say, `sender.rs` the task that hands it over
//! at the channel's pace, `way.rs` the call. Whatever decides that somebody is told puts the notice into the queue
//! within its own transaction; so it is told, or it was never decided.

mod ids;
mod queue;
mod robots;
mod sender;
mod way;

pub use robots::{AppInfo, NewRobot, NewWay, RobotChange, RobotInfo, TestOutcome};
pub use way::{AppIds, RobotKind};

pub(crate) use ids::{climb_id, rule_id, silence_id};
pub(crate) use queue::{Told, push, withdraw};

use crate::engine::Engine;
use crate::error::EngineError;
use channels::wecom::Settled;
use domain::RobotId;
use sender::Sender;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::RobotRow;
use tokio::sync::{Notify, broadcast};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The senders that run.
#[derive(Debug)]
pub(crate) struct Robots {
    running: Mutex<HashMap<RobotId, Running>>,
    told: broadcast::Sender<(RobotId, Vec<Settled>)>,
}

#[derive(Debug)]
struct Running {
    poke: Arc<Notify>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Default for Robots {
    fn default() -> Self {
        Self { running: Mutex::default(), told: broadcast::Sender::new(64) }
    }
}

impl Robots {
    fn running(&self) -> MutexGuard<'_, HashMap<RobotId, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was pushed, or the clock may have jumped.
    pub(crate) fn poke(&self) {
        self.running().values().for_each(|running| running.poke.notify_one());
    }

    /// What became of a message; nobody listening is fine.
    fn tell(&self, robot: RobotId, settled: Vec<Settled>) {
        let _ = self.told.send((robot, settled));
    }

    fn listen(&self) -> broadcast::Receiver<(RobotId, Vec<Settled>)> {
        self.told.subscribe()
    }

    /// Stops one sender, and waits until it writes no more.
    async fn end_one(&self, robot: RobotId) {
        let running = self.running().remove(&robot);
        if let Some(running) = running {
            running.stop.cancel();
            // It ends by itself; a panic in it has nothing more to say.
            let _ = running.task.await;
        }
    }

    /// Stops all of them.
    pub(crate) async fn end(&self) {
        let all: Vec<Running> = self.running().drain().map(|(_, running)| running).collect();
        for running in &all {
            running.stop.cancel();
        }
        for running in all {
            let _ = running.task.await;
        }
    }
}

impl Engine {
    /// Starts a sender for each way out. What a crash interrupted is settled by it first.
    pub(crate) async fn start_robots(&self) -> Result<(), EngineError> {
        for row in self.store().robots().await? {
            self.start_robot(row.id);
        }
        Ok(())
    }

    fn start_robot(&self, robot: RobotId) {
        let (poke, stop) = (Arc::new(Notify::new()), self.stopped().child_token());
        let sender = Sender { engine: self.clone(), robot, poke: Arc::clone(&poke), stop: stop.clone() };
        let mut running = self.robots().running();
        // One that runs already is the only one that may.
        if let std::collections::hash_map::Entry::Vacant(place) = running.entry(robot) {
            place.insert(Running { poke, stop, task: tokio::spawn(sender.run()) });
        }
    }

    /// The ways out that the last step of the ladder takes; without one the ladder ends below it.
    pub(crate) async fn ladder_robots(&self) -> Result<Vec<RobotRow>, EngineError> {
        Ok(self.store().robots().await?.into_iter().filter(|row| row.ladder).collect())
    }
}
