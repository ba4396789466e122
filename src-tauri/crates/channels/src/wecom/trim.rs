//! Cutting a text where a person sees one character end.

use unicode_segmentation::UnicodeSegmentation;

const CUT: &str = "…";

/// The text if it has at most `most` bytes of UTF-8; else its beginning with an ellipsis, together at most as many.
#[must_use]
pub(super) fn trim_bytes(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let Some(room) = most.checked_sub(CUT.len()) else { return String::new() };
    let end = last_end(text, |end| end <= room);
    format!("{}{CUT}", text[..end].trim_end())
}

fn last_end(text: &str, fits: impl Fn(usize) -> bool) -> usize {
    let ends = text.grapheme_indices(true).map(|(at, cluster)| at + cluster.len());
    ends.take_while(|end| fits(*end)).last().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("短", 3, "短")]
    #[case("短信", 5, "…")]
    #[case("短信息", 8, "短…")]
    #[case("ok 👨‍👩‍👧", 20, "ok…")]
    #[case("ok 👨‍👩‍👧", 21, "ok 👨‍👩‍👧")]
    #[case("long", 2, "")]
    fn a_character_is_kept_whole_or_not_at_all(#[case] text: &str, #[case] most: usize, #[case] cut: &str) {
        assert_eq!(trim_bytes(text, most), cut, "{text} in {most} bytes");
    }

    proptest! {
        #[test]
        fn nothing_is_ever_longer_than_it_may_be(text in any::<String>(), most in 0_usize..40) {
            let cut = trim_bytes(&text, most);
            prop_assert!(cut.len() <= most, "{} bytes of {most}", cut.len());
            prop_assert!(text.starts_with(cut.trim_end_matches('…')), "only the end is cut");
        }
    }
}
