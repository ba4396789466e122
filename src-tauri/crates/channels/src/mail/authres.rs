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
        // The domain that signed; the one it signed for stands in only where a provider tells no more.
        let signed = self.properties.iter().any(|(key, _)| key == "header.d");
        let keys: &[&str] = match self.name.as_str() {
            "dmarc" => &["header.from"],
            "dkim" if signed => &["header.d"],
            "dkim" => &["header.i"],
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
        let failed = |name: &str| {
            self.methods.iter().any(|m| m.name == name && matches!(m.result.as_str(), "fail" | "softfail"))
        };
        let passed = |m: &Method| m.passes_for(domain);
        // The domain's own policy has the last word over a signature or a path that it does not accept.
        let by_policy = self.methods.iter().any(|m| m.name == "dmarc" && passed(m));
        if by_policy || (!failed("dmarc") && self.methods.iter().any(passed)) {
            return Vouched::Yes;
        }
        if failed("dmarc") || (failed("dkim") && failed("spf")) { Vouched::Refused } else { Vouched::Silent }
    }
}

/// The topmost header, if it is from one of the trusted ids. A sender can write any number of them, but always below
/// the one that the receiving provider puts on top.
pub(crate) fn trusted(headers: &Headers, ids: &[String]) -> Option<AuthResults> {
    let results = read(headers.first("authentication-results")?);
    let known = ids.iter().any(|id| id.eq_ignore_ascii_case(&results.authserv_id));
    (known && !before_it_was_taken_in(headers, &results.authserv_id)).then_some(results)
}

/// Whether the topmost results stand below a server of somebody else from which the provider took the mail in: they
/// were there before, whoever they say they are from.
fn before_it_was_taken_in(headers: &Headers, id: &str) -> bool {
    let mut servers = headers.above("authentication-results", "received").filter_map(taken_by);
    let is_own = |host: &String| organisation(host) == organisation(id);
    servers.any(|host| is_own(&host)) && servers.any(|host| !is_own(&host))
}

/// The server that wrote a `Received` line. What stands behind `from` is what the sender calls itself, be it `by`.
fn taken_by(line: &[u8]) -> Option<String> {
    let words = segments(&String::from_utf8_lossy(line)).into_iter().next()?;
    let claimed = if words.first().is_some_and(|word| word.eq_ignore_ascii_case("from")) { 2 } else { 0 };
    let host = words.iter().skip(claimed).skip_while(|word| !word.eq_ignore_ascii_case("by")).nth(1)?;
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    (host.contains('.') && host.contains(char::is_alphabetic)).then_some(host)
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
    let taken_by = headers.all("received").find_map(taken_by)?;
    (!id.is_empty() && organisation(&taken_by) == organisation(&id)).then_some(id)
}

/// Reads a header value.
pub(crate) fn read(value: &[u8]) -> AuthResults {
    let mut results = AuthResults::default();
    for (position, words) in segments(&String::from_utf8_lossy(value)).into_iter().enumerate() {
        let mut words = words.into_iter();
        let Some(head) = words.next() else { continue };
        let Some((name, result)) = head.split_once('=') else {
            if position == 0 {
                results.authserv_id = head.to_ascii_lowercase();
            }
            continue;
        };
        let properties = words
            .filter_map(|word| {
                let (key, value) = word.split_once('=')?;
                Some((key.to_ascii_lowercase(), value.to_ascii_lowercase()))
            })
            .collect();
        // A method may carry its version: `dkim/1`.
        let name = name.split('/').next().unwrap_or(name);
        results.methods.push(Method {
            name: name.to_ascii_lowercase(),
            result: result.to_ascii_lowercase(),
            properties,
        });
    }
    results
}

/// The words of a value, cut at each `;`, without comments and quotes. A quoted text belongs to its word, whatever is in
/// it: a provider quotes what the sender chose, such as `"x; dkim=pass"@evil.example`.
fn segments(text: &str) -> Vec<Vec<String>> {
    let mut segments: Vec<Vec<String>> = vec![Vec::new()];
    let (mut word, mut depth, mut quoted, mut escaped) = (String::new(), 0_u32, false, false);
    for c in text.chars().chain([';']) {
        let inside = quoted || depth > 0;
        match c {
            _ if std::mem::take(&mut escaped) => {
                if depth == 0 {
                    word.push(c);
                }
            }
            '\\' if inside => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            _ if quoted => word.push(c),
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            ';' | ' ' | '\t' | '\r' | '\n' => {
                let last = segments.last_mut().expect("there is always one");
                put(last, std::mem::take(&mut word));
                if c == ';' {
                    segments.push(Vec::new());
                }
            }
            other => word.push(other),
        }
    }
    if !word.is_empty()
        && let Some(last) = segments.last_mut()
    {
        put(last, word);
    }
    segments
}

