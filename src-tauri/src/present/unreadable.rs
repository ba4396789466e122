//! What could not be read, as a row of its list.

use super::instant;
use crate::wire::{QuarantineRow, UnreadableBarred, UnreadableCause};
use channels::Barred;
use engine::Engine;

/// Bytes of a payload that are shown.
const HEAD: usize = 400;

/// A payload that could not be read, as it is shown. `bytes` are what is kept of it.
pub(crate) fn unreadable(row: &store::QuarantineRow, store_name: String, bytes: &[u8]) -> QuarantineRow {
    let barred = if bytes.is_empty() { Some(Barred::Nothing) } else { Engine::barred(row) };
    QuarantineRow {
        id: row.id.to_string(),
        store_name,
        source: row.source.clone(),
        cause: cause(row.flaw.cause),
        why: row.flaw.words.clone(),
        first_at: instant(row.first_at),
        at: instant(row.last_at),
        seen: row.seen,
        tried_at: row.tried_at.map(instant),
        barred: barred.map(why_not),
        size: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        head: String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).into_owned(),
    }
}

pub(crate) const fn cause(cause: domain::UnreadableCause) -> UnreadableCause {
    use domain::UnreadableCause as Known;
    match cause {
        Known::Empty => UnreadableCause::Empty,
        Known::NotJson => UnreadableCause::NotJson,
        Known::Missing => UnreadableCause::Missing,
        Known::OtherKind => UnreadableCause::OtherKind,
        Known::Time => UnreadableCause::Time,
        Known::TooLarge => UnreadableCause::TooLarge,
        Known::PlatformError => UnreadableCause::PlatformError,
        Known::ForeignShop => UnreadableCause::ForeignShop,
        Known::Unknown => UnreadableCause::Unknown,
    }
}

pub(crate) const fn why_not(barred: Barred) -> UnreadableBarred {
    match barred {
        Barred::Outline => UnreadableBarred::Outline,
        Barred::Nothing => UnreadableBarred::Nothing,
        Barred::Alone => UnreadableBarred::Alone,
        Barred::Answer => UnreadableBarred::Answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Flaw, from_ms};
    use rstest::rstest;

    fn row(source: &str, packed_len: u32) -> store::QuarantineRow {
        store::QuarantineRow {
            id: 7,
            store: None,
            source: source.to_owned(),
            flaw: Flaw::missing("an order without update_time"),
            beside: String::new(),
            reader: "0.0.1".to_owned(),
            tried_at: Some(from_ms(3_000)),
            first_at: from_ms(1_000),
            last_at: from_ms(2_000),
            seen: 3,
            packed_len,
        }
    }

    #[test]
    fn a_row_says_what_came_when_and_what_is_wrong_with_it() {
        let shown = unreadable(&row("shopee.push", 9), "Shopee SG".to_owned(), b"{\"code\":4}");
        assert_eq!(shown.cause, UnreadableCause::Missing, "the reader says it; nobody guesses by words");
        assert_eq!(shown.why, "an order without update_time", "the words are for whoever mends the reader");
        assert_eq!((shown.seen, shown.size, shown.head.as_str()), (3, 10, "{\"code\":4}"));
        assert_eq!(shown.tried_at, Some(instant(from_ms(3_000))), "and when it was tried again");
    }

    #[test]
    fn every_kind_of_fault_has_a_kind_of_its_own_in_the_window() {
        let all: Vec<UnreadableCause> = domain::UnreadableCause::ALL.into_iter().map(cause).collect();
        for (at, cause) in all.iter().enumerate() {
            assert!(!all[..at].contains(cause), "{cause:?} would be said of two kinds");
        }
    }

    #[rstest]
    #[case("shopee.push", b"{}", None)]
    #[case("shopee.get_order_detail", b"{}", Some(UnreadableBarred::Outline))]
    #[case("mail.imap", b"", Some(UnreadableBarred::Nothing))]
    #[case("aliexpress.im", b"{}", Some(UnreadableBarred::Alone))]
    #[case("shopee.answer", b"{}", Some(UnreadableBarred::Answer))]
    fn what_can_never_be_read_says_why(
        #[case] source: &str,
        #[case] bytes: &[u8],
        #[case] barred: Option<UnreadableBarred>,
    ) {
        assert_eq!(unreadable(&row(source, 9), String::new(), bytes).barred, barred, "{source}");
    }

    #[test]
    fn a_huge_payload_shows_its_beginning() {
        let shown = unreadable(&row("shopee.push", 9), String::new(), "é".repeat(9_000).as_bytes());
        assert!(shown.head.chars().count() <= HEAD, "{} characters", shown.head.chars().count());
        assert_eq!(shown.size, 18_000, "and says how much there is");
    }
}
