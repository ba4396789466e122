//! Token answers: what they buy, and until when by their own numbers.

use super::json::{int, text};
use super::times::from_epoch_ms;
use crate::Tokens;
use domain::{Flaw, Secret, Timestamp};
use jiff::SignedDuration;
use serde_json::Value;

/// What an authorisation gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The pair; already in the vault.
    pub tokens: Tokens,
    /// The platform's id of the seller, empty if it does not tell.
    pub seller_id: String,
    /// The seller's login, empty if the platform does not tell.
    pub seller_login: String,
}

/// Reads a token answer received at `now`. The lengths of life are taken from the answer, because they differ between
/// apps by a factor of hundreds. `old` is the pair that was renewed; its refresh token stays if the answer has none.
///
/// # Errors
/// What is missing.
pub(super) fn read(answer: &Value, old: Option<&Tokens>, now: Timestamp) -> Result<Grant, Flaw> {
    let access =
        text(answer, &["access_token"]).ok_or_else(|| Flaw::missing("a token answer without a token"))?;
    let access_until = end(answer, "expires_in", "expire_time", now)
        .ok_or_else(|| Flaw::missing("a token answer that does not say until when"))?;
    let stated = end(answer, "refresh_expires_in", "refresh_token_valid_time", now);
    let (refresh, refresh_until) = match (text(answer, &["refresh_token"]), old) {
        // Zero means that it cannot be renewed.
        (Some(_), _) if int(answer, &["refresh_expires_in"]) == Some(0) => (String::new(), Some(now)),
        (Some(refresh), _) => (refresh, stated),
        (None, Some(old)) => (old.refresh.expose().to_owned(), old.refresh_until),
        (None, None) => (String::new(), Some(now)),
    };
    let tokens =
        Tokens { access: Secret::new(access), refresh: Secret::new(refresh), access_until, refresh_until };
    Ok(Grant {
        tokens,
        seller_id: text(answer, &["seller_id", "user_id"]).unwrap_or_default(),
        seller_login: text(answer, &["user_nick", "account"]).unwrap_or_default(),
    })
}

/// The end of a life: the seconds from now are preferred, as this computer's clock may differ from the platform's.
fn end(answer: &Value, seconds: &str, epoch: &str, now: Timestamp) -> Option<Timestamp> {
    let by_length = int(answer, &[seconds])
        .filter(|s| *s > 0)
        .and_then(|s| now.checked_add(SignedDuration::from_secs(s)).ok());
    by_length.or_else(|| from_epoch_ms(int(answer, &[epoch])?))
}
