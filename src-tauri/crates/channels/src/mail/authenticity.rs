//! Whether a mail is from whom it says (`docs/RULES.md` §9).

use super::address::{Address, AddressList, parse_addresses};
use super::authres::{Vouched, trusted};
use super::headers::Headers;
use super::official::{imitates_a_platform, is_official, names_a_platform, organisation};
use domain::Authenticity;

/// Why a mail was judged as it was; the UI has words for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The receiving provider vouches for an official domain.
    VouchedByProvider,
    /// The receiving provider found that the domain in From did not send it.
    RefusedByProvider,
    /// From an official domain, but nobody we trust says so.
    NobodyVouches,
    /// There is no sender address.
    NoSender,
    /// More than one From header or address, or a group in From.
    SeveralSenders,
    /// The display name speaks for a platform, the address is foreign.
    NameClaimsPlatform,
    /// The display name holds the address of another domain.
    NameHoldsOtherAddress,
    /// The domain is made to look like a platform's.
    ImitatedDomain,
    /// Answers would go to somebody else.
    ReplyElsewhere,
}

impl Reason {
    /// The name used in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VouchedByProvider => "vouched_by_provider",
            Self::RefusedByProvider => "refused_by_provider",
            Self::NobodyVouches => "nobody_vouches",
            Self::NoSender => "no_sender",
            Self::SeveralSenders => "several_senders",
            Self::NameClaimsPlatform => "name_claims_platform",
            Self::NameHoldsOtherAddress => "name_holds_other_address",
            Self::ImitatedDomain => "imitated_domain",
            Self::ReplyElsewhere => "reply_elsewhere",
        }
    }

    const fn is_suspicious(self) -> bool {
        match self {
            Self::VouchedByProvider | Self::NobodyVouches => false,
            Self::RefusedByProvider
            | Self::NoSender
            | Self::SeveralSenders
            | Self::NameClaimsPlatform
            | Self::NameHoldsOtherAddress
            | Self::ImitatedDomain
            | Self::ReplyElsewhere => true,
        }
    }
}

/// The judgement and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) authenticity: Authenticity,
    pub(crate) reasons: Vec<Reason>,
    /// The sender that the mail shows.
    pub(crate) from: Address,
}

/// Judges a mail. `authserv_ids` are those of the provider whose mailbox this is; without them nobody can vouch.
pub(crate) fn judge(headers: &Headers, authserv_ids: &[String]) -> Verdict {
    let mut senders = AddressList::default();
    for value in headers.all("from") {
        let list = parse_addresses(value);
        senders.group |= list.group;
        senders.entries.extend(list.entries);
    }
    let several = senders.entries.len() > 1 || senders.group || headers.all("from").count() > 1;
    let from = senders.entries.into_iter().next().unwrap_or_default();
    let official = is_official(from.domain());
    let mut reasons = claims(&from, official);
    if several {
        reasons.push(Reason::SeveralSenders);
    }
    if (official || !reasons.is_empty()) && replies_elsewhere(headers, &from) {
        reasons.push(Reason::ReplyElsewhere);
    }
    if official {
        let vouched = trusted(headers, authserv_ids).map_or(Vouched::Silent, |r| r.vouch(from.domain()));
        reasons.push(match vouched {
            Vouched::Yes => Reason::VouchedByProvider,
            Vouched::Refused => Reason::RefusedByProvider,
            Vouched::Silent => Reason::NobodyVouches,
        });
    }
    let authenticity = if reasons.iter().any(|r| r.is_suspicious()) {
        Authenticity::Suspicious
    } else if reasons.contains(&Reason::VouchedByProvider) {
        Authenticity::Verified
    } else {
        Authenticity::Unverified
    };
    Verdict { authenticity, reasons, from }
}

fn claims(from: &Address, official: bool) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if from.domain().is_empty() {
        reasons.push(Reason::NoSender);
    }
    if !official && names_a_platform(&from.name) {
        reasons.push(Reason::NameClaimsPlatform);
    }
    // Also one that stands before the `@` of the real one: `service@aliexpress.com@evil.example`.
    let before = from.address.rsplit_once('@').map_or("", |(local, _)| local);
    let shown = from.name.split_whitespace().chain([before]);
    let other = shown.filter_map(|word| word.split_once('@')).any(|(_, host)| {
        let host = host.trim_matches(|c: char| !c.is_alphanumeric());
        host.contains('.') && organisation(host) != organisation(from.domain())
    });
    if other {
        reasons.push(Reason::NameHoldsOtherAddress);
    }
    if imitates_a_platform(from.domain()) {
        reasons.push(Reason::ImitatedDomain);
    }
    reasons
}

fn replies_elsewhere(headers: &Headers, from: &Address) -> bool {
    headers.all("reply-to").flat_map(|value| parse_addresses(value).entries).any(|reply| {
        let host = reply.domain();
        !host.is_empty() && !is_official(host) && organisation(host) != organisation(from.domain())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_before_the_at_is_a_trick() {
        let headers = Headers::read(b"From: Seller <service@aliexpress.com@evil.example>\r\n\r\n");
        let verdict = judge(&headers, &[]);
        assert!(verdict.reasons.contains(&Reason::NameHoldsOtherAddress), "{verdict:?}");
    }
}
