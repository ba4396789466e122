//! Bytes to text. Labels lie, so the order is: label, valid UTF-8, detector, GB18030, and at last with gaps.

use super::transfer;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252,
};
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
    match short.as_str() {
        "maccyrillic" => return Some("x-mac-cyrillic"),
        "eucjp" | "ujis" => return Some("euc-jp"),
        "euckr" => return Some("euc-kr"),
        "88591" => return Some("iso-8859-1"),
        _ => {}
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
    if label.ends_with("utf-7") || label == "utf7" {
        return bytes.is_ascii().then(|| decode_utf7(bytes));
    }
    if matches!(label, "us-ascii" | "ascii" | "ansi_x3.4-1968") {
        return bytes.is_ascii().then(|| ascii(bytes));
    }
    let Some(encoding) = encoding_of(label) else {
        // UTF-7 and the DOS code pages, which web standards dropped but mails still carry.
        let known = Encoding::for_label(label.as_bytes()) == Some(REPLACEMENT);
        return if known { None } else { charset_decoder(label.as_bytes()).map(|decode| decode(bytes)) };
    };
    if encoding == UTF_16LE || encoding == UTF_16BE {
        return decode_utf16(bytes, label, encoding);
    }
    let letters = if encoding.is_single_byte() { 0xC2 } else { 0xE0 };
    if encoding == WINDOWS_1252 && latin_is_a_lie(bytes)
        || encoding != UTF_8 && is_surely_utf8(bytes, letters)
    {
        return None;
    }
    if let Some(text) = strict(encoding, bytes).or_else(|| cut_off(encoding, bytes)) {
        return Some(text);
    }
    // A cut mail ends inside a character: a few gaps do not make the label a lie.
    let text = encoding.decode_without_bom_handling(bytes).0;
    let gaps = text.chars().filter(|c| *c == '\u{FFFD}').count();
    let wide = text.chars().filter(|c| !c.is_ascii()).count();
    // UTF-8 has rules that no other encoding keeps for long.
    let few = if encoding == UTF_8 { gaps * 3 <= wide } else { gaps * 50 <= wide };
    (std::str::from_utf8(bytes).is_err() && few).then(|| text.into_owned())
}

/// A text of characters of many bytes that ends inside one, as a cut subject does.
fn cut_off(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let cuts = if encoding.is_single_byte() { 1..1 } else { 1..bytes.len().min(4) };
    let mut texts = cuts.filter_map(|cut| strict(encoding, &bytes[..bytes.len() - cut]));
    texts.next().filter(|text| !text.is_ascii()).map(|text| text + "\u{FFFD}")
}

/// UTF-16 without a mark. What has no zero byte and is UTF-8 is that: pages say `unicode` and mean nothing by it.
fn decode_utf16(bytes: &[u8], label: &str, encoding: &'static Encoding) -> Option<String> {
    if !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    let zeros = |at: usize| bytes.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
    // RFC 2781 §4.3: the larger byte comes first, unless the text shows that it does not.
    let encoding = match label {
        _ if label.ends_with("le") || label.ends_with("be") => encoding,
        _ if zeros(1) > zeros(0) => UTF_16LE,
        _ => UTF_16BE,
    };
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
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

/// Whether the bytes are UTF-8 with at least two characters that begin with `from` or more. In another encoding of many
/// bytes, text with characters of three is that by chance about never; in one of single bytes already with those of two.
fn is_surely_utf8(bytes: &[u8], from: u8) -> bool {
    let long = bytes.iter().filter(|b| **b >= from).count();
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

/// UTF-7 (RFC 2152): UTF-16 in base64 between `+` and the first byte that is none of it, which is text unless it is `-`.
fn decode_utf7(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'+' {
            out.push(char::from(bytes[at]));
            at += 1;
            continue;
        }
        let coded = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
        let end = at + 1 + bytes[at + 1..].iter().take_while(coded).count();
        let units = transfer::base64(&bytes[at + 1..end]);
        let units: Vec<u16> =
            units.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        // `+-` stands for a plus.
        if end == at + 1 {
            out.push('+')
        } else {
            out.push_str(&String::from_utf16_lossy(&units))
        }
        at = if bytes.get(end) == Some(&b'-') { end + 1 } else { end };
    }
    out
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

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("utf-7", b"+YKh2hIuiU1U 8211 +XfJT0Y0n", "您的订单 8211 已发货")]
    #[case("unicode-1-1-utf-7", b"1 +- 1 +BBI-x", "1 + 1 Вx")]
    #[case("utf-16", b"\x60\xa8\x76\x84\x00 \x00\n", "您的 \n")]
    #[case("utf-16", b"\xa8\x60\x84\x76 \x00\n\x00", "您的 \n")]
    #[case("ucs-2", b"\x60\xa8\x00 ", "您 ")]
    #[case("unicode", "您的 order".as_bytes(), "您的 order")]
    #[case("windows-1251", "Ваш заказ".as_bytes(), "Ваш заказ")]
    #[case("koi8-r", "Ваш заказ".as_bytes(), "Ваш заказ")]
    #[case("windows-1251", b"\xc2\xe0\xf8 \xe7\xe0\xea\xe0\xe7", "Ваш заказ")]
    #[case("eucjp", b"\xa4\xb4\xc3\xed\xca\xb8", "ご注文")]
    #[case("8859-1", b"se\xf1or", "señor")]
    #[case("utf-8", &"您的订单".as_bytes()[..11], "您的订\u{FFFD}")]
    #[case("utf-8", b"\xe6\x82\xa8\xe7\x9a\x84\xff\xe8\xae\xa2", "您的\u{FFFD}订")]
    #[case("gbk", b"\xc4\xfa\xb5\xc4\xb6", "您的\u{FFFD}")]
    #[case("utf-8", b"caf\xe9", "café")]
    fn a_label_is_believed_as_far_as_the_bytes_agree(
        #[case] label: &str,
        #[case] bytes: &[u8],
        #[case] text: &str,
    ) {
        assert_eq!(decode(bytes, Some(label)), text, "labelled {label}");
    }
}
