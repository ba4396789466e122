//! Messages that must be escalated within 2 h: return, refund, bad-review threat, legal, in eight languages
//! (`docs/RULES.md` §5).
//!
//! A word list, not a guess: it finds words and phrases without regard to case and accents, whatever language the
//! buyer uses, and says which words it found, so that a person can judge. Phrases that only look like it ("in
//! return", "一星期") are listed beside it.

pub(crate) mod fold;
mod lexicon;
mod tokens;

use domain::Sensitive;
use lexicon::Lexicon;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::LazyLock;

static SHIPPED: LazyLock<Lexicon> = LazyLock::new(Lexicon::shipped);

/// Words that make a message sensitive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// What they speak of.
    pub kind: Sensitive,
    /// The language of the list they are in, such as `es`.
    pub language: String,
    /// Where they start, in bytes of the text.
    pub from: usize,
    /// Where they end.
    pub to: usize,
    /// The words as the buyer wrote them.
    pub words: String,
}

/// Everything sensitive in a text, in order. Where one find lies within a longer one, the longer one is meant
/// ("вернуть деньги" is a refund, not a return).
#[must_use]
pub fn detect(text: &str) -> Vec<Hit> {
    SHIPPED.detect(text)
}

/// The kinds of a text, each once, in the order of [`Sensitive`]; empty if there is nothing sensitive in it.
#[must_use]
pub fn kinds(hits: &[Hit]) -> Vec<Sensitive> {
    let kinds: BTreeSet<Sensitive> = hits.iter().map(|hit| hit.kind).collect();
    kinds.into_iter().collect()
}
