//! Why something could not be read.

use std::fmt;

/// The kind of a fault, as far as whoever could not read it can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnreadableCause {
    /// It has no content.
    Empty,
    /// It is cut off, or not written as it should be: no JSON where JSON is due.
    NotJson,
    /// A part that is needed is missing, or not in its form.
    Missing,
    /// It is of another kind than what is known.
    OtherKind,
    /// It claims a time that cannot be.
    Time,
    /// It is too large, or built too deep.
    TooLarge,
    /// The platform answered with an error instead.
    PlatformError,
    /// It is for a shop that is not connected.
    ForeignShop,
    /// Something else, or nobody said.
    Unknown,
}

impl UnreadableCause {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Empty,
        Self::NotJson,
        Self::Missing,
        Self::OtherKind,
        Self::Time,
        Self::TooLarge,
        Self::PlatformError,
        Self::ForeignShop,
        Self::Unknown,
    ];

    /// The word used in the file; it is never changed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotJson => "not_json",
            Self::Missing => "missing",
            Self::OtherKind => "other_kind",
            Self::Time => "time",
            Self::TooLarge => "too_large",
            Self::PlatformError => "platform_error",
            Self::ForeignShop => "foreign_shop",
            Self::Unknown => "unknown",
        }
    }

    /// Reads [`UnreadableCause::as_str`] back. A word of a newer version, or none at all, is [`Self::Unknown`].
    #[must_use]
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|cause| cause.as_str() == word).unwrap_or(Self::Unknown)
    }

    /// A fault of this kind, in the reader's words.
    #[must_use]
    pub fn because(self, words: impl Into<String>) -> Flaw {
        Flaw { cause: self, words: words.into() }
    }
}

/// What is wrong with a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The kind of fault.
    pub cause: UnreadableCause,
    /// What exactly and where, in the reader's words, which are English: for whoever mends the reader. Never a value that
    /// stands in the payload beyond a number, an id or a short word.
    pub words: String,
}

impl Flaw {
    /// A needed part is missing, or not in its form.
    #[must_use]
    pub fn missing(words: impl Into<String>) -> Self {
        UnreadableCause::Missing.because(words)
    }

    /// It is of another kind than what is known.
    #[must_use]
    pub fn other_kind(words: impl Into<String>) -> Self {
        UnreadableCause::OtherKind.because(words)
    }

    /// It is too large, or built too deep.
    #[must_use]
    pub fn too_large(words: impl Into<String>) -> Self {
        UnreadableCause::TooLarge.because(words)
    }

    /// The same fault, with the place where it is before its words.
    #[must_use]
    pub fn at(self, place: impl fmt::Display) -> Self {
        Self { words: format!("{place}: {}", self.words), ..self }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_read_back_from_its_word() {
        for cause in UnreadableCause::ALL {
            assert_eq!(UnreadableCause::parse(cause.as_str()), cause, "a word is in the file for good");
        }
        for word in ["", "of a newer version"] {
            assert_eq!(UnreadableCause::parse(word), UnreadableCause::Unknown, "{word:?} says nothing");
        }
    }

    #[test]
    fn a_place_stands_before_the_words_and_changes_no_cause() {
        let flaw = Flaw::missing("an order without a number").at("row 3");
        assert_eq!(flaw.to_string(), "row 3: an order without a number");
        assert_eq!(flaw.cause, UnreadableCause::Missing, "wherever it was");
    }
}
