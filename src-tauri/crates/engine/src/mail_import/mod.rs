//! Taking in mails from files, through the same door as mails from a server: a mail that came both ways is one mail, what
//! cannot be read is kept in the quarantine, and nothing of it rings.
//!
//! A file is read in portions, never as a whole; while one portion is written, the next is read on another thread. Each
//! is a transaction of its own, so whoever else writes waits for one portion at most.

mod jobs;

pub use jobs::ImportState;
pub(crate) use jobs::Imports;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::Portion;
use channels::Quarantined;
use channels::mail::{FileFault, FoundMail, MailReader, MailRules, mail_files};
use domain::{IncomingEvent, LogKind, Platform, StoreId, Timestamp};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use store::{AuditEntry, PackedRaw, StoreError};
use tokio::task::{JoinError, JoinHandle};

/// Mails of one portion.
const MAILS: usize = 200;
/// Bytes of one portion, but for the last mail in it.
const BYTES: usize = 8 * 1024 * 1024;
/// Files that could not be read are named up to this many.
const NAMED: usize = 20;

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailImport {
    /// Mails that were found.
    pub mails: u64,
    /// Those taken in.
    pub taken: u64,
    /// Those that were here already.
    pub known: u64,
    /// Those that could not be read; they are in the quarantine.
    pub unreadable: u64,
    /// Files in which mails were looked for.
    pub files: u64,
    /// Files and folders that could not be read, by name, with the system's words; the first twenty.
    pub faults: Vec<(String, String)>,
    /// How many there were of those.
    pub failed: u64,
    /// Somebody stopped it; what had been taken in stays.
    pub stopped: bool,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportProgress {
    /// Mails that were found so far.
    pub mails: u64,
    /// Bytes that are read.
    pub bytes: u64,
    /// Bytes of all files.
    pub of_bytes: u64,
}

/// What is read of the files at once.
struct Pile {
    mails: Vec<FoundMail>,
    faults: Vec<FileFault>,
    bytes: u64,
}

impl Engine {
    /// Takes in the mails of files and folders. `told` hears after each portion how far it is, and can stop it.
    ///
    /// # Errors
    /// `not_a_mailbox` if the store is none; or if the file refuses: what was written until then stays, and the same
    /// import may be begun again.
    pub async fn import_mail(
        &self,
        store: StoreId,
        paths: Vec<PathBuf>,
        mut told: impl FnMut(ImportProgress) -> ControlFlow<()> + Send,
    ) -> Result<MailImport, EngineError> {
        let row = self.store().store(store).await?;
        if row.store.platform != Platform::Mail {
            return Err(EngineError::invalid("not_a_mailbox"));
        }
        let rules = crate::connect::mail_rules(&row).map(Arc::new);
        let (files, faults) = aside(move || Ok(mail_files(&paths))).await?;
        let of_bytes = files.iter().map(|file| file.size).sum();
        let mut done = MailImport::default();
        note(&mut done, faults);
        let mut reading = begin_pile(MailReader::new(files));
        loop {
            let (reader, Pile { mails, faults, bytes }) = reading.await.map_err(broken)?;
            let (last, opened) = (mails.is_empty(), reader.opened());
            // The next is read while this one is written; at the end there is nothing more to read.
            reading = begin_pile(reader);
            note(&mut done, faults);
            self.take_pile(store, mails, rules.clone(), &mut done).await?;
            done.files = opened;
            if told(ImportProgress { mails: done.mails, bytes, of_bytes }).is_break() {
                done.stopped = !last;
                break;
            }
            if last {
                break;
            }
        }
        // It may still read.
        let _ = reading.await;
        self.log_import(store, &done).await?;
        Ok(done)
    }

    async fn take_pile(
        &self,
        store: StoreId,
        mails: Vec<FoundMail>,
        rules: Option<Arc<MailRules>>,
        done: &mut MailImport,
    ) -> Result<(), EngineError> {
        let found = mails.len() as u64;
        done.mails += found;
        if mails.is_empty() {
            return Ok(());
        }
        // Those that are known need not be read. Intake asks again: one may come from the server meanwhile.
        let prints: Vec<String> = mails.iter().map(|mail| mail.print.clone()).collect();
        let known = self.store().known_prints(store, &prints).await?;
        let now = self.now();
        let fresh = mails.into_iter().filter(|mail| !known.contains(&mail.print)).collect();
        let portion = aside(move || portion(store, fresh, rules.as_deref(), now)).await?;
        let accepted = self.accept_history(&[portion], None).await?;
        done.taken += accepted.taken;
        done.unreadable += accepted.quarantined;
        done.known += found.saturating_sub(accepted.taken + accepted.quarantined);
        Ok(())
    }

    /// The push log says where these mails came from.
    async fn log_import(&self, store: StoreId, done: &MailImport) -> Result<(), EngineError> {
        let detail = serde_json::json!({
            "store": store.0, "files": done.files, "mails": done.mails, "taken": done.taken, "known": done.known,
            "unreadable": done.unreadable, "failed": done.failed, "stopped": done.stopped,
        });
        let mut tx = self.store().begin().await?;
        let (kind, detail) = (LogKind::MailImported, detail.to_string());
        tx.audit(AuditEntry { at: self.now(), kind, conversation: None, detail });
        tx.commit().await?;
        Ok(())
    }
}

/// Work that waits for a disk or a processor, on a thread where that is allowed.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, EngineError> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(broken)??)
}

/// A thread that ended before its work.
fn broken(error: JoinError) -> EngineError {
    EngineError::invalid(error.to_string())
}

fn begin_pile(reader: MailReader) -> JoinHandle<(MailReader, Pile)> {
    tokio::task::spawn_blocking(move || pile(reader))
}

fn note(done: &mut MailImport, faults: Vec<FileFault>) {
    done.failed += faults.len() as u64;
    let room = NAMED.saturating_sub(done.faults.len());
    done.faults.extend(faults.into_iter().take(room).map(|fault| (fault.name, fault.why)));
}

fn pile(mut reader: MailReader) -> (MailReader, Pile) {
    let (mut mails, mut faults, mut size) = (Vec::new(), Vec::new(), 0);
    while mails.len() < MAILS && size < BYTES {
        match reader.mail() {
            Some(Ok(mail)) => {
                size += mail.bytes.len();
                mails.push(mail);
            }
            Some(Err(fault)) => faults.push(fault),
            None => break,
        }
    }
    let bytes = reader.read_bytes();
    (reader, Pile { mails, faults, bytes })
}

fn portion(
    store: StoreId,
    mails: Vec<FoundMail>,
    rules: Option<&MailRules>,
    now: Timestamp,
) -> Result<Portion, StoreError> {
    let (mut raws, mut events, mut quarantined) =
        (Vec::new(), Vec::<IncomingEvent>::new(), Vec::<Quarantined>::new());
    for mail in mails {
        match mail.read(now, rules) {
            Ok(received) => {
                // One mail a payload.
                events.extend(received.events);
                raws.push(received.raw);
            }
            Err(bad) => quarantined.push(bad),
        }
    }
    let payloads = PackedRaw::pack_all(&raws)?;
    Ok(Portion { store, platform: Platform::Mail, payloads, events, quarantined })
}
