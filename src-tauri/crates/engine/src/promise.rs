//! What the words of a message mean for its clocks: a promised time, a sensitive matter.

use domain::Sensitive;

/// Units of time as auto-replies write them, with their length in seconds. Longer words stand before their beginnings.
const UNITS: [(&str, i64); 31] = [
    ("小时", 3600),
    ("分钟", 60),
    ("工作日", 86_400),
    ("天", 86_400),
    ("minutos", 60),
    ("minutes", 60),
    ("minuten", 60),
    ("minute", 60),
    ("minuto", 60),
    ("минут", 60),
    ("мин", 60),
    ("mins", 60),
    ("min", 60),
    ("دقيقة", 60),
    ("دقائق", 60),
    ("hours", 3600),
    ("hour", 3600),
    ("horas", 3600),
    ("hora", 3600),
    ("heures", 3600),
    ("heure", 3600),
    ("hrs", 3600),
    ("hr", 3600),
    ("stunden", 3600),
    ("stunde", 3600),
    ("часов", 3600),
    ("часа", 3600),
    ("час", 3600),
    ("ساعات", 3600),
    ("ساعة", 3600),
    ("h", 3600),
];

/// Units that are believed with a Chinese numeral too. Not 天: 美好的一天 is no promise.
const COUNTED_IN_WORDS: [&str; 2] = ["小时", "分钟"];

/// The longest promise that is believed: a week. Anything longer is a part number or a year.
const LONGEST_S: i64 = 7 * 86_400;

/// The time an auto-reply promises ("in less than 2 hours"), in seconds; none if it names none. Of several the shortest: the
/// others may be the days of delivery or of returns, and a clock that is too early costs less than one that is too late.
pub(crate) fn seconds(words: &str) -> Option<i64> {
    let words = words.to_lowercase();
    let mut shortest: Option<i64> = None;
    let mut rest = words.as_str();
    while let Some(first) = rest.chars().next() {
        let Some(span) = span(rest) else {
            // Not in the middle of a number: 12小时 is not 2小时.
            let length = number(rest).map_or(first.len_utf8(), |(_, length)| length);
            rest = &rest[length..];
            continue;
        };
        rest = span.rest;
        let more = self::span(rest.trim_start()).filter(|more| more.unit_s < span.unit_s);
        let promised = span.seconds.saturating_add(more.as_ref().map_or(0, |more| more.seconds));
        rest = more.map_or(rest, |more| more.rest);
        if (1..=LONGEST_S).contains(&promised) {
            shortest = Some(shortest.map_or(promised, |shortest| shortest.min(promised)));
        }
    }
    shortest
}

/// A number with its unit of time.
struct Span<'a> {
    seconds: i64,
    unit_s: i64,
    rest: &'a str,
}

/// The span of time at the beginning of a text, if it begins with one.
fn span(text: &str) -> Option<Span<'_>> {
    let (number, length) = number(text)?;
    let after = text[length..].trim_start_matches([' ', '\u{a0}', '个']);
    let (word, unit_s) = unit(after)?;
    let in_figures = text.chars().next().and_then(digit).is_some();
    let believed = in_figures || COUNTED_IN_WORDS.contains(&word);
    let seconds = number.saturating_mul(unit_s) / THOUSAND;
    believed.then(|| Span { seconds, unit_s, rest: &after[word.len()..] })
}

/// Numbers are read in thousandths.
const THOUSAND: i64 = 1000;

/// The number at the beginning of a text, in thousandths, and how many bytes it takes; none if there is none.
fn number(text: &str) -> Option<(i64, usize)> {
    let (whole, length) = digits(text);
    if length == 0 {
        return in_words(text);
    }
    // 1.5 and 1,5 are one number; "2, 3" are two.
    let fraction = text[length..].strip_prefix(['.', ',']).unwrap_or_default();
    let (_, fraction_length) = digits(fraction);
    if fraction_length == 0 {
        return Some((whole.saturating_mul(THOUSAND), length));
    }
    let places = fraction[..fraction_length].chars().filter_map(digit).chain([0, 0, 0]).take(3);
    let thousandths = places.fold(0, |sum, place| sum * 10 + place);
    let number = whole.saturating_mul(THOUSAND).saturating_add(thousandths);
    Some((number, length + 1 + fraction_length))
}

/// The digits at the beginning of a text as a number, and how many bytes they take.
fn digits(text: &str) -> (i64, usize) {
    let taken = text.chars().map_while(|c| Some((digit(c)?, c.len_utf8())));
    taken.fold((0_i64, 0), |(number, length), (digit, bytes)| {
        (number.saturating_mul(10).saturating_add(digit), length + bytes)
    })
}

