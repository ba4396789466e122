//! Bytes to text. Labels lie, so the order is: label, valid UTF-8, detector, GB18030, and at last with gaps.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, REPLACEMENT, UTF_8, WINDOWS_1252};
use mail_parser::decoders::charsets::map::charset_decoder;

/// The detector is slow, and this much of a text (bytes) tells it all it will ever know.
const LOOKED_AT: usize = 16 * 1024;

/// Decodes `bytes`, trusting `label` as far as the bytes agree with it. Never fails: bytes that fit nothing become
/// U+FFFD, and the raw mail keeps them.
#[must_use]
pub(crate) fn decode(bytes: &[u8], label: Option<&str>) -> String {
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[skip..]).0.into_owned();
    }
    let label = label.map(clean_label).filter(|l| !l.is_empty());
    if let Some(text) = label.as_deref().and_then(|l| by_label(bytes, l)) {
        return text;
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.contains(&0x1B)
    {
        return text.to_owned();
    }
    if let Some(text) = detected(bytes) {
        return text;
    }
    let lossy = label.as_deref().and_then(encoding_of).unwrap_or(UTF_8);
    lossy.decode_without_bom_handling(bytes).0.into_owned()
}

/// The encoding that a label means in mails: every GB label is read as GB18030, their common superset, because
/// senders write `gb2312` and use the larger set.
pub(crate) fn encoding_of(label: &str) -> Option<&'static Encoding> {
    let label = clean_label(label);
    if is_gb(&label) {
        return Some(GB18030);
    }
    let label = code_page(&label).unwrap_or(&label);
    let found = Encoding::for_label_no_replacement(label.as_bytes())?;
    Some(if found == GBK { GB18030 } else { found })
}

/// Whether the decoder keeps a state between characters, so that each encoded word starts afresh.
pub(crate) fn is_stateful(label: &str) -> bool {
    let label = clean_label(label);
    encoding_of(&label) == Some(ISO_2022_JP)
        || label.starts_with("hz")
        || label.ends_with("2022-kr")
        || label.contains("utf-7")
}

/// The web's name of what Windows, DOS and the Mac call otherwise.
fn code_page(label: &str) -> Option<&'static str> {
    let short: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
    let number = short.trim_start_matches('x').trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let named = ["cp", "ms", "ibm", "win", "windows"]
        .iter()
        .any(|name| short.trim_start_matches('x').strip_prefix(name).is_some_and(|rest| rest == number));
    if short == "maccyrillic" {
        return Some("x-mac-cyrillic");
    }
    Some(match number {
        _ if !named => return None,
        "866" => "ibm866",
        "874" => "windows-874",
        "932" | "31j" => "shift_jis",
        "949" => "euc-kr",
        "950" => "big5",
        "1250" => "windows-1250",
        "1251" => "windows-1251",
        "1252" => "windows-1252",
        "1253" => "windows-1253",
        "1254" => "windows-1254",
        "1255" => "windows-1255",
        "1256" => "windows-1256",
        "1257" => "windows-1257",
        "1258" => "windows-1258",
        _ => return None,
    })
}

fn is_gb(label: &str) -> bool {
    let short: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
    let short = short.strip_prefix('x').unwrap_or(&short);
    matches!(
        short,
        "gb2312" | "gb231280" | "gbk" | "gb18030" | "cp936" | "ms936" | "windows936" | "chinese" | "euccn"
    )
}

fn clean_label(label: &str) -> String {
    label.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';')).to_ascii_lowercase()
}

fn by_label(bytes: &[u8], label: &str) -> Option<String> {
    if matches!(label, "hz" | "hz-gb-2312") {
        return Some(decode_hz(bytes));
    }
    if matches!(label, "iso-2022-kr" | "csiso2022kr") {
        return Some(decode_iso_2022_kr(bytes));
    }
    if matches!(label, "us-ascii" | "ascii" | "ansi_x3.4-1968") {
        return bytes.is_ascii().then(|| ascii(bytes));
    }
    let Some(encoding) = encoding_of(label) else {
        // UTF-7 and the DOS code pages, which web standards dropped but mails still carry.
        let known = Encoding::for_label(label.as_bytes()) == Some(REPLACEMENT);
        return if known { None } else { charset_decoder(label.as_bytes()).map(|decode| decode(bytes)) };
    };
    if encoding == WINDOWS_1252 && latin_is_a_lie(bytes) || encoding != UTF_8 && is_surely_utf8(bytes) {
        return None;
    }
    if let Some(text) = strict(encoding, bytes) {
        return Some(text);
    }
    // A cut mail ends inside a character: a few gaps do not make the label a lie.
    let text = encoding.decode_without_bom_handling(bytes).0;
    let gaps = text.chars().filter(|c| *c == '\u{FFFD}').count();
    let wide = text.chars().filter(|c| !c.is_ascii()).count();
    (std::str::from_utf8(bytes).is_err() && gaps * 50 <= wide).then(|| text.into_owned())
}

