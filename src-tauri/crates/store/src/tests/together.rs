//! Aim: that statements wait for each other, and that the file is tidied up later, can be seen by nobody.

use super::support::{Shop, at, messages_of, nothing, prepare, say, shop};
use crate::{
    ConversationKey, DeadlineSet, DeadlineStatus, IntakeAsk, IntakeWrite, MessageRow, OpenDeadline,
    StoreError,
};
use domain::{ConversationKind, DeadlineKind};

/// A batch that the file must refuse: a provider id that is there already.
async fn refused(shop: &Shop) -> IntakeWrite {
    let kept = shop.store.messages(shop.id_of("c1").await, None, 1).await.unwrap().remove(0);
    let id = domain::MessageId(kept.id.0 + 100);
    IntakeWrite { messages: vec![MessageRow { id, ..kept }], ..IntakeWrite::default() }
}

#[tokio::test]
async fn a_batch_that_fails_in_the_commit_leaves_nothing() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let (before, bad) = (shop.store.dump().await.unwrap(), refused(&shop).await);
    let mut tx = shop.store.begin().await.unwrap();
    prepare(&mut tx, shop.id, &[say("c2", "m2", "before it", 1)]).await;
    tx.set_setting("besides", "1", at(1)).await.unwrap();
    let failed = tx.commit_with(&bad).await;
    assert!(failed.is_err(), "the file guards against a message shown twice");
    assert_eq!(shop.store.dump().await.unwrap(), before, "nothing of the transaction is there");
    assert_eq!(shop.store.setting("besides").await.unwrap(), None, "nor what was written beside the batch");
    shop.take(&[say("c2", "m2", "again", 2)]).await;
    let report = shop.store.verify().await.unwrap();
    assert!(report.is_whole(), "numbers and log go on where the last commit left them: {report:?}");
}

#[tokio::test]
async fn a_transaction_in_which_a_batch_failed_cannot_be_committed() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let (before, bad) = (shop.store.dump().await.unwrap(), refused(&shop).await);
    let mut tx = shop.store.begin().await.unwrap();
    prepare(&mut tx, shop.id, &[say("c2", "m2", "before it", 1)]).await;
    assert!(tx.write(&bad).await.is_err(), "the batch is refused");
    let committed = tx.commit().await;
    assert!(
        matches!(committed, Err(StoreError::Conflict { .. })),
        "half a batch must not last: {committed:?}"
    );
    assert_eq!(shop.store.dump().await.unwrap(), before, "nothing is there");
}

#[tokio::test]
async fn a_dropped_transaction_gives_its_numbers_and_its_place_in_the_log_back() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let first = shop.store.last_seq().await.unwrap();
    for n in 0..3 {
        let raws = [crate::PackedRaw::pack(&payload(n)).unwrap()];
        let ask = IntakeAsk { raws: &raws, ..nothing(shop.id) };
        let (mut tx, mut answers) = shop.store.begin_intake(&[ask], None).await.unwrap();
        tx.answer(&mut answers, &ask).unwrap();
        prepare(&mut tx, shop.id, &[say("c2", &format!("gone{n}"), "hi", 1)]).await;
        tx.set_setting("gone", "1", at(1)).await.unwrap();
    }
    let seq = shop.take(&[say("c2", "m2", "hi", 2)]).await;
    let changes = shop.store.changes_since(first, 10).await.unwrap();
    assert_eq!(changes.last().map(|change| change.seq), Some(seq), "the commit tells the feed's own number");
    let tx = shop.store.begin().await.unwrap();
    assert_eq!(tx.commit().await.unwrap(), seq, "one that changed nothing tells the last");
    let mut tx = shop.store.begin().await.unwrap();
    tx.set_setting("kept", "1", at(3)).await.unwrap();
    tx.commit().await.unwrap();
    let report = shop.store.verify().await.unwrap();
    assert!(report.is_whole(), "no gap in the log, no payload of nobody: {report:?}");
}

fn payload(n: usize) -> domain::RawPayload {
    domain::RawPayload { source: "test", bytes: format!("gone {n}").into_bytes() }
}

#[tokio::test]
async fn what_waits_is_there_for_whoever_asks() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let (id, bad) = (shop.id_of("c1").await, refused(&shop).await);
    let mut tx = shop.store.begin().await.unwrap();
    let good = MessageRow { provider_id: "m2".into(), ..bad.messages[0].clone() };
    tx.prepare(&IntakeWrite { messages: vec![good], ..IntakeWrite::default() }).await.unwrap();
    assert_eq!(messages_of(&mut tx, id).await.len(), 2, "a question comes after what was said before it");
    let found: i64 =
        sqlx::query_scalar("SELECT count(*) FROM search").fetch_one(tx.conn().await.unwrap()).await.unwrap();
    assert_eq!(found, 2, "the search index too");
}

#[tokio::test]
async fn clocks_that_changed_after_the_question_are_looked_at_again() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let id = shop.id_of("c1").await;
    let set = |due: i64| {
        let open = OpenDeadline {
            kind: DeadlineKind::Reply,
            from: at(0),
            due: at(due),
            why: String::new(),
            next_stage_at: None,
        };
        let set = DeadlineSet {
            conversation: id,
            open: vec![open],
            keep: vec![],
            missing: DeadlineStatus::Met,
            at: at(9),
        };
        IntakeWrite { deadlines: vec![set], ..IntakeWrite::default() }
    };
    let key = ConversationKey::new(shop.id, ConversationKind::Chat, "c1");
    let ask = IntakeAsk { conversations: &[key], ..nothing(shop.id) };
    let (mut tx, mut answers) = shop.store.begin_intake(&[ask], None).await.unwrap();
    tx.answer(&mut answers, &ask).unwrap();
    tx.write(&set(100)).await.unwrap();
    tx.commit_with(&set(200)).await.unwrap();
    let rows = shop.store.deadlines_of(id).await.unwrap();
    let rows: Vec<_> = rows.iter().map(|row| (row.due, row.status)).collect();
    let want = [(at(100), DeadlineStatus::Met), (at(200), DeadlineStatus::Open)];
    assert_eq!(rows, want, "the second set closes what the first one opened");
}

#[tokio::test]
async fn no_commit_merges_the_index_and_tidying_up_does() {
    let shop = shop().await;
    let before = shop.store.index_pieces().await.unwrap();
    for n in 0..40 {
        shop.take(&[say("c1", &format!("m{n}"), "退款 please", n)]).await;
    }
    let pieces = shop.store.index_pieces().await.unwrap();
    assert_eq!(pieces, before + 40, "a message waits for no merge");
    while shop.store.tidy_search(32).await.unwrap() {}
    shop.store.fold_log().await.unwrap();
    let pieces = shop.store.index_pieces().await.unwrap();
    assert!(pieces < 8, "a question looks into few pieces again: {pieces}");
    let found = shop.store.search_count("退款", false, &crate::SearchFilter::default()).await.unwrap();
    assert_eq!(found, 40, "and finds the same");
    assert!(shop.store.verify().await.unwrap().is_whole(), "in a file that is whole");
}

#[tokio::test]
async fn only_a_commit_that_changed_something_is_worth_tidying_up_after() {
    let shop = shop().await;
    let commits = shop.store.commits().await.unwrap();
    let before = *commits.borrow();
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    assert_eq!(*commits.borrow(), before + 1, "a message is");
    shop.store.tidy_search(32).await.unwrap();
    shop.store.begin().await.unwrap().commit().await.unwrap();
    assert_eq!(*commits.borrow(), before + 1, "tidying up itself is not, else it would never end");
}
