//! The word list and the search for it.

use super::Hit;
use super::tokens::{Token, tokens};
use domain::Sensitive;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// At most so many words may stand where a phrase has `..`.
const GAP: usize = 3;

#[derive(Deserialize)]
struct File {
    languages: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// One place of a phrase.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// Exactly this word.
    Word(String),
    /// A word that starts like this; written `refund*`.
    Stem(String),
    /// Up to [`GAP`] words; written `..`.
    Gap,
}

#[derive(Debug)]
struct Phrase {
    parts: Vec<Part>,
    /// None: it only looks sensitive.
    kind: Option<Sensitive>,
    language: String,
}

/// All phrases, found by the first letter of their first word.
#[derive(Debug)]
pub(super) struct Lexicon {
    by_letter: HashMap<char, Vec<Phrase>>,
}

impl Lexicon {
    pub(super) fn shipped() -> Self {
        let file: File = serde_json::from_str(include_str!("../../data/sensitive.json"))
            .expect("data/sensitive.json is part of the program and read by its tests");
        let mut by_letter: HashMap<char, Vec<Phrase>> = HashMap::new();
        for (language, lists) in file.languages {
            for (name, phrases) in lists {
                for phrase in phrases {
                    let parts = parts(&phrase);
                    let Some(Part::Word(first) | Part::Stem(first)) = parts.first() else { continue };
                    let Some(letter) = first.chars().next() else { continue };
                    let (kind, language) = (Sensitive::parse(&name), language.clone());
                    by_letter.entry(letter).or_default().push(Phrase { parts, kind, language });
                }
            }
        }
        Self { by_letter }
    }

    pub(super) fn detect(&self, text: &str) -> Vec<Hit> {
        let words = tokens(text);
        let mut found: Vec<(Range<usize>, &Phrase)> = Vec::new();
        for start in 0..words.len() {
            for phrase in self.candidates(&words[start]) {
                if let Some(end) = ends_at(&phrase.parts, &words, start) {
                    found.push((start..end, phrase));
                }
            }
        }
        // Longer finds first: what lies within one says nothing of its own.
        found.sort_by_key(|(range, phrase)| (std::cmp::Reverse(range.len()), range.start, phrase.kind));
        let mut kept: Vec<(Range<usize>, &Phrase)> = Vec::new();
        for (range, phrase) in found {
            if !kept.iter().any(|(over, _)| over.start <= range.start && range.end <= over.end) {
                kept.push((range, phrase));
            }
        }
        kept.sort_by_key(|(range, _)| range.start);
        kept.into_iter().filter_map(|(range, phrase)| hit(text, &words, range, phrase)).collect()
    }

    fn candidates<'a>(&'a self, token: &'a Token) -> impl Iterator<Item = &'a Phrase> {
        let mut letters: Vec<char> = token.forms.iter().filter_map(|form| form.chars().next()).collect();
        letters.sort_unstable();
        letters.dedup();
        letters.into_iter().filter_map(|letter| self.by_letter.get(&letter)).flatten()
    }
}

fn hit(text: &str, words: &[Token], range: Range<usize>, phrase: &Phrase) -> Option<Hit> {
    let (first, last) = (words.get(range.start)?, words.get(range.end.checked_sub(1)?)?);
    let (from, to) = (first.from, last.to);
    Some(Hit {
        kind: phrase.kind?,
        language: phrase.language.clone(),
        from,
        to,
        words: text.get(from..to)?.to_owned(),
    })
}

/// The index after the last word if the parts match from `start`; a phrase never runs over the end of a sentence.
fn ends_at(parts: &[Part], words: &[Token], start: usize) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return Some(start) };
    let unbroken = |index: usize| words.get(index).is_some_and(|word| !word.after_break);
    let matches = |index: usize, part: &Part| {
        words.get(index).is_some_and(|word| {
            word.forms.iter().any(|form| match part {
                Part::Word(text) => form == text,
                Part::Stem(text) => form.starts_with(text.as_str()),
                Part::Gap => false,
            })
        })
    };
    if *part == Part::Gap {
        let reach = (0..=GAP).take_while(|skip| *skip == 0 || unbroken(start + skip - 1));
        return reach.into_iter().find_map(|skip| ends_at(rest, words, start + skip));
    }
    if !matches(start, part) {
        return None;
    }
    if !rest.is_empty() && !unbroken(start + 1) {
        return None;
    }
    ends_at(rest, words, start + 1)
}

fn parts(phrase: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for piece in phrase.split_whitespace() {
        if piece == ".." {
            parts.push(Part::Gap);
            continue;
        }
        let stem = piece.ends_with('*');
        let words = tokens(piece.trim_end_matches('*'));
        let last = words.len().saturating_sub(1);
        for (index, mut word) in words.into_iter().enumerate() {
            let text = word.forms.swap_remove(0);
            parts.push(if stem && index == last { Part::Stem(text) } else { Part::Word(text) });
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_speaks_of_every_kind() {
        let lexicon = Lexicon::shipped();
        let mut seen: BTreeMap<&str, Vec<Sensitive>> = BTreeMap::new();
        for phrase in lexicon.by_letter.values().flatten() {
            seen.entry(&phrase.language).or_default().extend(phrase.kind);
        }
        assert_eq!(
            seen.keys().copied().collect::<Vec<_>>(),
            ["ar", "de", "en", "es", "fr", "pt", "ru", "zh"]
        );
        for (language, kinds) in &mut seen {
            kinds.sort();
            kinds.dedup();
            assert_eq!(kinds.len(), 4, "{language} has words for {kinds:?} only");
        }
    }

    #[test]
    fn a_list_with_a_wrong_name_would_be_noticed() {
        let file: File = serde_json::from_str(include_str!("../../data/sensitive.json")).unwrap();
        for (language, lists) in &file.languages {
            for name in lists.keys() {
                assert!(name == "not" || Sensitive::parse(name).is_some(), "{language} has a list {name:?}");
            }
        }
    }
}
