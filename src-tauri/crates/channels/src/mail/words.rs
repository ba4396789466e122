//! Header text: raw 8-bit bytes and RFC 2047 encoded words, also those that cut a character in two.

use super::charset;
use super::transfer;

/// Reads an unfolded header value: encoded words are decoded once, everything else by what its bytes look like.
#[must_use]
pub(crate) fn header_text(value: &[u8]) -> String {
    tidy(&decode_words(&charset::decode(value, None)))
}

/// Decodes the encoded words in `text`. Words of one charset side by side are joined before decoding, because some
/// senders split a character between them (the standard forbids it; Chinese mailers do it all the time).
#[must_use]
pub(crate) fn decode_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run: Option<Run> = None;
    let mut rest = text;
    while let Some(start) = rest.find("=?") {
        let (before, tail) = rest.split_at(start);
        let Some((word, after)) = Word::read(tail) else {
            flush(&mut run, &mut out);
            out.push_str(before);
            out.push_str("=?");
            rest = &tail[2..];
            continue;
        };
        // White space between two words is not text (RFC 2047 §6.2).
        if run.is_none() || !before.trim().is_empty() {
            flush(&mut run, &mut out);
            out.push_str(before);
        }
        match &mut run {
            Some(open) if open.takes(&word) => open.push(&word),
            _ => {
                flush(&mut run, &mut out);
                run = Some(Run::new(&word));
            }
        }
        rest = after;
    }
    flush(&mut run, &mut out);
    out.push_str(rest);
    out
}

fn flush(run: &mut Option<Run>, out: &mut String) {
    if let Some(run) = run.take() {
        let label = run.charset.clone();
        out.push_str(&charset::decode(&run.into_bytes(), Some(&label)));
    }
}

struct Word<'a> {
    charset: &'a str,
    base64: bool,
    data: &'a str,
}

impl<'a> Word<'a> {
    /// Reads `=?charset*language?B?data?=` at the start of `text`.
    fn read(text: &'a str) -> Option<(Self, &'a str)> {
        let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
        let (kind, rest) = rest.split_once('?')?;
        let (data, after) = data(rest)?;
        let charset = charset.split('*').next().unwrap_or(charset);
        let base64 = match kind {
            "B" | "b" => true,
            "Q" | "q" => false,
            _ => return None,
        };
        let fits =
            !charset.is_empty() && charset.len() <= 64 && charset.bytes().all(|b| b.is_ascii_graphic());
        fits.then_some((Self { charset, base64, data }, after))
    }
}

/// Splits at the `?=` that ends a word. None if another word begins before it: so no byte is looked at twice, however many
/// words are begun and never ended.
fn data(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let marks = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'?');
    for (at, _) in marks {
        if bytes.get(at + 1) == Some(&b'=') {
            return Some((&text[..at], &text[at + 2..]));
        }
        if at > 0 && bytes[at - 1] == b'=' {
            return None;
        }
    }
    None
}

struct Run {
    charset: String,
    base64: bool,
    joined: Vec<u8>,
    open: String,
}

impl Run {
    fn new(word: &Word<'_>) -> Self {
        Self {
            charset: word.charset.to_owned(),
            base64: word.base64,
            joined: Vec::new(),
            open: word.data.to_owned(),
        }
    }

    fn takes(&self, word: &Word<'_>) -> bool {
        self.charset.eq_ignore_ascii_case(word.charset) && !charset::is_stateful(&self.charset)
    }

    fn push(&mut self, word: &Word<'_>) {
        // A base64 text cut between two words goes on in the next one; after padding a new text starts, which
        // the decoder sees by itself.
        if self.base64 != word.base64 || !self.base64 {
            self.close();
            self.base64 = word.base64;
        }
        self.open.push_str(word.data);
    }

    fn close(&mut self) {
        let data = std::mem::take(&mut self.open);
        if self.base64 {
            self.joined.extend(transfer::base64(data.as_bytes()));
        } else {
            let spaced = data.replace('_', " ");
            self.joined.extend(transfer::quoted_printable(spaced.as_bytes()));
        }
    }

    fn into_bytes(mut self) -> Vec<u8> {
        self.close();
        self.joined
    }
}

/// One line without control characters: what a title or a name may contain.
#[must_use]
pub(crate) fn tidy(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
