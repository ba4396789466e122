//! The numbers of the rules and the working calendar.

use super::{Answer, Shared};
use crate::present::{self, typed};
use crate::wire::{PolicyPage, PolicyValueDto};

/// Every number of the rules with its source, and the holiday years.
#[tauri::command]
#[specta::specta]
pub(crate) async fn policy(app: Shared<'_>) -> Answer<PolicyPage> {
    present::policy(&app.engine).await
}

/// Sets one number, or takes it back to what Tidebell ships. Every open clock is made again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_policy(
    app: Shared<'_>,
    path: String,
    value: Option<PolicyValueDto>,
) -> Answer<PolicyPage> {
    let value = value.map(typed).transpose()?;
    app.engine.change_policy(&path, value.as_ref()).await?;
    present::policy(&app.engine).await
}

/// Adds the holiday years of a file in JSON or ICS. Every open clock is made again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_calendar(app: Shared<'_>, text: String) -> Answer<PolicyPage> {
    app.engine.import_calendar(&text).await?;
    present::policy(&app.engine).await
}

/// Takes an imported holiday year back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_calendar_year(app: Shared<'_>, year: i16) -> Answer<PolicyPage> {
    app.engine.forget_calendar_year(year).await?;
    present::policy(&app.engine).await
}
