//! Aim: that little is written of a conversation in which little has changed can be seen by nobody: whatever changes is
//! read back as it was written.

use super::support::{Shop, at, nothing, say, shop};
use crate::{ConversationKey, ConversationRow, IntakeAsk, IntakeWrite, LastMessage, PackedRaw};
use domain::{
    AccountId, Author, BuyerId, ConversationKind, ConversationState, MessageId, RawPayload, Sensitive,
};

/// Asks for the chat, changes it, writes it, and reads it back; gives what was written and what was read.
async fn changed(
    shop: &Shop,
    change: impl FnOnce(&mut ConversationRow),
) -> (ConversationRow, ConversationRow) {
    let keys = [ConversationKey::new(shop.id, ConversationKind::Chat, "c1")];
    let ask = IntakeAsk { conversations: &keys, ..nothing(shop.id) };
    let (mut tx, mut answers) = shop.store.begin_intake(&[ask], None).await.unwrap();
    let mut row = tx.answer(&mut answers, &ask).unwrap().conversations.remove(0);
    change(&mut row);
    let batch = IntakeWrite { conversations: vec![row.clone()], ..IntakeWrite::default() };
    tx.commit_with(&batch).await.unwrap();
    (row, shop.store.conversation_by_key(&keys[0]).await.unwrap().unwrap())
}

type Change = fn(&mut ConversationRow);

/// One of everything that a conversation has, in its order.
const CHANGES: [(&str, Change); 12] = [
    ("nothing", |_| {}),
    ("buyer", |row| row.buyer = Some(BuyerId(77))),
    ("owner", |row| row.owner = Some(AccountId(7))),
    ("state", |row| row.state = ConversationState::Done),
    ("owes", |row| row.owes = !row.owes),
    ("unread", |row| row.unread += 3),
    ("due", |row| row.due = Some(at(4_711))),
    ("title", |row| row.title = "退款 №1".to_owned()),
    ("opened", |row| row.opened_at = Some(at(99))),
    ("order", |row| row.order_no = "8190001".to_owned()),
    ("sensitive", |row| row.sensitive = Some(Sensitive::Refund)),
    ("clock", |row| row.clock_json = "{\"owes\":\"да\"}".to_owned()),
];

#[tokio::test]
async fn whatever_changes_of_a_conversation_is_read_back() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0), say("c2", "m2", "hi", 0)]).await;
    let other = shop.store.conversation(shop.id_of("c2").await).await.unwrap();
    for (n, (what, change)) in (1..).zip(CHANGES) {
        let (written, read) = changed(&shop, change).await;
        assert_eq!(read, written, "{what} alone has changed");
        let preview = format!("说\"好\" {n}");
        let last = LastMessage { id: MessageId(n), at: at(n), author: Author::Seller, preview };
        let (written, read) = changed(&shop, |row| row.last = Some(last)).await;
        assert_eq!(read, written, "after {what} the newest message has changed");
    }
    let (written, read) = changed(&shop, |row| row.last = None).await;
    assert_eq!(read, written, "a conversation whose messages are gone has no newest one");
    assert_eq!(
        shop.store.conversation(other.conversation.id).await.unwrap(),
        other,
        "no other one is touched"
    );
}

#[tokio::test]
async fn payloads_keep_their_sources_and_numbers_beside_one_that_is_known() {
    let shop = shop().await;
    for sources in [["one", "one", "one"], ["one", "two", "three"]] {
        let bytes = |n: usize| format!("{sources:?} {n}").into_bytes();
        let payloads: Vec<_> = (0..3).map(|n| RawPayload { source: sources[n], bytes: bytes(n) }).collect();
        // Known from before, it lies between two that are new.
        let mut tx = shop.store.begin().await.unwrap();
        let raws = [PackedRaw::pack(&payloads[1]).unwrap()];
        tx.ask(&IntakeAsk { raws: &raws, ..nothing(shop.id) }).await.unwrap();
        tx.commit().await.unwrap();
        let raws = PackedRaw::pack_all(&payloads).unwrap();
        let mut tx = shop.store.begin().await.unwrap();
        let known = tx.ask(&IntakeAsk { raws: &raws, ..nothing(shop.id) }).await.unwrap();
        tx.commit().await.unwrap();
        for (n, id) in known.raws.iter().enumerate() {
            let (source, _, read) = shop.store.raw(*id).await.unwrap();
            assert_eq!((source.as_str(), read), (sources[n], bytes(n)), "{sources:?}, payload {n}");
        }
    }
}
