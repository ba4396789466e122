//! The log, or a part of it, as a file that somebody else can check.

use super::line::LogNames;
use super::words::ExportWords;
use super::{LogProgress, STEP, csv, ndjson};
use crate::error::EngineError;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use store::{LogFilter, Store};
use tokio::fs::{self, File};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Ndjson,
    /// A table for a spreadsheet.
    Csv,
}

impl LogFormat {
    /// How a file of it ends.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }
}

/// What is exported.
#[derive(Debug, Clone, Copy)]
pub struct LogExport<'a> {
    /// Which entries; all of them are a chain without gaps.
    pub filter: &'a LogFilter,
    /// How they are written.
    pub format: LogFormat,
    /// In which words.
    pub words: &'a ExportWords,
}

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// How many entries.
    pub entries: u64,
    /// The file.
    pub file: PathBuf,
    /// The text beside it that tells how to check it.
    pub guide: PathBuf,
}

/// Writes the entries that there are now to a stream, oldest first, a part of them in memory at a time. Gives how
/// many; none if it was stopped.
///
/// # Errors
/// If the file refuses, or the stream.
pub async fn write_log(
    store: &Store,
    export: &LogExport<'_>,
    out: &mut (impl AsyncWrite + Unpin),
    stop: &CancellationToken,
    mut progress: impl FnMut(LogProgress),
) -> Result<Option<u64>, EngineError> {
    // What is written meanwhile belongs to the next export.
    let total = store.log_end().await?;
    let names = LogNames::of(store).await?;
    let (mut bytes, mut entries, mut after) = (Vec::new(), 0_u64, 0);
    if export.format == LogFormat::Csv {
        csv::begin(&mut bytes, export.words);
    }
    loop {
        let until = (after + STEP).min(total);
        for row in store.log_span(export.filter, after, until).await? {
            let line = names.line(row);
            match export.format {
                LogFormat::Ndjson => ndjson::add(&mut bytes, &line, export.words),
                LogFormat::Csv => csv::add(&mut bytes, &line, export.words),
            }
            entries += 1;
        }
        out.write_all(&bytes).await.map_err(store::StoreError::Io)?;
        bytes.clear();
        progress(LogProgress { done: until, total });
        if until == total {
            out.flush().await.map_err(store::StoreError::Io)?;
            return Ok(Some(entries));
        }
        if stop.is_cancelled() {
            return Ok(None);
        }
        after = until;
    }
}

/// Writes the entries to a file, and beside it how to check them. Whoever looks sees the whole file or none: it gets its
/// name when it is complete. None if it was stopped; then nothing is left behind.
///
/// # Errors
/// If the data's file refuses, or the folder of the new one: [`EngineError::File`].
pub async fn export_log(
    store: &Store,
    export: &LogExport<'_>,
    to: &Path,
    stop: &CancellationToken,
    progress: impl FnMut(LogProgress),
) -> Result<Option<Exported>, EngineError> {
    let guide = to.with_extension("check.txt");
    let part = partial(to)?;
    let written = async {
        let mut file = File::create(&part).await.map_err(|error| EngineError::file(to, error))?;
        let entries = match write_log(store, export, &mut file, stop, progress).await {
            Err(EngineError::Store(store::StoreError::Io(error))) => Err(EngineError::file(to, error)),
            other => other,
        };
        let Some(entries) = entries? else { return Ok(None) };
        file.sync_all().await.map_err(|error| EngineError::file(to, error))?;
        drop(file);
        let text = export.words.guide();
        fs::write(&guide, text).await.map_err(|error| EngineError::file(&guide, error))?;
        fs::rename(&part, to).await.map_err(|error| EngineError::file(to, error))?;
        Ok(Some(Exported { entries, file: to.to_owned(), guide: guide.clone() }))
    };
    let done = written.await;
    if !matches!(done, Ok(Some(_))) {
        // It may never have been there.
        let _ = fs::remove_file(&part).await;
    }
    done
}

/// The file under its name of while it is written, in the same folder: it can then be renamed at once.
fn partial(to: &Path) -> Result<PathBuf, EngineError> {
    let name = to.file_name().ok_or_else(|| EngineError::invalid("export: no file name"))?;
    let mut part = OsString::from(".");
    part.push(name);
    part.push(".part");
    Ok(to.with_file_name(part))
}
