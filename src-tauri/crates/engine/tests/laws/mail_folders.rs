//! Aim: a mailbox is read in several folders, each by itself: a mail that lies in two comes once, nothing that lay there
//! before a folder was added rings, and a folder in trouble hides no other.

use crate::common::{House, LATELY, Post, letter, way};
use channels::Batch;
use channels::mail::{FolderRole, encode_folder_name};
use domain::{Platform, Secret, StoreId, Timestamp};
use engine::{Clock as _, Connection, Engine, Given, Mode, SecretSet, Typed};
use sandbox::mailbox::MailboxHandle;

const HOUR: i64 = 3_600;
/// Eighty hours before the story begins: its 72 hours ended eight hours ago.
const OLD: &str = "Fri, 27 Feb 2026 02:00:00 +0800";

fn old() -> Timestamp {
    "2026-02-26T18:00:00Z".parse().unwrap()
}

async fn mailbox(house: &House) -> MailboxHandle {
    let mailbox = Post::mailbox(house).await;
    mailbox.add_folder("Junk", "\\Junk");
    mailbox.add_folder("Sent Messages", "");
    mailbox
}

async fn connect(house: &House, mailbox: MailboxHandle, folders: &[&str]) -> Post {
    let folders = folders.iter().map(|&name| name.to_owned()).collect();
    let to = Connection { folders, ..way(&mailbox) };
    let secrets = SecretSet { key: Secret::new("code"), tokens: None };
    let store = house.engine.connect(&to, secrets).await.unwrap();
    house.until_store(store, |row| row.last_success.is_some()).await;
    Post { mailbox, store }
}

async fn read(house: &House, store: StoreId, folders: &[&str]) {
    let folders: Vec<String> = folders.iter().map(|&name| name.to_owned()).collect();
    house.engine.read_folders(store, &folders).await.unwrap();
}

async fn told_of_folders(house: &House) -> Vec<String> {
    let rows = house.engine.store().audit_log(None, 500).await.unwrap();
    let mut kinds: Vec<String> = rows.into_iter().map(|row| row.entry.kind).collect();
    kinds.retain(|kind| kind.starts_with("folder_"));
    kinds.reverse();
    kinds
}

#[tokio::test]
async fn the_folders_of_a_mailbox_are_known_before_and_after_it_is_connected() {
    let house = House::solo().await;
    let mailbox = mailbox(&house).await;
    let typed = Typed { key: Some(Secret::new("code")), tokens: Given::Nothing };
    let before = house.engine.folders_of(&way(&mailbox), &typed).await.unwrap();
    let named: Vec<_> = before.iter().map(|folder| (folder.name.as_str(), folder.role)).collect();
    let expected =
        [("INBOX", FolderRole::Inbox), ("Junk", FolderRole::Junk), ("Sent Messages", FolderRole::Sent)];
    assert_eq!(named, expected, "with what each is for");
    let post = connect(&house, mailbox, &[]).await;
    assert_eq!(house.engine.mail_folders(post.store).await.unwrap(), before, "also while it is being read");
    let wrong = Typed { key: Some(Secret::new("wrong")), tokens: Given::Nothing };
    let elsewhere = Connection { account: "other@rainbow.example".into(), ..way(&post.mailbox) };
    let refused = house.engine.folders_of(&elsewhere, &wrong).await.unwrap_err();
    assert!(refused.to_string().contains("mail_login_refused"), "{refused}");
}

