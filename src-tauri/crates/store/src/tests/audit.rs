//! Aim: nobody changes the push log unseen. The method is to do what somebody with a database editor would.

use super::support::{Shop, at, say, shop};
use crate::{AuditEntry, IntakeWrite};
use domain::LogKind;
use rstest::rstest;

async fn filled() -> Shop {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    let conversation = Some(shop.id_of("c1").await);
    for n in 0..6 {
        let entry =
            AuditEntry { at: at(n), kind: LogKind::Received, conversation, detail: format!("event {n}") };
        let mut tx = shop.store.begin().await.unwrap();
        tx.write(&IntakeWrite { audit: vec![entry], ..IntakeWrite::default() }).await.unwrap();
        tx.commit().await.unwrap();
    }
    shop
}

#[tokio::test]
async fn an_untouched_log_is_whole() {
    let shop = filled().await;
    assert_eq!(
        shop.store.verify().await.unwrap().broken_link,
        None,
        "each entry follows from the one before"
    );
    let log = shop.store.audit_log(None, 2).await.unwrap();
    assert_eq!(log[0].entry.detail, "event 5", "newest first");
    let older = shop.store.audit_log(Some(log[1].id), 100).await.unwrap();
    assert_eq!(older[0].id, log[1].id - 1, "pages join");
    assert_eq!(log[1].hash, log[0].before, "each shows the hash of the one before it");
    let of = shop.store.audit_of(shop.id_of("c1").await).await.unwrap();
    assert_eq!(of.len(), 6, "an evidence pack takes what concerns its conversation");
}

#[tokio::test]
async fn the_log_cannot_be_changed_by_accident() {
    let shop = filled().await;
    let mut tx = shop.store.begin().await.unwrap();
    for sql in ["UPDATE audit SET detail = 'x' WHERE id = 5", "DELETE FROM audit WHERE id = 5"] {
        let done = sqlx::query(sql).execute(tx.conn().await.unwrap()).await;
        assert!(done.is_err(), "the file itself refuses: {sql}");
    }
}

#[rstest]
#[case::a_word("UPDATE audit SET detail = 'other' WHERE id = 6", 6)]
#[case::a_time("UPDATE audit SET at_ms = at_ms + 1 WHERE id = 6", 6)]
#[case::a_kind("UPDATE audit SET kind = 'shown' WHERE id = 6", 6)]
#[case::a_place("UPDATE audit SET conversation_id = 0 WHERE id = 6", 6)]
#[case::a_hash("UPDATE audit SET hash = zeroblob(32) WHERE id = 6", 6)]
#[case::one_taken_out("DELETE FROM audit WHERE id = 6", 6)]
#[case::the_first_taken_out("DELETE FROM audit WHERE id = 1", 1)]
#[case::the_last_taken_out("DELETE FROM audit WHERE id = 10", 10)]
#[case::two_exchanged(
    "UPDATE audit SET detail = CASE id WHEN 7 THEN 'event 4' ELSE 'event 3' END WHERE id IN (7, 8)",
    7
)]
#[case::one_pushed_in(
    "INSERT INTO audit (at_ms, kind, detail, hash) VALUES (1, 'received', 'false', zeroblob(32))",
    11
)]
#[tokio::test]
async fn the_first_broken_link_is_found(#[case] tampering: &'static str, #[case] first: i64) {
    let shop = filled().await;
    let mut tx = shop.store.begin().await.unwrap();
    for sql in ["DROP TRIGGER audit_append_only_update", "DROP TRIGGER audit_append_only_delete", tampering] {
        sqlx::query(sql).execute(tx.conn().await.unwrap()).await.unwrap();
    }
    // Committed without an entry of its own.
    tx.commit().await.unwrap();
    let report = shop.store.verify().await.unwrap();
    assert_eq!(report.broken_link, Some(first), "the proof must name the place");
    assert!(!report.is_whole(), "and nobody may call it whole");
}

#[tokio::test]
async fn a_check_in_steps_says_how_far_it_is_and_comes_to_the_same_end() {
    let shop = filled().await;
    let (mut after, mut steps) = (0, Vec::new());
    loop {
        let found = shop.store.check_log(after, 4).await.unwrap();
        assert_eq!((found.handed_out, found.broken), (10, None), "out of ten, and all is well so far");
        steps.push(found.checked);
        after = found.checked;
        if found.done {
            break;
        }
    }
    assert_eq!(steps, [4, 8, 10], "four at a time");
    let mut tx = shop.store.begin().await.unwrap();
    for sql in ["DROP TRIGGER audit_append_only_update", "UPDATE audit SET detail = 'x' WHERE id = 6"] {
        sqlx::query(sql).execute(tx.conn().await.unwrap()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let sound = shop.store.check_log(0, 4).await.unwrap();
    assert_eq!((sound.broken, sound.done), (None, false), "the first four are sound");
    let found = shop.store.check_log(4, 4).await.unwrap();
    assert_eq!((found.checked, found.broken, found.done), (5, Some(6), true), "the sixth is not");
}
