//! The way of a working day, stage by stage. Each says what it waits for.

mod evening;
mod morning;

pub(crate) use evening::{close_to_tray, hidden, language_and_theme, search, start_again};
pub(crate) use morning::{alert, answer, countdown, russian_message, still_there, welcome};
