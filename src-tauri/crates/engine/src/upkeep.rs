//! Tidying up behind the commits, in the quiet moments between them.
//!
//! Every commit leaves a small piece in the search index and some pages in the log. Merging and folding in cost many
//! times what a commit costs, so no message waits for them: they are done a little at a time while nothing comes in.

use crate::engine::Engine;
use std::time::Duration;
use store::StoreError;
use tokio::sync::watch;

/// So many pieces are worth merging; a question looks into each.
const ENOUGH: u64 = 16;
/// With so many it is done also if it is never quiet.
const MOST: u64 = 128;
/// No commit for so long is a quiet moment.
const QUIET: Duration = Duration::from_millis(25);
/// After so long whatever there is gets tidied, and the log is folded in.
const IDLE: Duration = Duration::from_secs(2);
/// In a shop that is never idle the log is folded in after so many commits: some thirty megabytes.
const LONG: u64 = 1024;

/// Pages that one step of a merge may write: one to two milliseconds, for which a message may have to wait.
const STEP: u32 = 32;

/// Tidies up until the engine stops.
pub(crate) async fn watch(engine: Engine) {
    let stop = engine.stopped();
    let work = async {
        let mut commits = engine.store().commits().await?;
        let mut done = *commits.borrow_and_update();
        let mut folded = done;
        while let Some(moment) = quiet(&mut commits, done).await {
            done = *commits.borrow_and_update();
            let fold = moment == Moment::Idle || done - folded >= LONG;
            if let Err(error) = tidy(&engine, fold).await {
                tracing::warn!(%error, "the file could not be tidied up");
            }
            folded = if fold { done } else { folded };
        }
        Ok::<(), StoreError>(())
    };
    tokio::select! {
        () = stop.cancelled() => {}
        ended = work => if let Err(error) = ended {
            tracing::error!(%error, "nobody tidies up the file");
        }
    }
}

/// What sort of moment it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// A short one, or none at all.
    Short,
    /// Nothing has come for a while.
    Idle,
}

/// Waits until something was committed that is worth tidying up after, and for a quiet moment. None if nobody writes
/// any more.
async fn quiet(commits: &mut watch::Receiver<u64>, done: u64) -> Option<Moment> {
    loop {
        let new = *commits.borrow_and_update() - done;
        let (pause, moment) = match new {
            0 => (Duration::MAX, Moment::Idle),
            1..ENOUGH => (IDLE, Moment::Idle),
            ENOUGH..MOST => (QUIET, Moment::Short),
            MOST.. => return Some(Moment::Short),
        };
        match tokio::time::timeout(pause, commits.changed()).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return None,
            Err(_) => return Some(moment),
        }
    }
}

async fn tidy(engine: &Engine, fold: bool) -> Result<(), StoreError> {
    while engine.store().tidy_search(STEP).await? {
        // Whoever waits for the file goes first.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    if fold {
        engine.store().fold_log().await?;
    }
    Ok(())
}
