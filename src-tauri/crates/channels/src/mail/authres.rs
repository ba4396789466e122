//! `Authentication-Results` (RFC 8601): what the receiving provider found out about a mail.

use super::headers::Headers;
use super::official::organisation;

/// The results of one header.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct AuthResults {
    /// Who says it; empty where a provider leaves it out (Microsoft does).
    pub(crate) authserv_id: String,
    /// `method`, `result` and the properties (`header.d`, `smtp.mailfrom`, …).
    pub(crate) methods: Vec<Method>,
}

/// One method, such as `dkim=pass header.d=example.com`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Method {
    pub(crate) name: String,
    pub(crate) result: String,
    pub(crate) properties: Vec<(String, String)>,
}

impl Method {
    /// Whether it passed for the organisation of `domain`. A pass for somebody else proves nothing.
    fn passes_for(&self, domain: &str) -> bool {
        let keys: &[&str] = match self.name.as_str() {
            "dmarc" => &["header.from"],
            "dkim" => &["header.d", "header.i"],
            "spf" => &["smtp.mailfrom", "smtp.mail"],
            _ => return false,
        };
        self.result == "pass"
            && self.properties.iter().any(|(key, value)| {
                let host = value.rsplit('@').next().unwrap_or(value);
                keys.contains(&key.as_str()) && organisation(host) == organisation(domain)
            })
    }
}

/// What the results say about the domain in From.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vouched {
    /// A method passed for this domain.
    Yes,
    /// The domain's own policy refused the mail, or every signature and sender check failed.
    Refused,
    /// Nothing was said, or by somebody we do not know.
    Silent,
}

impl AuthResults {
    /// The judgement on mails from `domain`.
    pub(crate) fn vouch(&self, domain: &str) -> Vouched {
        if self.methods.iter().any(|m| m.passes_for(domain)) {
            return Vouched::Yes;
        }
        let failed = |name: &str| {
            self.methods.iter().any(|m| m.name == name && matches!(m.result.as_str(), "fail" | "softfail"))
        };
        if failed("dmarc") || (failed("dkim") && failed("spf")) { Vouched::Refused } else { Vouched::Silent }
    }
}

/// The topmost header, if it is from one of the trusted ids. A sender can write any number of them, but always below
/// the one that the receiving provider puts on top.
pub(crate) fn trusted(headers: &Headers, ids: &[String]) -> Option<AuthResults> {
    let results = read(headers.first("authentication-results")?);
    ids.iter().any(|id| id.eq_ignore_ascii_case(&results.authserv_id)).then_some(results)
}

/// The id on the topmost header of a mail: what the settings offer as the mailbox's own provider.
#[must_use]
pub fn topmost_authserv_id(mail: &[u8]) -> Option<String> {
    Headers::read(mail).first("authentication-results").map(|value| read(value).authserv_id)
}

/// The id on the topmost header, if the server that took the mail in belongs to the same organisation: what may be
/// believed of a mail that comes as a file, without a mailbox whose provider is known.
#[must_use]
pub fn receiving_authserv_id(mail: &[u8]) -> Option<String> {
    let headers = Headers::read(mail);
    let id = read(headers.first("authentication-results")?).authserv_id;
    let taken_by = headers.all("received").find_map(|line| {
        let text = without_comments(&String::from_utf8_lossy(line)).to_ascii_lowercase();
        let mut words = text.split_whitespace().skip_while(|word| *word != "by");
        let host = words.nth(1)?.trim_end_matches([';', '.']);
        (host.contains('.') && host.contains(char::is_alphabetic)).then(|| host.to_owned())
    })?;
    (!id.is_empty() && organisation(&taken_by) == organisation(&id)).then_some(id)
}

/// Reads a header value.
pub(crate) fn read(value: &[u8]) -> AuthResults {
    let text = without_comments(&String::from_utf8_lossy(value));
    let mut results = AuthResults::default();
    for (position, segment) in text.split(';').enumerate() {
        let mut words = segment.split_whitespace();
        let Some(head) = words.next() else { continue };
        let Some((name, result)) = head.split_once('=') else {
            if position == 0 {
                results.authserv_id = head.to_ascii_lowercase();
            }
            continue;
        };
        let properties = words
            .filter_map(|word| word.split_once('='))
            .map(|(key, value)| (key.to_ascii_lowercase(), value.trim_matches('"').to_ascii_lowercase()))
            .collect();
        results.methods.push(Method {
            name: name.to_ascii_lowercase(),
            result: result.to_ascii_lowercase(),
            properties,
        });
    }
    results
}

fn without_comments(text: &str) -> String {
    let (mut depth, mut quoted) = (0_u32, false);
    text.chars()
        .filter(|c| {
            match c {
                '"' if depth == 0 => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted && depth > 0 => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}
