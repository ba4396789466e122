#![doc = include_str!("../README.md")]

mod again;
pub mod aliexpress;
mod answers;
mod beside;
pub mod breaker;
pub mod bridge;
mod contact;
pub mod http;
mod json;
pub mod listen;
pub mod mail;
mod payload;
pub mod pictures;
mod port;
mod probing;
mod shape;
pub mod shopee;
pub mod signin;
mod told;
mod vault;
pub mod wecom;

pub use again::{Barred, Came, Door, ReadAgain, door, read_again};
pub use answers::Answers;
pub use beside::Beside;
pub use payload::{Circumstances, PayloadKind, read_payload};
pub use port::{
    Backlog, Batch, ChannelError, Connector, Cursors, Fetched, Listing, Now, Progress, Quarantined, ReadMark,
    Received, Renewals, Reread, TokenVault, Tokens,
};
pub use told::{Party, Reading, StatedAmount, StatedDue, Told};
