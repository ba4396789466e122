//! What could not be read, as a row of its list, and what kind of fault it was.

use super::instant;
use crate::wire::{QuarantineRow, UnreadableCause};

/// Bytes of a payload that are shown.
const HEAD: usize = 400;

/// A payload that could not be read, as it is shown. `bytes` are what is kept of it.
pub(crate) fn unreadable(row: &store::QuarantineRow, store_name: String, bytes: &[u8]) -> QuarantineRow {
    QuarantineRow {
        id: row.id.to_string(),
        store_name,
        source: row.source.clone(),
        cause: cause(&row.why),
        why: row.why.clone(),
        first_at: instant(row.first_at),
        at: instant(row.last_at),
        seen: row.seen,
        size: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        head: String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).into_owned(),
    }
}

/// The kind of a fault by the words of whoever could not read: a place may stand before them, as in
/// `HTTP 200: not JSON: …` or `INBOX:7:12: no header found`.
fn cause(why: &str) -> UnreadableCause {
    let places = why.match_indices(": ").map(|(at, _)| at + 2);
    std::iter::once(0).chain(places).find_map(|from| named(&why[from..])).unwrap_or(UnreadableCause::Unknown)
}

fn named(why: &str) -> Option<UnreadableCause> {
    use UnreadableCause as Cause;
    let starts = |words: &[&str]| words.iter().any(|start| why.starts_with(start));
    // The bridge says a code first.
    let code = why.split([':', ' ']).next().unwrap_or_default();
    if starts(&["a push for a shop that is not connected"]) {
        Some(Cause::ForeignShop)
    } else if starts(&["nothing in it", "the server gave no content"]) {
        Some(Cause::Empty)
    } else if (starts(&["HTTP "]) && !starts(&["HTTP 2"])) || starts(&["the platform answered "]) {
        Some(Cause::PlatformError)
    } else if starts(&["built ", "too many entries", "too large"])
        || code.starts_with("too_many_")
        || code.ends_with("_too_long")
        || code.ends_with("_too_large")
    {
        Some(Cause::TooLarge)
    } else if matches!(code, "at_in_future" | "at_too_old") {
        Some(Cause::Time)
    } else if starts(&["not an ", "not a JSON object", "invalid type", "invalid value", "unknown variant"])
        || matches!(code, "not_an_object" | "unknown_kind")
    {
        Some(Cause::OtherKind)
    } else if (starts(&["a ", "an "]) && why.contains(" without "))
        || (starts(&["no ", "neither "]) && why.ends_with(" in it"))
        || starts(&["missing field", "no header found"])
        || code.ends_with("_missing")
    {
        Some(Cause::Missing)
    } else if starts(&["not JSON"]) || (why.contains(" at line ") && why.contains(" column ")) {
        Some(Cause::NotJson)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use UnreadableCause as Cause;
    use channels::mail::{MailRules, Topics};
    use channels::{PayloadKind, read_payload};
    use rstest::rstest;

    #[rstest]
    #[case(PayloadKind::ShopeePush, "", Cause::Empty)]
    #[case(PayloadKind::ShopeePush, "{", Cause::NotJson)]
    #[case(PayloadKind::ShopeePush, "7", Cause::Missing)]
    #[case(PayloadKind::ShopeePush, r#"{"shop_id":1}"#, Cause::Missing)]
    #[case(PayloadKind::ShopeeOrder, "<html>", Cause::NotJson)]
    #[case(PayloadKind::ShopeeOrder, r#"{"response":{"some":1}}"#, Cause::Missing)]
    #[case(PayloadKind::ShopeeReturn, "[[]]", Cause::Missing)]
    #[case(PayloadKind::AliexpressOrder, r#"{"some":1}"#, Cause::Missing)]
    #[case(PayloadKind::AliexpressIssue, "3", Cause::OtherKind)]
    #[case(PayloadKind::Mail, "", Cause::Missing)]
    fn a_fault_is_known_by_what_the_readers_really_say(
        #[case] kind: PayloadKind,
        #[case] payload: &str,
        #[case] known: UnreadableCause,
    ) {
        let at = domain::from_ms(1_764_000_000_000);
        let rules = MailRules { authserv_ids: Vec::new(), topics: Topics::shipped() };
        let why = read_payload(kind, payload.as_bytes(), at, &rules).unwrap_err();
        assert_eq!(cause(&why), known, "{why}");
    }

    #[rstest]
    #[case("HTTP 404: not JSON: expected value at line 1 column 1", Cause::PlatformError)]
    #[case("row 3 of those changed since 5: an order without a number", Cause::Missing)]
    #[case("INBOX:7:12: the server gave no content", Cause::Empty)]
    #[case("INBOX:7:12: too large: 60000000 bytes, at most 50000000", Cause::TooLarge)]
    #[case("a push for a shop that is not connected: 220011", Cause::ForeignShop)]
    #[case("at_in_future (messages/2)", Cause::Time)]
    #[case("id_missing: conversation", Cause::Missing)]
    #[case("text_too_long: at most 20000 characters; it has more", Cause::TooLarge)]
    #[case("unknown_kind: voice", Cause::OtherKind)]
    #[case("HTTP 200: not an object", Cause::OtherKind)]
    #[case("HTTP 200: not JSON: expected value at line 1 column 1", Cause::NotJson)]
    #[case("not an object", Cause::OtherKind)]
    #[case("missing field `store` at line 1 column 2", Cause::Missing)]
    #[case("invalid type: map, expected a string at line 1 column 9", Cause::OtherKind)]
    #[case("EOF while parsing a string at line 1 column 9", Cause::NotJson)]
    #[case("the parser gave up: no message", Cause::Unknown)]
    #[case("id_reserved: tidebell", Cause::Unknown)]
    #[case("", Cause::Unknown)]
    fn a_place_before_the_words_hides_no_cause(#[case] why: &str, #[case] known: UnreadableCause) {
        assert_eq!(cause(why), known, "only what is sure is called by its name");
    }
}
