//! An engine that nobody listens to.

use crate::measure::{Report, ms, timed};
use channels::wecom::Wording;
use domain::{Secret, Timestamp, from_ms, to_ms};
use engine::{Clock, Engine, Letter, Notice, Notifier, Ports, SecretVault, SystemClock, VaultError, Words};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A clock that runs faster than the wall, from now on.
pub(crate) struct FastClock {
    begun: Instant,
    at: Timestamp,
    times: i64,
}

impl FastClock {
    pub(crate) fn new(times: i64) -> Self {
        Self { begun: Instant::now(), at: SystemClock.now(), times }
    }
}

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(0);
        from_ms(to_ms(self.at) + passed * self.times)
    }
}

/// A key store in memory.
#[derive(Default)]
struct Safe(Mutex<HashMap<String, Secret>>);

impl Safe {
    fn held(&self) -> MutexGuard<'_, HashMap<String, Secret>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SecretVault for Safe {
    fn get(&self, handle: &str) -> Result<Option<Secret>, VaultError> {
        Ok(self.held().get(handle).cloned())
    }
    fn set(&self, handle: &str, secret: &Secret) -> Result<(), VaultError> {
        self.held().insert(handle.to_owned(), secret.clone());
        Ok(())
    }
    fn delete(&self, handle: &str) -> Result<(), VaultError> {
        self.held().remove(handle);
        Ok(())
    }
}

struct Nobody;

impl Notifier for Nobody {
    fn raise(&self, _: &Notice) -> Result<(), String> {
        Ok(())
    }
}

impl Words for Nobody {
    fn letter(&self, _: &Notice) -> Letter {
        Letter { title: String::new(), rows: Vec::new() }
    }
    fn wording(&self) -> Wording {
        let nothing = String::new;
        Wording { several: nothing(), more: nothing(), again: nothing(), open: nothing() }
    }
}

/// Opens a folder.
pub(crate) async fn open(data: &Path) -> Result<Engine, String> {
    open_at(data, Arc::new(SystemClock)).await
}

/// Opens a folder, with a clock of the caller's.
pub(crate) async fn open_at(data: &Path, clock: Arc<dyn Clock>) -> Result<Engine, String> {
    let (notifier, vault) = (Arc::new(Nobody), Arc::new(Safe::default()));
    let ports = Ports { clock, notifier, vault, words: Arc::new(Nobody) };
    Engine::open(data, "main", ports).await.map_err(|error| error.to_string())
}

/// Opens a full folder and tells how long that took.
pub(crate) async fn reopened(data: &Path, report: &mut Report) -> Result<Engine, String> {
    let (engine, time) = timed(open(data)).await;
    report.note("open the folder", "ms", ms(time), None);
    engine
}
