//! Shopee Open Platform v2: chat, notices, orders and returns of one shop.
//!
//! [`ShopeeConnector`] polls and sends; [`push_router`] takes pushes where a relay can bring them. Both read a chat
//! message with the same function, so that the same message is the same event whichever way it came.
//!
//! What the platform's paging really does, and what follows from it, is told in `chat.rs`.

pub(crate) mod again;
mod api;
mod auth;
mod body;
mod chat;
mod codes;
mod config;
mod connector;
mod contact;
mod details;
mod envelope;
mod errors;
mod history;
mod json;
mod lost;
mod mark;
mod message;
mod notices;
mod notifications;
mod orders;
mod payload;
mod probe;
mod push;
mod receiver;
mod reread;
mod returns;
mod send;
mod sign;
mod times;
mod tokens;
mod upload;
mod window;
mod wire;

pub(crate) use history::MESSAGES;
pub(crate) use receiver::{LOST, PUSHED};

pub use auth::{Grant, Granted, authorise_link, exchange_code};
pub use config::ShopeeConfig;
pub use connector::ShopeeConnector;
pub use payload::{read_notifications, read_orders, read_pushes, read_returns};
pub use push::{parse_push, parse_push_as, verify, verify_body_only};
pub use receiver::{
    PUSH_BODY_LIMIT, PUSH_CONNECTIONS, PUSH_PORT, Push, PushDoors, PushRead, PushSettings, callback_url,
    kept_push, push_path, push_router, read_push,
};
pub use sign::{Scope, sign};
pub use times::instant;
