//! Search: the index, the questions, the marks.

mod ask;
mod cut;
mod index;
mod mark;
mod query;

pub use cut::{Cut, cut};
pub use index::search_id;
pub(crate) use index::{BuyerEntry, Entry, fill, fill_buyers};
