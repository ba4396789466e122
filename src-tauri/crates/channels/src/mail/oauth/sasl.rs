//! A token shown to the mail server: XOAUTH2 as Google and Microsoft defined it, OAUTHBEARER (RFC 7628) where a server has
//! only that.

use async_imap::Authenticator;

/// The mechanism that a server offers; XOAUTH2 where it does not say.
pub(in super::super) fn mechanism(offered: &[String]) -> Mechanism {
    let has = |name: &str| offered.iter().any(|capability| capability.eq_ignore_ascii_case(name));
    if has("AUTH=OAUTHBEARER") && !has("AUTH=XOAUTH2") { Mechanism::Bearer } else { Mechanism::X }
}

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Mechanism {
    X,
    Bearer,
}

impl Mechanism {
    /// Its name on the wire.
    pub(in super::super) const fn name(self) -> &'static str {
        match self {
            Self::X => "XOAUTH2",
            Self::Bearer => "OAUTHBEARER",
        }
    }

    fn first(self, user: &str, token: &str) -> String {
        match self {
            Self::X => format!("user={user}\x01auth=Bearer {token}\x01\x01"),
            Self::Bearer => format!("n,a={user},\x01auth=Bearer {token}\x01\x01"),
        }
    }

    /// What the server must hear before it says in plain words that it refuses.
    const fn after_refusal(self) -> &'static str {
        match self {
            Self::X => "",
            Self::Bearer => "\x01",
        }
    }
}

/// Answers the server's challenges: the token first, then that its complaint was heard.
pub(in super::super) struct Answer {
    mechanism: Mechanism,
    first: Option<String>,
}

impl Answer {
    pub(in super::super) fn new(mechanism: Mechanism, user: &str, token: &str) -> Self {
        Self { mechanism, first: Some(mechanism.first(user, token)) }
    }
}

impl Authenticator for Answer {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        self.first.take().unwrap_or_else(|| self.mechanism.after_refusal().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn the_first_answer_is_that_of_the_providers_documentation() {
        let mut answer = Answer::new(Mechanism::X, "seller@example.com", "demoToken01");
        assert_eq!(
            STANDARD.encode(answer.process(b"")),
            "dXNlcj1zZWxsZXJAZXhhbXBsZS5jb20BYXV0aD1CZWFyZXIgZGVtb1Rva2VuMDEBAQ==",
            "byte for byte"
        );
        assert_eq!(answer.process(b"{\"status\":\"400\"}"), "", "an empty line fetches the refusal");
        let mut answer = Answer::new(Mechanism::Bearer, "a@b.example", "t");
        assert_eq!(answer.process(b""), "n,a=a@b.example,\x01auth=Bearer t\x01\x01", "RFC 7628 §4.1");
        assert_eq!(answer.process(b"{}"), "\x01", "RFC 7628 §3.2.3");
    }

    #[test]
    fn the_mechanism_is_one_that_the_server_has() {
        let of =
            |names: &[&str]| mechanism(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()).name();
        assert_eq!(of(&["AUTH=PLAIN", "AUTH=XOAUTH2", "AUTH=OAUTHBEARER"]), "XOAUTH2", "Gmail");
        assert_eq!(of(&["AUTH=OAUTHBEARER"]), "OAUTHBEARER", "a server with the standard alone");
        assert_eq!(of(&[]), "XOAUTH2", "one that does not say");
    }
}
