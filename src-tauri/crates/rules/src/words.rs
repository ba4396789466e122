//! Looking for a team's words in a text, without regard to case and accents.

use crate::sensitive::fold::{Class, class, fold};

/// Those of `words` that the text has. A word is found where a word begins ("refund" in "refunds", not in
/// "prefund"), Han characters anywhere.
pub(crate) fn found<'a>(text: &str, words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let text = folded(text);
    words.into_iter().filter(|word| has(&text, &folded(word))).map(str::to_owned).collect()
}

/// Whether nothing in a word could ever be found.
pub(crate) fn is_blank(word: &str) -> bool {
    folded(word).is_empty()
}

fn has(text: &str, word: &str) -> bool {
    let is_han = |c: char| class(c) == Class::Han;
    let Some(first) = word.chars().next() else { return false };
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        is_han(first) || before.is_none_or(|before| before == ' ' || is_han(before))
    })
}

fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match class(c) {
            Class::Letter | Class::Han => fold(c, &mut out),
            Class::Nothing => {}
            Class::Space | Class::Break => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Where are my REFUNDS?", "refund", true)]
    #[case("prefund", "refund", false)]
    #[case("我要退款了", "退款", true)]
    #[case("Devolución", "devolucion", true)]
    #[case("line-ID: x", "line id", true)]
    #[case("online idea", "line id", false)]
    #[case("anything", " - ", false)]
    fn a_word_is_found_where_one_begins(#[case] text: &str, #[case] word: &str, #[case] is_there: bool) {
        assert_eq!(!found(text, [word]).is_empty(), is_there, "{word:?} in {text:?}");
    }
}
