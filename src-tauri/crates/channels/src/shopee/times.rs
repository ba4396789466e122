//! Shopee mixes seconds, milliseconds and nanoseconds, sometimes in one answer: the magnitude tells.

use domain::Timestamp;

/// Reads a platform time by its number of digits: up to 10 are seconds, 13 milliseconds, 16 microseconds, 19
/// nanoseconds. A length in between is a number with digits too many (an official sample has an 11-digit one); the
/// surplus is cut. Zero and negative values mean that there is none.
#[must_use]
pub fn instant(raw: i64) -> Option<Timestamp> {
    if raw <= 0 {
        return None;
    }
    let surplus = |wanted: u32| raw / 10_i64.pow(raw.ilog10() + 1 - wanted);
    match raw.ilog10() + 1 {
        0..=10 => Timestamp::from_second(raw),
        11..=12 => Timestamp::from_second(surplus(10)),
        13..=15 => Timestamp::from_millisecond(surplus(13)),
        16..=18 => Timestamp::from_microsecond(surplus(16)),
        _ => return Some(Timestamp::from_nanosecond(i128::from(raw)).unwrap_or(Timestamp::MAX)),
    }
    .ok()
}

/// When a token ends: `expire_in` is a duration in seconds in most answers and an instant in some; a value beyond
/// 10⁹ can only be an instant.
pub(crate) fn expiry(expire_in: i64, now: Timestamp) -> Timestamp {
    if expire_in > 1_000_000_000 {
        return instant(expire_in).unwrap_or(now);
    }
    Timestamp::from_second(now.as_second().saturating_add(expire_in)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case(1_700_000_000, 1_700_000_000)]
    #[case(1_700_000_000_123, 1_700_000_000)]
    #[case(1_700_000_000_123_456, 1_700_000_000)]
    #[case(1_700_000_000_123_456_789, 1_700_000_000)]
    #[case(16_100_002_222, 1_610_000_222)]
    #[case(9_223_372_036_854_775_807, 9_223_372_036)]
    fn a_time_is_told_by_its_magnitude(#[case] raw: i64, #[case] seconds: i64) {
        assert_eq!(
            instant(raw).map(|t| t.as_second()),
            Some(seconds),
            "the unit follows from the digits of {raw}"
        );
    }

    #[rstest]
    #[case(0)]
    #[case(-1)]
    #[case(i64::MIN)]
    fn zero_and_less_mean_no_time(#[case] raw: i64) {
        assert_eq!(instant(raw), None, "the platform writes 0 where there is no due date");
    }

    #[rstest]
    #[case(14_400, 1_700_014_400)]
    #[case(1_767_001_812, 1_767_001_812)]
    fn an_expiry_beyond_a_billion_is_an_instant(#[case] expire_in: i64, #[case] until: i64) {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        assert_eq!(expiry(expire_in, now).as_second(), until, "both forms are in official samples");
    }

    proptest! {
        #[test]
        fn any_number_is_read_without_panic(raw: i64) {
            prop_assert_eq!(instant(raw).is_some(), raw > 0, "every positive number is some instant");
        }
    }
}
