//! A pretend `WeCom`: group robots behind webhooks, and one application of a company with its access token.
//!
//! It answers HTTP 200 whatever happens, with an `errcode`, as the real one does. It keeps the limits (20 messages a
//! minute per robot, 200 per application, 30 per member with the rest lost without an error), reads the marks that a
//! client would draw, and writes down what reached whom.

mod http;
mod messages;
mod state;

pub use state::{Company, Drawn, WeCom};