/// Adds a word; the parts of `dkim = pass` are one.
fn put(words: &mut Vec<String>, word: String) {
    match words.last_mut() {
        _ if word.is_empty() => {}
        Some(last) if word.starts_with('=') || (last.ends_with('=') && !word.contains('=')) => {
            last.push_str(&word)
        }
        _ => words.push(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("dkim=pass reason=\"good; sig\" header.d=aliexpress.com", Vouched::Yes)]
    #[case("dkim/1=pass header.d=aliexpress.com", Vouched::Yes)]
    #[case("dkim = pass header.d = aliexpress.com", Vouched::Yes)]
    #[case("dkim=fail; dkim=pass header.d=aliexpress.com; spf=fail smtp.mailfrom= smtp.helo=x", Vouched::Yes)]
    #[case("spf=fail smtp.mailfrom=a@aliexpress.com; dmarc=pass header.from=aliexpress.com", Vouched::Yes)]
    #[case(
        "spf=pass smtp.mailfrom=a@aliexpress.com; dmarc=fail header.from=aliexpress.com",
        Vouched::Refused
    )]
    #[case("dkim=pass header.d=aliexpress.com; dmarc=fail header.from=aliexpress.com", Vouched::Refused)]
    #[case("dkim=pass header.d=evil.example header.i=@aliexpress.com", Vouched::Silent)]
    #[case(
        "spf=pass smtp.mailfrom=\"a; dkim=pass header.d=aliexpress.com; b\"@evil.example",
        Vouched::Silent
    )]
    #[case("spf=pass smtp.mailfrom=\"a smtp.mailfrom=x@aliexpress.com b\"@evil.example", Vouched::Silent)]
    #[case(
        "spf=pass smtp.mailfrom=\"a\\\" ; dkim=pass header.d=aliexpress.com \\\"\"@evil.example",
        Vouched::Silent
    )]
    #[case(
        "spf=pass (of x\\) ; dkim=pass header.d=aliexpress.com \\(@evil.example) smtp.mailfrom=x@evil.example",
        Vouched::Silent
    )]
    fn what_a_sender_chose_is_no_result(#[case] results: &str, #[case] vouched: Vouched) {
        let results = read(format!("mx.example; {results}").as_bytes());
        assert_eq!(results.vouch("notice.aliexpress.com"), vouched, "{results:?}");
    }

    const FORGED: &str = "Authentication-Results: mx.mail.example; dmarc=pass header.from=aliexpress.com\r\nFrom: a@aliexpress.com\r\n\r\n";

    #[rstest]
    #[case("Received: from a by mx.mail.example; x\r\n", true)]
    #[case("Received: by 2002:a05:6402::1; x\r\nReceived: from a by in.mail.example; x\r\n", true)]
    #[case(
        "Received: from mx.mail.example by store.local.example2; x\r\nReceived: from a by mx.mail.example; x\r\n",
        true
    )]
    #[case("", true)]
    #[case("Received: from b by mx.mail.example; x\r\nReceived: from a by relay.evil.example; x\r\n", false)]
    fn results_from_before_the_provider_had_the_mail_are_not_its_own(
        #[case] way: &str,
        #[case] believed: bool,
    ) {
        let mail = format!("{way}{FORGED}");
        let found = trusted(&Headers::read(mail.as_bytes()), &["mx.mail.example".to_owned()]);
        assert_eq!(found.is_some(), believed, "{mail}");
    }

    #[test]
    fn a_sender_that_calls_itself_by_hides_no_server() {
        let mail = format!(
            "Received: from by (unknown [192.0.2.1]) by mx.163.example; x\r\nReceived: from a by in.mail.example; x\r\n{FORGED}"
        );
        assert_eq!(receiving_authserv_id(mail.as_bytes()), None, "mx.163.example took it in");
    }

    #[test]
    fn an_id_in_quotes_is_the_same() {
        assert_eq!(
            read(b"(c) \"mx.mail.example\" (c); spf=none").authserv_id,
            "mx.mail.example",
            "RFC 8601 allows it"
        );
    }
}
