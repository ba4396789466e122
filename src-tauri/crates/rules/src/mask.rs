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
