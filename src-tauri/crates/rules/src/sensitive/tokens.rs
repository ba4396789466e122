//! A text cut into words: runs of letters, and Han characters one by one.

use super::fold::{Class, class, fold};

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Its plain forms: as written, and for Arabic without the particles written onto it.
    pub(super) forms: Vec<String>,
    /// Where it starts in the text, in bytes.
    pub(super) from: usize,
    /// Where it ends.
    pub(super) to: usize,
    /// Whether a phrase ended before it.
    pub(super) after_break: bool,
}

/// Cuts a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut open = false;
    let mut after_break = true;
    for (from, c) in text.char_indices() {
        let to = from + c.len_utf8();
        match class(c) {
            Class::Nothing => {
                if let Some(last) = tokens.last_mut().filter(|_| open) {
                    last.to = to;
                }
            }
            Class::Letter if open => {
                if let Some(last) = tokens.last_mut() {
                    last.forms.iter_mut().for_each(|form| fold(c, form));
                    last.to = to;
                }
            }
            kind @ (Class::Letter | Class::Han) => {
                let mut form = String::new();
                fold(c, &mut form);
                tokens.push(Token { forms: vec![form], from, to, after_break });
                open = kind == Class::Letter;
                after_break = false;
            }
            kind @ (Class::Space | Class::Break) => {
                open = false;
                after_break |= kind == Class::Break;
            }
        }
    }
    tokens.iter_mut().for_each(add_arabic_forms);
    tokens
}

/// Article, "and", "so", "with", "for", "like" are written onto an Arabic word.
const PARTICLES: [&str; 12] = ["وال", "فال", "بال", "كال", "ولل", "لل", "ال", "و", "ف", "ب", "ل", "ك"];
/// A root has three letters; less than that is no word any more.
const ROOT: usize = 3;

fn add_arabic_forms(token: &mut Token) {
    let whole = token.forms[0].clone();
    if !whole.starts_with(|c| matches!(c, '\u{600}'..='\u{6FF}')) {
        return;
    }
    let bare = PARTICLES.iter().filter_map(|particle| whole.strip_prefix(particle));
    token.forms.extend(bare.filter(|rest| rest.chars().count() >= ROOT).map(str::to_owned));
}
