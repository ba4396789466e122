//! Parameters of `Content-Type` and `Content-Disposition`: RFC 2231 pieces, encoded words in quotes, raw bytes.

use super::charset;
use super::transfer::hex_pair;
use super::words::{decode_words, tidy};
use std::collections::BTreeMap;

/// At most this many pieces of one name are joined.
const MAX_PIECES: usize = 200;
/// A file name is cut to this many characters.
const MAX_NAME: usize = 150;

/// The parameter `name` of a header value, decoded.
pub(crate) fn parameter(value: &[u8], name: &str) -> Option<String> {
    let mut whole = None;
    let mut extended = None;
    let mut pieces: BTreeMap<u32, (Vec<u8>, bool)> = BTreeMap::new();
    for (key, raw) in pairs(value) {
        let Some(rest) = key.strip_prefix(name) else { continue };
        match rest.strip_prefix('*') {
            None if rest.is_empty() => whole = whole.or(Some(raw)),
            None => {}
            Some("") => extended = extended.or(Some(raw)),
            Some(number) => {
                let percent = number.ends_with('*');
                if let Ok(n) = number.trim_end_matches('*').parse::<u32>()
                    && pieces.len() < MAX_PIECES
                {
                    pieces.entry(n).or_insert((raw, percent));
                }
            }
        }
    }
    // RFC 2231 §4.1: the extended form wins over the plain one that is there for old programs.
    if let Some(raw) = extended {
        pieces = BTreeMap::from([(0, (raw, true))]);
    }
    if pieces.is_empty() {
        return whole.map(|raw| decode_words(&charset::decode(&raw, None)));
    }
    Some(join(pieces))
}

fn join(pieces: BTreeMap<u32, (Vec<u8>, bool)>) -> String {
    let mut label = None;
    let mut bytes = Vec::new();
    for (position, (raw, percent)) in pieces.into_values().enumerate() {
        let mut raw = raw.as_slice();
        if position == 0
            && percent
            && let Some((charset, text)) = split_language(raw)
        {
            label = Some(String::from_utf8_lossy(charset).into_owned());
            raw = text;
        }
        if percent { bytes.extend(percent_decoded(raw)) } else { bytes.extend_from_slice(raw) }
    }
    charset::decode(&bytes, label.as_deref())
}

/// Splits `charset'language'text`.
fn split_language(raw: &[u8]) -> Option<(&[u8], &[u8])> {
    let first = raw.iter().position(|b| *b == b'\'')?;
    let second = first + 1 + raw[first + 1..].iter().position(|b| *b == b'\'')?;
    Some((&raw[..first], &raw[second + 1..]))
}

fn percent_decoded(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut i = 0;
    while i < raw.len() {
        let decoded = if raw[i] == b'%' { hex_pair(raw, i + 1) } else { None };
        out.push(decoded.unwrap_or(raw[i]));
        i += if decoded.is_some() { 3 } else { 1 };
    }
    out
}

/// The `key=value` pairs after the first `;`, keys in lower case, quotes taken off.
fn pairs(value: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    let mut start = 0;
    let (mut quoted, mut escaped) = (false, false);
    for (i, byte) in value.iter().chain(std::iter::once(&b';')).enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b';' if !quoted || i == value.len() => {
                out.extend(pair(&value[start..i]));
                start = i + 1;
            }
            _ => {}
        }
    }
    out
}

fn pair(piece: &[u8]) -> Option<(String, Vec<u8>)> {
    let equals = piece.iter().position(|b| *b == b'=')?;
    let key = String::from_utf8_lossy(piece[..equals].trim_ascii()).to_ascii_lowercase();
    let raw = piece[equals + 1..].trim_ascii();
    let Some(inner) = raw.strip_prefix(b"\"") else { return Some((key, raw.to_vec())) };
    let inner = inner.strip_suffix(b"\"").unwrap_or(inner);
    let mut out = Vec::with_capacity(inner.len());
    let mut i = 0;
    while i < inner.len() {
        // Only a quote or a backslash is escaped: Windows paths and raw GBK contain other backslashes.
        if inner[i] == b'\\' && matches!(inner.get(i + 1), Some(b'"' | b'\\')) {
            i += 1;
        }
        out.push(inner[i]);
        i += 1;
    }
    Some((key, out))
}

/// A name that is safe to show and to offer as the name of a file: no path, no control or direction characters, no
/// name that Windows keeps for devices, not longer than 150 characters with its extension kept.
pub(crate) fn clean_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let safe: String = last
        .chars()
        .filter(|c| !matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .map(|c| if c.is_control() || matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|') { '_' } else { c })
        .collect();
    let trimmed = tidy(&safe).trim_matches(|c: char| c == '.' || c == ' ').to_owned();
    if trimmed.is_empty() {
        return "attachment".to_owned();
    }
    let stem = trimmed.split('.').next().unwrap_or("").trim().to_ascii_uppercase();
    let digit = |s: &str| s.len() == 1 && s.bytes().all(|b| b.is_ascii_digit());
    let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || stem.strip_prefix("COM").or(stem.strip_prefix("LPT")).is_some_and(digit);
    shorten(&if device { format!("_{trimmed}") } else { trimmed })
}

fn shorten(name: &str) -> String {
    let length = name.chars().count();
    if length <= MAX_NAME {
        return name.to_owned();
    }
    let extension = name.rsplit_once('.').map_or("", |(_, e)| e);
    let tail = if extension.chars().count() <= 10 { format!(".{extension}") } else { String::new() };
    let keep = MAX_NAME - tail.chars().count();
    name.chars().take(keep).collect::<String>() + if extension.is_empty() { "" } else { &tail }
}
