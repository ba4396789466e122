//! Toasts with actions.
//!
//! notify-rust is used directly: the notification plugin of the shell has neither actions nor clicks on a desktop.

use super::alert_words::toast;
use crate::wire::Locale;
use crate::words::say;
use domain::ConversationId;
use engine::{Notice, Notifier};
use notify_rust::{Notification, Timeout};
use std::sync::{Arc, RwLock};

/// What a person did with a toast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AlertAction {
    /// Clicked it, or its 打开.
    Open(ConversationId),
    /// 稍后 10 分钟.
    Snooze(ConversationId),
    /// 转交.
    Transfer(ConversationId),
}

type Handler = Arc<dyn Fn(AlertAction) + Send + Sync>;

/// The desktop's notification area.
pub(crate) struct DesktopNotifier {
    locale: Arc<RwLock<Locale>>,
    on_action: Handler,
}

impl DesktopNotifier {
    /// Toasts in the language that `locale` holds at the moment; what a person does with them goes to `on_action`.
    pub(crate) fn new(
        locale: Arc<RwLock<Locale>>,
        on_action: impl Fn(AlertAction) + Send + Sync + 'static,
    ) -> Self {
        Self { locale, on_action: Arc::new(on_action) }
    }

    fn locale(&self) -> Locale {
        self.locale.read().map_or(Locale::ZhCn, |locale| *locale)
    }
}

/// Where a click leads: the most urgent conversation of the notice.
fn target(notice: &Notice) -> Option<ConversationId> {
    match notice {
        Notice::Due { items, .. } | Notice::Digest { items, .. } => {
            items.first().map(|item| item.conversation)
        }
        Notice::Climbed { items, .. } => items.first().map(|climb| climb.item.conversation),
        Notice::Fired { items, .. } => items.iter().find_map(|item| item.conversation),
        Notice::StoreSilent { .. } | Notice::AuthorisationEnds { .. } | Notice::Test => None,
    }
}

impl Notifier for DesktopNotifier {
    fn raise(&self, notice: &Notice) -> Result<(), String> {
        let locale = self.locale();
        let words = toast(locale, notice);
        let mut toast = Notification::new();
        toast
            .appname(&say(locale, "app", &[]))
            .summary(&words.title)
            .body(&words.body)
            .timeout(Timeout::Never);
        #[cfg(all(unix, not(target_os = "macos")))]
        toast.urgency(notify_rust::Urgency::Critical).hint(notify_rust::Hint::Category("im.received".into()));
        let target = target(notice);
        if target.is_some() {
            toast.action("default", &say(locale, "action.open", &[]));
            toast.action("open", &say(locale, "action.open", &[]));
            // What fired has happened: there is no deadline to put off.
            if !matches!(notice, Notice::Fired { .. }) {
                toast.action("snooze", &say(locale, "action.snooze", &[]));
            }
            toast.action("transfer", &say(locale, "action.transfer", &[]));
        }
        let handle = toast.show().map_err(|error| error.to_string())?;
        let Some(conversation) = target else { return Ok(()) };
        let on_action = Arc::clone(&self.on_action);
        // The system's answer comes minutes later or never: a thread of its own waits for it.
        std::thread::Builder::new()
            .name("alert-action".into())
            .spawn(move || {
                handle.wait_for_action(|action| match action {
                    "default" | "open" => on_action(AlertAction::Open(conversation)),
                    "snooze" => on_action(AlertAction::Snooze(conversation)),
                    "transfer" => on_action(AlertAction::Transfer(conversation)),
                    _ => {}
                });
            })
            .map_err(|error| error.to_string())?;
        Ok(())
    }
}
