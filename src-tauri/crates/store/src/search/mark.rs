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
    /// Its letters, in [`Tokens::letters`].
    word: Range<usize>,
    at: Range<usize>,
    /// A CJK character right after another: the two are a pair of the index.
    glued: bool,
}

/// A text in pieces. The letters of all of them lie in one place: a page of hits has thousands.
#[derive(Debug, Default)]
struct Tokens {
    letters: Vec<char>,
    tokens: Vec<Token>,
}

impl Tokens {
    /// Splits like the index: CJK characters one by one, other words whole, in small letters and without accents.
    fn of(text: &[char]) -> Self {
        let mut out =
            Self { letters: Vec::with_capacity(text.len()), tokens: Vec::with_capacity(text.len()) };
        let (mut open, mut run) = (false, false);
        for (n, c) in text.iter().enumerate() {
            let Some(c) = fold(*c) else { continue };
            let glued = std::mem::replace(&mut run, is_cjk(c));
            if run {
                out.begin(n, glued);
                out.go_on(n, [c]);
                open = false;
            } else if is_accent(c) {
                // Part of the word before it, and not written in the index.
                if open {
                    out.go_on(n, []);
                }
            } else if c.is_alphanumeric() {
                if !open {
                    out.begin(n, false);
                }
                out.go_on(n, c.to_lowercase().map(plain));
                open = true;
            } else {
                open = false;
            }
        }
        out
    }

    fn begin(&mut self, n: usize, glued: bool) {
        let from = self.letters.len();
        self.tokens.push(Token { word: from..from, at: n..n, glued });
    }

    fn go_on(&mut self, n: usize, letters: impl IntoIterator<Item = char>) {
        self.letters.extend(letters);
        if let Some(token) = self.tokens.last_mut() {
            token.word.end = self.letters.len();
            token.at.end = n + 1;
        }
    }

    fn word(&self, token: &Token) -> &[char] {
        &self.letters[token.word.clone()]
    }
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

/// The words of a term in the same form. Between its pieces nothing is glued.
fn wanted(term: &Term) -> Tokens {
    let mut words = Tokens::default();
    for piece in &term.pieces {
        let Tokens { letters, tokens } = match piece {
            Piece::Cjk(run) => Tokens::of(run),
            Piece::Words(text) => Tokens::of(&text.chars().collect::<Vec<char>>()),
        };
        let before = words.letters.len();
        words.letters.extend(letters);
        let moved =
            |token: Token| Token { word: token.word.start + before..token.word.end + before, ..token };
        words.tokens.extend(tokens.into_iter().map(moved));
    }
    words
}

/// The words of a question, ready to be found in text after text.
#[derive(Debug)]
pub(crate) struct Marker {
    /// The words of each term, and whether the last of them may be the beginning of one.
    terms: Vec<(Tokens, bool)>,
}

impl Marker {
    pub(crate) fn new(terms: &[Term]) -> Self {
        let words = terms.iter().map(|term| (wanted(term), term.beginning));
        Self { terms: words.filter(|(words, _)| !words.tokens.is_empty()).collect() }
    }

    /// Where the terms stand in a text, in characters, in order and not overlapping.
    pub(crate) fn marks(&self, text: &[char]) -> Vec<Range<usize>> {
        let text = Tokens::of(text);
        let mut found: Vec<Range<usize>> = Vec::new();
        for (words, beginning) in &self.terms {
            let last = words.tokens.len() - 1;
            for window in text.tokens.windows(last + 1) {
                // What comes before the first word is no matter.
                let fits = |(n, (token, wanted)): (usize, (&Token, &Token))| {
                    let (is, want) = (text.word(token), words.word(wanted));
                    (n == 0 || token.glued == wanted.glued)
                        && (is == want || (*beginning && n == last && is.starts_with(want)))
                };
                if window.iter().zip(&words.tokens).enumerate().all(fits) {
                    found.push(window[0].at.start..window[last].at.end);
                }
            }
        }
        merged(found)
    }

    /// A piece of the text around the first hit, with the hits in it marked.
    pub(crate) fn snippet(&self, text: &str) -> Snippet {
        let chars: Vec<char> = text.chars().collect();
        snippet(&chars, &self.marks(&chars))
    }
}

/// In order, those that touch made one.
fn merged(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
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

fn snippet(chars: &[char], marks: &[Range<usize>]) -> Snippet {
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
