#![doc = include_str!("../README.md")]

pub mod alerts;
pub mod calendar;
pub mod clocks;
pub mod dispatch;
mod error;
pub mod explain;
pub mod policy;
pub mod sensitive;
mod time;

pub use error::RulesError;
