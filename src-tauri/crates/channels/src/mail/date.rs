//! The dates that mails bear: RFC 5322, its obsolete forms, and what real senders write instead.

use domain::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Letters for the zones of RFC 5322 §4.3, with their hours.
const ZONES: [(&str, i8); 9] = [
    ("edt", -4),
    ("est", -5),
    ("cdt", -5),
    ("cst", -6),
    ("mdt", -6),
    ("mst", -7),
    ("pdt", -7),
    ("pst", -8),
    ("jst", 9),
];

/// Reads a date. Without a zone, or with one that is not known, it is taken as UTC, as the standard says.
pub(crate) fn date(value: &[u8]) -> Option<Timestamp> {
    let text = without_comments(&String::from_utf8_lossy(&value[..value.len().min(200)]));
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let text = text.replace(',', " ").replace(" :", ":").replace(": ", ":");
    let mut words: Vec<&str> = text.split_whitespace().flat_map(without_zone).collect();
    let at =
        words.iter().position(|word| word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut clock = clock(words.remove(at))?;
    if let Some(noon) = words.get(at).and_then(|word| half_of_day(word)) {
        words.remove(at);
        clock.0 = if (1..=12).contains(&clock.0) { clock.0 % 12 + noon } else { clock.0 };
    }
    let zone = words.get(at).and_then(|word| zone(word));
    let (year, month, day) = day(&words)?;
    let local = DateTime::new(year, month, day, clock.0, clock.1, clock.2, 0).ok()?;
    zone.unwrap_or(Offset::UTC).to_timestamp(local).ok()
}

/// Cuts a zone off that is glued to the time: `10:00:00+0800`.
fn without_zone(word: &str) -> impl Iterator<Item = &str> {
    let zone = word
        .find(['+', '-'])
        .filter(|at| word[..*at].contains(':') && word.starts_with(|c: char| c.is_ascii_digit()));
    let (time, zone) = zone.map_or((word, None), |at| (&word[..at], Some(&word[at..])));
    std::iter::once(time).chain(zone)
}

/// The hour at which the half of a day begins that is named behind a clock of twelve hours.
fn half_of_day(word: &str) -> Option<i8> {
    if word.eq_ignore_ascii_case("am") { Some(0) } else { word.eq_ignore_ascii_case("pm").then_some(12) }
}

/// `10:00`, `10:00:60` (a leap second is shown as the one before).
fn clock(word: &str) -> Option<(i8, i8, i8)> {
    let mut parts = word.split(':').map(|part| part.split('.').next().unwrap_or(part).parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    Some((hour, minute, second.min(59)))
}

/// `2 Mar 2026`, `Mon 2-Mar-26`, `Mar 2 … 2026` or `2026-03-02`, in the words that are left.
fn day(words: &[&str]) -> Option<(i16, i8, i8)> {
    let pieces: Vec<&str> =
        words.iter().flat_map(|word| word.split(['-', '/'])).filter(|p| !p.is_empty()).collect();
    let number = |piece: &&str| piece.bytes().all(|b| b.is_ascii_digit()) && piece.len() <= 4;
    let month_at = pieces.iter().position(|piece| month(piece).is_some());
    let Some(at) = month_at else {
        let [year, month, day, ..] = pieces.as_slice() else { return None };
        let iso = year.len() == 4 && [year, month, day].into_iter().all(number);
        return if iso { Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)) } else { None };
    };
    let before = at.checked_sub(1).map(|i| pieces[i]).filter(number);
    let mut after = pieces[at + 1..].iter().copied().filter(number);
    let day = before.or_else(|| after.next())?.parse().ok()?;
    let year = after.next()?;
    let short = year.len() < 4;
    let year: i16 = year.parse().ok()?;
    // RFC 5322 §4.3: two digits below 50 are of this century, three count from 1900.
    let year = if !short {
        year
    } else if year < 50 {
        year + 2000
    } else {
        year + 1900
    };
    Some((year, month(pieces[at])?, day))
}

fn month(word: &str) -> Option<i8> {
    let start = word.get(..3)?.to_ascii_lowercase();
    let index = MONTHS.iter().position(|name| *name == start)?;
    i8::try_from(index + 1).ok()
}

