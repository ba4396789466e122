//! What lay in a folder before its owner wanted it read. It is taken in without a bell: a folder that is added today must
//! not ring for last year. The first folder, INBOX, is read as what it is: where mail arrives.

use super::cursor::Position;
use crate::Cursors;

/// Stands for whatever the folder holds when it is opened next.
const ALL: &str = "*";

/// The streams to be kept for a folder that its owner wants read from now on, also one that was read before.
#[must_use]
pub fn added(folder: &str) -> (String, String) {
    (key(folder), ALL.to_owned())
}

/// The stream in which it is kept how far a folder is old.
fn key(folder: &str) -> String {
    format!("past/{folder}")
}

/// Up to which UID a folder that was just opened holds what is old; 0 for none. What was found out now goes into `news`.
/// `next` is the server's UIDNEXT, `known` how far the folder was read.
pub(super) fn opened(
    folder: &str,
    known: Option<Position>,
    (validity, next): (u32, Option<u32>),
    cursors: &Cursors,
    news: &mut Cursors,
) -> u32 {
    let kept = cursors.get(&key(folder)).map(String::as_str);
    let until = kept.and_then(parse);
    let begins = match (kept, until, known) {
        (Some(ALL), ..) | (None, _, None) => true,
        // The server gave new numbers before the end of what is old was reached.
        (_, Some((old, until)), Some(known)) if old != validity => {
            known.validity == old && known.last < until
        }
        _ => false,
    };
    if !begins {
        return until.filter(|(of, _)| *of == validity).map_or(0, |(_, until)| until);
    }
    let until = next.map_or(u32::MAX, |next| next.saturating_sub(1));
    note(folder, validity, until, news);
    until
}

/// Up to which UID a folder is old, as it is kept.
pub(super) fn until(folder: &str, validity: u32, cursors: &Cursors) -> u32 {
    let kept = cursors.get(&key(folder)).and_then(|text| parse(text));
    kept.filter(|(of, _)| *of == validity).map_or(0, |(_, until)| until)
}

/// Keeps it.
pub(super) fn note(folder: &str, validity: u32, until: u32, into: &mut Cursors) {
    into.insert(key(folder), format!("{validity}:{until}"));
}

fn parse(text: &str) -> Option<(u32, u32)> {
    let (validity, until) = text.split_once(':')?;
    Some((validity.parse().ok()?, until.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn position(validity: u32, last: u32) -> Option<Position> {
        Some(Position { validity, last, rematch_until: 0 })
    }

    #[test]
    fn what_is_there_when_a_folder_is_added_is_old() {
        let mut news = Cursors::new();
        assert_eq!(opened("Junk", None, (7, Some(43)), &Cursors::new(), &mut news), 42, "all that is there");
        assert_eq!(news["past/Junk"], "7:42", "also for the rounds that follow");
        assert_eq!(
            opened("Junk", position(7, 10), (7, Some(60)), &news, &mut Cursors::new()),
            42,
            "what came since is new"
        );
        assert_eq!(until("Junk", 8, &news), 0, "other numbers mean nothing");
        let (key, value) = added("Junk");
        news.insert(key, value);
        let again = opened("Junk", position(7, 42), (7, Some(60)), &news, &mut Cursors::new());
        assert_eq!(again, 59, "one that comes back is old up to now");
    }

    #[test]
    fn new_numbers_in_the_middle_of_it_do_not_make_it_new() {
        let kept = Cursors::from([("past/Junk".to_owned(), "7:42".to_owned())]);
        let mut news = Cursors::new();
        assert_eq!(
            opened("Junk", position(7, 10), (8, Some(50)), &kept, &mut news),
            49,
            "it was not read yet"
        );
        assert_eq!(opened("Junk", position(7, 42), (8, Some(50)), &kept, &mut news), 0, "it was");
        assert_eq!(
            opened("Junk", position(7, 3), (7, Some(50)), &Cursors::new(), &mut news),
            0,
            "read long ago"
        );
    }

    #[test]
    fn a_server_that_hides_its_next_number_says_what_is_there_by_listing_it() {
        let mut news = Cursors::new();
        assert_eq!(
            opened("Junk", None, (7, None), &Cursors::new(), &mut news),
            u32::MAX,
            "until the end is seen"
        );
    }
}
