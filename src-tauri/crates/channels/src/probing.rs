//! What the probes of all platforms share.

use crate::ChannelError;
use domain::{Access, Caller, Probe, Timestamp};
use reqwest::header::{DATE, HeaderMap};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// The platform's clock and ours, as the last answer showed them.
#[derive(Default)]
pub(crate) struct Clocks(Mutex<Option<(Timestamp, Timestamp)>>);

impl Clocks {
    /// Looks at the date of an answer that came at `now`; an answer without one says nothing.
    pub(crate) fn look(&self, headers: &HeaderMap, now: Timestamp) {
        if let Some(theirs) = served_at(headers) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((theirs, now));
        }
    }

    pub(crate) fn seen(&self) -> Option<(Timestamp, Timestamp)> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The platform's clock, as an answer shows it.
pub(crate) fn served_at(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(DATE)?.to_str().ok()?;
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()
}

/// The first address in a platform's words.
pub(crate) fn address_in(words: &str) -> Option<String> {
    words
        .split(|c: char| !(c.is_ascii_hexdigit() || matches!(c, '.' | ':')))
        .map(|word| word.trim_matches(['.', ':']))
        .find_map(|word| word.parse::<IpAddr>().ok())
        .map(|address| address.to_string())
}

/// The platform takes no calls from here; it names the address in its words, or does not.
pub(crate) fn not_listed(probe: &mut Probe, words: &str) {
    probe.access = Some(Access::Granted);
    probe.caller = Some(Caller { listed: false, address: address_in(words) });
}

/// A call went through: everything that stands before the call itself is in order.
pub(crate) fn let_in(probe: &mut Probe) {
    probe.access = Some(Access::Granted);
    probe.caller = Some(Caller { listed: true, address: None });
}

/// The platform refuses with this word.
pub(crate) fn refused(word: impl Into<String>) -> Access {
    Access::Refused { word: word.into() }
}

/// What an error says about the way to the platform; none where it says nothing.
pub(crate) fn access_of(error: &ChannelError) -> Option<Access> {
    match error {
        ChannelError::Unreachable { detail } => Some(Access::Unreachable { detail: detail.clone() }),
        ChannelError::OwnerMustAct { code, .. } => Some(refused(code)),
        ChannelError::Unexpected { detail } => Some(refused(detail.split(':').next().unwrap_or_default())),
        // The clock has a line of its own; being told to wait says that everything else is in order.
        ChannelError::ClockSkew | ChannelError::RateLimited { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::address_in;
    use rstest::rstest;

    #[rstest]
    #[case("Source IP 203.0.113.7 is not declared.", Some("203.0.113.7"))]
    #[case("ip:203.0.113.7,app:500001", Some("203.0.113.7"))]
    #[case("from [2001:db8::7]", Some("2001:db8::7"))]
    #[case("App does not allow this address", None)]
    #[case("request 1.2.3 at 10:30", None)]
    fn the_address_is_taken_out_of_the_words(#[case] words: &str, #[case] address: Option<&str>) {
        assert_eq!(address_in(words).as_deref(), address, "the owner has to type it somewhere");
    }
}
