//! Letters without case and accents, so that `Devolución`, `DEVOLUCION` and a decomposed `ó` are one word.

/// What a character is to the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// A letter or digit of a script that writes spaces between words.
    Letter,
    /// A Han character: a word by itself.
    Han,
    /// Nothing: combining marks, joiners, tatweel.
    Nothing,
    /// Between words of one phrase.
    Space,
    /// The end of a phrase.
    Break,
}

pub(crate) fn class(c: char) -> Class {
    match c {
        '\u{300}'..='\u{36F}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{640}' | '\u{200B}'..='\u{200F}' => {
            Class::Nothing
        }
        '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' => Class::Han,
        '-' | '\u{2010}' | '\'' | '\u{2019}' | '_' | '/' | '*' | '"' | '«' | '»' | '“' | '”' | '\u{AD}' => {
            Class::Space
        }
        '\n' | '\r' => Class::Break,
        c if c.is_whitespace() => Class::Space,
        c if c.is_alphanumeric() => Class::Letter,
        _ => Class::Break,
    }
}

/// Appends a letter in its plain form.
pub(crate) fn fold(c: char, out: &mut String) {
    for c in half_width(c).to_lowercase() {
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            c if class(c) == Class::Nothing => {}
            c => out.push(plain(c)),
        }
    }
}

fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

const fn plain(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' | 'į' | 'ı' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ё' => 'е',
        'й' => 'и',
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' => 'ي',
        'ة' => 'ه',
        c => c,
    }
}
