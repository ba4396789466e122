//! What of a sealed field may stand on the screen before somebody asks for all of it (`docs/RULES.md` §8: masked).

use domain::Recipient;

/// Takes the place of what is hidden; always as long, because a length tells something too.
const HIDDEN: &str = "****";

/// A phone number by its ends, such as `138****5678`; the shorter it is, the less of it.
#[must_use]
pub fn phone(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let (head, tail) = match digits.len() {
        11.. => (3, 4),
        9.. => (2, 4),
        5.. => (0, 2),
        _ => (0, 0),
    };
    let (head, tail) = (&digits[..head], &digits[digits.len() - tail..]);
    head.iter().copied().chain(HIDDEN.chars()).chain(tail.iter().copied()).collect()
}

/// How the name begins, and the city; no street, no postal code.
#[must_use]
pub fn address(to: &Recipient) -> String {
    let name = to.name.chars().next().map(|first| format!("{first}**"));
    let city = if to.city.is_empty() { &to.region } else { &to.city };
    let place: Vec<&str> =
        [city, &to.country].into_iter().map(String::as_str).filter(|s| !s.is_empty()).collect();
    let place = if place.is_empty() { HIDDEN.to_owned() } else { format!("{}, {HIDDEN}", place.join(", ")) };
    name.into_iter().chain([place]).collect::<Vec<_>>().join(" · ")
}

/// Of whom or what something is told: how a name begins, or how an order's number ends.
#[must_use]
pub fn title(text: &str) -> String {
    let text = text.trim();
    let signs: Vec<char> = text.chars().collect();
    let digits = signs.iter().filter(|sign| sign.is_ascii_digit()).count();
    let number =
        signs.len() >= 8 && digits * 2 >= signs.len() && signs.iter().all(char::is_ascii_alphanumeric);
    match signs.first() {
        _ if number => signs[signs.len() - 4..]
            .iter()
            .fold(HIDDEN.to_owned(), |end, sign| end + sign.encode_utf8(&mut [0; 4])),
        Some(first) => format!("{first}**"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("13812345678", "138****5678")]
    #[case("+86 138-1234-5678", "861****5678")]
    #[case("6591234567", "65****4567")]
    #[case("912345678", "91****5678")]
    #[case("4679974", "****74")]
    #[case("110", "****")]
    #[case("", "****")]
    fn a_phone_number_shows_its_ends(#[case] number: &str, #[case] shown: &str) {
        assert_eq!(phone(number), shown, "{number}");
    }

    #[rstest]
    #[case("María G.", "M**")]
    #[case(" 王小明 ", "王**")]
    #[case("8192003312764471", "****4471")]
    #[case("220818EGS328B9", "****28B9")]
    #[case("+8613812345678", "+**")]
    #[case("buyer_1 234", "b**")]
    #[case("7", "7**")]
    #[case("", "")]
    fn a_title_shows_how_a_name_begins_or_a_number_ends(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(title(text), shown, "{text}");
    }

    fn to(name: &str, city: &str, region: &str, country: &str) -> Recipient {
        let [name, city, region, country] = [name, city, region, country].map(str::to_owned);
        Recipient { name, street: "center street No.99".into(), city, region, country, zip: "400120".into() }
    }

    #[rstest]
    #[case(to("Mark", "Babenki", "Moscow", "RU"), "M** · Babenki, RU, ****")]
    #[case(to("王小明", "深圳", "", ""), "王** · 深圳, ****")]
    #[case(to("", "", "Moscow", "RU"), "Moscow, RU, ****")]
    #[case(to("Jane Doe", "", "", ""), "J** · ****")]
    fn an_address_shows_where_but_not_who_or_which_door(#[case] to: Recipient, #[case] shown: &str) {
        assert_eq!(address(&to), shown, "street, number and postal code stay hidden");
    }

    proptest! {
        #[test]
        fn a_third_of_a_number_is_never_shown(number in "[+]?[0-9 ()-]{0,24}") {
            let digits = number.chars().filter(char::is_ascii_digit).count();
            let shown = phone(&number).chars().filter(char::is_ascii_digit).count();
            prop_assert!(shown == 0 || digits - shown >= 3, "{number} shows {shown} of {digits}");
        }
    }
}
