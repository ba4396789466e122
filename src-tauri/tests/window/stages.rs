//! The way of a working day, stage by stage. Each says what it waits for.

mod desk;
mod evening;
mod morning;
mod notices;

pub(crate) use desk::{
    autostart, draft, draft_is_back, passed_over, put_off, reminded, suspended, sync_switch, undone,
};
pub(crate) use evening::{close_to_tray, hidden, language_and_theme, search, start_again};
pub(crate) use morning::{alert, answer, countdown, russian_message, still_there, welcome};
pub(crate) use notices::{browser, fill, in_use, link, merged};
