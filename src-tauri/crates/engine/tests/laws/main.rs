//! What the engine promises, over a real file and a pretend world.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

#[path = "../common/mod.rs"]
mod common;

mod alerts;
mod authorisation;
mod backlog;
mod breaker;
mod bridge;
mod crash;
mod disk;
mod distribution;
mod fate;
mod import;
mod intake;
mod items;
mod keeping;
mod ladder;
mod mail_files;
mod mail_folders;
mod mail_sign_in;
mod mailbox;
mod message_rules;
mod nightly;
mod order;
mod outside;
mod outside_app;
mod pictures;
mod policy;
mod privacy;
mod push;
mod push_log;
mod quarantine;
mod read_state;
mod removed;
mod replaced;
mod russian;
mod samples;
mod sealed;
mod secrets;
mod sending;
mod silence;
mod trial;
mod watch;
