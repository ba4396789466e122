//! AliExpress: vectors, real samples, and the connector against the pretend platform over loopback.
#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on may stop it")]

mod chat;
mod disputes;
mod errors;
mod faults;
mod legacy;
mod orders;
mod push;
mod russian;
mod samples;
mod signatures;
mod support;
mod times;
mod tokens;
mod unread;
