use super::{BUYER, Kept, manners, numbered, setup, setup_as};
use channels::{ChannelError, Connector};
use domain::{Author, Body, Capability, CapabilityState};
use proptest::prelude::*;
use sandbox::russia::{Leads, Manner, OWN_LOGIN};
use serde_json::json;

#[tokio::test]
async fn however_the_stream_is_listed_every_message_comes() {
    for manner in manners() {
        let s = setup_as(manner, OWN_LOGIN).await;
        // Whoever begins on the newest page and leads upwards never shows what is older: that is the platform's choice.
        let before = if manner.leads == Leads::Up && manner.begins_newest { 40 } else { 180 };
        let mut kept = Kept::default();
        s.says(0, before);
        s.sync(&mut kept).await.unwrap();
        assert_eq!(kept.once(), numbered(before), "the history, {manner:?}");
        s.says(before, 330);
        s.sync(&mut kept).await.unwrap();
        assert_eq!(kept.once(), numbered(before + 330), "a long absence, {manner:?}");
        for n in 0..3 {
            s.says(before + 330 + n, 1);
            s.sync(&mut kept).await.unwrap();
        }
        assert_eq!(kept.once(), numbered(before + 333), "one at a time, {manner:?}");
        assert_eq!(kept.quarantined, Vec::<String>::new(), "and all of it was read, {manner:?}");
        let s = s.restarted();
        let (taken, calls) = (kept.messages.len(), s.platform.ledger().calls().len());
        s.sync(&mut kept).await.unwrap();
        assert_eq!(kept.messages.len(), taken, "what is known is not handed over again, {manner:?}");
        let calls = s.platform.ledger().calls().len() - calls;
        assert!(calls <= 3, "a quiet round after a start costs little: {calls}, {manner:?}");
    }
}

#[tokio::test]
async fn a_stream_that_begins_with_one_message_is_read_on() {
    for manner in manners() {
        let s = setup_as(manner, OWN_LOGIN).await;
        let mut kept = Kept::default();
        s.sync(&mut kept).await.unwrap();
        assert_eq!(kept.messages.len(), 0, "an empty stream, {manner:?}");
        for n in 0..4 {
            s.says(n, 1);
            s.sync(&mut kept).await.unwrap();
            assert_eq!(kept.once(), numbered(n + 1), "message {n}, {manner:?}");
        }
        s.says(4, 200);
        s.sync(&mut kept).await.unwrap();
        assert_eq!(kept.once(), numbered(204), "and then many, {manner:?}");
    }
}

#[tokio::test]
async fn a_message_that_is_listed_late_with_a_number_from_before_is_not_lost() {
    for manner in manners() {
        let s = setup_as(manner, OWN_LOGIN).await;
        let mut kept = Kept::default();
        s.says(0, 30);
        s.platform.hold_next();
        s.says(30, 1);
        s.says(31, 9);
        s.sync(&mut kept).await.unwrap();
        assert_eq!(kept.once().len(), 39, "it is not there yet, {manner:?}");
        s.platform.show_late();
        s.sync(&mut kept).await.unwrap();
        assert_eq!(kept.once(), numbered(40), "it is found among the newest, {manner:?}");
    }
}

#[tokio::test]
async fn pages_that_move_while_they_are_read_lose_nothing() {
    for manner in manners() {
        let s = setup_as(manner, OWN_LOGIN).await;
        let before = if manner.leads == Leads::Up && manner.begins_newest { 45 } else { 160 };
        s.says(0, before);
        let mut kept = Kept::default();
        let mut said = before;
        // Between any two rounds somebody writes, and what was written before is recalled.
        for _ in 0..12 {
            let batch = s.connector.poll(&kept.cursors).await.unwrap();
            s.commit(&mut kept, batch).await;
            s.says(said, 17);
            said += 17;
            let id = kept.messages.last().and_then(|m| m.provider_id.parse().ok());
            s.platform.recall(id.unwrap_or_default());
        }
        s.sync(&mut kept).await.unwrap();
        assert_eq!(kept.once(), numbered(said), "{manner:?}");
    }
}

#[tokio::test]
async fn where_only_the_newest_page_is_served_a_hole_is_told() {
    for (leads, newest_first) in
        [(Leads::Nowhere, true), (Leads::Nowhere, false), (Leads::ToNewest, true), (Leads::ToNewest, false)]
    {
        let manner = Manner { leads, newest_first, begins_newest: true, ..Manner::default() };
        let s = setup_as(manner, OWN_LOGIN).await;
        let mut kept = Kept::default();
        s.says(0, 30);
        s.sync(&mut kept).await.unwrap();
        s.says(30, 40);
        s.sync(&mut kept).await.unwrap();
        assert_eq!(
            (kept.once(), kept.quarantined.len()),
            (numbered(70), 0),
            "one page reaches back, {leads:?}"
        );
        s.says(70, 120);
        s.sync(&mut kept).await.unwrap();
        s.sync(&mut kept).await.unwrap();
        assert_eq!(kept.quarantined.len(), 1, "what is missing can not be had, but is told once, {leads:?}");
        assert!(kept.once().contains(&"m189".to_owned()), "and the newest is there, {leads:?}");
    }
}

