//! The owner's application at a provider: what is typed, the page to sign in on, the tokens that a code buys.

use crate::http::{checked_base, in_words, never_left, once_client, receive};
use crate::signin::Pkce;
use crate::{ChannelError, Tokens};
use domain::{Secret, Timestamp};
use jiff::SignedDuration;
use reqwest::StatusCode;
use serde::Deserialize;
use std::fmt;
use std::time::Duration;
use url::Url;

/// An access token whose life is not told is used for so long (seconds); RFC 6749 §5.1 leaves it out at will.
const LIFE_S: i64 = 3_600;

/// A token answer is a few kilobytes; one that is longer than this is none.
const ANSWER_LIMIT: usize = 256 * 1024;

/// What a provider asks for.
struct Provider {
    hosts: &'static [&'static str],
    authorize: &'static str,
    token: &'static str,
    scope: &'static str,
    /// What the page needs so that a token comes that can be renewed.
    extra: &'static [(&'static str, &'static str)],
    /// Whether it knows the way back as `localhost` only.
    localhost: bool,
    /// Whether it wants the secret of a desktop application told.
    secret: bool,
}

/// By the providers' documentation, 2026-11.
const PROVIDERS: [Provider; 2] = [
    Provider {
        hosts: &["imap.gmail.com", "imap.googlemail.com"],
        authorize: "https://accounts.google.com/o/oauth2/v2/auth",
        token: "https://oauth2.googleapis.com/token",
        scope: "https://mail.google.com/",
        extra: &[("access_type", "offline"), ("prompt", "consent")],
        localhost: false,
        secret: true,
    },
    Provider {
        hosts: &["outlook.office365.com", "imap-mail.outlook.com", "outlook.office.com"],
        authorize: "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        token: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        scope: "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
        extra: &[],
        localhost: true,
        secret: false,
    },
];

fn provider(host: &str) -> Option<&'static Provider> {
    let host = host.split(':').next().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    PROVIDERS.iter().find(|provider| provider.hosts.contains(&host.as_str()))
}

/// Whether the owner's application has a secret that the provider of a mailbox's host wants told; none if no sign-in of
/// that provider is known.
#[must_use]
pub fn wants_app_secret(host: &str) -> Option<bool> {
    provider(host).map(|provider| provider.secret)
}

/// What may be typed for another provider: everything.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    client_id: String,
    #[serde(default)]
    client_secret: Option<String>,
    authorize: String,
    token: String,
    scope: String,
}

/// An application that the owner registered at the mailbox's provider.
#[derive(Clone, PartialEq, Eq)]
pub struct MailApp {
    /// Its public id.
    client_id: String,
    /// Google gives one to desktop applications too, and wants it back; it protects nothing.
    client_secret: Option<Secret>,
    authorize: Url,
    token: Url,
    scope: String,
    extra: Vec<(String, String)>,
    localhost: bool,
}

impl fmt::Debug for MailApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailApp").field("token", &self.token.as_str()).finish_non_exhaustive()
    }
}

