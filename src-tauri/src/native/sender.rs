//! Who speaks in a toast, and how loud: what each system wants before it shows one as this program's.

use notify_rust::Notification;

/// Whether a click on the body of a toast is one of its actions. Elsewhere it is told apart from them.
pub(super) const BODY_IS_A_BUTTON: bool = cfg!(all(unix, not(target_os = "macos")));

/// Makes this program known to the system under `name`, once, before its first toast.
#[cfg(windows)]
pub(super) fn introduce(name: &str) {
    // Windows drops the toasts of an unknown program without a word, and shows those of none as PowerShell's. An
    // installed one is known by its shortcut; this is the way for a copy without one.
    let key = format!(r"Software\Classes\AppUserModelId\{}", engine::PROGRAM);
    let known =
        windows_registry::CURRENT_USER.create(key).and_then(|key| key.set_string("DisplayName", name));
    match known {
        Ok(()) => KNOWN.store(true, std::sync::atomic::Ordering::Relaxed),
        Err(error) => tracing::warn!(%error, "alerts will be shown under another program's name"),
    }
}

/// Whether Windows knows this program by its name.
#[cfg(windows)]
static KNOWN: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// As above. Without it a toast would be the Finder's, and a click would open that.
#[cfg(target_os = "macos")]
pub(super) fn introduce(_name: &str) {
    if let Err(error) = notify_rust::set_application(engine::PROGRAM) {
        tracing::warn!(%error, "alerts will be shown under another program's name");
    }
}

/// As above: the freedesktop notification carries the name itself.
#[cfg(all(unix, not(target_os = "macos")))]
pub(super) const fn introduce(_name: &str) {}

/// Puts the program's name on a toast and makes it one that stays and is heard.
#[cfg(windows)]
pub(super) fn sign(toast: &mut Notification, _more: &str) {
    if KNOWN.load(std::sync::atomic::Ordering::Relaxed) {
        toast.app_id(engine::PROGRAM);
    }
    // Else it is gone after 25 seconds; a toast without a sound is one that says to be silent.
    toast.urgency(notify_rust::Urgency::Critical).sound_name("Reminder");
}

/// As above; `more` names the button under which macOS puts the others.
#[cfg(target_os = "macos")]
pub(super) fn sign(toast: &mut Notification, more: &str) {
    use notify_rust::NsNotificationExt as _;
    toast.sound_name("NSUserNotificationDefaultSoundName").actions_label(more);
}

/// As above.
#[cfg(all(unix, not(target_os = "macos")))]
pub(super) fn sign(toast: &mut Notification, _more: &str) {
    toast.urgency(notify_rust::Urgency::Critical).hint(notify_rust::Hint::Category("im.received".into()));
}
