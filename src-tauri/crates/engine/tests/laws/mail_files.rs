//! Aim: a mail is there once, whether it comes from a server, from a file, or both ways in either order; and what comes
//! from a file rings for nobody.

use crate::common::{House, LATELY, LONG_AGO, Post, letter};
use domain::{ConversationState, Platform, StoreId};
use engine::{ImportState, MailImport};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::{ConversationItem, ListQuery, NewStore, View};

/// A mailbox that nobody connected.
async fn shelf(house: &House) -> StoreId {
    let new = NewStore {
        platform: Platform::Mail,
        name: "old mails".into(),
        external_id: "import:old".into(),
        settings: "{}".into(),
        secret_handle: String::new(),
    };
    let mut tx = house.engine.store().begin().await.unwrap();
    let store = tx.add_store(&new, house.engine.now()).await.unwrap();
    tx.commit().await.unwrap();
    store
}

async fn import(house: &House, store: StoreId, path: &Path) -> MailImport {
    house.engine.import_mail(store, vec![path.to_owned()], |_| ControlFlow::Continue(())).await.unwrap()
}

fn mbox(folder: &Path, numbers: std::ops::RangeInclusive<usize>, at: &str) -> PathBuf {
    let path = folder.join("export.mbox");
    let one =
        |n| format!("From a Mon Mar  2 10:00:00 2026\nX-Mozilla-Status: 0001\n{}\n", unix(&letter(n, at)));
    fs::write(&path, numbers.map(one).collect::<String>()).unwrap();
    path
}

fn unix(mail: &[u8]) -> String {
    String::from_utf8(mail.to_vec()).unwrap().replace("\r\n", "\n")
}

fn counts(done: &MailImport) -> (u64, u64, u64, u64) {
    (done.mails, done.taken, done.known, done.unreadable)
}

async fn mails(house: &House) -> Vec<ConversationItem> {
    let mut all = Vec::new();
    for view in [View::Mails, View::Done] {
        let query = ListQuery { view, store: None, after: None, limit: 500 };
        all.extend(house.engine.store().list(query).await.unwrap().items);
    }
    all.retain(|item| item.conversation.key != "tidebell:mailbox");
    all
}

#[tokio::test]
async fn what_came_from_the_server_is_known_in_a_file() {
    let house = House::solo().await;
    let mailbox = Post::mailbox(&house).await;
    (1..=5).for_each(|n| {
        mailbox.deliver(&letter(n, LATELY));
    });
    let post = Post::connect(&house, mailbox).await;
    post.until(&house, 5).await;
    let folder = tempfile::tempdir().unwrap();
    let done = import(&house, post.store, &mbox(folder.path(), 3..=8, LATELY)).await;
    assert_eq!(counts(&done), (6, 3, 3, 0), "three of the six are those of the server");
    assert_eq!(post.count(&house).await, 8, "each once");
    let again = import(&house, post.store, &mbox(folder.path(), 1..=8, LATELY)).await;
    assert_eq!(counts(&again), (8, 0, 8, 0), "a file that comes again changes nothing");
    assert!(house.engine.store().verify().await.unwrap().is_whole(), "nothing hangs in the air");
}

#[tokio::test]
async fn what_came_from_a_file_is_known_at_the_server() {
    let house = House::solo().await;
    let mailbox = Post::mailbox(&house).await;
    let post = Post::connect(&house, mailbox).await;
    let folder = tempfile::tempdir().unwrap();
    import(&house, post.store, &mbox(folder.path(), 1..=4, LATELY)).await;
    (3..=6).for_each(|n| {
        post.mailbox.deliver(&letter(n, LATELY));
    });
    post.until(&house, 6).await;
    let before = house.dump().await;
    post.mailbox.set_uid_validity(9);
    post.mailbox.deliver(&letter(7, LATELY));
    post.until(&house, 7).await;
    let mut subjects: Vec<String> = mails(&house).await.into_iter().map(|i| i.conversation.title).collect();
    subjects.sort();
    let wanted: Vec<String> = (1..=7).map(|n| format!("Order {n}")).collect();
    assert_eq!(subjects, wanted, "each once, also after every number has changed: {before}");
}

#[tokio::test]
async fn a_server_and_a_file_at_the_same_time_bring_each_mail_once() {
    let house = House::solo().await;
    let mailbox = Post::mailbox(&house).await;
    (1..=300).for_each(|n| {
        mailbox.deliver(&letter(n, LATELY));
    });
    let folder = tempfile::tempdir().unwrap();
    let file = mbox(folder.path(), 1..=300, LATELY);
    let post = Post::connect(&house, mailbox).await;
    let done = import(&house, post.store, &file).await;
    post.until(&house, 300).await;
    assert_eq!(done.taken + done.known, 300, "whoever comes first takes it: {done:?}");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(post.count(&house).await, 300, "and the other passes it over");
}

