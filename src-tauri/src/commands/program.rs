//! The program itself: its start, settings, alerts, the demo shop, links.

use super::{Answer, Shared};
use crate::demo::Demo;
use crate::first_paint::FirstPaint;
use crate::native::link;
use crate::wire::{AppState, OpenConversationEvent, SettingsPatch, TestAlertResult, UiError};
use auto_launch::AutoLaunch;
use engine::Notice;
use tauri::{AppHandle, Manager as _};

fn autostart(handle: &AppHandle) -> bool {
    // A system that can't tell starts nothing by itself.
    handle.state::<AutoLaunch>().is_enabled().unwrap_or(false)
}

/// What the window needs for its first frame.
#[tauri::command]
#[specta::specta]
pub(crate) async fn app_state(app: Shared<'_>, handle: AppHandle) -> Answer<AppState> {
    app.state(autostart(&handle)).await
}

/// The window listens from now on. What an alert was to open in it before that.
#[tauri::command]
#[specta::specta]
pub(crate) fn listening(app: Shared<'_>) -> Option<OpenConversationEvent> {
    app.listen()
}

/// The first rows of the list are on the screen.
#[tauri::command]
#[specta::specta]
pub(crate) fn painted(first_paint: tauri::State<'_, FirstPaint>) {
    first_paint.painted();
}

/// Changes settings.
#[tauri::command]
#[specta::specta]
pub(crate) async fn patch_settings(
    app: Shared<'_>,
    handle: AppHandle,
    patch: SettingsPatch,
) -> Answer<AppState> {
    let mut kept = app.kept();
    kept.locale = patch.locale.unwrap_or(kept.locale);
    kept.theme = patch.theme.unwrap_or(kept.theme);
    kept.tray_explained = patch.tray_explained.unwrap_or(kept.tray_explained);
    app.keep(kept).await?;
    if let Some(on) = patch.autostart {
        let entry = handle.state::<AutoLaunch>();
        let done = if on { entry.enable() } else { entry.disable() };
        done.map_err(UiError::internal)?;
    }
    crate::shell::retitle(&handle, kept.locale);
    app.state(autostart(&handle)).await
}

/// Proves that alerts arrive.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_alert(app: Shared<'_>) -> Answer<TestAlertResult> {
    let shown = app.engine.ring(&Notice::Test).await;
    Ok(TestAlertResult { delivered: shown.is_ok(), detail: shown.err() })
}

/// Starts the demo shop.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_demo(app: Shared<'_>, handle: AppHandle) -> Answer<AppState> {
    let mut demo = app.demo.lock().await;
    if demo.is_none() {
        *demo = Some(Demo::start(&app.engine).await?);
    }
    drop(demo);
    app.state(autostart(&handle)).await
}

/// Removes the demo shop with everything that came from it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_demo(app: Shared<'_>, handle: AppHandle) -> Answer<AppState> {
    let mut demo = app.demo.lock().await;
    if let Some(running) = demo.as_ref() {
        running.remove(&app.engine).await?;
    }
    *demo = None;
    drop(demo);
    app.state(autostart(&handle)).await
}

/// Opens a link in the system's browser or mail program. The window asks first; what may be opened is decided here.
#[tauri::command]
#[specta::specta]
pub(crate) fn open_link(url: &str) -> Answer<()> {
    let url = link::checked(url).map_err(|error| UiError::invalid(format!("link: {error}")))?;
    link::open(&url).map_err(UiError::internal)
}