#[tokio::test]
async fn folders_that_are_picked_before_a_mailbox_is_connected_are_read_from_the_start() {
    let house = House::solo().await;
    let mailbox = mailbox(&house).await;
    // The server has the name in modified UTF-7.
    let wire = encode_folder_name("2026 年对账");
    mailbox.add_folder(&wire, "");
    mailbox.deliver_to(&wire, &letter(1, LATELY)).unwrap();
    mailbox.deliver_to("Junk", &letter(2, LATELY)).unwrap();
    mailbox.deliver(&letter(3, LATELY));
    let typed = || Typed { key: Some(Secret::new("code")), tokens: Given::Nothing };
    let there = house.engine.folders_of(&way(&mailbox), &typed()).await.unwrap();
    assert!(there.iter().any(|folder| folder.name == "2026 年对账"), "as people write it: {there:?}");
    let picked = ["2026 年对账", "INBOX", "2026 年对账"].map(str::to_owned).to_vec();
    let to = Connection { folders: picked, ..way(&mailbox) };
    let (store, _) = house.engine.connect_tested(&to, typed(), false).await.unwrap();
    let post = Post { mailbox, store: store.expect("its test allows it") };
    post.until(&house, 2).await;
    let row = house.engine.store().store(post.store).await.unwrap();
    assert_eq!(
        Engine::connection(&row).unwrap().folders,
        ["2026 年对账"],
        "each once, the inbox is no question"
    );
    post.mailbox.deliver(&letter(4, LATELY));
    post.until(&house, 3).await;
    assert_eq!(post.count(&house).await, 3, "and what was not picked is left alone");
    let broken = Connection {
        account: "b@rainbow.example".into(),
        folders: vec!["\u{7}".into()],
        ..way(&post.mailbox)
    };
    let refused = house.engine.connect_tested(&broken, typed(), false).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "folder_name",
        "a name that no server has is refused before anybody is asked"
    );
}

#[tokio::test]
async fn a_mail_in_two_folders_comes_once() {
    let house = House::solo().await;
    let mailbox = mailbox(&house).await;
    (1..=3).for_each(|n| {
        mailbox.deliver(&letter(n, LATELY));
    });
    for n in [2, 3, 4] {
        mailbox.deliver_to("Junk", &letter(n, LATELY)).unwrap();
    }
    let post = connect(&house, mailbox, &["Junk"]).await;
    post.until(&house, 4).await;
    // A person takes one out of the junk.
    post.mailbox.deliver(&letter(4, LATELY));
    post.mailbox.deliver(&letter(5, LATELY));
    post.until(&house, 5).await;
    house.clock.advance(24 * HOUR);
    post.mailbox.deliver(&letter(6, LATELY));
    post.until(&house, 6).await;
    let checked = |checks: &[store::FolderCheck]| checks.iter().filter(|c| c.at == house.clock.now()).count();
    let of_post = async || house.engine.store().folder_checks(Some(post.store)).await.unwrap();
    house.until(async || checked(&of_post().await) == 2).await;
    let checks = of_post().await;
    assert_eq!(checked(&checks), 2, "each folder is compared with its server: {checks:?}");
    assert!(checks.iter().all(|check| check.missing == 0), "and misses none of them: {checks:?}");
    assert_eq!(post.count(&house).await, 6, "nor takes one twice");
}

#[tokio::test]
async fn a_folder_that_is_added_later_rings_for_nothing_that_lay_there() {
    let house = House::solo().await;
    let mailbox = mailbox(&house).await;
    (1..=3).for_each(|n| {
        mailbox.move_to("Junk", &letter(n, OLD), old()).unwrap();
    });
    let post = connect(&house, mailbox, &[]).await;
    assert_eq!(house.runs(60, 15).await, [], "nobody reads it yet");
    read(&house, post.store, &["Junk"]).await;
    post.until(&house, 3).await;
    assert_eq!(house.runs(180, 15).await, [], "what lay there is old, though it is overdue");
    read(&house, post.store, &[]).await;
    post.mailbox.move_to("Junk", &letter(4, OLD), old()).unwrap();
    post.mailbox.deliver(&letter(5, LATELY));
    post.until(&house, 4).await;
    read(&house, post.store, &["INBOX", "Junk", "Junk"]).await;
    post.until(&house, 5).await;
    assert_eq!(house.runs(300, 15).await, [], "nor when it is added again");
    post.mailbox.move_to("Junk", &letter(6, OLD), old()).unwrap();
    post.mailbox.deliver(&letter(7, LATELY));
    post.until(&house, 7).await;
    assert_eq!(house.runs(420, 15).await.len(), 1, "what comes from then on does");
}

