#![doc = include_str!("../README.md")]

mod error;
mod record;

pub use error::StoreError;
pub use record::*;

/// What this crate's functions return.
pub type Result<T> = std::result::Result<T, StoreError>;
