//! The platform's side of signing.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Lowercase hex of HMAC-SHA256 over the concatenated parts.
pub(super) fn hmac_hex(key: &str, parts: &[&[u8]]) -> String {
    use std::fmt::Write;
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
