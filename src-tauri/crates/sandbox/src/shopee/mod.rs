//! A pretend Shopee Open Platform v2 with one shop: signatures, tokens, chat, notices, orders, returns, pushes.
//!
//! [`Shopee`] is the shop; its methods let things happen (a buyer writes, a permission is taken away). Its HTTP side has
//! the shapes, and reproduces the habits, that were measured at the real one: an empty list for more than 25 rows, the
//! oldest conversations for `latest` without a time, nanoseconds in one list and seconds in the next.

mod auth;
mod chat;
mod http;
mod push;
mod sign;
mod state;
mod trade;

pub use push::{Delivery, LostPush};
pub use state::{BuyerMessage, ShopSetup, Shopee, TokenPair};
