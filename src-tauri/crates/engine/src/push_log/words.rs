//! The words around an export. The faces have the catalogues.

use domain::LogKind;
use std::collections::HashMap;

/// The columns of a table, in their order. The last seven are what the hash of an entry is made of, and the hash.
pub(super) const COLUMNS: [&str; 15] = [
    "number",
    "utc",
    "utc8",
    "what",
    "store",
    "title",
    "who",
    "whom",
    "result",
    "kind",
    "conversation",
    "at_ms",
    "detail",
    "before",
    "hash",
];

/// The words of an export, in the language of whoever reads it.
#[derive(Debug, Clone)]
pub struct ExportWords {
    pub(super) columns: Vec<String>,
    kinds: HashMap<&'static str, String>,
    about: String,
}

impl ExportWords {
    /// Asks a catalogue for each word: `log.column.…`, `log.kind.…` and `log.about`, which tells how to check the chain.
    pub fn new(say: impl Fn(&str) -> String) -> Self {
        Self {
            columns: COLUMNS.iter().map(|column| say(&format!("log.column.{column}"))).collect(),
            kinds: LogKind::ALL
                .iter()
                .map(|kind| (kind.as_str(), say(&format!("log.kind.{}", kind.as_str()))))
                .collect(),
            about: say("log.about"),
        }
    }

    /// What an entry of this sort is called; a sort of another version by its own word.
    pub(super) fn kind<'a>(&'a self, word: &'a str) -> &'a str {
        self.kinds.get(word).map_or(word, String::as_str)
    }

    /// The text that is laid beside an export: what it is, how it is checked, and a program that does it. It is that
    /// program itself, with the words as its description.
    pub(super) fn guide(&self) -> String {
        // The description ends where its quotes end.
        let about = self.about.replace("\"\"\"", "'''");
        format!("r\"\"\"\n{}\n\"\"\"\n\n{}", about.trim(), include_str!("check.py"))
    }
}
