//! The one window: built hidden or shown, hidden on close, brought to the front on demand.

use crate::wire::Locale;
use crate::words::say;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry};

/// Its label; the capability file names the same.
pub(crate) const LABEL: &str = "main";

/// Builds the window. It stays hidden until the first frame is ready (or for good after a start with the system).
///
/// # Errors
/// If the system has no web view.
pub(crate) fn build(
    app: &AppHandle<Wry>,
    locale: Locale,
    visible: bool,
) -> tauri::Result<WebviewWindow<Wry>> {
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title(say(locale, "window.title", &[]))
        .inner_size(1440.0, 900.0)
        .min_inner_size(900.0, 560.0)
        .visible(visible)
        // Pictures are dropped onto the page, which the shell would else keep for itself.
        .disable_drag_drop_handler()
        .build()
}

/// Brings the window to the front, from the tray, from behind or from the dock.
pub(crate) fn raise(app: &AppHandle<Wry>) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    // Each may be refused by a window manager; the next one may still work.
    let _ = window.show();
    let _ = window.unminimize();
    let _ = window.set_focus();
}
