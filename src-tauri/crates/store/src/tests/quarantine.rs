//! Aim: what cannot be read is kept with its bytes until it can be, is counted once, and never comes back once erased.

use super::support::{Shop, at, before, new_store, say, shop, unread};
use crate::{IntakeWrite, QuarantineRow, QuarantineWrite, Released, Store, StoreError, Tried};
use domain::{Flaw, UnreadableCause};
use sha2::Digest as _;

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
    assert_eq!(tx.expire_quarantined(Some(shop.id), at(0), at(9)).await.unwrap(), 0, "it came just then");
    assert_eq!(tx.expire_quarantined(Some(shop.id), at(1), at(9)).await.unwrap(), 1, "it came before");
    assert_eq!(tx.expire_quarantined(Some(shop.id), at(1), at(9)).await.unwrap(), 0, "once");
    tx.commit().await.unwrap();
    assert_eq!(log_of(&shop, "content_expired").await.len(), 1, "the push log says so once");
    keep(&shop, row).await;
    let left = shop.store.quarantined(id).await.unwrap();
    let said = (left.beside.as_str(), left.flaw.words.as_str());
    assert_eq!((left.packed_len, said), (0, ("", "")), "the platform repeats it: {left:?}");
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

/// A mail in this place that could not be read.
fn mail(shop: &Shop, place: &str, bytes: &[u8], seconds: i64) -> QuarantineWrite {
    QuarantineWrite { own_id: place.to_owned(), ..unread(shop.id, bytes, seconds) }
}

async fn keep_all(shop: &Shop, rows: Vec<QuarantineWrite>) {
    let mut tx = shop.store.begin().await.unwrap();
    tx.write(&IntakeWrite { quarantined: rows, ..IntakeWrite::default() }).await.unwrap();
    tx.commit().await.unwrap();
}

/// How often each came, the first first.
async fn counts(store: &Store) -> Vec<u32> {
    let mut rows = store.quarantine_list(None, 100).await.unwrap();
    rows.reverse();
    rows.iter().map(|row: &QuarantineRow| row.seen).collect()
}

