//! A reply on its way out, and what is known of its fate.

use crate::ids::OutboxId;
use crate::message::Body;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A reply that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutgoingReply {
    /// Its row in the outbox.
    pub id: OutboxId,
    /// The id that the face made when the person pressed send; a second press is the same reply.
    pub client_id: String,
    /// The platform's conversation id.
    pub conversation_key: String,
    /// The platform's id of the buyer.
    pub buyer_key: String,
    /// What to send.
    pub body: Body,
}

/// What is known after the platform was called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SendOutcome {
    /// The platform took it.
    Sent {
        /// The platform's message id.
        provider_id: String,
        /// When, by the platform's clock.
        at: Timestamp,
    },
    /// The platform refused it; it was certainly not sent.
    Refused {
        /// The platform's error code.
        code: String,
        /// Its words.
        detail: String,
        /// Whether trying again later may help (a rate limit, a passing fault before the send).
        retry: bool,
    },
    /// Nobody knows: the line broke after the request had left. Shown as unknown, never sent again unasked.
    Unknown {
        /// What happened.
        detail: String,
    },
}
