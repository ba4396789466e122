//! One token per bridge.

use super::limits::{CALLS_A_SECOND, CALLS_AT_ONCE};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Secret, StoreId};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};
use std::num::NonZeroU32;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use subtle::ConstantTimeEq;

/// Makes a token easy to recognise, for people and for scanners that look for leaked secrets.
const MARK: &str = "tbr_";

/// A token: 256 bits from the system's own randomness.
///
/// # Errors
/// In words, if the system has none to give.
pub fn fresh_token() -> Result<Secret, String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(Secret::new(format!("{MARK}{}", URL_SAFE_NO_PAD.encode(bytes))))
}

struct Key {
    store: StoreId,
    digest: [u8; 32],
    rate: Arc<DefaultDirectRateLimiter>,
}

/// Whoever may call. Only hashes are held.
#[derive(Default)]
pub struct Keys(RwLock<Vec<Key>>);

/// Who calls, and whether they may now.
pub(super) struct Caller {
    pub(super) store: StoreId,
    /// How long to wait, if there were too many calls.
    pub(super) wait: Option<Duration>,
}

impl Keys {
    /// From now on these tokens open the door, and no others.
    pub fn set(&self, tokens: &[(StoreId, Secret)]) {
        let keys = tokens.iter().map(|(store, token)| Key {
            store: *store,
            digest: digest(token.expose()),
            rate: Arc::new(RateLimiter::direct(quota())),
        });
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = keys.collect();
    }

    /// Whose token it is. Takes the same time for a wrong, a missing and a right one: hashes are compared, each in constant
    /// time, and all of them.
    pub(super) fn caller(&self, presented: &str) -> Option<Caller> {
        let presented = digest(presented);
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut found = None;
        for key in keys.iter() {
            if bool::from(key.digest.ct_eq(&presented)) {
                found = Some((key.store, Arc::clone(&key.rate)));
            }
        }
        drop(keys);
        let (store, rate) = found?;
        let clock = DefaultClock::default();
        let wait = rate.check().err().map(|not_until| not_until.wait_time_from(clock.now()));
        Some(Caller { store, wait })
    }
}

fn quota() -> Quota {
    let number = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(number(CALLS_A_SECOND)).allow_burst(number(CALLS_AT_ONCE))
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_made_twice_and_cannot_be_guessed() {
        let (one, two) = (fresh_token().unwrap(), fresh_token().unwrap());
        assert_ne!(one, two, "each bridge has its own");
        assert_eq!(one.expose().len(), MARK.len() + 43, "256 bits in base64url are 43 characters");
    }

    #[test]
    fn a_token_opens_its_own_store_only() {
        let keys = Keys::default();
        keys.set(&[(StoreId(1), Secret::new("one")), (StoreId(2), Secret::new("two"))]);
        let whose = |token: &str| keys.caller(token).map(|caller| caller.store);
        assert_eq!(whose("two"), Some(StoreId(2)), "the token names the bridge");
        assert_eq!(whose("tw"), None, "a beginning is no token");
        assert_eq!(whose(""), None, "nothing is no token");
        keys.set(&[(StoreId(1), Secret::new("one"))]);
        assert_eq!(whose("two"), None, "a revoked token is a wrong one from now on");
    }

    #[test]
    fn whoever_calls_too_often_is_told_to_wait() {
        let keys = Keys::default();
        keys.set(&[(StoreId(1), Secret::new("one"))]);
        // On a machine that pauses in between more calls are let in.
        let mut waits = std::iter::repeat_with(|| keys.caller("one").unwrap().wait);
        let refused = waits.find_map(|wait| wait).unwrap();
        assert!(refused <= Duration::from_secs(1), "a loop without pause must not keep the file busy");
    }
}
