//! Cutting text into what the index is made of.
//!
//! unicode61 takes a run of Chinese for one word, and trigrams are blind to words of two characters, which most
//! Chinese words are. So a run of CJK becomes its overlapping pairs in sequence, then its last character alone;
//! everything else is left to unicode61. 退款很慢 gives `退款 款很 很慢 慢`: a phrase of pairs finds any piece of two or
//! more characters, and the closing single one keeps the pairs of two runs from standing side by side.

/// A text as the index takes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cut {
    /// The words in sequence.
    pub text: String,
    /// Each CJK character once: a search for one character reads from here.
    pub chars: String,
}

/// Cuts a text.
#[must_use]
pub fn cut(text: &str) -> Cut {
    let mut out = Cut { text: String::with_capacity(text.len() + text.len() / 2), chars: String::new() };
    let mut seen: Vec<char> = Vec::new();
    let mut last: Option<char> = None;
    for c in text.chars().filter_map(fold) {
        if is_cjk(c) {
            match last {
                Some(before) => push_pair(&mut out.text, before, c),
                None => out.text.push(' '),
            }
            last = Some(c);
            seen.push(c);
        } else {
            close(&mut out.text, &mut last);
            out.text.push(c);
        }
    }
    close(&mut out.text, &mut last);
    seen.sort_unstable();
    seen.dedup();
    for c in seen {
        out.chars.push(c);
        out.chars.push(' ');
    }
    out
}

fn push_pair(out: &mut String, a: char, b: char) {
    out.push(a);
    out.push(b);
    out.push(' ');
}

/// Ends a run with its last character alone.
fn close(out: &mut String, last: &mut Option<char>) {
    if let Some(c) = last.take() {
        out.push(c);
        out.push(' ');
    }
}

/// One character as the index knows it; none for what is not written in the index at all. unicode61 lowers the case
/// and takes accents off Latin letters; this does what it leaves.
pub(crate) fn fold(c: char) -> Option<char> {
    Some(match c {
        '\0' => ' ',
        // Full-width forms, which Chinese keyboards produce, are the same letters and digits.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0)?,
        // Arabic: vowel marks and the lengthening stroke are ornaments; the seats of hamza are written either way.
        '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' => return None,
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' => 'ي',
        'ة' => 'ه',
        // Russians write е for ё.
        'ё' => 'е',
        'Ё' => 'Е',
        _ => c,
    })
}

/// Chinese, Japanese and Korean letters: scripts written without blanks, or (Korean) glued to their particles.
/// Only letters: a mark that unicode61 takes for a blank would tear a pair apart.
pub(crate) const fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}'
        | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}'
        | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
        | '\u{3105}'..='\u{312f}' | '\u{3131}'..='\u{318e}' | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97c}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{ffa0}'..='\u{ffdc}'
        | '\u{20000}'..='\u{323af}')
}
