//! The demo shop: pretend platforms inside the program, connected through the same connectors as real ones, so that
//! everything can be tried before any real shop is connected.
//!
//! The past is put in as of the first start, which is kept: every later run fills the platforms with the same messages
//! under the same ids, so that intake takes nothing twice, and goes on with ids that were never used.

mod acts;
mod clock;
mod due_soon;
mod kept;
mod plan;
mod platforms;
mod script;
mod stores;
mod traffic;

#[cfg(test)]
mod tests;

use crate::wire::UiError;
use clock::StageClock;
use engine::{Engine, EngineError};
use kept::Kept;
use platforms::Platforms;
use std::io;
use std::sync::Arc;
use tokio::task::AbortHandle;
use traffic::Course;

/// Why the demo did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    /// The engine refused.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// No port of this computer could be had.
    #[error("the demo found no port: {0}")]
    Port(#[from] io::Error),
}

impl From<DemoError> for UiError {
    /// What the engine or the key store refuses is said as anywhere else: somebody at their first start can do something
    /// about it.
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::Engine(error) => error.into(),
            DemoError::Port(_) => Self::internal(error),
        }
    }
}

/// A running demo shop; dropping it stops its servers and its traffic, and keeps its stores for the next run.
pub(crate) struct Demo {
    traffic: AbortHandle,
    /// Held, not read: its servers stop with it.
    _platforms: Arc<Platforms>,
}

impl Demo {
    /// Starts the pretend platforms, brings team and stores (first time) or points the kept stores at the new
    /// addresses, and keeps traffic coming. May be called before or after [`Engine::start`].
    ///
    /// # Errors
    /// If no port can be had, or the engine or the key store refuses. Calling it again goes on where it stopped.
    pub(crate) async fn start(engine: &Engine) -> Result<Self, DemoError> {
        let script = script::shipped();
        let clock = StageClock::new(engine.clock());
        let mut kept = match Kept::load(engine).await? {
            Some(kept) => kept,
            None => Kept::fresh(engine).await,
        };
        kept.runs = kept.runs.saturating_add(1);
        let mut platforms = Platforms::open(script, &clock, kept.pictures_port).await?;
        kept.pictures_port = platforms.pictures_port();
        // Before the run gives out its first own id: a run that ends right here has had its ids all the same.
        kept.save(engine).await?;
        platforms.fill(&plan::past(script, kept.since(), kept.soon()), &clock, kept.runs);
        platforms.listen().await?;
        let first = !kept.ready;
        if first {
            stores::bring_team(engine, script, &mut kept).await?;
        }
        stores::connect(engine, script, &platforms, first).await?;
        if first {
            kept.ready = true;
            kept.save(engine).await?;
        }
        let platforms = Arc::new(platforms);
        let seed = kept.since().as_second().unsigned_abs();
        let course = Course::new(script, seed, kept.runs);
        let traffic = tokio::spawn(traffic::run(Arc::clone(&platforms), course, clock)).abort_handle();
        Ok(Self { traffic, _platforms: platforms })
    }

    /// Whether the demo was switched on in an earlier run; then the shell starts it again.
    ///
    /// # Errors
    /// If the file can't be read.
    pub(crate) async fn wanted(engine: &Engine) -> Result<bool, DemoError> {
        Ok(Kept::load(engine).await?.is_some())
    }

    /// Takes its stores away with everything in them; drop it then. Its sub-accounts have been in use and stay,
    /// disabled, for the history; the main account takes part as it did before.
    ///
    /// # Errors
    /// If the engine or the key store refuses; then it runs on with what is left of it, and calling this again goes on
    /// where it stopped.
    pub(crate) async fn remove(&self, engine: &Engine) -> Result<(), DemoError> {
        stores::remove(engine).await?;
        if let Some(kept) = Kept::load(engine).await? {
            stores::dismiss_team(engine, &kept).await?;
        }
        Kept::forget(engine).await?;
        Ok(())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.traffic.abort();
    }
}
