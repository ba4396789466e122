use crate::{MessageId, Timestamp};
use serde::{Deserialize, Serialize};

/// Where a message stands among those of its conversation that carry the same instant.
///
/// It follows from the platform's id alone, never from when the message came: a record does not know in which order its
/// events arrived. Platforms count their ids upwards, so a number is its own turn; any other id gets one that only has to
/// be always the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Turn(u64);

/// Where a message stands in its conversation: what comes later is greater.
pub type Place = (Timestamp, Turn, MessageId);

impl Turn {
    /// No turn comes after it.
    pub const LAST: Self = Self(u64::MAX);

    /// The turn of a message.
    #[must_use]
    pub fn of(provider_id: &str) -> Self {
        let counted = provider_id.bytes().all(|byte| byte.is_ascii_digit());
        Self(provider_id.parse().ok().filter(|_| counted).unwrap_or_else(|| scattered(provider_id)))
    }

    /// The turn of one state of a thing that has an end: of two states of the same instant the end is the later one.
    #[must_use]
    pub fn of_state(provider_id: &str, last: bool) -> Self {
        let turn = scattered(provider_id) >> 1;
        Self(if last { turn | 1 << 63 } else { turn })
    }

    /// The turn as a database keeps it that knows signed numbers only: in the same order.
    #[must_use]
    pub const fn to_signed(self) -> i64 {
        (self.0 ^ SIGN).cast_signed()
    }

    /// The turn that was kept as [`Turn::to_signed`].
    #[must_use]
    pub const fn from_signed(kept: i64) -> Self {
        Self(kept.cast_unsigned() ^ SIGN)
    }

    /// The first turn: what was kept before turns were.
    #[must_use]
    pub const fn is_first(&self) -> bool {
        self.0 == 0
    }

    /// A turn of something by its rank; of one rank, by its name.
    pub(crate) fn ranked(rank: u64, name: &str) -> Self {
        Self(rank << 56 | scattered(name) >> 8)
    }
}

/// The bit that a signed number reads as its sign.
const SIGN: u64 = 1 << 63;

/// FNV-1a: the same on every machine and in every version, as what is kept must be.
fn scattered(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::Turn;
    use rstest::rstest;

    #[rstest]
    #[case("9", "10")]
    #[case("2147483648", "2147483649")]
    #[case("18446744073709551614", "18446744073709551615")]
    fn what_a_platform_counted_later_comes_later(#[case] one: &str, #[case] other: &str) {
        assert!(Turn::of(one) < Turn::of(other));
    }

    #[test]
    fn any_other_id_has_one_turn_of_its_own() {
        let ids = ["", "a", "b", "ab", "ba", "+1", "-1", "18446744073709551616", "<1@mail>", "消息"];
        for (place, id) in ids.iter().enumerate() {
            assert_eq!(Turn::of(id), Turn::of(id), "{id:?} always has the same");
            assert!(ids[..place].iter().all(|other| Turn::of(other) != Turn::of(id)), "{id:?} has its own");
        }
        // What is kept in the files of users: it must not change.
        assert_eq!(serde_json::to_string(&Turn::of("m1")).unwrap(), "624182888590515051");
    }

    #[test]
    fn a_database_keeps_turns_in_their_order() {
        let turns = [Turn::default(), Turn::of("1"), Turn::of("9223372036854775808"), Turn::LAST];
        for pair in turns.windows(2) {
            assert!(pair[0] < pair[1] && pair[0].to_signed() < pair[1].to_signed(), "{pair:?}");
        }
        for turn in turns {
            assert_eq!(Turn::from_signed(turn.to_signed()), turn, "and they come back");
        }
    }

    #[test]
    fn an_end_comes_after_every_other_state_of_its_instant() {
        for n in 0..1_000 {
            let state = format!("case:{n}:1:open");
            assert!(Turn::of_state(&state, false) < Turn::of_state(&state, true), "{state}");
            assert!(Turn::of_state(&state, false) < Turn::of_state("case:1:1:closed", true), "{state}");
        }
    }
}
