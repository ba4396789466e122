//! The push log: pages, the check of its chain, exports.

use super::{Answer, Shared};
use crate::native::{link, save};
use crate::present::{instant, log_entry, log_filter};
use crate::wire::{
    LogExportDto, LogFilterDto, LogFormatDto, LogPageDto, LogProgressEvent, LogRobotDto, LogVerdictDto,
    UiError,
};
use crate::words::say;
use domain::{LogKind, beijing};
use engine::{ExportWords, LogExport, LogFormat, LogNames, LogProgress};
use store::LogRobot;
use tauri::{AppHandle, Wry};
use tauri_specta::Event as _;

/// Entries of a page.
const PAGE: u32 = 100;

/// Every sort of entry there is, for the window's table of words: one that is missing there is a compile error.
pub(crate) fn kinds() -> Vec<&'static str> {
    LogKind::ALL.iter().map(|kind| kind.as_str()).collect()
}

/// A page of entries, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn log_page(
    app: Shared<'_>,
    filter: LogFilterDto,
    cursor: Option<String>,
) -> Answer<LogPageDto> {
    let store = app.engine.store();
    let filter = log_filter(&filter)?;
    let before = cursor.as_deref().map(str::parse).transpose()?;
    let page = store.log_page(&filter, before, PAGE).await?;
    let names = LogNames::of(store).await?;
    let looked_to = match page.next {
        Some(next) => store.log_instant(next).await?,
        None => None,
    };
    let total = if before.is_none() { store.log_count(&filter).await? } else { None };
    Ok(LogPageDto {
        entries: page.rows.into_iter().map(|row| log_entry(names.line(row))).collect(),
        next: page.next.map(|next| next.to_string()),
        looked_to: looked_to.map(instant),
        total: total.map(|total| u32::try_from(total).unwrap_or(u32::MAX)),
    })
}

/// The robots and applications that entries may be about, also those that were removed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn log_robots(app: Shared<'_>) -> Answer<Vec<LogRobotDto>> {
    let robots = app.engine.store().log_robots().await?;
    Ok(robots
        .into_iter()
        .map(|LogRobot { id, name, gone }| LogRobotDto { id: id.to_string(), name, gone })
        .collect())
}

/// Checks the chain of the whole log. None if it was stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_log(app: Shared<'_>, handle: AppHandle) -> Answer<Option<LogVerdictDto>> {
    let stop = app.begin_log_work();
    let found = engine::check_log(app.engine.store(), &stop, |step| tell(&handle, step)).await?;
    Ok(found.map(|verdict| LogVerdictDto {
        sound: count(verdict.sound),
        broken: verdict.broken.map(|number| number.to_string()),
    }))
}

/// Asks where, and writes the entries there. None if nobody chose a place, or it was stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_log(
    app: Shared<'_>,
    handle: AppHandle,
    filter: LogFilterDto,
    format: LogFormatDto,
) -> Answer<Option<LogExportDto>> {
    let filter = log_filter(&filter)?;
    let format = match format {
        LogFormatDto::Csv => LogFormat::Csv,
        LogFormatDto::Ndjson => LogFormat::Ndjson,
    };
    let locale = app.kept().locale;
    let date = beijing(app.engine.now()).date().to_string();
    let name = format!("{}.{}", say(locale, "log.file", &[("date", &date)]), format.ending());
    let Some(to) = save::ask(&handle, &say(locale, "log.save", &[]), &name, format.ending()).await else {
        return Ok(None);
    };
    let words = ExportWords::new(|key| say(locale, key, &[]));
    let export = LogExport { filter: &filter, format, words: &words };
    let stop = app.begin_log_work();
    let store = app.engine.store();
    let done = engine::export_log(store, &export, &to, &stop, |step| tell(&handle, step)).await?;
    let Some(done) = done else { return Ok(None) };
    app.exported(&done.file);
    Ok(Some(LogExportDto {
        entries: u32::try_from(done.entries).unwrap_or(u32::MAX),
        file: done.file.display().to_string(),
        guide: done.guide.display().to_string(),
    }))
}

/// Stops a check or an export.
#[tauri::command]
#[specta::specta]
pub(crate) fn stop_log_work(app: Shared<'_>) {
    app.stop_log_work();
}

/// Shows the folder of the last export. The window can name no folder of its own.
#[tauri::command]
#[specta::specta]
pub(crate) fn show_export(app: Shared<'_>) -> Answer<()> {
    match app.last_export() {
        Some(folder) => link::show_folder(&folder).map_err(UiError::internal),
        None => Ok(()),
    }
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn tell(handle: &AppHandle<Wry>, step: LogProgress) {
    let event = LogProgressEvent { done: count(step.done), total: count(step.total) };
    if let Err(error) = event.emit(handle) {
        tracing::warn!(%error, "the window could not be told");
    }
}
