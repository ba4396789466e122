//! The log: a file a day beside the data, seven of them, and nothing in it that a buyer wrote.

use std::path::Path;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// Days that are kept.
const KEPT: usize = 7;

/// Starts writing. The guard writes the rest when it is dropped; none if the folder refuses, because a program without
/// a log is better than none.
pub(crate) fn start(folder: &Path) -> Option<WorkerGuard> {
    let folder = folder.join("log");
    // The appender looks for files to remove before it makes their folder, and would complain on a first start.
    std::fs::create_dir_all(&folder).ok()?;
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("tidebell")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(folder)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(files);
    let filter =
        EnvFilter::try_from_env("TIDEBELL_LOG").unwrap_or_else(|_| "info,sqlx=warn,zbus=warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(false).try_init().ok()?;
    note_faults();
    Some(guard)
}

/// A part of the program that breaks off says so in the log: where, and not in which words, which may quote a buyer. Nobody
/// reads what else it prints.
fn note_faults() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |fault| {
        let place = fault.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a part of the program broke off");
        before(fault);
    }));
}