/// Latin-1 accepts any bytes, so its label proves nothing: valid multi-byte UTF-8, or words made of nothing but high
/// bytes, speak against it.
fn latin_is_a_lie(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|b| **b >= 0x80).count();
    if high == 0 {
        return false;
    }
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    std::str::from_utf8(bytes).is_ok() || (high >= 4 && high > letters * 2)
}

/// Whether the bytes are UTF-8 with at least two characters of three or more bytes. Text in another encoding of many bytes
/// is that by chance about never.
fn is_surely_utf8(bytes: &[u8]) -> bool {
    let long = bytes.iter().filter(|b| **b >= 0xE0).count();
    long >= 2 && std::str::from_utf8(bytes).is_ok()
}

/// What the bytes are, by the look of them. A reading with characters that no writer has (private use) is the last resort.
fn detected(bytes: &[u8]) -> Option<String> {
    let guesses = [detect(bytes, true), detect(bytes, false), Some(GB18030), Some(BIG5)];
    let mut readings = guesses.into_iter().flatten().filter_map(|encoding| strict(encoding, bytes));
    let first = readings.next()?;
    let odd = |text: &str| text.chars().any(|c| matches!(c, '\u{E000}'..='\u{F8FF}'));
    if !odd(&first) {
        return Some(first);
    }
    Some(readings.find(|text| !odd(text)).unwrap_or(first))
}

fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
}

fn detect(bytes: &[u8], with_hint: bool) -> Option<&'static Encoding> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(LOOKED_AT)], bytes.len() <= LOOKED_AT);
    // Short unlabelled bytes are mostly Coremail's raw GBK headers: the hint decides only where the detector doubts.
    let hint: Option<&[u8]> = if with_hint && bytes.len() < 64 { Some(b"cn") } else { None };
    let guess = detector.guess(hint, Utf8Detection::Allow);
    if guess == GBK { Some(GB18030) } else { Some(guess) }
}

fn ascii(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

/// HZ (RFC 1843): GB 2312 in seven bits between `~{` and `~}`. No library kept it, because browsers may not have it.
fn decode_hz(bytes: &[u8]) -> String {
    let mut eight = Vec::with_capacity(bytes.len());
    let (mut i, mut double) = (0, false);
    while i < bytes.len() {
        match (bytes[i], bytes.get(i + 1)) {
            (b'~', Some(b'{')) => (double, i) = (true, i + 2),
            (b'~', Some(b'}')) => (double, i) = (false, i + 2),
            (b'~', Some(b'~')) if !double => {
                eight.push(b'~');
                i += 2;
            }
            (b'~', Some(b'\n')) if !double => i += 2,
            (b'\n', _) => {
                eight.push(b'\n');
                (double, i) = (false, i + 1);
            }
            (a, Some(b)) if double => {
                eight.extend([a | 0x80, b | 0x80]);
                i += 2;
            }
            (a, _) => {
                eight.push(a);
                i += 1;
            }
        }
    }
    GB18030.decode_without_bom_handling(&eight).0.into_owned()
}

/// ISO-2022-KR (RFC 1557): EUC-KR in seven bits between shift-out and shift-in. Dropped by browsers too.
fn decode_iso_2022_kr(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\x1B$)C").unwrap_or(bytes);
    let mut double = false;
    let mut eight = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            0x0E => double = true,
            0x0F => double = false,
            b'\n' => {
                double = false;
                eight.push(b'\n');
            }
            byte if double => eight.push(byte | 0x80),
            byte => eight.push(*byte),
        }
    }
    EUC_KR.decode_without_bom_handling(&eight).0.into_owned()
}
