//! What could not be read, tried again: after a start with another version of the program, which may read what the one
//! before could not; when a shop is connected, what came for one that was not here; and when a person asks for it.
//!
//! Each payload goes through the door it came by, in a transaction of its own, in which it leaves the quarantine. A crash
//! at any instant leaves it there, or leaves what it says here; what is known already is not taken in twice. It is dated
//! by when it came. What still cannot be read stays, with its count and what this reader says of it.

mod export;
mod read;

pub use export::{ExportTo, ending_of, export_payload, export_quarantine, facts};

use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use channels::Barred;
use domain::Flaw;
use std::time::Duration;
use store::{QuarantineRow, StoreError, Tried};
use tokio_util::sync::CancellationToken;

/// The version of the program, as it is noted with what it could not read.
pub(crate) const READER: &str = env!("CARGO_PKG_VERSION");
/// Payloads that are looked up at once.
const PAGE: u32 = 20;
/// Between two payloads whoever waits for the file goes first.
const BREATH: Duration = Duration::from_millis(2);

/// What became of a payload that was tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// It could be read, and what it says is taken in.
    Read,
    /// It still cannot be read.
    Unreadable(Flaw),
    /// It will never be: it was not tried.
    Barred(Barred),
    /// It is no longer there, or its store is not.
    Gone,
    /// Somebody is being erased who may be named in it: it waits until that is done.
    Waits,
}

/// How many of the payloads that were tried again came to which end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AgainReport {
    /// Those that could be read.
    pub read: u64,
    /// Those that still cannot.
    pub unreadable: u64,
    /// Those that never will be.
    pub barred: u64,
    /// Those that wait until an erasure is done.
    pub waiting: u64,
    /// Those that could not be looked at, or taken in; they stay as they were.
    pub failed: u64,
}

/// How far such a round is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgainProgress {
    /// Payloads that were tried.
    pub done: u64,
    /// Those that there were when it began.
    pub total: u64,
}

impl Engine {
    /// Why what is kept of a payload will not be read again; none if it can be tried.
    #[must_use]
    pub fn barred(row: &QuarantineRow) -> Option<Barred> {
        read::door_of(row).err()
    }

    /// Tries one payload again.
    ///
    /// # Errors
    /// If the file refuses; then it stays as it was.
    pub async fn read_again(&self, id: i64) -> Result<Again, EngineError> {
        let again = match self.store().quarantined(id).await {
            Ok(row) => self.try_again(&row).await?,
            Err(StoreError::NotFound { .. }) => Again::Gone,
            Err(error) => return Err(error.into()),
        };
        if let Again::Unreadable(flaw) = &again {
            self.note_tried(vec![tried(id, flaw.clone())]).await?;
        }
        self.bus().publish(Event::Rail);
        Ok(again)
    }

    /// Tries all of them again, oldest first, those that came meanwhile left out. `told` hears after each how far it is.
    /// Stopped, it tells what it has done so far.
    ///
    /// # Errors
    /// If the list cannot be read or the disk is full; what was read until then stays read.
    pub async fn read_all_again(
        &self,
        stop: &CancellationToken,
        told: impl FnMut(AgainProgress) + Send,
    ) -> Result<AgainReport, EngineError> {
        self.try_those(None, stop, told).await
    }

    /// Tries those that `reader` has not tried yet, or all.
    async fn try_those(
        &self,
        reader: Option<&str>,
        stop: &CancellationToken,
        mut told: impl FnMut(AgainProgress) + Send,
    ) -> Result<AgainReport, EngineError> {
        let newest = self.store().quarantine_list(None, 1).await?.first().map_or(0, |row| row.id);
        let total = self.store().quarantine_count().await?;
        let (mut report, mut done, mut after) = (AgainReport::default(), 0, 0);
        while !stop.is_cancelled() {
            let mut rows = self.store().quarantine_after(after, reader, PAGE).await?;
            rows.retain(|row| row.id <= newest);
            let Some(last) = rows.last() else { break };
            after = last.id;
            let mut failed = Vec::new();
            for row in &rows {
                if stop.is_cancelled() {
                    break;
                }
                let again = match self.try_again(row).await {
                    Err(full @ EngineError::Store(StoreError::Full)) => return Err(full),
                    Err(error) => {
                        // It must not stand in the way of the others.
                        tracing::warn!(row = row.id, %error, "it could not be tried again");
                        report.failed += 1;
                        continue;
                    }
                    Ok(again) => again,
                };
                match again {
                    Again::Read => report.read += 1,
                    Again::Unreadable(flaw) => {
                        report.unreadable += 1;
                        failed.push(tried(row.id, flaw));
                    }
                    Again::Barred(_) => report.barred += 1,
                    Again::Waits => report.waiting += 1,
                    Again::Gone => {}
                }
                done += 1;
                told(AgainProgress { done, total: total.max(done) });
                tokio::time::sleep(BREATH).await;
            }
            self.note_tried(failed).await?;
        }
        if report != AgainReport::default() {
            self.bus().publish(Event::Rail);
        }
        Ok(report)
    }

    async fn try_again(&self, row: &QuarantineRow) -> Result<Again, EngineError> {
        let door = match read::door_of(row) {
            Ok(door) => door,
            Err(barred) => return Ok(Again::Barred(barred)),
        };
        let _alone = self.reading_again().await;
        match self.through(door, row).await {
            Err(EngineError::Store(StoreError::NotFound { .. })) => {
                let erasing = !self.store().erasures().await?.is_empty();
                Ok(if erasing { Again::Waits } else { Again::Gone })
            }
            other => other,
        }
    }

    async fn note_tried(&self, tried: Vec<Tried>) -> Result<(), EngineError> {
        if tried.is_empty() {
            return Ok(());
        }
        let noted = async {
            let mut tx = self.store().begin().await?;
            tx.still_unreadable(&tried, self.now()).await?;
            tx.commit().await?;
            Ok(())
        };
        self.disk_noted(noted.await)
    }
}

fn tried(id: i64, flaw: Flaw) -> Tried {
    Tried { id, flaw, reader: READER.to_owned() }
}

/// What another version could not read is tried once by this one, after a start; and what came for a shop that was not here,
/// once a shop is connected. What the file refuses now is tried with the next of these.
pub(crate) async fn watch(engine: Engine) {
    let stop = engine.stopped();
    loop {
        match engine.try_those(Some(READER), &stop, |_| {}).await {
            Ok(report) if report.read + report.unreadable > 0 => {
                tracing::info!(?report, "what could not be read before was tried again");
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "what could not be read is tried again later"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = engine.again_wake().notified() => {}
        }
    }
}
