#![doc = include_str!("../README.md")]

pub mod alerts;
pub mod auto_reply;
pub mod calendar;
pub mod clocks;
pub mod connection;
pub mod dispatch;
mod error;
pub mod explain;
pub mod language;
pub mod mask;
pub mod message_rules;
pub mod policy;
pub mod sensitive;
mod time;
mod words;

pub use error::RulesError;
