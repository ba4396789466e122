//! When a token ends, as it says itself. Nobody vouches for it here, so it serves to warn and for nothing else.

use crate::aliexpress::json::int;
use crate::aliexpress::times::from_epoch_ms;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use serde_json::Value;

/// The `exp` of a JSON Web Token; none if it has none or is no such token.
pub(super) fn ends(token: &str) -> Option<Timestamp> {
    let mut parts = token.split('.');
    let payload = parts.nth(1)?;
    parts.next()?;
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&bytes).ok()?;
    from_epoch_ms(int(&claims, &["exp"])?.checked_mul(1_000)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn token(claims: &str) -> String {
        format!("eyJhbGciOiJIUzI1NiJ9.{}.c2lnbmF0dXJl", URL_SAFE_NO_PAD.encode(claims))
    }

    #[rstest]
    #[case(r#"{"exp":1795312800}"#, Some(1_795_312_800))]
    #[case(r#"{"exp":"1795312800","seller":"я"}"#, Some(1_795_312_800))]
    #[case(r#"{"iat":1795312800}"#, None)]
    #[case(r#"{"exp":1795312800000}"#, None)]
    #[case(r#"{"exp":9223372036854775807}"#, None)]
    #[case("no claims", None)]
    fn a_token_says_when_it_ends(#[case] claims: &str, #[case] ends_at: Option<i64>) {
        assert_eq!(ends(&token(claims)).map(Timestamp::as_second), ends_at, "{claims}");
    }

    #[rstest]
    #[case("")]
    #[case("plain")]
    #[case("a.b")]
    #[case("a.!.c")]
    fn what_is_no_such_token_says_nothing(#[case] token: &str) {
        assert_eq!(ends(token), None, "it may work all the same: {token}");
    }
}
