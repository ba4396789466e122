//! Writing a mail that every client reads alike (RFC 5322, 2045, 2047): ASCII on the wire, UTF-8 inside.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Timestamp;

/// How many bytes of UTF-8 go into one encoded word, so that it and the longest standard field name fit into a line
/// of 76 characters.
const WORD_BYTES: usize = 36;

/// A mail to be written.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// `address` or `Name <address>`; the name may have any characters.
    pub from: &'a str,
    /// The address that it goes to.
    pub to: &'a str,
    /// The subject, in any characters.
    pub subject: &'a str,
    /// The text; each line end becomes CRLF.
    pub text: &'a str,
    /// More header fields, such as `Authentication-Results`, placed on top. One with the name of a standard field
    /// (`Message-ID`, `Date`, `To`, `Content-Type`, …) takes its place.
    pub headers: &'a [(&'a str, &'a str)],
    /// The `Date`.
    pub at: Timestamp,
    /// The `Message-ID` without its angle brackets.
    pub id: &'a str,
}

impl Letter<'_> {
    /// The mail as bytes.
    #[must_use]
    pub fn build(&self) -> Vec<u8> {
        let date = domain::beijing(self.at).strftime("%a, %d %b %Y %H:%M:%S +0800").to_string();
        let standard = [
            ("Date", date),
            ("From", mailbox(self.from)),
            ("To", mailbox(self.to)),
            ("Subject", unstructured(self.subject)),
            ("Message-ID", format!("<{}>", one_line(self.id))),
            ("MIME-Version", "1.0".to_owned()),
            ("Content-Type", "text/plain; charset=utf-8".to_owned()),
        ];
        let mut out = String::new();
        for (name, value) in self.headers {
            out.push_str(&format!("{name}: {}\r\n", unstructured(value)));
        }
        for (name, value) in standard {
            if !self.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
                out.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        out.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
        let text = self.text.replace("\r\n", "\n").replace('\n', "\r\n");
        let encoded = STANDARD.encode(text);
        for line in encoded.as_bytes().chunks(76) {
            out.push_str(&String::from_utf8_lossy(line));
            out.push_str("\r\n");
        }
        out.into_bytes()
    }
}

/// A line end inside a value would start another field.
fn one_line(value: &str) -> String {
    value.replace(['\r', '\n'], " ")
}

/// `Name <address>` with the name quoted or encoded.
fn mailbox(from: &str) -> String {
    let from = one_line(from);
    let Some((name, address)) = from.rsplit_once('<') else { return from };
    let name = name.trim();
    let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
    if name.is_ascii() {
        format!("\"{}\" <{address}", name.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        format!("{}\r\n <{address}", encoded_words(name))
    }
}

/// Plain if it is short ASCII that can't be taken for an encoded word, else encoded.
fn unstructured(value: &str) -> String {
    let value = one_line(value);
    let plain = value.len() <= 900
        && !value.contains("=?")
        && value.bytes().all(|b| matches!(b, b' '..=b'~' | b'\t'));
    if plain { value } else { encoded_words(&value) }
}

/// Encoded words, one a line; no character is split between two (RFC 2047 §5).
fn encoded_words(value: &str) -> String {
    let mut words = vec![String::new()];
    for c in value.chars() {
        if words.last().is_some_and(|word| word.len() + c.len_utf8() > WORD_BYTES) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    let words: Vec<_> = words.iter().map(|word| format!("=?UTF-8?B?{}?=", STANDARD.encode(word))).collect();
    words.join("\r\n ")
}