#[tokio::test]
async fn nothing_out_of_a_file_rings_or_is_unread() {
    let house = House::solo().await;
    let store = shelf(&house).await;
    let folder = tempfile::tempdir().unwrap();
    import(&house, store, &mbox(folder.path(), 1..=3, LATELY)).await;
    import(&house, store, &mbox(folder.path(), 4..=6, LONG_AGO)).await;
    let states: Vec<_> = mails(&house).await.into_iter().map(|i| i.conversation).collect();
    assert!(states.iter().all(|row| row.unread == 0 && row.due.is_none()), "nothing is owed: {states:?}");
    let open = states.iter().filter(|row| row.state == ConversationState::Open).count();
    assert_eq!(open, 3, "what is of these days can still be acted on, the rest is put aside");
    assert_eq!(house.runs(80 * 3_600, 600).await, [], "and none of it rings");
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_once_and_what_is_not_there_is_told() {
    let house = House::solo().await;
    let store = shelf(&house).await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.eml"), b"\x00 no header at all").unwrap();
    fs::write(folder.path().join("b.eml"), letter(1, LATELY)).unwrap();
    fs::write(folder.path().join("c.eml"), b"").unwrap();
    let paths = vec![folder.path().to_owned(), folder.path().join("gone.mbox")];
    for _ in 0..2 {
        let done =
            house.engine.import_mail(store, paths.clone(), |_| ControlFlow::Continue(())).await.unwrap();
        assert_eq!((done.mails, done.unreadable, done.files, done.failed), (2, 1, 3, 1), "{done:?}");
        assert_eq!(done.faults[0].0, "gone.mbox", "by its name");
    }
    let kept = house.engine.store().quarantine_list(None, 9).await.unwrap();
    assert_eq!((kept.len(), kept[0].seen, kept[0].source.as_str()), (1, 2, "mail.file"), "once, and counted");
    let bytes = house.engine.store().quarantine_bytes(kept[0].id).await.unwrap();
    assert_eq!(bytes, b"\x00 no header at all", "with its bytes");
    let log = house.engine.store().audit_log(None, 1).await.unwrap().remove(0).entry;
    assert_eq!(log.kind, "mail_imported", "the push log says where mails came from");
    assert!(log.detail.contains("\"unreadable\":1"), "and how it went: {}", log.detail);
}

#[tokio::test]
async fn a_stopped_import_keeps_what_it_took_and_goes_on_where_it_stood() {
    let house = House::solo().await;
    let store = shelf(&house).await;
    let folder = tempfile::tempdir().unwrap();
    let file = mbox(folder.path(), 1..=500, LONG_AGO);
    let size = fs::metadata(&file).unwrap().len();
    let mut seen = Vec::new();
    let done = house
        .engine
        .import_mail(store, vec![file.clone()], |progress| {
            seen.push(progress);
            ControlFlow::Break(())
        })
        .await
        .unwrap();
    assert!(done.stopped && done.taken == 200, "a portion, and no more: {done:?}");
    assert_eq!(
        (seen.len(), seen[0].of_bytes, seen[0].mails),
        (1, size, 200),
        "it says how far it is: {seen:?}"
    );
    assert!(seen[0].bytes > 0 && seen[0].bytes <= size, "in bytes too");
    let done = import(&house, store, &file).await;
    assert_eq!(counts(&done), (500, 300, 200, 0), "the rest");
    assert!(!done.stopped, "to the end");
}

#[tokio::test]
async fn an_import_of_the_window_runs_beside_it_and_says_how_it_ended() {
    let house = House::solo().await;
    let store = shelf(&house).await;
    let folder = tempfile::tempdir().unwrap();
    let file = mbox(folder.path(), 1..=300, LONG_AGO);
    house.engine.begin_mail_import(store, vec![file.clone()]).await.unwrap();
    let twice = house.engine.begin_mail_import(store, vec![file]).await.unwrap_err();
    assert_eq!(twice.to_string(), "import_running", "one at a time");
    let refused = house.engine.begin_mail_import(house.shop, Vec::new()).await.unwrap_err();
    assert_eq!(refused.to_string(), "not_a_mailbox", "a shop takes no mails");
    let mut done = None;
    while done.is_none() {
        done = match house.engine.mail_imports().remove(&store).unwrap() {
            ImportState::Running(_) => None,
            over => Some(over),
        };
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let Some(ImportState::Done(done)) = done else { panic!("it ends well: {done:?}") };
    assert_eq!(counts(&done), (300, 300, 0, 0), "all of them");
    house.engine.forget_mail_import(store);
    assert!(house.engine.mail_imports().is_empty(), "until somebody has read it");
}
