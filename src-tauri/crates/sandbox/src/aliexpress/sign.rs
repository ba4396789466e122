//! The platform's side of the signatures, written from its documents and not shared with any client.

use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use sha2::Sha256;
use std::collections::BTreeMap;

/// What a call must be signed with. `path` is empty except on `/rest`.
pub(super) fn expected(
    method: &str,
    secret: &str,
    path: &str,
    all: &BTreeMap<String, String>,
) -> Option<String> {
    let mut base = String::from(path);
    for (name, value) in all {
        if name != "sign" && !value.is_empty() {
            base.push_str(name);
            base.push_str(value);
        }
    }
    match method {
        "md5" => Some(upper(&Md5::digest([secret, &base, secret].concat()))),
        "hmac" => {
            let mut mac = Hmac::<Md5>::new_from_slice(secret.as_bytes()).ok()?;
            mac.update(base.as_bytes());
            Some(upper(&mac.finalize().into_bytes()))
        }
        "sha256" | "hmac-sha256" => sha256(secret, base.as_bytes()),
        _ => None,
    }
}

/// Upper-case hex of an HMAC-SHA256.
pub(super) fn sha256(secret: &str, base: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(base);
    Some(upper(&mac.finalize().into_bytes()))
}

fn upper(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
