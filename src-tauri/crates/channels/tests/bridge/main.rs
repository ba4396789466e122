//! Aim: the bridge's wire. Without the right token nothing is learned, whatever comes in is answered with one result each, and
//! nothing breaks it.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on may stop it")]

mod door;
mod events;
mod openapi;
mod support;
