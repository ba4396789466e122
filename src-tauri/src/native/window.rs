//! The one window: built hidden or shown, hidden on close, brought to the front on demand.

use crate::wire::Locale;
use crate::words::say;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry};
use url::Url;

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
        // A small laptop has 1366 × 768, less what the task bar takes; there nothing but this keeps a window inside.
        .prevent_overflow()
        .visible(visible)
        // Pictures are dropped onto the page, which the shell would else keep for itself.
        .disable_drag_drop_handler()
        // A file or a link that is dropped beside the field would else take the page's place, and nothing leads back.
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()
}

/// Whether an address is the program's own page, or what a frame in it holds. Everything else is opened outside, after a
/// question.
fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost") && url.port().is_none(),
        "about" => matches!(url.path(), "blank" | "srcdoc"),
        _ => false,
    }
}

/// Brings the window to the front, from the tray, from behind or from the dock.
pub(crate) fn raise(app: &AppHandle<Wry>) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    // Each may be refused by a window manager; the next one may still work.
    let _ = window.show();
    let _ = window.unminimize();
    let _ = window.set_focus();
}

/// Empties what the web view keeps of what it fetched: pictures that buyers sent lie there too. Nothing of the program's own
/// does.
pub(crate) fn forget_fetched(window: &WebviewWindow<Wry>) {
    if let Err(error) = window.clear_all_browsing_data() {
        tracing::warn!(%error, "pictures that were shown may still lie in the web view's cache");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::linux_and_macos("tauri://localhost", true)]
    #[case::its_page("tauri://localhost/index.html#settings", true)]
    #[case::windows("http://tauri.localhost/", true)]
    #[case::a_mail_in_its_frame("about:srcdoc", true)]
    #[case::a_frame_that_is_still_empty("about:blank", true)]
    #[case::a_file_that_was_dropped("file:///home/a/receipt.png", false)]
    #[case::a_link_that_was_dropped("https://example.com/", false)]
    #[case::a_host_that_begins_like_ours("http://tauri.localhost.example.com/", false)]
    #[case::another_program_at_this_computer("http://tauri.localhost:8080/", false)]
    #[case::a_user_name("http://tauri.localhost@example.com/", false)]
    #[case::a_page_of_text("data:text/html,x", false)]
    #[case::a_script("javascript:alert(1)", false)]
    fn nothing_takes_the_place_of_the_page(#[case] url: &str, #[case] ours: bool) {
        assert_eq!(is_ours(&Url::parse(url).unwrap()), ours, "{url}");
    }
}
