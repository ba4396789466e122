//! What could not be read: its list, another try, and a file for whoever mends the readers.

use super::{Answer, Shared};
use crate::native::save;
use crate::present::unreadable;
use crate::wire::{
    AgainOutcome, AgainReportDto, QuarantineRow, UnreadableExportDto, UnreadableProgressEvent,
};
use crate::words::say;
use domain::beijing;
use engine::{Again, AgainProgress, ExportTo, ending_of, export_payload, export_quarantine};
use tauri::{AppHandle, Wry};
use tauri_specta::Event as _;

/// Rows of a page.
const PAGE: u32 = 50;

/// Payloads that could not be read, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn quarantine(
    app: Shared<'_>,
    cursor: Option<String>,
) -> Answer<(Vec<QuarantineRow>, Option<String>)> {
    let before = cursor.as_deref().map(str::parse).transpose()?;
    let kept = app.engine.store().quarantine_list(before, PAGE).await?;
    let mut rows = Vec::with_capacity(kept.len());
    for row in &kept {
        rows.extend(shown(&app, row).await?);
    }
    let next = kept.last().filter(|_| kept.len() >= PAGE as usize).map(|row| row.id.to_string());
    Ok((rows, next))
}

/// A row as it is shown; none if it was read meanwhile.
async fn shown(app: &Shared<'_>, row: &store::QuarantineRow) -> Answer<Option<QuarantineRow>> {
    let store = app.engine.store();
    let bytes = match store.quarantine_bytes(row.id).await {
        Err(store::StoreError::NotFound { .. }) => return Ok(None),
        other => other?,
    };
    let name = match row.store {
        Some(id) => store.stores().await?.into_iter().find(|known| known.id == id),
        None => None,
    };
    Ok(Some(unreadable(row, name.map(|known| known.store.name).unwrap_or_default(), &bytes)))
}

/// Tries one again; what became of it, and how it stands now if it is still there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn retry_unreadable(
    app: Shared<'_>,
    id: String,
) -> Answer<(AgainOutcome, Option<QuarantineRow>)> {
    let id: i64 = id.parse()?;
    let outcome = match app.engine.read_again(id).await? {
        Again::Read => AgainOutcome::Read,
        Again::Unreadable(_) => AgainOutcome::Unreadable,
        Again::Barred(_) => AgainOutcome::Barred,
        Again::Gone => AgainOutcome::Gone,
        Again::Waits => AgainOutcome::Waits,
    };
    let row = match app.engine.store().quarantined(id).await {
        Err(store::StoreError::NotFound { .. }) => return Ok((outcome, None)),
        other => other?,
    };
    Ok((outcome, shown(&app, &row).await?))
}

/// Tries all of them again, as far as nobody stops it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn retry_all_unreadable(app: Shared<'_>, handle: AppHandle) -> Answer<AgainReportDto> {
    let stop = app.begin_again();
    let done = app.engine.read_all_again(&stop, |step| tell(&handle, step)).await?;
    Ok(AgainReportDto {
        read: count(done.read),
        unreadable: count(done.unreadable),
        barred: count(done.barred),
        waiting: count(done.waiting),
        failed: count(done.failed),
        stopped: stop.is_cancelled(),
    })
}

/// Stops trying, after the one under way.
#[tauri::command]
#[specta::specta]
pub(crate) fn stop_unreadable(app: Shared<'_>) {
    app.stop_again();
}

/// Asks where, and writes one payload there as it came, or all of them. None if nobody chose a place.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_unreadable(
    app: Shared<'_>,
    handle: AppHandle,
    id: Option<String>,
) -> Answer<Option<UnreadableExportDto>> {
    let id: Option<i64> = id.as_deref().map(str::parse).transpose()?;
    let (store, locale) = (app.engine.store(), app.kept().locale);
    let date = beijing(app.engine.now()).date().to_string();
    let (name, ending) = match id {
        Some(id) => {
            let row = store.quarantined(id).await?;
            let name = say(locale, "unreadable.file.one", &[("number", &id.to_string()), ("date", &date)]);
            (name, ending_of(&row.source, &store.quarantine_bytes(id).await?))
        }
        None => (say(locale, "unreadable.file.all", &[("date", &date)]), "ndjson"),
    };
    let title = say(locale, "unreadable.save", &[]);
    let Some(file) = save::ask(&handle, &title, &format!("{name}.{ending}"), ending).await else {
        return Ok(None);
    };
    // The dialog has asked whether what is there may go.
    let to = ExportTo { file: &file, replace: true };
    let payloads = match id {
        Some(id) => export_payload(store, id, to).await.map(|()| 1)?,
        None => export_quarantine(store, to).await?,
    };
    app.exported(&file);
    Ok(Some(UnreadableExportDto { payloads: count(payloads), file: file.display().to_string() }))
}

fn count(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn tell(handle: &AppHandle<Wry>, step: AgainProgress) {
    let event = UnreadableProgressEvent { done: count(step.done), total: count(step.total) };
    if let Err(error) = event.emit(handle) {
        tracing::warn!(%error, "the window could not be told");
    }
}
