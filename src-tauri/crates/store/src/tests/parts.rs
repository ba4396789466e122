//! Aim: writing behind and asking ahead are only quicker; what is told and kept is the same.

use super::support::{Shop, new_store, nothing, say, shop};
use crate::{
    AuditEntry, ConversationKey, IntakeAsk, IntakeWrite, MessageRow, PackedRaw, StoreError, WriteTx,
};
use domain::{ConversationKind, RawPayload, StoreId};

fn payload(text: &str) -> PackedRaw {
    PackedRaw::pack(&RawPayload { source: "test", bytes: text.as_bytes().to_vec() }).unwrap()
}

fn key(store: StoreId, key: &str) -> ConversationKey {
    ConversationKey::new(store, ConversationKind::Chat, key)
}

/// A message like one that is there, under a new id.
async fn like(shop: &Shop, tx: &mut WriteTx, provider_id: &str) -> IntakeWrite {
    let row = shop.conversation("c1").await;
    let before = shop.store.messages(row.id, None, 1).await.unwrap().remove(0);
    let message = MessageRow { id: tx.new_message(), provider_id: provider_id.to_owned(), ..before };
    IntakeWrite { messages: vec![message], ..IntakeWrite::default() }
}

#[tokio::test]
async fn what_is_asked_ahead_is_answered_as_if_it_were_asked_in_its_turn() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "退款", 0)]).await;
    let mut tx = shop.store.begin().await.unwrap();
    let other = tx.add_store(&new_store("other"), super::support::at(1)).await.unwrap();
    tx.commit().await.unwrap();
    let (shared, own) = ([payload("shared")], [payload("shared"), payload("own")]);
    let (ids, keys) = (["m1".to_owned()], [key(shop.id, "c1")]);
    let first = IntakeAsk { raws: &shared, ..nothing(other) };
    let second = IntakeAsk { raws: &own, provider_ids: &ids, conversations: &keys, ..nothing(shop.id) };
    let (mut tx, mut answers) = shop.store.begin_intake(&[first, second], None).await.unwrap();
    let known = tx.answer(&mut answers, &first).unwrap();
    tx.write_behind(&IntakeWrite::default()).await.unwrap();
    let later = tx.answer(&mut answers, &second).unwrap();
    assert_eq!(later.raws[0], known.raws[0], "a payload that both parts have is kept once");
    assert_ne!(later.raws[1], later.raws[0], "another is another");
    assert!(later.provider_ids.contains("m1"), "what was there is known");
    assert_eq!(later.conversations, [shop.conversation("c1").await], "as it stood");
    tx.commit().await.unwrap();
    assert_eq!(shop.store.raw(later.raws[1]).await.unwrap().2, b"own", "and all of it was written");
    let twice = shop.store.begin_intake(&[second, second], None).await;
    assert!(
        matches!(twice, Err(StoreError::Conflict { .. })),
        "answers of one store would be stale: {twice:?}"
    );
}

#[tokio::test]
async fn what_fails_behind_is_heard_of_and_undoes_everything() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "退款", 0)]).await;
    let before = shop.store.dump().await.unwrap();
    let mut tx = shop.store.begin().await.unwrap();
    let entry = AuditEntry {
        at: super::support::at(1),
        kind: domain::LogKind::Setting,
        conversation: None,
        detail: String::new(),
    };
    tx.write_behind(&IntakeWrite { audit: vec![entry], ..IntakeWrite::default() }).await.unwrap();
    let twice = like(&shop, &mut tx, "m1").await;
    tx.write_behind(&twice).await.unwrap();
    let next = like(&shop, &mut tx, "m2").await;
    let heard = tx.write_behind(&next).await;
    assert!(matches!(heard, Err(StoreError::Db(_))), "the next one hears of it: {heard:?}");
    let committed = tx.commit().await;
    assert!(matches!(committed, Err(StoreError::Conflict { .. })), "half of it never lasts: {committed:?}");
    assert_eq!(shop.store.dump().await.unwrap(), before, "nothing was written");
}

#[tokio::test]
async fn a_transaction_that_is_dropped_while_it_writes_leaves_nothing_and_blocks_nobody() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "退款", 0)]).await;
    let before = shop.store.dump().await.unwrap();
    for n in 0..20 {
        let mut tx = shop.store.begin().await.unwrap();
        let write = like(&shop, &mut tx, &format!("dropped {n}")).await;
        tx.write_behind(&write).await.unwrap();
    }
    assert_eq!(shop.store.dump().await.unwrap(), before, "as if it had never been");
    shop.take(&[say("c1", "m2", "нет", 1)]).await;
    let row = shop.conversation("c1").await;
    assert_eq!(shop.store.messages(row.id, None, 9).await.unwrap().len(), 2, "and the next one writes");
}
