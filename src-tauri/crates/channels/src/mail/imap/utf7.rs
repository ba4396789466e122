//! Folder names on the wire: modified UTF-7 (RFC 3501 §5.1.3).

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// A folder name as people write it, for the wire.
#[must_use]
pub fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut wide: Vec<u16> = Vec::new();
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut wide, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            wide.extend(c.encode_utf16(&mut [0; 2]).iter());
        }
    }
    flush(&mut wide, &mut out);
    out
}

fn flush(wide: &mut Vec<u16>, out: &mut String) {
    if wide.is_empty() {
        return;
    }
    out.push('&');
    let (mut word, mut bits) = (0_u32, 0_u32);
    for unit in wide.drain(..) {
        word = (word << 16) | u32::from(unit);
        bits += 16;
        while bits >= 6 {
            bits -= 6;
            out.push(letter(word >> bits));
            word &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        out.push(letter(word << (6 - bits)));
    }
    out.push('-');
}

fn letter(six: u32) -> char {
    char::from(ALPHABET[usize::from((six & 63).to_le_bytes()[0])])
}

/// A folder name from the wire. A name that is not modified UTF-7 is returned as it is: a server that breaks the
/// rule still wants its own spelling back.
#[must_use]
pub fn decode(name: &str) -> String {
    try_decode(name).unwrap_or_else(|| name.to_owned())
}

fn try_decode(name: &str) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((plain, tail)) = rest.split_once('&') {
        out.push_str(plain);
        let (coded, after) = tail.split_once('-')?;
        if coded.is_empty() {
            out.push('&')
        } else {
            out.push_str(&units(coded)?)
        }
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

fn units(coded: &str) -> Option<String> {
    let (mut word, mut bits, mut wide) = (0_u32, 0_u32, Vec::new());
    for byte in coded.bytes() {
        let six = ALPHABET.iter().position(|a| *a == byte)?;
        word = (word << 6) | u32::try_from(six).ok()?;
        bits += 6;
        if bits >= 16 {
            bits -= 16;
            wide.push(u16::try_from(word >> bits).ok()?);
            word &= (1 << bits) - 1;
        }
    }
    String::from_utf16(&wide).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("INBOX", "INBOX")]
    #[case("垃圾邮件", "&V4NXPpCuTvY-")]
    #[case("A&B", "A&-B")]
    #[case("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-")]
    #[case("😀", "&2D3eAA-")]
    fn a_folder_name_goes_there_and_back(#[case] name: &str, #[case] wire: &str) {
        assert_eq!(encode(name), wire, "as the server knows it");
        assert_eq!(decode(wire), name, "as people read it");
    }

    #[rstest]
    #[case("R&D")]
    #[case("&!!-")]
    #[case("&2D0-")]
    fn a_name_that_is_no_utf_7_stays_as_it_is(#[case] wire: &str) {
        assert_eq!(decode(wire), wire, "the server's own spelling");
    }
}