impl MailApp {
    /// Reads what the owner typed: the client id, with the client secret behind a space where the provider gives one. For
    /// a provider that is not known by the mailbox's host: a JSON object with `client_id`, `client_secret` (may be left
    /// out), `authorize`, `token` (addresses) and `scope`.
    ///
    /// # Errors
    /// A code: `mail_app_empty`, `mail_app_provider` if the host is of no known provider, `mail_app_unreadable`.
    pub fn read(host: &str, typed: &str) -> Result<Self, &'static str> {
        let typed = typed.trim();
        if typed.starts_with('{') {
            return Self::of(&serde_json::from_str(typed).map_err(|_| "mail_app_unreadable")?);
        }
        let mut words = typed.split_whitespace();
        let client_id = words.next().ok_or("mail_app_empty")?.to_owned();
        let client_secret = words.next().map(Secret::new);
        if words.next().is_some() {
            return Err("mail_app_unreadable");
        }
        let provider = provider(host).ok_or("mail_app_provider")?;
        let url = |address: &str| Url::parse(address).map_err(|_| "mail_app_unreadable");
        let extra = provider.extra.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Ok(Self {
            client_id,
            client_secret,
            authorize: url(provider.authorize)?,
            token: url(provider.token)?,
            scope: provider.scope.to_owned(),
            extra: extra.collect(),
            localhost: provider.localhost,
        })
    }

    fn of(typed: &Typed) -> Result<Self, &'static str> {
        if typed.client_id.trim().is_empty() {
            return Err("mail_app_empty");
        }
        let url = |address: &str| checked_base(address).map_err(|_| "mail_app_unreadable");
        Ok(Self {
            client_id: typed.client_id.trim().to_owned(),
            client_secret: typed.client_secret.as_deref().filter(|s| !s.is_empty()).map(Secret::new),
            authorize: url(&typed.authorize)?,
            token: url(&typed.token)?,
            scope: typed.scope.clone(),
            extra: Vec::new(),
            localhost: false,
        })
    }

    /// The way back as the provider knows it. The same must be told when the code is exchanged. Microsoft takes any port of
    /// `http://localhost`, but no path that was not registered.
    #[must_use]
    pub fn way_back(&self, redirect: &str) -> String {
        let port = redirect.strip_prefix("http://127.0.0.1:").filter(|_| self.localhost);
        port.map_or_else(
            || redirect.to_owned(),
            |rest| format!("http://localhost:{}", rest.split('/').next().unwrap_or_default()),
        )
    }

    /// The provider's page on which the owner of `address` signs in.
    #[must_use]
    pub fn page(&self, address: &str, redirect: &str, state: &str, pkce: &Pkce) -> String {
        let mut url = self.authorize.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.way_back(redirect))
            .append_pair("scope", &self.scope)
            .append_pair("state", state)
            .append_pair("code_challenge", &pkce.challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("login_hint", address);
        for (name, value) in &self.extra {
            query.append_pair(name, value);
        }
        drop(query);
        url.into()
    }

    /// Buys the first tokens. They are to be saved before they are used.
    ///
    /// # Errors
    /// See [`ChannelError`]; `mail_app_refused` if the provider does not take the code or the application,
    /// `mail_oauth_short` if what it gives cannot be renewed.
    pub async fn buy(
        &self,
        code: &str,
        redirect: &str,
        pkce: &Pkce,
        now: Timestamp,
    ) -> Result<Tokens, ChannelError> {
        let redirect = self.way_back(redirect);
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &redirect),
            ("code_verifier", &pkce.verifier),
        ];
        let tokens = self.ask(&form, None, now).await?;
        if tokens.refresh.is_empty() {
            let detail = "the provider gave no refresh token".to_owned();
            return Err(ChannelError::OwnerMustAct { code: "mail_oauth_short".to_owned(), detail });
        }
        Ok(tokens)
    }

    /// Renews a pair. Where the answer has no new refresh token the old one stays good (Google); where it has one the old
    /// is spent (Microsoft).
    ///
    /// # Errors
    /// See [`ChannelError`]; `mail_oauth_expired` if the owner has to sign in again.
    pub(super) async fn renew(&self, old: &Tokens, now: Timestamp) -> Result<Tokens, ChannelError> {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", old.refresh.expose()),
            ("scope", &self.scope),
        ];
        self.ask(&form, Some(old), now).await
    }

    async fn ask(
        &self,
        form: &[(&str, &str)],
        old: Option<&Tokens>,
        now: Timestamp,
    ) -> Result<Tokens, ChannelError> {
        let mut form = form.to_vec();
        form.push(("client_id", &self.client_id));
        if let Some(secret) = &self.client_secret {
            form.push(("client_secret", secret.expose()));
        }
        // A refresh token may be good for one call: it must not leave twice.
        let request = once_client(&self.token)?.post(self.token.clone()).form(&form);
        let lost = |error| {
            let left = if never_left(&error) { "" } else { "no answer: " };
            ChannelError::Unreachable { detail: format!("token: {left}{}", in_words(error)) }
        };
        let mut response = request.send().await.map_err(lost)?;
        let status = response.status();
        let wait = response.headers().get(reqwest::header::RETRY_AFTER);
        let wait = wait.and_then(|value| value.to_str().ok()?.parse().ok()).map(Duration::from_secs);
        let bytes = receive(&mut response, ANSWER_LIMIT).await.map_err(lost)?.bytes;
        if status.is_success() {
            // What cannot be read is not shown: it may hold a token.
            return read(&bytes, old, now).ok_or_else(|| ChannelError::Unexpected {
                detail: "token: no token in the answer".to_owned(),
            });
        }
        Err(match status {
            StatusCode::TOO_MANY_REQUESTS => ChannelError::RateLimited { retry_after: wait },
            _ if status.is_server_error() => {
                ChannelError::Unreachable { detail: format!("token: the provider answered {status}") }
            }
            _ => refusal(&bytes, status, old.is_some()),
        })
    }
}

/// A refusal in the provider's words. `invalid_grant` to a renewal is the end of the authorisation: withdrawn, too old, the
/// password changed.
fn refusal(bytes: &[u8], status: StatusCode, renewing: bool) -> ChannelError {
    #[derive(Deserialize)]
    struct Words {
        error: String,
        #[serde(default)]
        error_description: String,
    }
    let words: Option<Words> = serde_json::from_slice(bytes).ok();
    let over = words.as_ref().is_some_and(|words| {
        matches!(words.error.as_str(), "invalid_grant" | "interaction_required" | "consent_required")
    });
    let code = match (renewing, over) {
        (true, true) => "mail_oauth_expired",
        (true, false) => "mail_oauth_refused",
        // At the first exchange it is what was typed of the application.
        (false, _) => "mail_app_refused",
    };
    let detail = words.map_or_else(
        || format!("the provider answered {status}"),
        |words| format!("{}: {}", words.error, words.error_description),
    );
    let detail = detail.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    ChannelError::OwnerMustAct { code: code.to_owned(), detail }
}

