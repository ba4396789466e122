//! SEARCH: which mails are asked for.

use super::fetch::fields;
use super::request::Token;
use super::set::Set;
use super::state::Mail;
use jiff::civil::Date;

pub(super) enum Key {
    All,
    Uid(Set),
    Number(Set),
    /// A header field, and what its value has in it, in small letters.
    Header(String, String),
    Seen(bool),
    Since(Date),
}

/// Reads the keys, all of which must fit; none if one is not known.
pub(super) fn keys(args: &[Token]) -> Option<Vec<Key>> {
    let mut words = args.iter().map(Token::text);
    let mut keys = Vec::new();
    while let Some(word) = words.next() {
        let word = word?.to_ascii_uppercase();
        let mut next = || words.next().flatten();
        keys.push(match word.as_str() {
            "ALL" => Key::All,
            "SEEN" => Key::Seen(true),
            "UNSEEN" => Key::Seen(false),
            "UID" => Key::Uid(Set::parse(next()?)?),
            "HEADER" => Key::Header(next()?.to_owned(), next()?.to_lowercase()),
            "SINCE" => Key::Since(Date::strptime("%d-%b-%Y", next()?).ok()?),
            set => Key::Number(Set::parse(set)?),
        });
    }
    (!keys.is_empty()).then_some(keys)
}

/// Whether the mail with this sequence number fits, where `last` is the last mail and `count` its number.
pub(super) fn fits(keys: &[Key], (mail, number): (&Mail, u32), (last, count): (&Mail, u32)) -> bool {
    keys.iter().all(|key| match key {
        Key::All => true,
        Key::Uid(set) => set.has(mail.uid, last.uid),
        Key::Number(set) => set.has(number, count),
        Key::Header(name, part) => fields(&mail.raw).any(|(field, lines)| {
            let value = String::from_utf8_lossy(lines).replace(['\r', '\n'], "").to_lowercase();
            let value = value.split_once(':').map_or("", |(_, value)| value);
            field.eq_ignore_ascii_case(name) && value.contains(part)
        }),
        Key::Seen(seen) => mail.flags.contains("\\Seen") == *seen,
        Key::Since(date) => domain::beijing(mail.at).date() >= *date,
    })
}
