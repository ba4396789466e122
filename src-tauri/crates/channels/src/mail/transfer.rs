//! Base64 and quoted-printable, read leniently: junk is skipped, padding may be missing, a soft break may split
//! anything.

/// Decodes base64, ignoring every character outside its alphabet. Padding ends a group; a new group may follow, as
/// senders glue encoded pieces together.
pub(crate) fn base64(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len() / 4 * 3);
    let (mut word, mut bits) = (0_u32, 0_u32);
    for byte in input {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                (word, bits) = (0, 0);
                continue;
            }
            _ => continue,
        };
        word = (word << 6) | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((word >> bits).to_le_bytes()[0]);
            word &= (1 << bits) - 1;
        }
    }
    out
}

/// Whether a text that is declared as base64 is some: words have blanks and marks between them, and would become garbage.
pub(crate) fn is_base64(input: &[u8]) -> bool {
    let letter = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'=');
    let letters = input.iter().filter(letter).count();
    let junk = input.iter().filter(|b| !letter(b) && !matches!(b, b'\r' | b'\n' | b'\t' | 0)).count();
    junk * 8 <= letters
}

/// Decodes quoted-printable. `=` before a line end joins lines; a lone `=` stays as it is.
pub(crate) fn quoted_printable(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len());
    let mut i = 0;
    while i < input.len() {
        if input[i] != b'=' {
            out.push(input[i]);
            i += 1;
            continue;
        }
        if let Some(byte) = hex_pair(input, i + 1) {
            out.push(byte);
            i += 3;
        } else if let Some(next) = soft_break(input, i + 1) {
            i = next;
        } else {
            out.push(b'=');
            i += 1;
        }
    }
    out
}

/// The byte that two hexadecimal digits at `at` name.
pub(crate) fn hex_pair(input: &[u8], at: usize) -> Option<u8> {
    Some(hex(*input.get(at)?)? << 4 | hex(*input.get(at + 1)?)?)
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// The place after a soft break at `at`: blanks, then a line end or the end of the text.
fn soft_break(input: &[u8], mut at: usize) -> Option<usize> {
    while matches!(input.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    match (input.get(at), input.get(at + 1)) {
        (None, _) => Some(at),
        (Some(b'\r'), Some(b'\n')) => Some(at + 2),
        (Some(b'\n' | b'\r'), _) => Some(at + 1),
        _ => None,
    }
}
