//! The pretend platforms' clock: the engine's own, except while the past is being put in.

use domain::{Timestamp, from_ms, to_ms};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Not pinned.
const FREE: i64 = i64::MIN;

/// See the module. Clones share the hands.
#[derive(Clone)]
pub(super) struct StageClock {
    real: Arc<dyn engine::Clock>,
    pinned: Arc<AtomicI64>,
}

impl StageClock {
    /// A clock that runs like `real`.
    pub(super) fn new(real: Arc<dyn engine::Clock>) -> Self {
        Self { real, pinned: Arc::new(AtomicI64::new(FREE)) }
    }

    /// What it shows.
    pub(super) fn now(&self) -> Timestamp {
        match self.pinned.load(Ordering::SeqCst) {
            FREE => self.real.now(),
            ms => from_ms(ms),
        }
    }

    /// Stands still at `at`.
    pub(super) fn pin(&self, at: Timestamp) {
        self.pinned.store(to_ms(at), Ordering::SeqCst);
    }

    /// Runs again.
    pub(super) fn release(&self) {
        self.pinned.store(FREE, Ordering::SeqCst);
    }

    /// The same clock as a pretend platform takes it.
    pub(super) fn reader(&self) -> sandbox::Clock {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}
