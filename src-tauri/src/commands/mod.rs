//! The commands of the window: each takes the managed state, calls one use case and converts.
//!
//! They live in modules of their own because a public command in the crate root collides with its macro.

mod bridges;
mod connection;
mod inbox;
mod log;
mod mailbox;
mod policy;
mod privacy;
mod program;
mod push;
mod reply;
mod robots;
mod rules;
mod stores;
mod team;
mod unreadable;

use crate::app::App;
use crate::wire::{
    ChangedEvent, LogProgressEvent, NoticeEvent, OpenConversationEvent, UiError, UnreadableProgressEvent,
};
use std::sync::Arc;
use tauri::{State, Wry};
use tauri_specta::{Builder, collect_commands, collect_events};

/// The managed state.
pub(crate) type Shared<'a> = State<'a, Arc<App>>;
/// What every command returns.
pub(crate) type Answer<T> = Result<T, UiError>;

/// All commands and events, for the program and for the exported bindings.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one list, which the macro wants in one piece")]
pub(crate) fn builder() -> Builder<Wry> {
    Builder::<Wry>::new()
        .commands(collect_commands![
            program::app_state,
            program::listening,
            program::painted,
            program::patch_settings,
            program::test_alert,
            unreadable::quarantine,
            unreadable::retry_unreadable,
            unreadable::retry_all_unreadable,
            unreadable::stop_unreadable,
            unreadable::export_unreadable,
            program::start_demo,
            program::remove_demo,
            program::open_link,
            inbox::rail,
            inbox::list,
            inbox::conversation,
            inbox::timeline,
            inbox::tide,
            inbox::arithmetic,
            inbox::why,
            inbox::search,
            inbox::raw_message,
            inbox::opened,
            inbox::seen,
            inbox::mark_unread,
            inbox::mark_done,
            inbox::reopen,
            inbox::escalated,
            inbox::snooze,
            reply::send_reply,
            reply::send_picture,
            reply::send_order_card,
            reply::send_item_card,
            reply::outbox_picture,
            reply::undo_send,
            reply::settle_unknown,
            reply::send_again,
            reply::retry_refused,
            reply::drop_refused,
            reply::save_draft,
            team::transfer,
            team::set_presence,
            team::set_participates,
            team::set_weight,
            team::add_account,
            team::what_if,
            policy::policy,
            policy::change_policy,
            policy::import_calendar,
            policy::forget_calendar_year,
            connection::directory,
            connection::test_connection,
            connection::draft_folders,
            connection::test_store,
            connection::connect_store,
            connection::store_connection,
            connection::change_connection,
            connection::begin_sign_in,
            connection::sign_in_again,
            connection::finish_sign_in,
            connection::land_sign_in,
            connection::cancel_sign_in,
            stores::remove_store,
            stores::set_multi_device_sync,
            stores::retry_store,
            push::push_receiver,
            push::set_push_receiver,
            mailbox::import_mail,
            mailbox::stop_mail_import,
            mailbox::forget_mail_import,
            mailbox::mail_folders,
            mailbox::read_folders,
            bridges::create_bridge,
            bridges::bridge,
            bridges::rotate_bridge_token,
            bridges::revoke_bridge_token,
            robots::robots,
            robots::add_robot,
            robots::patch_robot,
            robots::replace_robot_key,
            robots::remove_robot,
            robots::test_robot,
            privacy::privacy,
            privacy::keep_for,
            privacy::erase_buyer,
            privacy::keep_personal,
            privacy::drop_personal,
            privacy::show_personal,
            rules::message_rules,
            rules::save_message_rule,
            rules::order_message_rules,
            rules::switch_message_rule,
            rules::remove_message_rule,
            rules::rehearse_rule,
            rules::take_offer,
            rules::drop_offer,
            log::log_page,
            log::log_robots,
            log::check_log,
            log::export_log,
            log::stop_log_work,
            log::show_export,
        ])
        .events(collect_events![
            ChangedEvent,
            OpenConversationEvent,
            NoticeEvent,
            LogProgressEvent,
            UnreadableProgressEvent
        ])
        .constant("logKinds", log::kinds())
}

/// Writes the TypeScript side of the border.
///
/// # Errors
/// In words, if a type can't cross the border or the file can't be written.
pub fn export(to: &std::path::Path) -> Result<(), String> {
    use specta_typescript::Typescript;
    builder().export(Typescript::default(), to).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    /// The file that the UI is compiled against says exactly what the commands are.
    #[test]
    fn the_bindings_are_fresh() {
        let folder = std::env::temp_dir().join(format!("tidebell-bindings-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let fresh = folder.join("bindings.ts");
        super::export(&fresh).unwrap();
        let kept = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/ipc/bindings.ts");
        let (fresh, kept) = (std::fs::read_to_string(fresh).unwrap(), std::fs::read_to_string(kept).unwrap());
        std::fs::remove_dir_all(folder).unwrap();
        let changed = kept.lines().zip(fresh.lines()).find(|(old, new)| old != new);
        assert!(
            kept == fresh,
            "a command or a wire type changed, first at {changed:?}: run `cargo xtask bindings`"
        );
    }
}
