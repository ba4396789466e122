//! Making a text harmless: no mark, mention, link or line break of it reaches the group.
//!
//! The platform documents no way to escape, so each sign that could start something is replaced by its full-width
//! twin, which looks the same and does nothing.

use std::iter::once;

/// The text on one line, without anything that a client could take as markup, as a mention or as an address.
#[must_use]
pub(super) fn neutral(text: &str) -> String {
    let shown: Vec<char> = text.chars().filter_map(shown).collect();
    let mut out = String::with_capacity(text.len());
    for (at, c) in shown.iter().copied().enumerate() {
        let before = at.checked_sub(1).and_then(|at| shown.get(at)).copied();
        let after = shown.get(at + 1).copied();
        match c {
            ' ' if before.is_none_or(|b| b == ' ') => {}
            '.' | '。' | '．' | '｡' if joins_labels(&shown, at) => out.push('·'),
            ':' if after == Some('/') => out.push('：'),
            '_' if before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric) => {
                out.push('_');
            }
            c => out.push(twin(c)),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// What is left of a character: line breaks and tabs are spaces; what steers the direction of writing, hides or
/// cannot be seen is gone, but for the joiners that scripts and emoji need.
fn shown(c: char) -> Option<char> {
    match c {
        '\u{200C}' | '\u{200D}' => Some(c),
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' => None,
        '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' => None,
        c if c.is_whitespace() => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    }
}

const fn twin(c: char) -> char {
    match c {
        '<' => '＜',
        '>' => '＞',
        '@' => '＠',
        '&' => '＆',
        '#' => '＃',
        '*' => '＊',
        '_' => '＿',
        '`' => '｀',
        '~' => '～',
        '[' => '［',
        ']' => '］',
        '|' => '｜',
        '\\' => '＼',
        c => c,
    }
}

/// Whether the dot at `at` could be one of a host's name: `evil.example`, also with the dots that browsers read as
/// one; `12.40` is a price, `10.0.0.1` an address.
fn joins_labels(shown: &[char], at: usize) -> bool {
    let Some((before, after)) = at.checked_sub(1).and_then(|b| Some((shown.get(b)?, shown.get(at + 1)?)))
    else {
        return false;
    };
    if !(before.is_alphanumeric() && after.is_alphanumeric()) {
        return false;
    }
    if shown[at] != '.' {
        return before.is_ascii() && after.is_ascii();
    }
    let number = |c: &char| c.is_ascii_digit() || *c == '.';
    if !(number(before) && number(after)) {
        return true;
    }
    let left = shown[..at].iter().rev().take_while(|c| number(c));
    let right = shown[at + 1..].iter().take_while(|c| number(c));
    left.chain(once(&'.')).chain(right).filter(|c| **c == '.').count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("<@all> 快看", "＜＠all＞ 快看")]
    #[case("&lt;@all&gt;", "＆lt;＠all＆gt;")]
    #[case("**急** `x` # y ~~z~~", "＊＊急＊＊ ｀x｀ ＃ y ～～z～～")]
    #[case("[免费](https://evil.example/a)", "［免费］(https：//evil·example/a)")]
    #[case("evil.example www.evil.cn", "evil·example www·evil·cn")]
    #[case("evil。example 好。的", "evil·example 好。的")]
    #[case("http://10.0.0.1/x", "http：//10·0·0·1/x")]
    #[case("<font color=\"warning\">退款</font>", "＜font color=\"warning\"＞退款＜/font＞")]
    #[case("a\r\n# b\u{2028}c\td", "a ＃ b c d")]
    #[case("\u{202E}txt\u{200B}.exe", "txt·exe")]
    #[case("12.40 SGD, SKU WH_01-S", "12.40 SGD, SKU WH_01-S")]
    #[case("__bold__", "＿＿bold＿＿")]
    #[case("👨‍👩‍👧 ok.", "👨‍👩‍👧 ok.")]
    #[case(" \n ", "")]
    fn what_a_buyer_writes_does_nothing(#[case] text: &str, #[case] harmless: &str) {
        assert_eq!(neutral(text), harmless, "buyers must not ping the group, plant links or draw lines");
    }

    proptest! {
        #[test]
        fn no_text_keeps_a_sign_that_starts_something(text in "(?s:.{0,60})") {
            let out = neutral(&text);
            prop_assert!(!out.contains(['<', '>', '@', '&', '#', '*', '`', '[', ']', '|', '\n', '\r']), "{out:?}");
            prop_assert!(!out.contains("://"), "{out:?}");
            prop_assert_eq!(neutral(&out), out.clone(), "once is enough");
        }

        #[test]
        fn no_host_name_survives(label in "[a-z0-9]{1,8}", top in "[a-z]{2,6}", around in "[ ,，(]?") {
            let out = neutral(&format!("看{around}{label}.{top}/x"));
            prop_assert!(!out.contains('.'), "a client makes a link of it: {}", out);
        }
    }
}
