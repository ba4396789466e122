//! UIDs that are dealt with though no mail is here under them: mails that came under another number or from a file, and
//! those that the server cannot hand over. A comparison of the folder with what is here need not ask for them again.

use crate::Cursors;
use std::fmt::Write as _;

/// Some UIDs of a folder, as ranges: after a change of UIDVALIDITY that is one range for years of mails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Checked {
    validity: u32,
    /// First and last of each, in order, none touching the next.
    ranges: Vec<(u32, u32)>,
}

/// The stream in which they are kept.
fn key(folder: &str) -> String {
    format!("checked/{folder}")
}

impl Checked {
    /// Those of a folder; none if the server has changed its numbers since.
    pub(super) fn of(folder: &str, validity: u32, cursors: &Cursors) -> Self {
        let kept = cursors.get(&key(folder)).and_then(|text| Self::parse(text));
        kept.filter(|kept| kept.validity == validity).unwrap_or(Self { validity, ranges: Vec::new() })
    }

    fn parse(text: &str) -> Option<Self> {
        let (validity, rest) = text.split_once(':')?;
        let mut ranges = Vec::new();
        for part in rest.split(',').filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            ranges.push((first.parse().ok()?, last.parse().ok()?));
        }
        Some(Self { validity: validity.parse().ok()?, ranges })
    }

    pub(super) fn contains(&self, uid: u32) -> bool {
        let at = self.ranges.partition_point(|(_, last)| *last < uid);
        self.ranges.get(at).is_some_and(|(first, _)| *first <= uid)
    }

    /// Adds some, in any order.
    pub(super) fn add(&mut self, uids: impl IntoIterator<Item = u32>) {
        self.ranges.extend(uids.into_iter().map(|uid| (uid, uid)));
        self.ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(self.ranges.len());
        for (first, last) in self.ranges.drain(..) {
            match merged.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        self.ranges = merged;
    }

    /// Keeps them.
    pub(super) fn write(&self, folder: &str, into: &mut Cursors) {
        let mut text = format!("{}:", self.validity);
        for (at, (first, last)) in self.ranges.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            let _ = if first == last {
                write!(text, "{comma}{first}")
            } else {
                write!(text, "{comma}{first}-{last}")
            };
        }
        into.insert(key(folder), text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_as_ranges() {
        let mut checked = Checked::of("INBOX", 7, &Cursors::new());
        checked.add([5, 1, 2, 3, 9]);
        checked.add([4, 11, 10]);
        let mut cursors = Cursors::new();
        checked.write("INBOX", &mut cursors);
        assert_eq!(cursors["checked/INBOX"], "7:1-5,9-11", "years of mails are a few characters");
        let read = Checked::of("INBOX", 7, &cursors);
        assert_eq!(read, checked, "and come back");
        let there: Vec<u32> = (0..13).filter(|uid| read.contains(*uid)).collect();
        assert_eq!(there, [1, 2, 3, 4, 5, 9, 10, 11], "each of them and no other");
        assert!(!Checked::of("INBOX", 8, &cursors).contains(1), "under other numbers they mean nothing");
        assert!(!Checked::of("Junk", 7, &cursors).contains(1), "nor in another folder");
    }

    #[test]
    fn what_is_no_list_is_empty() {
        for text in ["", "7", "x:1", "7:1-x", "7:"] {
            let cursors = Cursors::from([("checked/INBOX".to_owned(), text.to_owned())]);
            assert!(!Checked::of("INBOX", 7, &cursors).contains(1), "{text:?}");
        }
    }
}
