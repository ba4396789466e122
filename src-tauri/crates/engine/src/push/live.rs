//! What is known of the receiver while it runs.

use super::PushState;
use channels::shopee::{Push, PushDoors};
use domain::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// So many pushes wait for the file at once; more wait at the door.
const WAITING: usize = 4096;

/// See the module.
pub(crate) struct Pushes {
    /// Whose pushes are taken.
    pub(super) doors: Arc<PushDoors>,
    /// From the door to the file.
    pub(super) intake: mpsc::Sender<Push>,
    /// The other end, until the engine starts.
    pub(super) arriving: Mutex<Option<mpsc::Receiver<Push>>>,
    /// The open door. Held while it is opened or closed.
    pub(super) door: tokio::sync::Mutex<Option<OpenDoor>>,
    /// Held while the settings are changed.
    pub(super) settings: tokio::sync::Mutex<()>,
    /// Set by the start: without it nothing listens.
    pub(super) started: AtomicBool,
    pub(super) tasks: TaskTracker,
    /// Pushes were kept: the work goes on.
    pub(super) kept: Notify,
    known: Mutex<Known>,
}

/// The listener while it runs.
pub(super) struct OpenDoor {
    pub(super) stop: CancellationToken,
    pub(super) served: JoinHandle<()>,
}

impl OpenDoor {
    /// Closes it. When this returns, its port can be taken again.
    pub(super) async fn close(self) {
        self.stop.cancel();
        // A panic in it has closed it too.
        let _ = self.served.await;
    }
}

#[derive(Default)]
struct Known {
    counted: HashMap<String, (u64, Timestamp)>,
    /// Wanted, and the key store gives no key.
    keyless: HashSet<String>,
    taken_port: bool,
}

impl Default for Pushes {
    fn default() -> Self {
        let (intake, arriving) = mpsc::channel(WAITING);
        Self {
            doors: Arc::default(),
            intake,
            arriving: Mutex::new(Some(arriving)),
            door: tokio::sync::Mutex::default(),
            settings: tokio::sync::Mutex::default(),
            started: AtomicBool::default(),
            tasks: TaskTracker::default(),
            kept: Notify::default(),
            known: Mutex::default(),
        }
    }
}

impl Pushes {
    /// Counts what was kept.
    pub(super) fn count<'a>(&self, partners: impl Iterator<Item = &'a str>, now: Timestamp) {
        let mut known = self.known();
        for partner in partners {
            let (count, last) = known.counted.entry(partner.to_owned()).or_insert((0, now));
            *count += 1;
            *last = now;
        }
    }

    /// How many pushes to an application were kept since the start, and when the last was.
    pub(super) fn counted(&self, partner: &str) -> (u64, Option<Timestamp>) {
        self.known().counted.get(partner).map_or((0, None), |(count, last)| (*count, Some(*last)))
    }

    /// How the receiver of an application is that is wanted.
    pub(super) fn state(&self, partner: &str) -> PushState {
        let known = self.known();
        if known.keyless.contains(partner) {
            PushState::NoKey
        } else if known.taken_port {
            PushState::PortTaken
        } else {
            PushState::Listening
        }
    }

    /// Whether the receiver of some application waits for its key.
    pub(super) fn waits_for_a_key(&self) -> bool {
        !self.known().keyless.is_empty()
    }

    pub(super) fn keyless(&self, partners: HashSet<String>) {
        self.known().keyless = partners;
    }

    pub(super) fn port_taken(&self, taken: bool) {
        self.known().taken_port = taken;
    }

    /// Waits until nobody is being answered and nothing is being worked on any more.
    pub(crate) async fn end(&self) {
        if let Some(door) = self.door.lock().await.take() {
            door.close().await;
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