fn read(bytes: &[u8], old: Option<&Tokens>, now: Timestamp) -> Option<Tokens> {
    #[derive(Deserialize)]
    struct Answer {
        access_token: String,
        #[serde(default)]
        refresh_token: Option<String>,
        #[serde(default)]
        expires_in: Option<i64>,
    }
    let answer: Answer = serde_json::from_slice(bytes).ok()?;
    if answer.access_token.is_empty() {
        return None;
    }
    let life = answer.expires_in.filter(|seconds| *seconds > 0).unwrap_or(LIFE_S);
    let refresh = answer.refresh_token.filter(|token| !token.is_empty()).map(Secret::new);
    Some(Tokens {
        access: Secret::new(answer.access_token),
        refresh: refresh.or_else(|| old.map(|old| old.refresh.clone())).unwrap_or_else(|| Secret::new("")),
        access_until: now.checked_add(SignedDuration::from_secs(life)).unwrap_or(Timestamp::MAX),
        refresh_until: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn the_page_asks_for_what_the_mailbox_needs() {
        let pkce = Pkce { verifier: "v".into(), challenge: "c-1".into() };
        let back = "http://127.0.0.1:4000/signed-in";
        let google = MailApp::read("imap.gmail.com", "17-abc.apps.googleusercontent.com GOCSPX-1").unwrap();
        let page = google.page("a@gmail.com", back, "s1", &pkce);
        assert!(page.starts_with("https://accounts.google.com/o/oauth2/v2/auth?"), "{page}");
        for part in [
            "response_type=code",
            "client_id=17-abc.apps.googleusercontent.com",
            "redirect_uri=http%3A%2F%2F127.0.0.1%3A4000%2Fsigned-in",
            "scope=https%3A%2F%2Fmail.google.com%2F",
            "state=s1",
            "code_challenge=c-1",
            "code_challenge_method=S256",
            "login_hint=a%40gmail.com",
            "access_type=offline",
        ] {
            assert!(page.contains(part), "{part} is in {page}");
        }
        assert!(!page.contains("GOCSPX"), "the browser need not know the secret: {page}");
        let microsoft = MailApp::read("outlook.office365.com:993", " 1b2c-3d ").unwrap();
        let page = microsoft.page("a@outlook.com", back, "s1", &pkce);
        assert!(
            page.contains("redirect_uri=http%3A%2F%2Flocalhost%3A4000&"),
            "as it is registered there, with any port and no path: {page}"
        );
        let asks = ["imap.gmail.com:993", "Outlook.Office365.com.", "imap.qq.com"].map(wants_app_secret);
        assert_eq!(asks, [Some(true), Some(false), None], "what a form has to ask for");
        assert!(page.contains("IMAP.AccessAsUser.All+offline_access"), "and it can be renewed: {page}");
    }

    #[rstest]
    #[case("imap.gmail.com", "", "mail_app_empty")]
    #[case("imap.gmail.com", "id secret more", "mail_app_unreadable")]
    #[case("imap.qq.com", "id", "mail_app_provider")]
    #[case("imap.gmail.com.evil.example", "id", "mail_app_provider")]
    #[case("imap.example.com", "{\"client_id\":\"x\"}", "mail_app_unreadable")]
    #[case(
        "imap.example.com",
        r#"{"client_id":"x","authorize":"http://idp.example/a","token":"https://idp.example/t","scope":"imap"}"#,
        "mail_app_unreadable"
    )]
    fn what_cannot_be_used_is_told_by_a_code(#[case] host: &str, #[case] typed: &str, #[case] code: &str) {
        assert_eq!(MailApp::read(host, typed).unwrap_err(), code, "{host} {typed}");
    }

    #[test]
    fn a_provider_of_ones_own_can_be_named_in_full() {
        let typed = r#"{"client_id":"x","client_secret":"y","authorize":"https://idp.example/a",
            "token":"https://idp.example/t","scope":"imap"}"#;
        let app = MailApp::read("imap.example.com", typed).unwrap();
        assert_eq!(
            (app.client_id.as_str(), app.token.as_str()),
            ("x", "https://idp.example/t"),
            "as it is typed"
        );
        assert!(!format!("{app:?}").contains('y'), "without its secret");
    }

    #[test]
    fn a_token_answer_is_read_and_an_old_refresh_token_stays() {
        let now = Timestamp::UNIX_EPOCH;
        let old = read(br#"{"access_token":"a","refresh_token":"r","expires_in":3599}"#, None, now).unwrap();
        assert_eq!(old.access_until.as_second(), 3_599, "by its own length");
        let google = read(br#"{"access_token":"b"}"#, Some(&old), now).unwrap();
        assert_eq!(
            (google.refresh.expose(), google.access_until.as_second()),
            ("r", 3_600),
            "Google keeps it"
        );
        let microsoft = read(br#"{"access_token":"c","refresh_token":"s"}"#, Some(&old), now).unwrap();
        assert_eq!(microsoft.refresh.expose(), "s", "Microsoft changes it");
        for nothing in ["", "{}", r#"{"access_token":""}"#] {
            assert!(read(nothing.as_bytes(), None, now).is_none(), "{nothing:?}");
        }
    }
}
