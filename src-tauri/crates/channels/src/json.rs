//! JSON as platforms really write it.

use domain::{Flaw, UnreadableCause};
use serde_json::Value;

/// A payload of more objects than this is a bomb: each costs hundreds of bytes once it is read.
const MAX_OBJECTS: usize = 20_000;
/// A payload of more values than this is one as well, however small each is.
const MAX_VALUES: usize = 200_000;
/// A payload with more entries than this is none of the platforms', whose pages have a hundred at most.
pub(crate) const MAX_ENTRIES: usize = 1_000;

/// Reads JSON. Two faults of real senders are forgiven: a byte-order mark before it, and half of a surrogate pair (an
/// emoji that somebody cut in two), which becomes U+FFFD. Everything else is refused.
///
/// # Errors
/// What is wrong and where.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, Flaw> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(UnreadableCause::Empty.because("nothing in it"));
    }
    if bytes.iter().filter(|byte| **byte == b'{').count() > MAX_OBJECTS {
        return Err(Flaw::too_large("built of too many objects"));
    }
    if bytes.iter().filter(|byte| matches!(byte, b',' | b'[')).count() > MAX_VALUES {
        return Err(Flaw::too_large("built of too many values"));
    }
    serde_json::from_slice(bytes).or_else(|error| {
        without_half_pairs(bytes)
            .and_then(|mended| serde_json::from_slice(&mended).ok())
            .ok_or_else(|| UnreadableCause::NotJson.because(format!("not JSON: {error}")))
    })
}

/// The text with each half of a `\ud83d\ude00` pair that stands alone replaced; none if there is none.
fn without_half_pairs(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let (mut at, mut mended) = (0, false);
    while at < bytes.len() {
        let step = match unit(bytes, at) {
            Some(0xD800..=0xDBFF) if matches!(unit(bytes, at + 6), Some(0xDC00..=0xDFFF)) => 12,
            Some(0xD800..=0xDFFF) => {
                out.extend_from_slice(b"\\uFFFD");
                mended = true;
                at += 6;
                continue;
            }
            Some(_) => 6,
            // A backslash takes the next byte with it, so that `\\u` is no escape.
            None if bytes[at] == b'\\' => 2,
            None => 1,
        };
        let end = (at + step).min(bytes.len());
        out.extend_from_slice(&bytes[at..end]);
        at = end;
    }
    mended.then_some(out)
}

/// The number of the `\uXXXX` at this place.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok().filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("\u{feff}{\"a\":1}", r#"{"a":1}"#)]
    #[case(r#"{"a":"\ud83d"}"#, r#"{"a":"\uFFFD"}"#)]
    #[case(r#"{"a":"\ude00 \ud83d\ude00 \ud83dx"}"#, r#"{"a":"\uFFFD \ud83d\ude00 \uFFFDx"}"#)]
    #[case(r#"{"a":"\\ud83d"}"#, r#"{"a":"\\ud83d"}"#)]
    fn a_mark_and_half_an_emoji_are_forgiven(#[case] sent: &str, #[case] meant: &str) {
        let meant: Value = serde_json::from_str(meant).unwrap();
        assert_eq!(parse(sent.as_bytes()), Ok(meant), "a buyer's message is not lost for half an emoji");
    }

    #[rstest]
    #[case("1,")]
    #[case("[],")]
    #[case("{},")]
    fn a_bomb_of_small_values_is_not_read(#[case] value: &str) {
        let bomb = format!("[{}1]", value.repeat(MAX_VALUES));
        let cause = parse(bomb.as_bytes()).map_err(|flaw| flaw.cause);
        assert_eq!(cause, Err(UnreadableCause::TooLarge), "each would cost ten times its bytes");
    }

    #[rstest]
    #[case("", UnreadableCause::Empty, "nothing in it")]
    #[case(" \r\n", UnreadableCause::Empty, "nothing in it")]
    #[case("{", UnreadableCause::NotJson, "not JSON: EOF while parsing an object at line 1 column 1")]
    #[case(
        "{\"a\":\"\u{0}\"}",
        UnreadableCause::NotJson,
        "not JSON: control character (\\u0000-\\u001F) found while parsing a string at line 1 column 7"
    )]
    fn anything_else_is_refused_with_the_place(
        #[case] sent: &str,
        #[case] cause: UnreadableCause,
        #[case] why: &str,
    ) {
        assert_eq!(parse(sent.as_bytes()), Err(cause.because(why)), "a person can look there");
    }
}
