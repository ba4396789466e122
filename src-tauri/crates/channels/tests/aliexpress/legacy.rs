use super::support::{BUYER, Kept, Setup, reply, setup, setup_with};
use channels::aliexpress::AliExpressConfig;
use channels::{Connector, ReadMark};
use domain::{Author, Body, Capability, CapabilityState, OutgoingReply, SendOutcome};
use rstest::rstest;
use sandbox::aliexpress::Area;
use std::collections::BTreeSet;

fn only_legacy(s: &Setup) {
    s.platform.permit(Area::PartnerIm, false);
    s.platform.permit(Area::LegacyMessages, true);
}

fn to_login(text: &str) -> OutgoingReply {
    OutgoingReply { buyer_key: format!("es{BUYER}abcd"), ..reply(text) }
}

#[rstest]
#[case(true)]
#[case(false)]
#[tokio::test]
async fn the_old_interface_is_the_second_door(#[case] simplify: bool) {
    let s = setup_with(true, |c| AliExpressConfig { simplify, ..c }).await;
    only_legacy(&s);
    for n in 0..120 {
        s.platform.buyer_says(BUYER, &format!("m{n}"));
        s.tick();
    }
    s.platform.seller_says(BUYER, "&lt;answer&gt;");
    s.platform.buyer_says(BUYER + 1, "other");
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.messages().len(), 122, "three pages of one channel and another channel");
    assert_eq!(kept.capability(Capability::ReadChat), CapabilityState::On, "chat works through it");
    let answer = kept.messages().into_iter().find(|m| m.body.words() == "<answer>").unwrap();
    assert_eq!(answer.author, Author::Seller, "another login than the buyer's, entities undone");
    assert_eq!(answer.buyer.key, format!("es{BUYER}abcd"), "the login that orders use too");
    s.tick();
    s.platform.buyer_says(BUYER, "new");
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.messages().len(), 123, "only what is new");
}

#[tokio::test]
async fn many_channels_are_walked_over_several_rounds() {
    let s = setup().await;
    only_legacy(&s);
    for n in 0..260 {
        s.platform.buyer_says(BUYER + n, &format!("b{n}"));
        s.tick();
    }
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let unique: BTreeSet<&str> = kept.words().into_iter().collect();
    assert_eq!((unique.len(), kept.messages().len()), (260, 260), "six pages of channels, each once");
}

#[tokio::test]
async fn a_reply_is_recognised_in_the_history_after_the_yes() {
    let s = setup().await;
    only_legacy(&s);
    s.platform.buyer_says(BUYER, "where?");
    s.tick();
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    let outcome = s.connector.send(&to_login("It left today.")).await;
    let SendOutcome::Sent { provider_id, .. } = outcome else { panic!("found again: {outcome:?}") };
    assert_eq!(s.platform.ledger().sent()[0].message_id, provider_id, "its id is the history's");
    s.tick();
    s.sync(&mut kept).await.unwrap();
    assert!(kept.messages().iter().any(|m| m.provider_id == provider_id), "and it comes back under it");
}

#[tokio::test]
async fn a_yes_that_cannot_be_confirmed_is_unknown_and_not_repeated() {
    let s = setup().await;
    only_legacy(&s);
    s.platform.buyer_says(BUYER, "where?");
    s.sync(&mut Kept::default()).await.unwrap();
    s.platform.faults().arm("querymsgdetaillist", sandbox::Fault::CutBefore, 1);
    let outcome = s.connector.send(&to_login("It left today.")).await;
    assert!(matches!(outcome, SendOutcome::Unknown { .. }), "it was sent, its id is not known: {outcome:?}");
    assert_eq!(s.platform.ledger().sent().len(), 1, "once");
}

#[tokio::test]
async fn the_old_interface_says_that_it_sends_no_cards_and_sends_none() {
    let s = setup().await;
    s.platform.buyer_says(BUYER, "where?");
    let mut kept = Kept::default();
    s.sync(&mut kept).await.unwrap();
    assert_eq!(kept.capability(Capability::SendCards), CapabilityState::On, "the partner interface does");
    only_legacy(&s);
    for _ in 0..2 {
        s.sync(&mut kept).await.unwrap();
    }
    let off = CapabilityState::Off { code: "cards_not_by_old_interface".into() };
    assert_eq!(kept.capability(Capability::ReadChat), CapabilityState::On, "the second door is open");
    assert_eq!(
        kept.capability(Capability::SendCards),
        off,
        "it sends none, and says so before anybody tries"
    );
    let order = Body::OrderCard { order_no: "8194715118451470".into() };
    for body in [order, Body::ItemCard { item_id: "1005003600816013".into(), title: None }] {
        let outcome = s.connector.send(&OutgoingReply { body, ..to_login("") }).await;
        assert!(matches!(outcome, SendOutcome::Refused { retry: false, .. }), "not by it: {outcome:?}");
    }
    assert!(s.platform.ledger().calls_with("addmsg").is_empty(), "nothing left");
}

#[tokio::test]
async fn a_channel_is_marked_as_read_only_if_the_buyer_wrote_nothing_since() {
    let s = setup().await;
    only_legacy(&s);
    let newest = s.platform.buyer_says(BUYER, "where?");
    s.tick();
    s.platform.buyer_says(BUYER + 1, "and mine?");
    s.sync(&mut Kept::default()).await.unwrap();
    let (channel, marked) = (BUYER.to_string(), || s.platform.ledger().calls_with("updatemsgread").len());
    let read = |whole| ReadMark::Read { newest: newest.clone(), whole };
    assert_eq!(s.connector.mark(&channel, &read(false)).await, Ok(false), "something is unseen here");
    assert_eq!(s.connector.mark(&channel, &ReadMark::Unread).await, Ok(false), "there is no call for it");
    assert_eq!((marked(), s.platform.unread_of(BUYER)), (0, 1), "nothing was said");
    s.tick();
    s.platform.seller_says(BUYER, "It left today.");
    for _ in 0..2 {
        assert_eq!(s.connector.mark(&channel, &read(true)).await, Ok(true), "it may be said twice");
    }
    assert_eq!((s.platform.unread_of(BUYER), s.platform.unread_of(BUYER + 1)), (0, 1), "this channel only");
    s.tick();
    s.platform.buyer_says(BUYER, "When?");
    let before = marked();
    assert_eq!(s.connector.mark(&channel, &read(true)).await, Ok(false), "not here yet, and unseen");
    assert_eq!((marked(), s.platform.unread_of(BUYER)), (before, 1), "so it stays unread");
}

#[tokio::test]
async fn the_partner_interface_has_no_mark() {
    let s = setup().await;
    let newest = s.platform.buyer_says(BUYER, "where?");
    s.sync(&mut Kept::default()).await.unwrap();
    let calls = s.platform.ledger().calls().len();
    let read = ReadMark::Read { newest, whole: true };
    assert_eq!(s.connector.mark(&BUYER.to_string(), &read).await, Ok(false), "it can't be told");
    assert_eq!(s.platform.ledger().calls().len(), calls, "and nothing is called");
}
