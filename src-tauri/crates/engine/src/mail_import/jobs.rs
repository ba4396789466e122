//! Imports that run while people work: how far each is, how the last one of a mailbox ended, and how to stop it.

use super::{ImportProgress, MailImport};
use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use domain::StoreId;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Between two tellings of how far an import is.
const TOLD_EVERY: Duration = Duration::from_millis(400);

/// How an import of the window stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportState {
    /// It runs.
    Running(ImportProgress),
    /// It is over.
    Done(MailImport),
    /// It failed; in words. What had been taken in stays.
    Failed(String),
}

/// The imports of this run, by mailbox.
#[derive(Default)]
pub(crate) struct Imports(Mutex<HashMap<StoreId, Job>>);

struct Job {
    state: ImportState,
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl Imports {
    fn all(&self) -> MutexGuard<'_, HashMap<StoreId, Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, store: StoreId, state: ImportState) {
        if let Some(job) = self.all().get_mut(&store) {
            job.state = state;
        }
    }

    /// Stops all of them, and waits until none writes any more.
    pub(crate) async fn end(&self) {
        let tasks: Vec<_> = self
            .all()
            .values_mut()
            .filter_map(|job| {
                job.stop.cancel();
                job.task.take()
            })
            .collect();
        for task in tasks {
            let _ = task.await;
        }
    }
}

impl Engine {
    /// Begins to take in the mails of files and folders; [`Engine::mail_imports`] tells how far it is. One at a time a
    /// mailbox.
    ///
    /// # Errors
    /// `import_running` if one runs already, `not_a_mailbox` if the store is none.
    pub async fn begin_mail_import(&self, store: StoreId, paths: Vec<PathBuf>) -> Result<(), EngineError> {
        if self.store().store(store).await?.store.platform != domain::Platform::Mail {
            return Err(EngineError::invalid("not_a_mailbox"));
        }
        let stop = self.stopped().child_token();
        let mut all = self.imports().all();
        if all.get(&store).is_some_and(|job| matches!(job.state, ImportState::Running(_))) {
            return Err(EngineError::invalid("import_running"));
        }
        let task = tokio::spawn(run(self.clone(), store, paths, stop.clone()));
        let state = ImportState::Running(ImportProgress::default());
        all.insert(store, Job { state, stop, task: Some(task) });
        drop(all);
        self.bus().publish(Event::Rail);
        Ok(())
    }

    /// Stops an import after the portion under way; what was taken in stays.
    pub fn stop_mail_import(&self, store: StoreId) {
        if let Some(job) = self.imports().all().get(&store) {
            job.stop.cancel();
        }
    }

    /// Forgets how the last import of a mailbox ended.
    pub fn forget_mail_import(&self, store: StoreId) {
        let over = |job: &Job| !matches!(job.state, ImportState::Running(_));
        let gone = {
            let mut all = self.imports().all();
            all.get(&store).is_some_and(over) && all.remove(&store).is_some()
        };
        if gone {
            self.bus().publish(Event::Rail);
        }
    }

    /// The imports of this run, by mailbox.
    #[must_use]
    pub fn mail_imports(&self) -> HashMap<StoreId, ImportState> {
        self.imports().all().iter().map(|(store, job)| (*store, job.state.clone())).collect()
    }
}

async fn run(engine: Engine, store: StoreId, paths: Vec<PathBuf>, stop: CancellationToken) {
    let mut told_at = Instant::now();
    let done = engine
        .import_mail(store, paths, |progress| {
            engine.imports().set(store, ImportState::Running(progress));
            if told_at.elapsed() >= TOLD_EVERY {
                told_at = Instant::now();
                engine.bus().publish(Event::Rail);
            }
            if stop.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await;
    let state = match done {
        Ok(done) => ImportState::Done(done),
        Err(error) => {
            tracing::warn!(store = store.0, %error, "mails of a file could not be taken in");
            ImportState::Failed(error.to_string())
        }
    };
    engine.imports().set(store, state);
    engine.bus().publish(Event::Rail);
}
