//! What somebody typed, as a question to FTS5 in the same cut as the index. Whatever is typed, the question is valid.

use super::cut::{fold, is_cjk};
use super::index::{direction_tag, store_tag};
use crate::{Direction, SearchFilter};

/// No message is found better by more; a pasted page must not become a question of thousands of words.
const LONGEST: usize = 300;
/// A beginning of fewer letters would collect a large part of the index before the first hit.
const SHORTEST_BEGINNING: usize = 3;

/// A piece of a term: a run of CJK, or anything else that has a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A run of CJK characters.
    Cjk(Vec<char>),
    /// Words of other scripts, perhaps with signs between them.
    Words(String),
}

/// What stands between blanks, or in quotes: its pieces must follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) pieces: Vec<Piece>,
    /// The last word may be the beginning of one.
    pub(crate) beginning: bool,
}

/// Reads what was typed.
pub(crate) fn terms(typed: &str, typing: bool) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let folded: String = typed.chars().take(LONGEST).filter_map(fold).collect();
    let quoted = folded.split(['"', '“', '”', '„', '«', '»']);
    for (n, part) in quoted.enumerate() {
        if n % 2 == 1 {
            terms.extend(term(part));
        } else {
            terms.extend(part.split_whitespace().filter_map(term));
        }
    }
    let open = typing && folded.ends_with(|c: char| c.is_alphanumeric());
    if let Some(last) = terms.last_mut().filter(|_| open) {
        last.beginning = matches!(last.pieces.last(),
            Some(Piece::Words(words)) if last_word_len(words) >= SHORTEST_BEGINNING);
    }
    terms
}

fn last_word_len(words: &str) -> usize {
    words.chars().rev().take_while(|c| c.is_alphanumeric()).count()
}

/// The pieces of one term; none if it has no letter and no digit.
fn term(text: &str) -> Option<Term> {
    let mut pieces: Vec<Piece> = Vec::new();
    for c in text.chars() {
        match (pieces.last_mut(), is_cjk(c)) {
            (Some(Piece::Cjk(run)), true) => run.push(c),
            (Some(Piece::Words(words)), false) => words.push(c),
            (_, true) => pieces.push(Piece::Cjk(vec![c])),
            (_, false) => pieces.push(Piece::Words(c.to_string())),
        }
    }
    pieces.retain(|piece| match piece {
        Piece::Cjk(_) => true,
        Piece::Words(words) => words.contains(char::is_alphanumeric),
    });
    (!pieces.is_empty()).then_some(Term { pieces, beginning: false })
}

impl Term {
    /// This term in FTS5's language.
    fn matching(&self) -> String {
        if let [Piece::Cjk(run)] = self.pieces.as_slice()
            && let [c] = run.as_slice()
        {
            return quote("chars", &c.to_string(), false);
        }
        let (mut words, mut open) = (Vec::new(), self.beginning);
        for (n, piece) in self.pieces.iter().enumerate() {
            let last = n + 1 == self.pieces.len();
            match piece {
                Piece::Words(text) => words.push(text.clone()),
                Piece::Cjk(run) => {
                    words.extend(run.windows(2).map(|pair| pair.iter().collect()));
                    // Inside a term the run ends here, as it does in the text; at its end it may go on there.
                    let alone = run.len() == 1;
                    if !last || alone {
                        words.extend(run.last().map(char::to_string));
                    }
                    open |= last && alone;
                }
            }
        }
        quote("text", &words.join(" "), open)
    }
}

/// A phrase of one column. Quotes cannot be in it: terms are split at them.
fn quote(column: &str, phrase: &str, open: bool) -> String {
    let star = if open { " *" } else { "" };
    [column, " : \"", &phrase.replace('"', " "), "\"", star].concat()
}

/// The whole question; none if nothing that could be found was typed.
pub(crate) fn question(terms: &[Term], filter: &SearchFilter) -> Option<String> {
    if terms.is_empty() {
        return None;
    }
    let mut parts: Vec<String> = terms.iter().map(Term::matching).collect();
    if let Some(store) = filter.store {
        parts.push(quote("tags", &store_tag(store.0), false));
    }
    if let Some(direction) = filter.direction {
        parts.push(quote("tags", direction_tag(direction == Direction::In), false));
    }
    Some(parts.join(" AND "))
}
