//! What a mailbox needs to be opened.

use super::super::classify::Topics;
use super::super::oauth::MailTokens;
use super::super::parse::MailRules;
use domain::Secret;
use std::fmt;
use std::sync::Arc;

/// How the line is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (port 993), with the certificate checked by the system's own rules. There is no
    /// STARTTLS, which can be talked down.
    Implicit,
    /// None: refused unless the server is on this computer (a bridge program, a test).
    NoneOnLoopback,
}

/// Gives the password or authorisation code (授权码) at the moment it is needed; an error is in words.
pub type SecretSource = Arc<dyn Fn() -> Result<Secret, String> + Send + Sync>;

/// A mailbox.
#[derive(Clone)]
pub struct MailConfig {
    /// The server.
    pub host: String,
    /// Its port, usually 993.
    pub port: u16,
    /// How the line is protected.
    pub tls: Tls,
    /// The user name, usually the address.
    pub user: String,
    /// Gives the password or authorisation code.
    pub secret: SecretSource,
    /// Gives tokens instead, where the owner signed in through the browser.
    pub tokens: Option<Arc<MailTokens>>,
    /// The folders to read, as people write them; the first is the one that IDLE listens to.
    pub folders: Vec<String>,
    /// How mails are read and judged.
    pub rules: MailRules,
}

impl MailConfig {
    /// The usual mailbox: INBOX over TLS, the shipped topics, and the provider's id where it is known.
    #[must_use]
    pub fn new(host: &str, user: &str, secret: SecretSource) -> Self {
        Self {
            host: host.to_owned(),
            port: 993,
            tls: Tls::Implicit,
            user: user.to_owned(),
            secret,
            tokens: None,
            folders: vec!["INBOX".to_owned()],
            rules: MailRules { authserv_ids: known_authserv_ids(host), topics: Topics::shipped() },
        }
    }

    /// NetEase refuses to open a folder unless the client named itself after signing in, on every connection, and
    /// does not always say so in its capabilities.
    pub(super) fn is_netease(&self) -> bool {
        let host = self.host.to_ascii_lowercase();
        ["163.com", "126.com", "yeah.net", "188.com", "netease.com"]
            .iter()
            .any(|d| host.strip_suffix(d).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    }
}

/// Under which id a provider writes `Authentication-Results`, where that is public. Microsoft leaves the id out.
/// Others are learned from the newest mails (`topmost_authserv_id`) and confirmed by a person.
fn known_authserv_ids(host: &str) -> Vec<String> {
    let id = match host.to_ascii_lowercase().as_str() {
        "imap.gmail.com" => "mx.google.com",
        "outlook.office365.com" => "",
        _ => return Vec::new(),
    };
    vec![id.to_owned()]
}

impl fmt::Debug for MailConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailConfig")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("user", &self.user)
            .field("folders", &self.folders)
            .finish_non_exhaustive()
    }
}
