#![doc = include_str!("../README.md")]

pub mod aliexpress;
pub mod http;
pub mod mail;
mod port;
pub mod shopee;
pub mod wecom;

pub use port::{Batch, ChannelError, Connector, Cursors, Now, Quarantined, Received, TokenVault, Tokens};
