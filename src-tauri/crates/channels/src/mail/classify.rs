//! What a mail is about, told by rules that are data: senders first, then words of the subject, then of the text.

use domain::MailTopic;
use serde::Deserialize;

/// Words of the text are looked for in this many characters from its start.
const HEAD: usize = 600;

/// The rules. Order decides: the first rule that fits wins, so the urgent topics stand before the common ones.
#[derive(Debug, Clone, Deserialize)]
pub struct Topics {
    senders: Vec<Rule>,
    words: Vec<Rule>,
}

#[derive(Debug, Clone, Deserialize)]
struct Rule {
    topic: MailTopic,
    #[serde(rename = "match")]
    patterns: Vec<String>,
}

impl Topics {
    /// The rules that ship with the program.
    #[must_use]
    pub fn shipped() -> Self {
        Self::from_json(include_str!("topics.json")).expect("shipped with the program and read by a test")
    }

    /// Reads rules: `{"senders": [{"topic", "match"}], "words": […]}`. A sender is an address, or a domain or its
    /// beginning after `@`; a word may end in `*` for any ending and never matches inside another word, except in
    /// scripts that do not part words.
    ///
    /// # Errors
    /// In words, if the text is not such a document.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let mut topics: Self = serde_json::from_str(json).map_err(|e| e.to_string())?;
        for rule in topics.senders.iter_mut().chain(&mut topics.words) {
            rule.patterns.iter_mut().for_each(|p| *p = p.to_lowercase());
        }
        Ok(topics)
    }

    /// The topic of a mail.
    #[must_use]
    pub fn classify(&self, from_address: &str, subject: &str, text: &str) -> MailTopic {
        let address = from_address.to_lowercase();
        let by_sender = self.senders.iter().find(|r| r.patterns.iter().any(|p| sender_fits(&address, p)));
        if let Some(rule) = by_sender {
            return rule.topic;
        }
        let head: String = text.chars().take(HEAD).collect();
        self.by_words(subject).or_else(|| self.by_words(&head)).unwrap_or(MailTopic::Other)
    }

    fn by_words(&self, text: &str) -> Option<MailTopic> {
        let text = text.to_lowercase();
        self.words.iter().find(|r| r.patterns.iter().any(|p| contains(&text, p))).map(|r| r.topic)
    }
}

fn sender_fits(address: &str, pattern: &str) -> bool {
    if pattern.starts_with('@') || pattern.ends_with('.') {
        address.contains(pattern)
    } else {
        address == pattern
    }
}

/// Whether `text` contains the words of `pattern` in order, side by side, each whole or, with `*`, by its beginning.
fn contains(text: &str, pattern: &str) -> bool {
    if !pattern.contains('*') {
        return text.match_indices(pattern).any(|(at, found)| whole(text, at, at + found.len()));
    }
    let parts: Vec<&str> = pattern.split('*').map(str::trim).collect();
    text.match_indices(parts[0]).any(|(at, _)| begins_word(text, at) && follows(&text[at..], &parts))
}

fn follows(text: &str, parts: &[&str]) -> bool {
    let mut rest = text;
    for (position, part) in parts.iter().enumerate() {
        let Some(tail) = rest.strip_prefix(part) else { return false };
        let last = position + 1 == parts.len();
        let ending = if last { 0 } else { tail.find(|c: char| !c.is_alphanumeric()).unwrap_or(tail.len()) };
        rest = tail[ending..].trim_start();
    }
    true
}

fn whole(text: &str, start: usize, end: usize) -> bool {
    begins_word(text, start) && ends_word(text, end)
}

fn begins_word(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    !(before.is_some_and(parts_words) && text[at..].chars().next().is_some_and(parts_words))
}

fn ends_word(text: &str, at: usize) -> bool {
    let after = text[at..].chars().next();
    !(after.is_some_and(parts_words) && text[..at].chars().next_back().is_some_and(parts_words))
}

/// Letters of scripts that put spaces between words; Chinese, Japanese and Thai do not.
fn parts_words(c: char) -> bool {
    c.is_alphanumeric()
        && !matches!(u32::from(c), 0x0E00..=0x0E7F | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0x20000..=0x3FFFF)
}
