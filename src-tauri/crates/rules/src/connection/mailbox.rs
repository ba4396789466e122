//! Why a mailbox refuses: what its server says, and what its provider is known to ask for.

use super::limits::Limits;
use serde::Serialize;

/// Why a mailbox refused a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginRefusal {
    /// This provider takes an authorisation code (授权码), never the password.
    CodeNeeded,
    /// This provider takes a password made for programs.
    AppPasswordNeeded,
    /// This provider takes no passwords; the owner signs in through the browser.
    BrowserNeeded,
    /// NetEase's "Unsafe Login": it does not know the program.
    ProgramRefused,
    /// IMAP is switched off in the mailbox's settings.
    ImapOff,
    /// The name or the secret is wrong.
    Wrong,
}

/// What a provider takes from a program that signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// The password, as far as is known.
    Password,
    /// An authorisation code (授权码), made in the web settings.
    Code,
    /// A password for programs, made in the web settings.
    AppPassword,
    /// Nothing that can be typed: the owner signs in through the browser.
    Browser,
}

/// Sorts a refusal. The server's words come first; where they say nothing, what its provider asks of every program.
#[must_use]
pub fn login_refusal(host: &str, answer: &str, limits: &Limits) -> LoginRefusal {
    let answer = answer.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| answer.contains(word));
    if says(&["unsafe login"]) {
        return LoginRefusal::ProgramRefused;
    }
    if says(&["authorization code", "authorisation code", "authcode", "授权码", "授權碼"]) {
        return LoginRefusal::CodeNeeded;
    }
    if says(&["application-specific password", "app password", "专用密码"]) {
        return LoginRefusal::AppPasswordNeeded;
    }
    if says(&["basicauthblocked", "basic authentication is disabled", "logindisabled"]) {
        return LoginRefusal::BrowserNeeded;
    }
    if says(&[
        "not enabled for imap",
        "imap is disabled",
        "imap service is not",
        "service is not open",
        "未开启",
    ]) {
        return LoginRefusal::ImapOff;
    }
    match secret_kind(host, limits) {
        SecretKind::Code => LoginRefusal::CodeNeeded,
        SecretKind::AppPassword => LoginRefusal::AppPasswordNeeded,
        SecretKind::Browser => LoginRefusal::BrowserNeeded,
        SecretKind::Password => LoginRefusal::Wrong,
    }
}

/// What the provider of a mail server takes from programs.
#[must_use]
pub fn secret_kind(host: &str, limits: &Limits) -> SecretKind {
    let host = host.trim_end_matches('.').to_lowercase();
    let longest =
        |hosts: &[String]| hosts.iter().filter(|domain| belongs(&host, domain)).map(String::len).max();
    // `exmail.qq.com` is another service than `qq.com`: the longer name decides.
    [
        (longest(&limits.code_hosts.value), SecretKind::Code),
        (longest(&limits.app_password_hosts.value), SecretKind::AppPassword),
        (longest(&limits.oauth_hosts.value), SecretKind::Browser),
    ]
    .into_iter()
    .filter_map(|(length, kind)| Some((length?, kind)))
    .max_by_key(|(length, _)| *length)
    .map_or(SecretKind::Password, |(_, kind)| kind)
}

/// Whether a host is a domain or lies below it.
fn belongs(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
