#![doc = include_str!("../README.md")]

mod account;
mod alert;
mod assignment;
mod audit;
mod backup;
mod buyer;
mod change;
mod codec;
mod conversation;
mod deadline;
mod draft;
mod due_count;
mod dump;
mod erase;
mod error;
mod expire;
mod firing;
mod intake;
mod item;
mod ladder;
mod limit;
mod mailbox;
mod memory;
mod mention;
mod message;
mod offer;
mod open;
mod order;
mod outbox;
mod past;
mod purge;
mod push;
mod push_log;
mod quarantine;
mod raw;
mod read_mark;
mod record;
mod robot;
mod rule;
mod script;
mod sealed;
mod search;
mod setting;
mod shop;
mod silence;
mod transaction;
mod upkeep;
mod verify;
mod write;
mod writer;

#[cfg(test)]
mod tests;

pub use due_count::COUNTED;
pub use error::StoreError;
pub use expire::Written;
pub use intake::Answers;
pub use memory::Memory;
pub use open::{DATABASE_FILE, LOCK_FILE, Store};
pub use raw::PackedRaw;
pub use record::*;
pub use search::{Cut, cut, question, search_id};
pub use transaction::WriteTx;
pub use verify::{Orphans, VerifyReport};

/// What this crate's functions return.
pub type Result<T> = std::result::Result<T, StoreError>;
