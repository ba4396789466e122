//! What the platform's error words mean for us.

use crate::ChannelError;
use domain::{Flaw, Timestamp, beijing_day_start};
use std::time::Duration;

/// Why a call gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The application or shop may not use this interface: a capability is off, the rest goes on.
    Denied {
        /// The platform's word.
        code: String,
    },
    /// The access token was refused; a new one may help.
    Token {
        /// The platform's word.
        code: String,
        /// The platform's words.
        detail: String,
    },
    /// There is no such thing at the platform (any more).
    Gone {
        /// The platform's word.
        code: String,
    },
    /// The round cannot go on.
    Channel(ChannelError),
    /// The answer is no JSON.
    Garbage {
        /// The bytes, or their shape.
        bytes: Vec<u8>,
        /// What was wrong.
        flaw: Flaw,
    },
}

impl Failure {
    /// An answer that cannot be read leaves its shape: there may be a buyer's address in it.
    pub(crate) fn without_content(self) -> Self {
        match self {
            Self::Garbage { bytes, flaw } => {
                Self::Garbage { bytes: crate::shape::of_bytes(None, &bytes), flaw }
            }
            other => other,
        }
    }
}

impl From<ChannelError> for Failure {
    fn from(error: ChannelError) -> Self {
        Self::Channel(error)
    }
}

impl From<Failure> for ChannelError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Denied { code } => Self::OwnerMustAct { code, detail: "not permitted".into() },
            Failure::Token { code, detail } => Self::OwnerMustAct { code, detail },
            Failure::Gone { code } => Self::Unexpected { detail: code },
            Failure::Channel(error) => error,
            Failure::Garbage { flaw, .. } => Self::Unexpected { detail: flaw.words },
        }
    }
}

/// A day's quota is given out anew at 00:00 UTC+8.
fn until_midnight(now: Timestamp) -> Duration {
    let next = beijing_day_start(now).as_second() + 86_400;
    Duration::from_secs(u64::try_from(next - now.as_second()).unwrap_or(86_400))
}

/// Sorts an error word. `skewed` tells whether the platform's own clock, as its answer shows it, differs from ours by
/// more than it accepts.
pub(crate) fn classify(code: &str, detail: &str, skewed: bool, now: Timestamp) -> Failure {
    let owner = || ChannelError::OwnerMustAct { code: code.to_owned(), detail: detail.to_owned() };
    let about_time = detail.to_ascii_lowercase().contains("timestamp");
    Failure::Channel(match code {
        "error_sign" | "error_param" | "param_error" if skewed || about_time => ChannelError::ClockSkew,
        "error_sign" => owner(),
        "error_auth" | "invalid_acceess_token" | "invalid_access_token" => {
            return Failure::Token { code: code.to_owned(), detail: detail.to_owned() };
        }
        "error_api_permission" | "error_permission" | "not_open_market" | "user_is_unauthorized" => {
            return Failure::Denied { code: code.to_owned() };
        }
        "resource_not_found" => return Failure::Gone { code: code.to_owned() },
        "error_limit" => ChannelError::RateLimited { retry_after: Some(until_midnight(now)) },
        "error_rate_limit" | "system_busy" => ChannelError::RateLimited { retry_after: None },
        "source_ip_undeclared"
        | "error_partner_key_expired"
        | "invalid_partner_id"
        | "error_api_call_restricted"
        | "api_suspended"
        | "shop_no_linked"
        | "partner_shop_no_link"
        | "shop_banned"
        | "error_kyc_auth"
        | "error_ashop_api_permission"
        | "refresh_token_expired"
        | "error_shop_refresh_token"
        | "shop_access_expired"
        | "invalid_code" => owner(),
        "error_server" | "error_network" | "error_data" | "internal_server_error" => {
            ChannelError::Unreachable { detail: format!("{code}: {detail}") }
        }
        _ => ChannelError::Unexpected { detail: format!("{code}: {detail}") },
    })
}

/// Whether this word leaves open what became of a call that changes something.
pub(crate) fn leaves_open(code: &str) -> bool {
    matches!(code, "error_server" | "error_network" | "internal_server_error")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("error_rate_limit", ChannelError::RateLimited { retry_after: None })]
    #[case("system_busy", ChannelError::RateLimited { retry_after: None })]
    #[case("error_limit", ChannelError::RateLimited { retry_after: Some(Duration::from_secs(3_600)) })]
    #[case("error_sign", ChannelError::OwnerMustAct { code: "error_sign".into(), detail: "d".into() })]
    #[case("shop_banned", ChannelError::OwnerMustAct { code: "shop_banned".into(), detail: "d".into() })]
    #[case("error_server", ChannelError::Unreachable { detail: "error_server: d".into() })]
    #[case("never_seen", ChannelError::Unexpected { detail: "never_seen: d".into() })]
    fn an_error_word_says_who_must_act(#[case] code: &str, #[case] expected: ChannelError) {
        let an_hour_before_midnight = "2026-03-02T15:00:00Z".parse().unwrap();
        assert_eq!(
            classify(code, "d", false, an_hour_before_midnight),
            Failure::Channel(expected),
            "the table of errors says so for {code}"
        );
    }

    #[rstest]
    #[case("error_sign", "Wrong sign.", true)]
    #[case("error_param", "Timestamp is expired.", false)]
    fn a_refused_timestamp_is_a_matter_of_the_clock(
        #[case] code: &str,
        #[case] detail: &str,
        #[case] skewed: bool,
    ) {
        let failure = classify(code, detail, skewed, Timestamp::UNIX_EPOCH);
        assert_eq!(failure, Failure::Channel(ChannelError::ClockSkew), "the user can set the clock right");
    }

    #[rstest]
    #[case("error_api_permission")]
    #[case("not_open_market")]
    #[case("user_is_unauthorized")]
    fn a_missing_permission_is_not_a_failed_sync(#[case] code: &str) {
        let failure = classify(code, "", false, Timestamp::UNIX_EPOCH);
        assert_eq!(failure, Failure::Denied { code: code.into() }, "it switches a capability off");
    }
}