#[tokio::test]
async fn new_numbers_of_one_folder_disturb_no_other() {
    let house = House::solo().await;
    let mailbox = mailbox(&house).await;
    for n in 1..=20 {
        mailbox.deliver(&letter(n, LATELY));
        mailbox.deliver_to("Junk", &letter(100 + n, LATELY)).unwrap();
    }
    let post = connect(&house, mailbox, &["Junk"]).await;
    post.until(&house, 40).await;
    let position = async |folder: &str| {
        let row = house.engine.store().store(post.store).await.unwrap();
        row.cursors[&format!("uid/{folder}")].clone()
    };
    let inbox = position("INBOX").await;
    post.mailbox.rebuild("Junk", 4_242);
    post.mailbox.deliver_to("Junk", &letter(150, LATELY)).unwrap();
    post.mailbox.deliver(&letter(50, LATELY));
    post.until(&house, 42).await;
    assert!(position("Junk").await.starts_with("4242:"), "one was read again by its headers");
    let (before, after) = (inbox.split(':').next(), position("INBOX").await);
    assert_eq!(after.split(':').next(), before, "the other went on");
}

#[tokio::test]
async fn a_folder_that_vanishes_is_told_and_the_others_go_on() {
    let house = House::solo().await;
    let mailbox = mailbox(&house).await;
    let post = connect(&house, mailbox, &["Junk"]).await;
    let missing = async || Engine::missing_folders(&house.engine.store().store(post.store).await.unwrap());
    assert_eq!(missing().await, [""; 0], "both are there");
    post.mailbox.remove_folder("Junk");
    for n in 1..=3 {
        post.mailbox.deliver(&letter(n, LATELY));
        post.until(&house, n as u64).await;
    }
    house.until_store(post.store, |row| !Engine::missing_folders(row).is_empty()).await;
    assert_eq!(missing().await, ["Junk"], "the window can say which");
    post.mailbox.add_folder("Junk", "\\Junk");
    post.mailbox.deliver_to("Junk", &letter(10, LATELY)).unwrap();
    post.mailbox.deliver(&letter(11, LATELY));
    post.until(&house, 5).await;
    house.until_store(post.store, |row| Engine::missing_folders(row).is_empty()).await;
    assert_eq!(told_of_folders(&house).await, ["folder_gone", "folder_back"], "once each, in the push log");
}

#[tokio::test]
async fn that_a_folder_vanished_is_in_the_push_log_as_soon_as_the_next_round_knows_of_it() {
    let house = House::solo().await;
    for (value, told) in [("1", &["folder_gone"][..]), ("", &["folder_gone", "folder_back"][..])] {
        // What a reader hands over right before it is killed.
        let cursors = [("gone/Junk".to_owned(), value.to_owned())].into();
        let batch = Batch { cursors, ..Batch::default() };
        house.engine.accept(house.shop, Platform::Mail, &batch, Mode::Live).await.unwrap();
        assert_eq!(told_of_folders(&house).await, told);
    }
}

#[tokio::test]
async fn only_folders_that_can_be_asked_for_are_kept() {
    let house = House::solo().await;
    let post = connect(&house, mailbox(&house).await, &[]).await;
    let refuses = async |folders: &[String]| {
        house.engine.read_folders(post.store, folders).await.unwrap_err().to_string()
    };
    assert_eq!(refuses(&["a\r\nb".into()]).await, "folder_name", "a name is one line");
    assert_eq!(refuses(&[" ".into()]).await, "folder_name", "and not empty");
    let many: Vec<String> = (0..31).map(|n| format!("f{n}")).collect();
    assert_eq!(refuses(&many).await, "too_many_folders", "each costs a call a round");
    read(&house, post.store, &["Junk", "inbox", "Junk"]).await;
    let row = house.engine.store().store(post.store).await.unwrap();
    assert_eq!(Engine::connection(&row).unwrap().folders, ["Junk"], "each once, INBOX always");
}
