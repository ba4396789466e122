//! What a member and a host know of each other.

use domain::{AccountId, Presence, from_ms};
use rstest::rstest;
use team::{Continuity, HostSeq, MemberId, MemberIdError, PresenceBeat, PresencePolicy};

#[rstest]
#[case(5, 6, Continuity::Next)]
#[case(5, 5, Continuity::Known)]
#[case(5, 1, Continuity::Known)]
#[case(5, 7, Continuity::Gap { after: HostSeq(5) })]
#[case(0, 1, Continuity::Next)]
fn a_replica_applies_the_next_change_and_asks_for_missing_ones(
    #[case] at: u64,
    #[case] incoming: u64,
    #[case] expected: Continuity,
) {
    assert_eq!(HostSeq(at).then(HostSeq(incoming)), expected, "no change may be skipped or applied twice");
}

fn beat(declared: Presence) -> PresenceBeat {
    PresenceBeat {
        member: MemberId::from_digest([9; 32]),
        account: AccountId(3),
        declared,
        seen: HostSeq(12),
        received: from_ms(1_000_000),
    }
}

#[rstest]
#[case(0, Presence::Online)]
#[case(30_000, Presence::Online)]
#[case(30_001, Presence::Offline)]
#[case(-60_000, Presence::Online)]
fn a_declared_presence_counts_until_the_grace_is_over(#[case] later_ms: i64, #[case] expected: Presence) {
    let effective =
        beat(Presence::Online).effective(from_ms(1_000_000 + later_ms), PresencePolicy::default());
    assert_eq!(effective, expected, "{later_ms} ms after the last heartbeat");
}

#[test]
fn a_heartbeat_does_not_undo_what_a_person_declared() {
    for declared in [Presence::Suspended, Presence::Offline] {
        let effective = beat(declared).effective(from_ms(1_000_001), PresencePolicy::default());
        assert_eq!(effective, declared, "a running machine is no promise to answer");
    }
}

#[test]
fn a_fingerprint_is_read_as_people_write_it() {
    let id = MemberId::from_digest([0xab; 32]);
    let spaced = "ab:".repeat(31) + "AB";
    assert_eq!(spaced.parse::<MemberId>(), Ok(id), "colons and capitals are habits");
    assert_eq!(id.to_string().parse::<MemberId>(), Ok(id), "and it reads its own hand");
    assert_eq!(id.short(), "abab abab abab abab", "short enough to read over the phone");
}

#[rstest]
#[case("abcd", MemberIdError::Length { digits: 4 })]
#[case("zz", MemberIdError::Digit { found: 'z' })]
fn a_text_that_is_no_fingerprint_is_refused(#[case] text: &str, #[case] error: MemberIdError) {
    assert_eq!(text.parse::<MemberId>(), Err(error), "a wrong key must never be pinned");
}
