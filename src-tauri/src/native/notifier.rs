//! Toasts with actions.
//!
//! notify-rust is used directly: the notification plugin of the shell has neither actions nor clicks on a desktop. What the
//! systems want differently is in `sender.rs`.

use super::alert_words::toast;
use super::sender::{self, BODY_IS_A_BUTTON};
use crate::wire::Locale;
use crate::words::say;
use domain::ConversationId;
use engine::{Notice, Notifier};
use notify_rust::{Notification, NotificationResponse, Timeout};
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

/// What the buttons are called to the system; `default` is the freedesktop name of a click on the body.
const BODY: &str = "default";
const OPEN: &str = "open";
const SNOOZE: &str = "snooze";
const TRANSFER: &str = "transfer";

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
        sender::introduce(&say(locale.read().map_or(Locale::ZhCn, |locale| *locale), "app", &[]));
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

/// The buttons under a notice that leads somewhere: what each is called, and its words. Where the body of a toast is one of
/// its actions, it comes first; where a click on it is told apart from them, it would be one button too many.
fn buttons(notice: &Notice, body_is_a_button: bool) -> Vec<(&'static str, &'static str)> {
    let body = body_is_a_button.then_some((BODY, "action.open"));
    // What fired has happened: there is no deadline to put off.
    let snooze = (!matches!(notice, Notice::Fired { .. })).then_some((SNOOZE, "action.snooze"));
    body.into_iter()
        .chain([(OPEN, "action.open")])
        .chain(snooze)
        .chain([(TRANSFER, "action.transfer")])
        .collect()
}

/// What a person wants who answered a toast about a conversation. A click on its body is an action of its own on some
/// systems and one of the actions on others.
fn wanted(response: &NotificationResponse, conversation: ConversationId) -> Option<AlertAction> {
    match response {
        NotificationResponse::Default => Some(AlertAction::Open(conversation)),
        NotificationResponse::Action(button) => match button.as_str() {
            BODY | OPEN => Some(AlertAction::Open(conversation)),
            SNOOZE => Some(AlertAction::Snooze(conversation)),
            TRANSFER => Some(AlertAction::Transfer(conversation)),
            _ => None,
        },
        NotificationResponse::Reply(_) | NotificationResponse::Closed(_) => None,
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
        let target = target(notice);
        if target.is_some() {
            for (name, words) in buttons(notice, BODY_IS_A_BUTTON) {
                toast.action(name, &say(locale, words, &[]));
            }
        }
        sender::sign(&mut toast, &say(locale, "action.more", &[]));
        let handle = toast.show().map_err(|error| error.to_string())?;
        let Some(conversation) = target else { return Ok(()) };
        let on_action = Arc::clone(&self.on_action);
        // The system's answer comes minutes later or never: a thread of its own waits for it.
        std::thread::Builder::new()
            .name("alert-action".into())
            .spawn(move || {
                let answered = handle.wait_for_response(|response: &NotificationResponse| {
                    if let Some(action) = wanted(response, conversation) {
                        on_action(action);
                    }
                });
                if let Err(error) = answered {
                    tracing::warn!(%error, "nobody can be told what was done with an alert");
                }
            })
            .map_err(|error| error.to_string())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify_rust::CloseReason;
    use rstest::rstest;

    fn due() -> Notice {
        Notice::Due { items: Vec::new(), now: domain::Timestamp::UNIX_EPOCH }
    }

    fn fired() -> Notice {
        Notice::Fired { items: Vec::new(), now: domain::Timestamp::UNIX_EPOCH }
    }

    #[rstest]
    #[case::body_is_an_action(due(), true, &[BODY, OPEN, SNOOZE, TRANSFER])]
    #[case::body_is_told_apart(due(), false, &[OPEN, SNOOZE, TRANSFER])]
    #[case::nothing_to_put_off(fired(), false, &[OPEN, TRANSFER])]
    fn each_thing_to_do_is_one_button(
        #[case] notice: Notice,
        #[case] body_is_a_button: bool,
        #[case] expected: &[&str],
    ) {
        let names: Vec<_> = buttons(&notice, body_is_a_button).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, expected, "two that open would be two of the three that a toast has room for");
    }

    #[rstest]
    #[case::body_on_windows_and_macos(
        NotificationResponse::Default,
        Some(AlertAction::Open(ConversationId(7)))
    )]
    #[case::body_on_linux("default".into(), Some(AlertAction::Open(ConversationId(7))))]
    #[case::open("open".into(), Some(AlertAction::Open(ConversationId(7))))]
    #[case::snooze("snooze".into(), Some(AlertAction::Snooze(ConversationId(7))))]
    #[case::transfer("transfer".into(), Some(AlertAction::Transfer(ConversationId(7))))]
    #[case::another("settings".into(), None)]
    #[case::closed(NotificationResponse::Closed(CloseReason::Dismissed), None)]
    #[case::expired(NotificationResponse::Closed(CloseReason::Expired), None)]
    fn a_click_on_the_toast_opens_on_every_system(
        #[case] response: NotificationResponse,
        #[case] expected: Option<AlertAction>,
    ) {
        assert_eq!(wanted(&response, ConversationId(7)), expected, "{response:?}");
    }
}
