//! What the words of a message mean for its clocks: a promised time, a sensitive matter.

use domain::Sensitive;

/// Units of time as auto-replies write them, with their length in seconds. Longer words stand before their beginnings.
const UNITS: [(&str, i64); 22] = [
    ("小时", 3600),
    ("分钟", 60),
    ("工作日", 86_400),
    ("天", 86_400),
    ("minutos", 60),
    ("minutes", 60),
    ("minuten", 60),
    ("минут", 60),
    ("min", 60),
    ("دقيقة", 60),
    ("hours", 3600),
    ("hour", 3600),
    ("horas", 3600),
    ("hora", 3600),
    ("heures", 3600),
    ("heure", 3600),
    ("stunden", 3600),
    ("часов", 3600),
    ("часа", 3600),
    ("час", 3600),
    ("ساعات", 3600),
    ("h", 3600),
];

/// The longest promise that is believed: a week. Anything longer is a part number or a year.
const LONGEST_S: i64 = 7 * 86_400;

/// The time an auto-reply promises ("in less than 2 hours"), in seconds; none if it names none.
pub(crate) fn seconds(words: &str) -> Option<i64> {
    let words = words.to_lowercase();
    let mut rest = words.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = &rest[start..];
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let after = digits[end..].trim_start_matches([' ', '\u{a0}', '个']);
        let number: Option<i64> = digits[..end].parse().ok();
        if let (Some(number), Some(unit)) = (number, unit(after)) {
            let seconds = number.saturating_mul(unit);
            if (1..=LONGEST_S).contains(&seconds) {
                return Some(seconds);
            }
        }
        rest = &digits[end..];
    }
    None
}

fn unit(after: &str) -> Option<i64> {
    UNITS.iter().find_map(|(word, seconds)| {
        let tail = after.strip_prefix(word)?;
        // A Latin unit must end there: "2 houses" is no promise.
        let whole = !word.is_ascii() || !tail.starts_with(|c: char| c.is_alphabetic());
        whole.then_some(*seconds)
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
    fn a_promised_time_is_read_from_the_auto_reply(#[case] words: &str, #[case] promised: Option<i64>) {
        assert_eq!(seconds(words), promised, "the buyer was told so: {words}");
    }
}
