//! The bridge: a local HTTP API through which a program that already has access to a shop hands in what happened there and
//! fetches the replies to send (`docs/BRIDGE.md`).
//!
//! A bridge is not polled, it calls: so it is no [`crate::Connector`]. This module is the wire; what a call means is
//! asked of a [`BridgeHost`].

pub(crate) mod again;
mod event;
mod gate;
mod host;
mod image;
mod item;
mod lenient;
mod limits;
mod openapi;
mod problem;
mod routes;
mod token;
mod webhook;
mod wire;

pub(crate) use item::SOURCE;

pub use host::{Ask, BridgeHost, Fate};
pub use item::{Item, ReadMark, read_batch, read_item};
pub use limits::{BATCH_LIMIT, BODY_LIMIT, CALL_EVERY_S, CONNECTIONS, DEFAULT_PORT, WAIT_LIMIT_S};
pub use openapi::description;
pub use problem::Problem;
pub use routes::router;
pub use token::{Keys, fresh_token};
pub use webhook::{Delivery, Webhook, signature};
pub use wire::{
    Ability, Ack, Acknowledged, Client, Handed, HandedState, Hello, Pictures, PicturesOffered, ReplyBody,
    ReplyState, Shop, Way, Welcome,
};
