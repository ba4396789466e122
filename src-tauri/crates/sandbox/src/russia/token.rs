//! Tokens of the seller cabinet.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use std::collections::BTreeMap;

/// The tokens in force with their ends, in seconds.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    good: BTreeMap<String, Option<i64>>,
    issued: u32,
}

impl Tokens {
    pub(super) fn issue(&mut self, now_s: i64, lives_s: Option<i64>) -> String {
        self.issued += 1;
        let end = lives_s.map(|lives| now_s + lives);
        let mut claims = json!({ "iat": now_s, "jti": self.issued, "roles": ["chat"] });
        if let Some(end) = end {
            claims["exp"] = end.into();
        }
        let part = |text: String| URL_SAFE_NO_PAD.encode(text);
        let head = part(json!({ "alg": "HS256", "typ": "JWT" }).to_string());
        let seal = part(format!("seal of token {}", self.issued));
        let token = format!("{head}.{}.{seal}", part(claims.to_string()));
        self.good.insert(token.clone(), end);
        token
    }

    pub(super) fn revoke(&mut self) {
        self.good.clear();
    }

    pub(super) fn is_good(&self, token: &str, now_s: i64) -> bool {
        self.good.get(token).is_some_and(|end| end.is_none_or(|end| end > now_s))
    }
}
