//! Saying why there is no window, also where nobody reads what a program prints.

use crate::wire::Locale;
use crate::words::say;

/// Tells the person at the screen why the program ends at once: whoever clicked an icon sees no other trace of it.
#[expect(clippy::print_stderr, reason = "the last place to say why there is no window")]
pub fn tell(why: &str) {
    eprintln!("tidebell: {why}");
    show(&both("refused.title").join(" · "), why);
}

/// Why a system without the web view in which the window is drawn cannot show it, and what to do; none if it has one.
/// Linux and macOS always do: the program would not be loaded, or the web view is part of the system.
pub(crate) fn no_web_view() -> Option<String> {
    let missing = cfg!(windows) && tauri::webview_version().is_err();
    missing.then(|| both("refused.web_view").join("\n\n"))
}

/// In both languages: the file that knows which one is wanted may be what could not be opened.
fn both(key: &str) -> [String; 2] {
    [Locale::ZhCn, Locale::En].map(|locale| say(locale, key, &[]))
}

#[cfg(any(windows, target_os = "macos"))]
fn show(title: &str, why: &str) {
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title(title)
        .set_description(why)
        .show();
}

/// A dialog would need a display of its own beside the one that may be missing; a terminal has the words already.
#[cfg(all(unix, not(target_os = "macos")))]
fn show(title: &str, why: &str) {
    use std::io::IsTerminal as _;
    if std::io::stderr().is_terminal() {
        return;
    }
    let mut toast = notify_rust::Notification::new();
    let shown = toast.summary(title).body(why).urgency(notify_rust::Urgency::Critical).show();
    if let Err(error) = shown {
        tracing::warn!(%error, "nobody could be told why there is no window");
    }
}