/// `+0800`, `+08:00`, `GMT+0800`, or letters.
fn zone(word: &str) -> Option<Offset> {
    let word = word.to_ascii_lowercase();
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == word) {
        return Some(Offset::constant(*hours));
    }
    let sign_at = word.find(['+', '-'])?;
    let negative = word.as_bytes()[sign_at] == b'-';
    let digits: String = word[sign_at + 1..].chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes): (i32, i32) = match digits.len() {
        1 | 2 => (digits.parse().ok()?, 0),
        3 => (digits[..1].parse().ok()?, digits[1..].parse().ok()?),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    let seconds = hours * 3_600 + minutes * 60;
    Offset::from_seconds(if negative { -seconds } else { seconds }).ok()
}

fn without_comments(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' if depth > 0 => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("Mon, 2 Mar 2026 10:00:00 +0800", "2026-03-02T02:00:00Z")]
    #[case("2 Mar 26 10:00 EST", "2026-03-02T15:00:00Z")]
    #[case("Mon Mar  2 10:00:00 2026", "2026-03-02T10:00:00Z")]
    #[case("2026-03-02T10:00:00+08:00", "2026-03-02T02:00:00Z")]
    #[case("2026-03-02 10:00:00", "2026-03-02T10:00:00Z")]
    #[case("2026-03-02 10:00:00 +0800", "2026-03-02T02:00:00Z")]
    #[case("Mon, 02 Mar 2026 10:00:00 GMT+0800 (CST)", "2026-03-02T02:00:00Z")]
    #[case("Mon, 2 Mar 2026 10:00:00", "2026-03-02T10:00:00Z")]
    #[case("Mon, 2 Mar 2026 10:00:00 -0000", "2026-03-02T10:00:00Z")]
    #[case("Mon, 2 Mar 2026 10:00:00 GMT", "2026-03-02T10:00:00Z")]
    #[case("Mon,  2 Mar 2026 10:00:00 +08:00", "2026-03-02T02:00:00Z")]
    #[case("Mon, 2-Mar-2026 10:00:00 +0800", "2026-03-02T02:00:00Z")]
    #[case("Fri, 2 Mar 2026 23:59:60 +0000", "2026-03-02T23:59:59Z")]
    #[case("02 March 2026 10:00:00 PST", "2026-03-02T18:00:00Z")]
    #[case("Mon, 2 Mar 2026 10:00:00+0800", "2026-03-02T02:00:00Z")]
    #[case("Mon, 2 Mar 2026 10:00:00 AM +0800", "2026-03-02T02:00:00Z")]
    #[case("Mon, 2 Mar 2026 12:30:00 am +0800", "2026-03-01T16:30:00Z")]
    #[case("3/Mar/2026 01:00:00 PM +0800", "2026-03-03T05:00:00Z")]
    #[case("Mon, 2 Mar 2026 10:00:00 +800", "2026-03-02T02:00:00Z")]
    #[case("Mon , 2 Mar 2026 10 : 00 : 00 +0800", "2026-03-02T02:00:00Z")]
    #[case("Sat, 02 Mar 85 10:00:00 +0530 (IST (India))", "1985-03-02T04:30:00Z")]
    fn a_date_is_read_however_it_is_written(#[case] written: &str, #[case] at: &str) {
        assert_eq!(date(written.as_bytes()), at.parse().ok(), "{written}");
    }

    #[rstest]
    #[case("")]
    #[case("garbage")]
    #[case("Mon, 32 Mar 2026 10:00:00 +0800")]
    #[case("Fri, 30 Feb 2026 10:00:00 +0000")]
    #[case("Mon, 2 Mar 2026 24:00:00 +0800")]
    #[case("1772416800")]
    #[case("Mon, 2 Mar 2026")]
    #[case("10:00:00")]
    fn what_is_no_date_is_none(#[case] written: &str) {
        assert_eq!(date(written.as_bytes()), None, "the server's date stands in for {written:?}");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120), text in "[0-9:,+A-Za-z() -]{0,60}") {
            let _ = date(&bytes);
            let _ = date(text.as_bytes());
        }
    }
}
