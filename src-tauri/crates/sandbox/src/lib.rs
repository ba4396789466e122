#![doc = include_str!("../README.md")]

pub mod aliexpress;
mod clock;
pub mod console;
mod faults;
mod ledger;
pub mod mailbox;
pub mod oauth;
mod pictures;
mod port;
pub mod russia;
mod server;
pub mod shopee;
pub mod wecom;

pub use clock::{Clock, ManualClock};
pub use faults::{Fault, Faults};
pub use ledger::{Call, Ledger, Sent};
pub use pictures::{draw_picture, pictures};
pub use port::spare_port;
pub use server::{Core, Server, serve, serve_at};
