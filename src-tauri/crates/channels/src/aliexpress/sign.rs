//! Signatures: the platform's old family (TOP) and its present one (IOP).
//!
//! Both sort the parameters by the bytes of their names, join name and value without separators, leave empty values
//! out and sign before any URL encoding.

use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use sha2::Sha256;
use std::collections::BTreeMap;

/// Parameters by name; the map's order is the order that is signed.
pub type Params = BTreeMap<String, String>;

/// How an old-family call is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TopMethod {
    /// MD5 over secret, pairs, secret.
    Md5,
    /// HMAC-MD5 over the pairs.
    Hmac,
    /// HMAC-SHA256 over the pairs.
    HmacSha256,
}

impl TopMethod {
    /// The value of `sign_method`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Hmac => "hmac",
            Self::HmacSha256 => "hmac-sha256",
        }
    }
}

/// Signs an old-family call; 32 or 64 upper-case hex digits.
#[must_use]
pub fn sign_top(method: TopMethod, secret: &str, params: &Params) -> String {
    let pairs = pairs(params);
    match method {
        TopMethod::Md5 => hex(&Md5::digest(format!("{secret}{pairs}{secret}"))),
        TopMethod::Hmac => hex(&keyed::<Hmac<Md5>>(secret, &pairs)),
        TopMethod::HmacSha256 => hex(&keyed::<Hmac<Sha256>>(secret, &pairs)),
    }
}

/// Signs a present-family call; 64 upper-case hex digits. `path` is the API path of a `/rest` call exactly as it is to
/// be signed (`/auth/token/create`), and empty for `/sync`, where the method is an ordinary parameter.
#[must_use]
pub fn sign_iop(secret: &str, path: &str, params: &Params) -> String {
    hex(&keyed::<Hmac<Sha256>>(secret, &format!("{path}{}", pairs(params))))
}

/// Whether `given` is the hex HMAC-SHA256 of `app_key` and the body: the form of the sister platforms' pushes. Compared
/// in constant time; upper and lower case alike.
#[must_use]
pub fn push_is_signed(secret: &str, app_key: &str, body: &[u8], given: &str) -> bool {
    let Some(given) = unhex(given.trim()) else { return false };
    let mut mac = keyless::<Hmac<Sha256>>(secret);
    mac.update(app_key.as_bytes());
    mac.update(body);
    mac.verify_slice(&given).is_ok()
}

fn pairs(params: &Params) -> String {
    params
        .iter()
        .filter(|(name, value)| name.as_str() != "sign" && !value.is_empty())
        .fold(String::new(), |base, (name, value)| base + name + value)
}

fn keyed<M: Mac + KeyInit>(secret: &str, base: &str) -> Vec<u8> {
    let mut mac = keyless::<M>(secret);
    mac.update(base.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn keyless<M: Mac + KeyInit>(secret: &str) -> M {
    <M as KeyInit>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of every length")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |text, byte| text + &format!("{byte:02X}"))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok()).collect()
}
