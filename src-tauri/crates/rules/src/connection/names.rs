//! Two company names side by side: which characters differ, and in what.

use serde::Serialize;

/// Names are compared up to this many characters; no licence has a longer one.
const MAX_NAME: usize = 256;

/// Two names that differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameMismatch {
    /// The name here, in pieces that are the same and pieces that differ.
    pub ours: Vec<Piece>,
    /// The name at the platform.
    pub theirs: Vec<Piece>,
    /// In what they differ: with every one of these mended they would be the same.
    pub traits: Vec<NameTrait>,
}

/// A run of characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The characters.
    pub text: String,
    /// Whether the other name has none of them here.
    pub differs: bool,
}

/// In what two names differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NameTrait {
    /// Full-width and half-width forms: （ and (, Ａ and A.
    Width,
    /// Spaces, also those that cannot be seen.
    Spaces,
    /// Capitals and small letters.
    Case,
    /// Other characters: 有限公司 and 有限责任公司.
    Characters,
}

/// Compares two names to the letter, as a platform does. None if they are the same.
#[must_use]
pub fn compare_names(ours: &str, theirs: &str) -> Option<NameMismatch> {
    if ours == theirs {
        return None;
    }
    let (a, b) = (characters(ours), characters(theirs));
    let (same_a, same_b) = common(&a, &b);
    Some(NameMismatch {
        ours: pieces(&a, &same_a),
        theirs: pieces(&b, &same_b),
        traits: traits(ours, theirs),
    })
}

fn characters(name: &str) -> Vec<char> {
    name.chars().take(MAX_NAME).collect()
}

fn traits(ours: &str, theirs: &str) -> Vec<NameTrait> {
    const FORMS: [NameTrait; 3] = [NameTrait::Width, NameTrait::Spaces, NameTrait::Case];
    let agree = |forms: &[NameTrait]| without(ours, forms) == without(theirs, forms);
    // A form matters if the names still differ with all the others mended.
    let matters = |form: &NameTrait| {
        let others: Vec<NameTrait> = FORMS.into_iter().filter(|other| other != form).collect();
        !agree(&others)
    };
    if !agree(&FORMS) {
        return vec![NameTrait::Characters];
    }
    let needed: Vec<NameTrait> = FORMS.into_iter().filter(matters).collect();
    // A full-width space is a matter of width and of spaces: then none is needed, and the first that helps is named.
    let helps =
        || FORMS.into_iter().find(|form| agree(&[*form])).map_or_else(|| FORMS.to_vec(), |form| vec![form]);
    if needed.is_empty() { helps() } else { needed }
}

/// The name with some traits taken out.
fn without(name: &str, forms: &[NameTrait]) -> String {
    let has = |form: NameTrait| forms.contains(&form);
    let folded = name.chars().filter(|c| !(has(NameTrait::Spaces) && is_space(*c)));
    let folded = folded.map(|c| if has(NameTrait::Width) { half_width(c) } else { c });
    let folded: String = folded.collect();
    if has(NameTrait::Case) { folded.to_lowercase() } else { folded }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

/// Which characters of each name belong to their longest common part, in order.
fn common(a: &[char], b: &[char]) -> (Vec<bool>, Vec<bool>) {
    let columns = b.len() + 1;
    // `longest[i][j]` of a[i..] and b[j..], in one row after the other.
    let mut longest = vec![0_u16; (a.len() + 1) * columns];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * columns + j] = if a[i] == b[j] {
                longest[(i + 1) * columns + j + 1] + 1
            } else {
                longest[(i + 1) * columns + j].max(longest[i * columns + j + 1])
            };
        }
    }
    let (mut same_a, mut same_b) = (vec![false; a.len()], vec![false; b.len()]);
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            (same_a[i], same_b[j]) = (true, true);
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * columns + j] >= longest[i * columns + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    (same_a, same_b)
}

fn pieces(name: &[char], same: &[bool]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (c, same) in name.iter().zip(same) {
        match pieces.last_mut() {
            Some(piece) if piece.differs != *same => piece.text.push(*c),
            Some(_) | None => pieces.push(Piece { text: c.to_string(), differs: !same }),
        }
    }
    pieces
}
