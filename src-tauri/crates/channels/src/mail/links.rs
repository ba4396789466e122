//! Where a mail would lead its reader (`docs/RULES.md` §9).

use super::html;
use super::official::is_official;
use url::Url;

/// More links than this are not told.
const MAX_LINKS: usize = 200;

/// A link of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The address.
    pub url: String,
    /// The host it really leads to.
    pub host: String,
    /// Whether that host is a platform's own.
    pub official: bool,
    /// Whether its visible text names another organisation.
    pub misleading: bool,
}

/// The links of the sanitised HTML, else those that stand in the text.
pub(crate) fn links(html: Option<&str>, text: &str) -> Vec<Link> {
    let mut found: Vec<Link> = Vec::new();
    let mut add = |url: String, misleading: bool| {
        let Some(host) = html::host_of(&url).filter(|_| found.len() < MAX_LINKS) else { return };
        let link = Link { official: is_official(&host), url, host, misleading };
        if !found.contains(&link) {
            found.push(link);
        }
    };
    match html {
        Some(html) => html::hrefs(html).for_each(|(url, misleading)| add(url, misleading)),
        None => in_text(text).for_each(|url| add(url, false)),
    }
    found
}

/// The web addresses in a text. A closing bracket or full stop behind one is the sentence's.
fn in_text(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '(' | '，' | '。' | '（' | '）'))
        .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
        .map(|word| word.trim_end_matches(['.', ',', ';', ')', ']', '!', '?']))
        .filter(|word| Url::parse(word).is_ok())
        .map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_a_page_and_of_a_text_are_told_once_each() {
        let page = html::sanitise(
            "<a href='https://a.example/x?y=1&amp;z=2'>go</a><a href='https://a.example/x?y=1&amp;z=2'>again</a>\
             <a href='https://evil.example/'>www.aliexpress.com</a>",
        );
        let found = links(Some(&page.html), "");
        let hosts: Vec<(&str, bool)> = found.iter().map(|l| (l.host.as_str(), l.misleading)).collect();
        assert_eq!(hosts, [("a.example", false), ("evil.example", true)], "each once, and whether it lies");
        assert_eq!(found[0].url, "https://a.example/x?y=1&z=2", "as a browser would open it");
        let found = links(None, "see https://www.aliexpress.com/p. (http://b.example/q)");
        let urls: Vec<(&str, bool)> = found.iter().map(|l| (l.url.as_str(), l.official)).collect();
        assert_eq!(
            urls,
            [("https://www.aliexpress.com/p", true), ("http://b.example/q", false)],
            "without the sentence's own marks"
        );
    }
}
