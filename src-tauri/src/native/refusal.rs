//! Saying why there is no window, where nobody reads what a program prints.

use crate::wire::Locale;
use crate::words::say;

/// Tells the person at the screen why the program ends at once: whoever clicked an icon sees no other trace of it. Both
/// languages, because the file that knows theirs may be what could not be opened.
pub fn tell(why: &str) {
    let title = [Locale::ZhCn, Locale::En].map(|locale| say(locale, "refused.title", &[])).join(" · ");
    show(&title, why);
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
