//! Which characters of a found text are the hit, and the piece of it to show.

use super::cut::{fold, is_cjk};
use super::query::{Piece, Term};
use crate::Snippet;
use std::ops::Range;

/// Characters shown before the first hit.
const BEFORE: usize = 24;
/// Characters shown in all.
const SHOWN: usize = 120;

/// A word or one CJK character, with the characters of the text that it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    word: String,
    at: Range<usize>,
    /// A CJK character right after another: the two are a pair of the index.
    glued: bool,
}

/// Splits like the index: CJK characters one by one, other words whole, in small letters and without accents.
fn tokens(text: &[char]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let (mut open, mut run) = (false, false);
    for (n, c) in text.iter().enumerate() {
        let Some(c) = fold(*c) else { continue };
        let glued = std::mem::replace(&mut run, is_cjk(c));
        if run {
            out.push(Token { word: c.to_string(), at: n..n + 1, glued });
            open = false;
        } else if is_accent(c) {
            // Part of the word before it, and not written in the index.
            if let Some(token) = out.last_mut().filter(|_| open) {
                token.at.end = n + 1;
            }
        } else if c.is_alphanumeric() {
            if !open {
                out.push(Token { word: String::new(), at: n..n, glued: false });
            }
            if let Some(token) = out.last_mut() {
                token.word.extend(c.to_lowercase().map(plain));
                token.at.end = n + 1;
            }
            open = true;
        } else {
            open = false;
        }
    }
    out
}

const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// A small Latin letter without its accent.
const fn plain(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ'..='ặ' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ'..='ệ' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' => 'h',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ỉ' | 'ị' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ọ'..='ợ' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ụ'..='ự' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' | 'ỳ'..='ỹ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        _ => c,
    }
}

/// The words of a term in the same form.
fn wanted(term: &Term) -> Vec<Token> {
    let mut words = Vec::new();
    for piece in &term.pieces {
        match piece {
            Piece::Cjk(run) => words.extend(tokens(run)),
            Piece::Words(text) => words.extend(tokens(&text.chars().collect::<Vec<char>>())),
        }
    }
    words
}

/// Where the terms stand in a text, in characters, in order and not overlapping.
pub(crate) fn marks(text: &[char], terms: &[Term]) -> Vec<Range<usize>> {
    let tokens = tokens(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    for term in terms {
        let words = wanted(term);
        if words.is_empty() {
            continue;
        }
        for window in tokens.windows(words.len()) {
            // What comes before the first word is no matter.
            let fits = |n: usize, token: &Token| {
                let open = term.beginning && n + 1 == words.len();
                (n == 0 || token.glued == words[n].glued)
                    && (token.word == words[n].word || (open && token.word.starts_with(&words[n].word)))
            };
            if window.iter().enumerate().all(|(n, token)| fits(n, token)) {
                found.push(window[0].at.start..window[words.len() - 1].at.end);
            }
        }
    }
    found.sort_by_key(|range| (range.start, range.end));
    let mut out: Vec<Range<usize>> = Vec::new();
    for range in found {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

/// A piece of the text around the first hit, with the hits in it marked.
pub(crate) fn snippet(text: &str, terms: &[Term]) -> Snippet {
    let chars: Vec<char> = text.chars().collect();
    let marks = marks(&chars, terms);
    let first = marks.first().map_or(0, |range| range.start);
    let mut start = first.saturating_sub(BEFORE);
    if start > 0 {
        // Not in the middle of a word, if one begins soon.
        start += chars[start..first].iter().position(|c| c.is_whitespace() || is_cjk(*c)).unwrap_or(0);
    }
    let end = (start + SHOWN).min(chars.len());
    let lead = usize::from(start > 0);
    let mut piece = String::new();
    piece.extend((start > 0).then_some('…'));
    piece.extend(chars[start..end].iter().map(|c| if *c == '\n' { ' ' } else { *c }));
    piece.extend((end < chars.len()).then_some('…'));
    let shift = |at: usize| u32::try_from(at.clamp(start, end) - start + lead).unwrap_or(u32::MAX);
    let inside = |range: &&Range<usize>| range.start < end && range.end > start;
    let marks = marks.iter().filter(inside).map(|range| (shift(range.start), shift(range.end))).collect();
    Snippet { text: piece, marks }
}
