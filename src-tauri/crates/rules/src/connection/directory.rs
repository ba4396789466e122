//! Where platforms and mailboxes answer, as data, so that nobody has to know an address by heart.

use crate::RulesError;
use crate::policy::Sourced;
use domain::{Interface, Platform};
use serde::{Deserialize, Serialize};

const SHIPPED: &str = include_str!("../../data/directory.json");

/// The addresses that are known by name. Any other can be typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directory {
    /// The interfaces of the platforms, the usual one of each first.
    pub gateways: Sourced<Vec<Gateway>>,
    /// The mail servers of the common providers.
    pub mailboxes: Sourced<Vec<Mailbox>>,
}

/// One interface of a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gateway {
    /// The platform.
    pub platform: Platform,
    /// Which of its interfaces.
    #[serde(default)]
    pub interface: Interface,
    /// By what the faces know its name; unique within the platform.
    pub id: String,
    /// Its address, with scheme and without a path.
    pub url: String,
}

/// A provider of mailboxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// By what the faces know its name.
    pub id: String,
    /// The domains of its own addresses, in small letters. Companies bring domains of their own, which tell nothing.
    pub domains: Vec<String>,
    /// Its IMAP server.
    pub host: String,
    /// The port for TLS from the first byte.
    pub port: u16,
}

impl Directory {
    /// That which ships with the program.
    #[must_use]
    pub fn shipped() -> Self {
        Self::from_json(SHIPPED).expect("shipped with the program and read by a test")
    }

    /// Reads a file of the same form as `data/directory.json`.
    ///
    /// # Errors
    /// [`RulesError::Policy`] if it is none.
    pub fn from_json(json: &str) -> Result<Self, RulesError> {
        serde_json::from_str(json).map_err(|error| RulesError::Policy { detail: error.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, SecretKind, secret_kind};
    use super::*;
    use rstest::rstest;
    use std::collections::BTreeSet;

    fn mailbox(domain: &str) -> Mailbox {
        let all = Directory::shipped().mailboxes.value;
        all.into_iter().find(|mailbox| mailbox.domains.iter().any(|known| known == domain)).unwrap()
    }

    #[rstest]
    #[case("163.com", "imap.163.com", SecretKind::Code)]
    #[case("126.com", "imap.126.com", SecretKind::Code)]
    #[case("yeah.net", "imap.yeah.net", SecretKind::Code)]
    #[case("qq.com", "imap.qq.com", SecretKind::Code)]
    #[case("foxmail.com", "imap.qq.com", SecretKind::Code)]
    #[case("aliyun.com", "imap.aliyun.com", SecretKind::Password)]
    #[case("gmail.com", "imap.gmail.com", SecretKind::AppPassword)]
    #[case("hotmail.com", "outlook.office365.com", SecretKind::Browser)]
    #[case("yandex.ru", "imap.yandex.com", SecretKind::AppPassword)]
    #[case("zoho.com", "imap.zoho.com", SecretKind::AppPassword)]
    #[case("zoho.com.cn", "imap.zoho.com.cn", SecretKind::AppPassword)]
    #[case("mail.ru", "imap.mail.ru", SecretKind::AppPassword)]
    #[case("yahoo.com", "imap.mail.yahoo.com", SecretKind::AppPassword)]
    fn a_domain_leads_to_its_server_and_to_the_secret_that_it_wants(
        #[case] domain: &str,
        #[case] host: &str,
        #[case] secret: SecretKind,
    ) {
        let found = mailbox(domain);
        assert_eq!((found.host.as_str(), found.port), (host, 993), "nobody has to know it by heart");
        assert_eq!(secret_kind(host, &Limits::shipped()), secret, "said before a password is typed");
    }

    #[rstest]
    #[case("exmail", "imap.exmail.qq.com", SecretKind::AppPassword)]
    #[case("aliyun_company", "imap.qiye.aliyun.com", SecretKind::AppPassword)]
    fn mailboxes_with_a_companys_own_domain_are_found_by_name(
        #[case] id: &str,
        #[case] host: &str,
        #[case] secret: SecretKind,
    ) {
        let all = Directory::shipped().mailboxes.value;
        let found = all.iter().find(|mailbox| mailbox.id == id).unwrap();
        assert_eq!(found.host, host, "the domain of the address would tell nothing");
        assert_eq!(secret_kind(host, &Limits::shipped()), secret, "the provider decides all the same");
    }

    #[test]
    fn no_name_and_no_domain_stands_for_two() {
        let Directory { gateways, mailboxes } = Directory::shipped();
        let names: BTreeSet<_> = gateways.value.iter().map(|each| (each.platform, &each.id)).collect();
        assert_eq!(names.len(), gateways.value.len(), "a name chooses one address");
        let ids: BTreeSet<_> = mailboxes.value.iter().map(|each| &each.id).collect();
        assert_eq!(ids.len(), mailboxes.value.len(), "a provider has one server");
        let domains: Vec<_> = mailboxes.value.iter().flat_map(|each| &each.domains).collect();
        let different: BTreeSet<_> = domains.iter().collect();
        assert_eq!(different.len(), domains.len(), "a domain belongs to one provider");
        assert!(domains.iter().all(|domain| **domain == domain.to_lowercase()), "as they are looked up");
    }

    #[test]
    fn a_platforms_addresses_are_encrypted_and_bare() {
        for gateway in Directory::shipped().gateways.value {
            let host = gateway.url.strip_prefix("https://").unwrap();
            assert!(!host.contains('/'), "paths are signed and belong to the calls: {}", gateway.url);
        }
    }
}
