//! Search: the index, the questions, the marks.

mod ask;
mod cut;
mod index;
mod mark;
mod query;

pub use ask::question;
pub use cut::{Cut, cut};
pub use index::search_id;
pub(crate) use index::{BuyerEntry, Entry, PORTION, fill, fill_buyers, first_row, in_order};

/// What tests look at from inside.
#[cfg(test)]
pub(crate) mod testing {
    use super::{mark, query};
    use crate::SearchFilter;
    use std::ops::Range;

    pub(crate) use super::ask::HITS;

    /// Where a question's words stand in a text.
    pub(crate) fn marked(text: &str, typed: &str) -> Vec<Range<usize>> {
        let chars: Vec<char> = text.chars().collect();
        mark::Marker::new(&query::terms(typed, false)).marks(&chars)
    }

    /// A question in FTS5's language.
    pub(crate) fn question_of(typed: &str) -> String {
        query::question(&query::terms(typed, false), &SearchFilter::default()).unwrap_or_default()
    }
}