#[tokio::test]
async fn both_sides_are_told_apart_and_a_conversation_is_a_buyer() {
    let s = setup().await;
    let asked = s.platform.buyer_says(BUYER, "Где заказ?");
    s.tick();
    s.platform.seller_says(BUYER, "Отправлен вчера.");
    s.platform.buyer_sends(BUYER, "sticker", json!({ "pack": 7 }));
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let seen: Vec<_> = kept.messages.iter().map(|m| (m.author, m.conversation_key.as_str())).collect();
    assert_eq!(seen, [(Author::Buyer, BUYER), (Author::Seller, BUYER), (Author::Buyer, BUYER)]);
    assert_eq!(kept.messages[0].provider_id, asked.to_string(), "every digit");
    let sticker = Body::Unsupported { kind: "sticker".into(), summary: String::new() };
    assert_eq!(kept.messages[2].body, sticker, "an unknown type is shown as such");
    let raw = String::from_utf8(kept.last.received[2].raw.bytes.clone()).unwrap();
    assert!(raw.contains(r#""pack":7"#), "with its raw row: {raw}");
    for (capability, code) in [
        (Capability::Orders, "not_by_local_api"),
        (Capability::Disputes, "not_by_local_api"),
        (Capability::SendCards, "cards_not_by_local_api"),
    ] {
        let off = CapabilityState::Off { code: code.into() };
        assert_eq!(kept.capability(capability), off, "said before anybody looks for it");
    }
    assert_eq!(kept.capability(Capability::SendChat), CapabilityState::On);
}

#[tokio::test]
async fn a_row_that_is_not_beyond_doubt_is_kept_for_a_person_once_and_blocks_nothing() {
    for manner in manners() {
        let s = setup_as(manner, "ru9").await;
        s.says(0, 60);
        let mut kept = Kept::default();
        let none = s.sync(&mut kept).await;
        assert!(
            matches!(none, Err(ChannelError::Unexpected { .. })),
            "nothing was read: {none:?}, {manner:?}"
        );
        let first = kept.quarantined.len();
        assert!(first >= 50, "no side is the store's, so nobody knows who wrote: {first}, {manner:?}");
        assert_eq!(kept.messages.len(), 0, "no clock is opened or stopped by it, {manner:?}");
        let again = s.sync(&mut kept).await;
        assert!(matches!(again, Err(ChannelError::Unexpected { .. })), "nor now: {again:?}, {manner:?}");
        assert_eq!(kept.quarantined.len(), first, "the same again is no news, {manner:?}");
    }
}

/// What happens at the platform, in any order.
#[derive(Debug, Clone)]
enum Act {
    Say(usize),
    Hold,
    Show,
    Round,
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (1_usize..15).prop_map(Act::Say),
        1 => Just(Act::Hold),
        1 => Just(Act::Show),
        4 => Just(Act::Round),
        1 => Just(Act::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_in_whatever_order_everything_comes(
        manner in proptest::sample::select(manners()),
        acts in proptest::collection::vec(act(), 1..25),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (got, said) = runtime.block_on(async {
            let mut s = setup_as(manner, OWN_LOGIN).await;
            let (mut kept, mut said, mut held) = (Kept::default(), 0, None);
            for act in acts {
                match act {
                    Act::Say(count) => {
                        s.says(said, count);
                        said += count;
                    }
                    Act::Hold if held.is_none() => {
                        s.platform.hold_next();
                        held = Some(said);
                        s.says(said, 1);
                        said += 1;
                    }
                    Act::Hold => {}
                    Act::Show => {
                        s.platform.show_late();
                        held = None;
                    }
                    Act::Round => {
                        let batch = s.connector.poll(&kept.cursors).await.unwrap();
                        s.commit(&mut kept, batch).await;
                    }
                    Act::Restart => s = s.restarted(),
                }
                // A row that comes later than so many others is beyond what is read again.
                if held.is_some_and(|at| said - at > 15) {
                    s.platform.show_late();
                    held = None;
                }
                let batch = s.connector.poll(&kept.cursors).await.unwrap();
                s.commit(&mut kept, batch).await;
            }
            s.platform.show_late();
            s.sync(&mut kept).await.unwrap();
            (kept.once(), said)
        });
        prop_assert_eq!(got, numbered(said));
    }
}