/// A digit, also of full width or of Arabic.
fn digit(c: char) -> Option<i64> {
    let zero = ['0', '０', '٠', '۰']
        .into_iter()
        .map(u32::from)
        .find(|zero| (*zero..*zero + 10).contains(&u32::from(c)))?;
    Some(i64::from(u32::from(c) - zero))
}

/// A Chinese numeral below a hundred, or a half.
fn in_words(text: &str) -> Option<(i64, usize)> {
    let numeral: String =
        text.chars().take_while(|c| *c == '十' || one_to_nine(*c).is_some()).take(3).collect();
    if numeral.is_empty() {
        return text.starts_with('半').then_some((THOUSAND / 2, '半'.len_utf8()));
    }
    let (tens, ones) = match numeral.split_once('十') {
        Some((tens, ones)) => (tens.chars().next().map_or(Some(1), one_to_nine)?, ones),
        None => (0, numeral.as_str()),
    };
    let ones = ones.chars().next().map_or(Some(0), one_to_nine)?;
    // Of 一两 the second is meant, and is met next.
    let length = if tens == 0 { numeral.chars().next().map_or(0, char::len_utf8) } else { numeral.len() };
    Some(((tens * 10 + ones) * THOUSAND, length))
}

fn one_to_nine(c: char) -> Option<i64> {
    let place = "一二三四五六七八九".chars().position(|numeral| numeral == c);
    if c == '两' { Some(2) } else { i64::try_from(place? + 1).ok() }
}

/// The unit at the beginning of a text, with its length in seconds.
fn unit(after: &str) -> Option<(&'static str, i64)> {
    UNITS.into_iter().find(|(word, _)| {
        // A Latin unit must end there: "2 houses" is no promise.
        after
            .strip_prefix(word)
            .is_some_and(|tail| !word.is_ascii() || !tail.starts_with(char::is_alphabetic))
    })
}

/// What a buyer's words must be escalated for, most serious first.
pub(crate) fn sensitive_kinds(words: &str) -> Vec<Sensitive> {
    let mut kinds: Vec<Sensitive> = rules::sensitive::detect(words).into_iter().map(|hit| hit.kind).collect();
    kinds.sort_unstable_by(|a, b| b.cmp(a));
    kinds.dedup();
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("我们将在2小时内回复您", Some(7200))]
    #[case("Respuesta automática: le contestamos en menos de 2 horas.", Some(7200))]
    #[case("We answer within 30 minutes", Some(1800))]
    #[case("Ответим в течение 3 часов.", Some(10_800))]
    #[case("سنرد خلال 4 ساعات", Some(14_400))]
    #[case("Nous répondons sous 24h", Some(86_400))]
    #[case("Item 2 houses, 1999 hours", None)]
    #[case("谢谢您的留言", None)]
    #[case("订单 8192003312764471 小时", None)]
    #[case::half_of_two("We answer within 1.5 hours.", Some(5400))]
    #[case::with_a_comma("Ответим в течение 1,5 часа", Some(5400))]
    #[case::an_enumeration("Steps 1, 2 and then 3 hours", Some(10_800))]
    #[case::full_width("我们将在２小时内回复", Some(7200))]
    #[case::arabic_figures("سنرد خلال ٤ ساعات", Some(14_400))]
    #[case::and_a_half("1小时30分钟内回复", Some(5400))]
    #[case::and_some_minutes("within 2 hours 30 minutes", Some(9000))]
    #[case::in_words("客服会在两个小时内回复您", Some(7200))]
    #[case::half("半小时内回复", Some(1800))]
    #[case::twenty_four("二十四小时内回复", Some(86_400))]
    #[case::twelve("十二小时内回复", Some(43_200))]
    #[case::one_or_two("一两小时内回复", Some(7200))]
    #[case::returns_first("支持7天无理由退货，2小时内回复", Some(7200))]
    #[case::delivery_first("Shipping takes 3 días; respondemos en 30 minutos", Some(1800))]
    #[case::a_nice_day("感谢您的留言，祝您有美好的一天", None)]
    #[case::no_unit("１２３", None)]
    #[case::in_short("Reply within 24 hrs", Some(86_400))]
    #[case::minutes_in_short("We'll answer in 30 mins!", Some(1800))]
    #[case::one("Antwort in 1 Stunde", Some(3600))]
    #[case::one_minute("in less than 1 minute", Some(60))]
    #[case::russian_in_short("Ответим за 15 мин.", Some(900))]
    #[case::arabic_above_ten("سنرد خلال 24 ساعة", Some(86_400))]
    fn a_promised_time_is_read_from_the_auto_reply(#[case] words: &str, #[case] promised: Option<i64>) {
        assert_eq!(seconds(words), promised, "the buyer was told so: {words}");
    }
}