/// The provider's own name of each, the first first.
async fn names(store: &Store) -> Vec<String> {
    let sql = "SELECT own_id FROM quarantine ORDER BY id";
    sqlx::query_scalar(sql).fetch_all(&mut *store.reader().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn what_has_the_same_bytes_and_is_something_else_has_a_row_of_its_own() {
    let shop = shop().await;
    let mut tx = shop.store.begin().await.unwrap();
    let other = tx.add_store(&new_store("other"), at(0)).await.unwrap();
    tx.commit().await.unwrap();
    let all = || {
        let inbox = mail(&shop, "INBOX:7:5", b"", 0);
        let elsewhere = QuarantineWrite { store: Some(other), ..inbox.clone() };
        let file = QuarantineWrite { source: "file".to_owned(), ..inbox.clone() };
        vec![inbox, mail(&shop, "INBOX:7:6", b"", 0), mail(&shop, "Junk:7:5", b"", 0), elsewhere, file]
    };
    keep_all(&shop, all()).await;
    assert_eq!(counts(&shop.store).await, [1; 5], "of another place, store or kind");
    assert_eq!(log_of(&shop, "quarantined").await.len(), 5, "and the push log hears of each");
    keep_all(&shop, all()).await;
    keep_all(&shop, all().split_off(3)).await;
    assert_eq!(counts(&shop.store).await, [2, 2, 2, 3, 3], "each is counted by itself when it comes again");
    assert_eq!(log_of(&shop, "quarantined").await.len(), 5, "which is no news");
    let twice = || mail(&shop, "INBOX:7:9", b"", 3);
    keep_all(&shop, vec![twice(), twice()]).await;
    assert_eq!(counts(&shop.store).await[5..], [2], "also what comes twice at once is one");
    assert_eq!(log_of(&shop, "quarantined").await.len(), 6, "and told once");
    let mut tx = shop.store.begin().await.unwrap();
    tx.remove_store(other, at(9)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(counts(&shop.store).await.len(), 5, "what is another store's stays");
}

#[tokio::test]
async fn what_was_erased_does_not_come_back_from_another_place() {
    let shop = shop().await;
    keep_all(&shop, vec![mail(&shop, "buyer77120", b"words", 0), mail(&shop, "INBOX:7:5", b"", 0)]).await;
    let mut tx = shop.store.begin().await.unwrap();
    assert_eq!(tx.expire_quarantined(Some(shop.id), at(1), at(9)).await.unwrap(), 2, "both are old");
    tx.commit().await.unwrap();
    assert_eq!(names(&shop.store).await, ["erased:1", "erased:2"], "whose it was goes with it");
    keep_all(&shop, vec![mail(&shop, "buyer77120", b"words", 10), mail(&shop, "Junk:7:1", b"words", 10)])
        .await;
    let rows = shop.store.quarantine_list(None, 10).await.unwrap();
    assert_eq!(
        (rows.len(), rows[1].packed_len, rows[1].seen),
        (2, 0, 3),
        "the same words are counted: {rows:?}"
    );
    keep_all(&shop, vec![mail(&shop, "INBOX:7:6", b"", 10)]).await;
    assert_eq!(counts(&shop.store).await, [3, 1, 1], "but two mails without words are not the same for that");
}

#[tokio::test]
async fn what_was_kept_with_less_known_of_it_is_the_same_all_the_same() {
    let shop = shop().await;
    keep_all(&shop, vec![mail(&shop, "", b"", 0)]).await;
    keep_all(&shop, vec![mail(&shop, "INBOX:7:5", b"", 1), mail(&shop, "Junk:7:5", b"", 1)]).await;
    assert_eq!(counts(&shop.store).await, [2, 1], "it is the first that comes again, and not both");
    keep_all(&shop, vec![mail(&shop, "INBOX:7:5", b"", 2), mail(&shop, "Junk:7:5", b"", 2)]).await;
    assert_eq!(counts(&shop.store).await, [3, 2], "from then on it is known which");
    let push = |store, partner: &str| QuarantineWrite { store, ..mail(&shop, partner, b"push", 3) };
    keep_all(&shop, vec![push(None, "1"), push(None, "2")]).await;
    assert_eq!(counts(&shop.store).await, [3, 2, 1, 1], "one of another application is another");
    keep_all(&shop, vec![push(Some(shop.id), "1")]).await;
    assert_eq!(
        counts(&shop.store).await,
        [3, 2, 2, 1],
        "one that was nobody's is its store's once that is known"
    );
}

#[tokio::test]
async fn what_an_older_version_kept_is_known_again() {
    let (dir, older) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = Store::open_with(dir.path(), &before("0017", older.path()).await).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let id = tx.add_store(&new_store("彩电"), at(0)).await.unwrap();
    let rows = [
        ("mail", r#"{"is":"mail","id":"INBOX:7:5","size":0}"#, false),
        ("chat", r#"{"is":"chat","conversation":"c1","buyer":"b1"}"#, false),
        ("push", r#"{"is":"push","partner":"42"}"#, false),
        ("older", "", false),
        ("gone", "", true),
    ];
    let packed = zstd::bulk::compress(b"words", 1).unwrap();
    for (bytes, beside, gone) in rows {
        let sql = "INSERT INTO quarantine (store_id, source, sha256, beside, bytes) VALUES (?1, 'test', ?2, ?3, ?4)";
        let query = sqlx::query(sql).bind(id.0).bind(sha2::Sha256::digest(bytes).to_vec()).bind(beside);
        let kept = if gone { Vec::new() } else { packed.clone() };
        query.bind(kept).execute(tx.conn().await.unwrap()).await.unwrap();
    }
    tx.commit().await.unwrap();
    store.close().await.unwrap();
    drop(store);
    let store = Store::open(dir.path()).await.unwrap();
    let again = |bytes: &str, own_id: &str| QuarantineWrite {
        own_id: own_id.to_owned(),
        ..unread(id, bytes.as_bytes(), 5)
    };
    let came = [
        ("mail", "Junk:3:1"),
        ("mail", "INBOX:7:5"),
        ("chat", "c1"),
        ("push", "42"),
        ("older", "c2"),
        ("gone", "c3"),
    ];
    let quarantined = came.map(|(bytes, own_id)| again(bytes, own_id)).to_vec();
    let mut tx = store.begin().await.unwrap();
    tx.write(&IntakeWrite { quarantined, ..IntakeWrite::default() }).await.unwrap();
    tx.commit().await.unwrap();
    let names = names(&store).await;
    assert_eq!(
        names,
        ["INBOX:7:5", "c1", "42", "c2", "erased:5", "Junk:3:1"],
        "each is known by what it was"
    );
    assert_eq!(counts(&store).await, [2, 2, 2, 2, 2, 1], "and nothing is there twice");
    assert!(store.quarantine_bytes(5).await.unwrap().is_empty(), "and what was erased stays so");
}
