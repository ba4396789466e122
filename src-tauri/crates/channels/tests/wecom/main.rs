//! WeCom: the queue's laws, and both ways out against the pretend platform.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod app;
mod desk;
mod laws;
mod platform;
mod robot;
mod secrets;
mod texts;
