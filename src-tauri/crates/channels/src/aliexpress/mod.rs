//! AliExpress: orders, disputes and, where the platform permits it, chat.
//!
//! Chat access is granted to few apps. A store is therefore a set of capabilities: each stream is tried, and a missing
//! permission switches its capability off while the others go on. A store on AliExpress Russia has an interface of its
//! own (`russian`), which has chats and nothing else. Reminder mails, the fourth source, come through a mailbox.

pub(crate) mod again;
mod answer;
mod api;
mod chat;
mod config;
mod connector;
mod dispute;
mod dispute_stream;
mod error;
mod handed;
mod json;
mod legacy;
mod message;
mod order;
mod order_stream;
mod partner;
mod payload;
mod probe;
mod receipt;
mod request;
mod russian;
mod seen;
mod sign;
mod source;
mod times;
mod token;
mod walk;

pub use config::{AliExpressConfig, GATEWAY, OldGateway};
pub use connector::AliExpressConnector;
pub use error::{ApiError, Verdict};
pub use handed::{read_im, read_legacy};
pub use payload::{read_answer, read_disputes, read_orders, read_push};
pub use russian::{RUSSIAN_GATEWAY, RussianConfig, RussianConnector, read_russian};
pub use sign::{Params, TopMethod, push_is_signed, sign_iop, sign_top};
pub use times::{from_epoch_ms, from_los_angeles, moment, to_los_angeles, to_top_timestamp};
pub use token::Grant;
