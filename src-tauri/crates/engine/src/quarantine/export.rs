//! What could not be read, as a file for whoever mends the readers.

use crate::error::EngineError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use store::{QuarantineRow, Store, StoreError};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt;

/// Rows that are looked up at once.
const PAGE: u32 = 50;

/// Where an export goes.
#[derive(Debug, Clone, Copy)]
pub struct ExportTo<'a> {
    /// The file.
    pub file: &'a Path,
    /// A person has agreed that what is there under that name goes.
    pub replace: bool,
}

/// How a file with the bytes of a payload should end: by where it came from, and how it begins.
#[must_use]
pub fn ending_of(source: &str, bytes: &[u8]) -> &'static str {
    match bytes.trim_ascii_start().first() {
        _ if source.starts_with("mail.") => "eml",
        Some(b'{' | b'[') => "json",
        _ => "bin",
    }
}

/// Writes the bytes of one payload to a file, as they came.
///
/// # Errors
/// If it is not there, nothing of it is kept (`nothing_kept`), or the file cannot be written: [`EngineError::File`].
pub async fn export_payload(store: &Store, id: i64, to: ExportTo<'_>) -> Result<(), EngineError> {
    let bytes = store.quarantine_bytes(id).await?;
    if bytes.is_empty() {
        return Err(EngineError::invalid("nothing_kept"));
    }
    let mut file = Part::create(to).await?;
    file.write(&bytes).await?;
    file.finish().await
}

/// Writes everything that is in the quarantine to a file, newest first, one JSON object a line, one payload in memory at a
/// time. Gives how many there were.
///
/// # Errors
/// If the data's file refuses, or the new one cannot be written: [`EngineError::File`]. Then nothing is left behind.
pub async fn export_quarantine(store: &Store, to: ExportTo<'_>) -> Result<u64, EngineError> {
    let mut file = Part::create(to).await?;
    let (mut written, mut before) = (0, None);
    loop {
        let rows = store.quarantine_list(before, PAGE).await?;
        let Some(last) = rows.last() else { break };
        before = Some(last.id);
        for row in &rows {
            let bytes = match store.quarantine_bytes(row.id).await {
                // It was read meanwhile.
                Err(StoreError::NotFound { .. }) => continue,
                other => other?,
            };
            file.write(format!("{}\n", line(row, &bytes)).as_bytes()).await?;
            written += 1;
        }
    }
    file.finish().await?;
    Ok(written)
}

/// A row with its bytes, in base64.
fn line(row: &QuarantineRow, bytes: &[u8]) -> Value {
    let mut out = facts(row);
    out["bytes"] = STANDARD.encode(bytes).into();
    out
}

/// A row without its bytes.
#[must_use]
pub fn facts(row: &QuarantineRow) -> Value {
    let beside: Value = serde_json::from_str(&row.beside).unwrap_or(Value::Null);
    json!({
        "id": row.id,
        "store": row.store.map(|store| store.0),
        "source": row.source,
        "cause": row.flaw.cause.as_str(),
        "why": row.flaw.words,
        "first_at": row.first_at.to_string(),
        "last_at": row.last_at.to_string(),
        "seen": row.seen,
        "reader": row.reader,
        "tried_at": row.tried_at.map(|at| at.to_string()),
        "beside": beside,
    })
}

/// A file while it is written: it has another name until it is complete, and is gone if it never is.
struct Part {
    file: File,
    part: PathBuf,
    to: PathBuf,
    /// Its name was taken for it: nothing else was there.
    reserved: bool,
    done: bool,
}

impl Part {
    async fn create(to: ExportTo<'_>) -> Result<Self, EngineError> {
        let refused = |error| EngineError::file(to.file, error);
        let name = to.file.file_name().ok_or_else(|| EngineError::invalid("export: no file name"))?;
        if !to.replace {
            // Whoever makes such a file in the same moment keeps theirs.
            OpenOptions::new().write(true).create_new(true).open(to.file).await.map_err(refused)?;
        }
        let mut part = OsString::from(".");
        part.push(name);
        part.push(".part");
        let part = to.file.with_file_name(part);
        let made = File::create(&part).await;
        if made.is_err() && !to.replace {
            let _ = fs::remove_file(to.file).await;
        }
        let file = made.map_err(refused)?;
        Ok(Self { file, part, to: to.file.to_owned(), reserved: !to.replace, done: false })
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), EngineError> {
        self.file.write_all(bytes).await.map_err(|error| EngineError::file(&self.to, error))
    }

    async fn finish(mut self) -> Result<(), EngineError> {
        let refused = |error| EngineError::file(&self.to, error);
        self.file.flush().await.map_err(refused)?;
        self.file.sync_all().await.map_err(refused)?;
        fs::rename(&self.part, &self.to).await.map_err(refused)?;
        self.done = true;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        // It may be gone already.
        let _ = std::fs::remove_file(&self.part);
        if self.reserved {
            let _ = std::fs::remove_file(&self.to);
        }
    }
}
