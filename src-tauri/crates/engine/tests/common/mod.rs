//! A whole engine over a folder of its own, with a clock, a bell, a safe and a platform that do as they are told.

mod chance;
mod group;
mod house;
mod platform;
mod ports;
mod post;
mod rule;
mod say;
mod shopee;
mod shopee_chat;

pub(crate) use chance::{Chance, kills};
pub(crate) use group::{Group, ROBOT_KEY, new_robot};
pub(crate) use house::{House, add_shop, comes_true, files_in, open, open_with, until};
pub(crate) use platform::{Fate, Pretend};
pub(crate) use ports::{Bell, ManualClock, MemoryVault};
pub(crate) use post::{LATELY, LONG_AGO, Post, letter, way};
pub(crate) use rule::{draft, save, texts};
pub(crate) use say::{MONDAY, Say, at, auto, batch, buyer, events, order, seller};
pub(crate) use shopee::{PUBLIC, Shop};
pub(crate) use shopee_chat::{ChatShop, Line};

/// Python, as the system calls it: on Windows that is its launcher, which comes with it and not with the system.
pub(crate) const PYTHON: &str = if cfg!(windows) { "py" } else { "python3" };
