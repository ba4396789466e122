//! Signing in to a mailbox through its provider's own page (OAuth 2.0 for native applications, RFC 8252), with an
//! application that the owner registered there: Gmail and Microsoft take no passwords, and ours alone would need their
//! review.

mod app;
mod keeper;
mod sasl;

pub use app::{MailApp, wants_app_secret};
pub use keeper::MailTokens;
pub(super) use sasl::{Answer, mechanism};
