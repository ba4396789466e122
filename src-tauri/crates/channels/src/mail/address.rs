//! Address lists as they are really written: groups, comments, raw Chinese names, addresses inside names.

use super::charset;
use super::words::{decode_words, tidy};

/// A sender or receiver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Address {
    /// The display name, decoded; empty if there is none.
    pub(crate) name: String,
    /// The address in lower case; empty if there is none.
    pub(crate) address: String,
}

impl Address {
    /// The part after the last `@`, in lower case and without a closing dot.
    pub(crate) fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain.trim_end_matches('.'))
    }
}

/// An address list.
#[derive(Debug, Default)]
pub(crate) struct AddressList {
    /// The addresses in order.
    pub(crate) entries: Vec<Address>,
    /// Whether group syntax (`name: a, b;`) was used.
    pub(crate) group: bool,
}

/// Reads a list. Names are decoded after the list was cut into entries, because a decoded name may contain commas.
pub(crate) fn parse_addresses(value: &[u8]) -> AddressList {
    let text = charset::decode(value, None);
    let mut list = AddressList::default();
    let mut entry = Entry::default();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => entry.phrase.push_str(&quoted(&mut chars)),
            '(' => entry.comment = comment(&mut chars),
            '<' => {
                // A second address that no comma parts from the first.
                if entry.angle.is_some() {
                    list.take(&mut entry);
                }
                entry.angle = Some(chars.by_ref().take_while(|c| *c != '>').collect());
            }
            '>' if entry.angle.is_some() => {}
            ',' | ';' => list.take(&mut entry),
            ':' if entry.angle.is_none() && !entry.phrase.contains('@') => {
                list.group = true;
                entry = Entry::default();
            }
            other => entry.phrase.push(other),
        }
    }
    list.take(&mut entry);
    list
}

#[derive(Default)]
struct Entry {
    phrase: String,
    angle: Option<String>,
    comment: String,
}

impl AddressList {
    fn take(&mut self, entry: &mut Entry) {
        let Entry { phrase, angle, comment } = std::mem::take(entry);
        let (name, address) = match angle {
            Some(angle) => (phrase, angle),
            None if phrase.contains('@') => bare(&phrase, comment),
            None if phrase.trim().is_empty() => return,
            None => (phrase, String::new()),
        };
        // A route of relays before the address (`@a,@b:c@d`) is long forgotten.
        let address = match address.rsplit_once(':') {
            Some((route, rest)) if route.trim_start().starts_with('@') => rest.to_owned(),
            Some(_) | None => address,
        };
        let address: String = address.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let address = address.trim_start_matches('<');
        let address = address.strip_prefix("mailto:").unwrap_or(address);
        let name = tidy(&decode_words(&name));
        if !(name.is_empty() && address.is_empty()) {
            self.entries.push(Address { name, address: address.to_lowercase() });
        }
    }
}

/// An address without brackets, and the words around it: `Bob bob@x.example`. Spaces around the `@` belong to it.
fn bare(phrase: &str, comment: String) -> (String, String) {
    let words: Vec<&str> = phrase.split_whitespace().collect();
    let at = words.iter().position(|word| word.contains('@')).unwrap_or(0);
    let first = if words[at].starts_with('@') { at.saturating_sub(1) } else { at };
    let last = if words[at].ends_with('@') { (at + 1).min(words.len() - 1) } else { at };
    let around = [&words[..first], &words[last + 1..]].concat().join(" ");
    let name = if around.is_empty() { comment } else { around };
    (name, words[first..=last].concat())
}

fn quoted(chars: &mut std::str::Chars<'_>) -> String {
    let mut out = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => out.extend(chars.next()),
            other => out.push(other),
        }
    }
    out
}

fn comment(chars: &mut std::str::Chars<'_>) -> String {
    let (mut out, mut depth) = (String::new(), 1_u32);
    while let Some(c) = chars.next() {
        match c {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            '\\' => out.extend(chars.next()),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("<a@b.example> <c@d.example>", &["a@b.example", "c@d.example"])]
    #[case("Bob <<a@b.example>>", &["a@b.example"])]
    #[case("<mailto:a@b.example>", &["a@b.example"])]
    fn brackets_are_read_as_they_come(#[case] list: &str, #[case] addresses: &[&str]) {
        let found: Vec<String> =
            parse_addresses(list.as_bytes()).entries.into_iter().map(|e| e.address).collect();
        assert_eq!(found, addresses, "a second sender is not hidden behind the first: {list}");
    }
}
