//! Signatures: HMAC-SHA256 over a plain concatenation, written in lowercase hex.

use domain::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

type HmacSha256 = Hmac<Sha256>;

/// On whose behalf a call is made; decides what is signed.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// The application's own: tokens, pushes, the authorisation link.
    Public,
    /// A shop's.
    Shop {
        /// Its access token.
        access: &'a Secret,
        /// Its id.
        shop_id: u64,
    },
    /// A merchant's.
    Merchant {
        /// Its access token.
        access: &'a Secret,
        /// Its id.
        merchant_id: u64,
    },
}

/// The signature of a call to `path` (without host and query) at `timestamp`, Unix seconds.
#[must_use]
pub fn sign(key: &Secret, partner_id: u64, path: &str, timestamp: i64, scope: Scope<'_>) -> String {
    let mut mac = keyed(key);
    mac.update(format!("{partner_id}{path}{timestamp}").as_bytes());
    match scope {
        Scope::Public => {}
        Scope::Shop { access, shop_id: id } | Scope::Merchant { access, merchant_id: id } => {
            mac.update(access.expose().as_bytes());
            mac.update(id.to_string().as_bytes());
        }
    }
    hex(&mac.finalize().into_bytes())
}

/// Whether `signature` (hex) is the HMAC of the concatenated `parts`, compared in constant time.
pub(crate) fn matches(key: &Secret, parts: &[&[u8]], signature: &str) -> bool {
    let Some(signature) = unhex(signature) else { return false };
    let mut mac = keyed(key);
    for part in parts {
        mac.update(part);
    }
    mac.verify_slice(&signature).is_ok()
}

/// A short name for some content: the first 16 bytes of its SHA-256 in hex.
pub(crate) fn content_hash(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // The length keeps ("ab", "c") apart from ("a", "bc").
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hex(hash.finalize().get(..16).unwrap_or_default())
}

fn keyed(key: &Secret) -> HmacSha256 {
    HmacSha256::new_from_slice(key.expose().as_bytes()).expect("HMAC takes a key of any length")
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let text = text.as_bytes();
    if text.len() != 64 {
        return None;
    }
    text.chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).ok()?;
            // `from_str_radix` would take a sign.
            if pair.starts_with('+') { None } else { u8::from_str_radix(pair, 16).ok() }
        })
        .collect()
}
