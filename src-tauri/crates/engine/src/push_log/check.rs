//! Is the log what was written? The check of its chain, with progress.

use super::{LogProgress, STEP};
use crate::error::EngineError;
use store::Store;
use tokio_util::sync::CancellationToken;

/// What a check of the chain found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogVerdict {
    /// How many entries from the first on are what the chain says.
    pub sound: i64,
    /// The first that is not, or is missing.
    pub broken: Option<i64>,
}

/// Checks the chain from its first entry on. None if it was stopped before the end.
///
/// # Errors
/// If the file refuses.
pub async fn check_log(
    store: &Store,
    stop: &CancellationToken,
    mut progress: impl FnMut(LogProgress),
) -> Result<Option<LogVerdict>, EngineError> {
    let total = store.log_end().await?;
    let mut after = 0;
    loop {
        let found = store.check_log(after, u32::try_from(STEP).unwrap_or(u32::MAX)).await?;
        progress(LogProgress { done: found.checked, total: total.max(found.checked) });
        if found.done {
            return Ok(Some(LogVerdict { sound: found.checked, broken: found.broken }));
        }
        if stop.is_cancelled() {
            return Ok(None);
        }
        after = found.checked;
    }
}
