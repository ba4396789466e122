//! How far the stream was read, as it is stored.

use crate::{Batch, Cursors};
use domain::{Timestamp, to_ms};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The cursor's name.
const KEY: &str = "ru.stream";
/// The newest numbers that are remembered: more than a page, so that nothing on the newest page is taken twice.
const KEPT: usize = 64;
/// Of those so many are read again every time: a row that was put in late with a lower number is found there.
const OVERLAP: usize = 20;
/// Between two marks, and how many of them there are: two hours of a store that is never quiet.
const MARK_EVERY_MS: i64 = 2 * 60 * 1_000;
const MARKS: usize = 72;

/// In which direction a position leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Way {
    /// To newer messages.
    Up,
    /// To older messages.
    Down,
    /// Nowhere: the newest page is all that is served.
    Still,
}

/// A stretch that is still to be read, downwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Gap {
    /// It goes on below this number.
    pub(super) below: u64,
    /// What was known when it opened, newest last: where it ends. Empty if it ends with the stream.
    pub(super) known: Vec<u64>,
    /// How many pages may still be read.
    pub(super) pages: u32,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    /// As found out; none before there were two messages to tell it by.
    pub(super) way: Option<Way>,
    /// The newest numbers that were taken, newest last.
    pub(super) recent: Vec<u64>,
    /// A stretch that is still to be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) gap: Option<Gap>,
    /// Numbers with their times, some minutes apart: from where to read again what came since an instant.
    #[serde(default)]
    marks: Vec<(u64, i64)>,
}

impl Position {
    /// The stored one; an unreadable one begins again, which costs calls and loses nothing.
    pub(super) fn load(cursors: &Cursors) -> Self {
        cursors.get(KEY).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// A round that found out nothing leaves no trace: else one that was refused would count as one that brought something.
    pub(super) fn save(&self, batch: &mut Batch) {
        if *self == Self::default() {
            return;
        }
        batch.cursors.insert(KEY.to_owned(), serde_json::to_string(self).unwrap_or_default());
    }

    /// From where the newest part is read again.
    pub(super) fn overlap(&self) -> Option<u64> {
        overlap(&self.recent)
    }

    /// Whether less is known than is read again every time: then a late row may lie below all of it.
    pub(super) fn is_short(&self) -> bool {
        self.recent.len() < OVERLAP
    }

    /// Whether a row was taken.
    pub(super) fn has(&self, id: u64) -> bool {
        let older = self.recent.len() >= KEPT && self.recent.first().is_some_and(|first| id < *first);
        let in_gap = self.gap.as_ref().is_some_and(|gap| gap.known.contains(&id));
        // While a stretch is open, what lies below the newest is not known.
        self.recent.binary_search(&id).is_ok() || in_gap || (older && self.gap.is_none())
    }

    /// Rows were taken.
    pub(super) fn note(&mut self, rows: impl Iterator<Item = (u64, Option<Timestamp>)>) {
        let mut recent: BTreeSet<u64> = self.recent.drain(..).collect();
        for (id, at) in rows {
            recent.insert(id);
            let Some(ms) = at.map(to_ms) else { continue };
            if self.marks.last().is_none_or(|(last, then)| id > *last && ms >= *then + MARK_EVERY_MS) {
                self.marks.push((id, ms));
            }
        }
        let over = recent.len().saturating_sub(KEPT);
        self.recent = recent.into_iter().skip(over).collect();
        let over = self.marks.len().saturating_sub(MARKS);
        self.marks.drain(..over);
    }

    /// A row that is certainly from before an instant, if one is known.
    pub(super) fn before(&self, since: Timestamp) -> Option<u64> {
        let marks = self.marks.iter().rev();
        marks.filter(|(_, ms)| *ms < to_ms(since)).map(|(id, _)| *id).next()
    }

    /// The answers contradict what was found out: it is found out again, from what was known before the open stretch.
    pub(super) fn forget_way(&mut self) {
        self.way = None;
        if let Some(gap) = self.gap.take() {
            self.recent = gap.known;
        }
    }
}

/// Where enough of what is known is read again: the number that is so far down among `known`.
pub(super) fn overlap(known: &[u64]) -> Option<u64> {
    known.get(known.len().saturating_sub(OVERLAP)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::from_ms;

    #[test]
    fn it_is_bounded_whatever_the_stream_is() {
        let mut position = Position::default();
        for page in 0..2_000_u64 {
            let rows = (0..50).map(|n| page * 50 + n);
            position.note(rows.map(|id| (id, Some(from_ms(i64::try_from(id).unwrap() * 60_000)))));
        }
        let mut batch = Batch::default();
        position.save(&mut batch);
        assert!(batch.cursors[KEY].len() < 4_096, "it is written every round: {}", batch.cursors[KEY]);
        assert_eq!(Position::load(&batch.cursors), position, "and read back");
        assert!(position.has(99_999) && position.has(5) && !position.has(100_000), "old rows are known");
        let mark = position.before(from_ms(99_950 * 60_000)).unwrap();
        assert!((99_930..99_950).contains(&mark), "a row from just before: {mark}");
    }

    #[test]
    fn a_position_that_cannot_be_read_begins_again() {
        let cursors = Cursors::from([(KEY.to_owned(), "{\"way\":\"Sideways\"}".to_owned())]);
        assert_eq!(Position::load(&cursors), Position::default());
    }
}
