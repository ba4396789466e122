//! Aim: what cannot be read is kept with its bytes until it can be, is counted once, and never comes back once erased.

use super::support::{Shop, at, say, shop, unread};
use crate::{IntakeWrite, QuarantineWrite, Released, StoreError, Tried};
use domain::{Flaw, UnreadableCause};

async fn keep(shop: &Shop, row: QuarantineWrite) -> i64 {
    let mut tx = shop.store.begin().await.unwrap();
    tx.write(&IntakeWrite { quarantined: vec![row], ..IntakeWrite::default() }).await.unwrap();
    tx.commit().await.unwrap();
    shop.store.quarantine_list(None, 1).await.unwrap()[0].id
}

async fn log_of(shop: &Shop, kind: &str) -> Vec<String> {
    let log = shop.store.audit_log(None, 100).await.unwrap();
    log.into_iter().filter(|row| row.entry.kind == kind).map(|row| row.entry.detail).collect()
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_and_counted() {
    let shop = shop().await;
    let bytes = b"\xff\xfenot json".to_vec();
    for (n, cause) in
        [UnreadableCause::Unknown, UnreadableCause::Missing, UnreadableCause::NotJson].into_iter().enumerate()
    {
        let flaw = cause.because(format!("line {n}"));
        let came = i64::try_from(n).unwrap();
        let row = QuarantineWrite { flaw, beside: format!("{n}"), ..unread(shop.id, &bytes, came) };
        keep(&shop, QuarantineWrite { source: "push".to_owned(), ..row }).await;
    }
    let list = shop.store.quarantine_list(None, 10).await.unwrap();
    assert_eq!(shop.store.quarantine_count().await.unwrap(), 1, "the same bytes are one trouble");
    assert_eq!(list[0].seen, 3, "how often");
    assert_eq!(
        list[0].flaw,
        UnreadableCause::NotJson.because("line 2"),
        "and the newest reason, with its kind"
    );
    assert_eq!((list[0].first_at, list[0].last_at), (at(0), at(2)), "since when and until when");
    assert_eq!(list[0].beside, "2", "what was known with the newest");
    assert_eq!(list[0].tried_at, None, "nobody has tried again");
    assert_eq!(
        shop.store.quarantine_bytes(list[0].id).await.unwrap(),
        bytes,
        "nothing is lost by being unreadable"
    );
    let told = log_of(&shop, "quarantined").await;
    assert_eq!(told.len(), 1, "the push log hears of it once, not with every look: {told:?}");
    assert!(told[0].contains(r#""source":"push""#), "from where: {told:?}");
    assert!(!told[0].contains("not json"), "a log that is never erased quotes nothing");
}

#[tokio::test]
async fn what_is_read_at_last_leaves_with_its_intake_or_not_at_all() {
    let shop = shop().await;
    let id = keep(&shop, unread(shop.id, b"{\"at last\"", 0)).await;
    let released = IntakeWrite { released: Some(Released { id, at: at(9) }), ..IntakeWrite::default() };
    let mut tx = shop.store.begin().await.unwrap();
    tx.hold_quarantined(id).await.unwrap();
    tx.write(&released).await.unwrap();
    drop(tx);
    assert_eq!(shop.store.quarantine_count().await.unwrap(), 1, "a process that dies here has lost nothing");
    let mut tx = shop.store.begin().await.unwrap();
    tx.hold_quarantined(id).await.unwrap();
    tx.write(&released).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.store.quarantine_count().await.unwrap(), 0, "read at last");
    let (told, read) = (log_of(&shop, "quarantined").await, log_of(&shop, "read_again").await);
    assert_eq!(told, read, "the log names the same bytes, of the same source and store");
    let mut tx = shop.store.begin().await.unwrap();
    let again = tx.hold_quarantined(id).await;
    assert!(matches!(again, Err(StoreError::NotFound { .. })), "it is there for nobody else: {again:?}");
}

#[tokio::test]
async fn what_may_name_somebody_who_is_being_erased_is_not_taken_in() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hello", 0)]).await;
    let buyer = shop.conversation("c1").await.buyer.unwrap();
    let id = keep(&shop, unread(shop.id, b"{\"buyer\":\"b-c1-77120\"", 0)).await;
    let mut tx = shop.store.begin().await.unwrap();
    tx.erase_buyer(buyer, at(5)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = shop.store.begin().await.unwrap();
    let held = tx.hold_quarantined(id).await;
    assert!(matches!(held, Err(StoreError::NotFound { .. })), "not while it is looked for them: {held:?}");
    let erasure = shop.store.erasures().await.unwrap()[0].id;
    tx.erasure_done(erasure, &[]).await.unwrap();
    tx.hold_quarantined(id).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_was_erased_does_not_come_back_with_the_next_look() {
    let shop = shop().await;
    let row = QuarantineWrite { beside: "buyer77120".to_owned(), ..unread(shop.id, b"{\"a\"", 0) };
    let id = keep(&shop, row.clone()).await;
    let mut tx = shop.store.begin().await.unwrap();
    assert_eq!(tx.expire_quarantined(shop.id, at(0), at(9)).await.unwrap(), 0, "it came just then");
    assert_eq!(tx.expire_quarantined(shop.id, at(1), at(9)).await.unwrap(), 1, "it came before");
    assert_eq!(tx.expire_quarantined(shop.id, at(1), at(9)).await.unwrap(), 0, "once");
    tx.commit().await.unwrap();
    assert_eq!(log_of(&shop, "content_expired").await.len(), 1, "the push log says so once");
    keep(&shop, row).await;
    let left = shop.store.quarantined(id).await.unwrap();
    assert_eq!((left.packed_len, left.beside.as_str()), (0, ""), "the platform repeats it: {left:?}");
    assert_eq!(left.seen, 2, "it is counted, no more");
    assert!(shop.store.quarantine_after(0, None, 10).await.unwrap().is_empty(), "and nobody tries it");
}

#[tokio::test]
async fn each_version_tries_once_what_another_could_not_read() {
    let shop = shop().await;
    let mut ids = Vec::new();
    for (n, reader) in ["1", "1", "2", ""].iter().enumerate() {
        let bytes = format!("{{{n}");
        let row = QuarantineWrite { reader: (*reader).to_owned(), ..unread(shop.id, bytes.as_bytes(), 0) };
        ids.push(keep(&shop, row).await);
    }
    let untried = async |after: i64| {
        let rows = shop.store.quarantine_after(after, Some("2"), 2).await.unwrap();
        rows.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(untried(0).await, [ids[0], ids[1]], "a page of them, oldest first");
    assert_eq!(untried(ids[1]).await, [ids[3]], "also those of a version that noted nothing");
    let flaw = Flaw::other_kind("unknown as before");
    let tried: Vec<Tried> =
        ids.iter().map(|id| Tried { id: *id, flaw: flaw.clone(), reader: "2".to_owned() }).collect();
    let mut tx = shop.store.begin().await.unwrap();
    tx.still_unreadable(&tried, at(7)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(untried(0).await, [0; 0], "not a second time");
    assert_eq!(
        shop.store.quarantine_after(0, None, 10).await.unwrap().len(),
        4,
        "unless somebody asks for it"
    );
    let row = shop.store.quarantined(ids[0]).await.unwrap();
    assert_eq!(
        (row.flaw, row.tried_at, row.seen),
        (flaw, Some(at(7)), 1),
        "with what this version says of it"
    );
}

#[tokio::test]
async fn a_push_that_was_nobodys_finds_its_store_and_keeps_it() {
    let shop = shop().await;
    let row = unread(shop.id, b"{\"shop\":1", 0);
    let id = keep(&shop, QuarantineWrite { store: None, ..row.clone() }).await;
    assert_eq!(shop.store.quarantined(id).await.unwrap().store, None);
    keep(&shop, row.clone()).await;
    keep(&shop, QuarantineWrite { store: None, ..row }).await;
    assert_eq!(
        shop.store.quarantined(id).await.unwrap().store,
        Some(shop.id),
        "and goes when that store goes"
    );
}
