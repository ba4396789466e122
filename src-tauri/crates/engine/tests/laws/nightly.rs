//! Aim: once a night what the server has is compared with what is here, and what is missing comes; nothing comes twice and
//! nothing rings again.

use crate::common::{House, LATELY, LONG_AGO, Post, comes_true, letter, way};
use channels::{Batch, ChannelError, Connector, Cursors, Listing};
use domain::{OutgoingReply, Platform, SendOutcome, StoreId};
use engine::{Clock as _, Connection, ImportState};
use futures::future::BoxFuture;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{AuditEntry, FolderCheck, NewStore};
use tokio::sync::Notify;

const HOUR: i64 = 3_600;

/// The check of a mailbox with one folder.
async fn checked(house: &House, post: &Post) -> Option<FolderCheck> {
    house.engine.store().folder_checks(Some(post.store)).await.unwrap().pop()
}

fn numbers(check: &FolderCheck) -> (u32, u32, u32, u32) {
    (check.on_server, check.missing, check.fetched, check.gone)
}

/// Waits for a check of now.
async fn until_checked(house: &House, post: &Post) -> FolderCheck {
    let now = async || checked(house, post).await.filter(|check| check.at == house.clock.now());
    assert!(
        comes_true(async || now().await.is_some()).await,
        "nobody compared: {:?}",
        checked(house, post).await
    );
    now().await.unwrap()
}

/// A mail comes and is taken in; then a night passes, and the mailbox is read again. In this order, so that whenever the
/// reader compares after the night, it sees the mail on both sides.
async fn night(house: &House, post: &Post, number: usize) -> FolderCheck {
    let before = post.count(house).await;
    post.mailbox.deliver(&letter(number, LATELY));
    post.until(house, before + 1).await;
    house.clock.advance(24 * HOUR);
    assert!(house.engine.retry_store(post.store).await.unwrap(), "the mailbox is read");
    until_checked(house, post).await
}

async fn log(house: &House) -> Vec<AuditEntry<String>> {
    let rows = house.engine.store().audit_log(None, 500).await.unwrap();
    rows.into_iter().map(|row| row.entry).filter(|entry| entry.kind == "mailbox_differs").collect()
}

async fn with_mails(house: &House, mails: std::ops::RangeInclusive<usize>) -> Post {
    let mailbox = Post::mailbox(house).await;
    mails.for_each(|n| {
        mailbox.deliver(&letter(n, LATELY));
    });
    Post::connect(house, mailbox).await
}

/// After two mails the server keeps the third back until the fourth was read.
async fn shows_too_late(house: &House, post: &Post) {
    post.mailbox.withhold(&letter(3, LATELY));
    post.mailbox.deliver(&letter(4, LATELY));
    post.until(house, 3).await;
    post.mailbox.show();
}

#[tokio::test]
async fn the_first_reading_is_compared_at_once_and_then_once_a_night() {
    let house = House::solo().await;
    let post = with_mails(&house, 1..=5).await;
    let check = until_checked(&house, &post).await;
    assert_eq!(numbers(&check), (5, 0, 0, 0), "all of them are here");
    house.clock.advance(HOUR);
    post.mailbox.deliver(&letter(6, LATELY));
    post.until(&house, 6).await;
    assert_eq!(checked(&house, &post).await, Some(check), "not with each round");
    let check = night(&house, &post, 7).await;
    assert_eq!(numbers(&check), (7, 0, 0, 0), "but every night");
    assert_eq!(log(&house).await, [], "what agrees is no news");
}

#[tokio::test]
async fn a_mail_that_the_server_showed_too_late_is_found() {
    let house = House::solo().await;
    let post = with_mails(&house, 1..=2).await;
    until_checked(&house, &post).await;
    shows_too_late(&house, &post).await;
    assert_eq!(
        numbers(&night(&house, &post, 5).await),
        (5, 1, 1, 0),
        "below the last number nobody looks but the check"
    );
    post.until(&house, 5).await;
    let told = log(&house).await;
    assert_eq!(told.len(), 1, "and the push log says that it was missing: {told:?}");
    assert!(told[0].detail.contains("\"missing\":1"), "{}", told[0].detail);
    assert_eq!(numbers(&night(&house, &post, 6).await), (6, 0, 0, 0), "once");
}

#[tokio::test]
async fn what_was_deleted_at_the_server_stays_here_and_is_told_once() {
    let house = House::solo().await;
    let post = with_mails(&house, 1..=4).await;
    until_checked(&house, &post).await;
    post.mailbox.delete(2);
    post.mailbox.delete(3);
    assert_eq!(numbers(&night(&house, &post, 5).await), (3, 0, 0, 2), "two are gone there");
    assert_eq!(post.count(&house).await, 5, "not here: it is the team's record");
    assert_eq!(numbers(&night(&house, &post, 6).await), (4, 0, 0, 2), "still");
    assert_eq!(log(&house).await.len(), 1, "the same difference is no news each night");
}

#[tokio::test]
async fn new_numbers_bring_nothing_twice_and_nothing_rings() {
    let house = House::solo().await;
    let post = with_mails(&house, 1..=300).await;
    post.until(&house, 300).await;
    until_checked(&house, &post).await;
    house.runs(80 * HOUR, HOUR).await;
    post.mailbox.set_uid_validity(7);
    let check = night(&house, &post, 301).await;
    assert_eq!(numbers(&check), (301, 0, 0, 0), "known by their headers under whatever number");
    assert_eq!(post.count(&house).await, 301, "each once");
    let asked = |post: &Post| post.mailbox.commands().iter().filter(|c| c.line.contains("[HEADER]")).count();
    let before = asked(&post);
    assert_eq!(numbers(&night(&house, &post, 302).await), (302, 0, 0, 0), "and the night after");
    assert_eq!(asked(&post), before, "their headers are not read again every night");
    assert_eq!(log(&house).await, [], "nothing differs");
}

#[tokio::test]
async fn mails_that_are_moved_in_with_an_old_date_come_and_do_not_ring() {
    let house = House::solo().await;
    let post = with_mails(&house, 1..=1).await;
    until_checked(&house, &post).await;
    house.runs(80 * HOUR, HOUR).await;
    house.bell.take();
    (2..=4).for_each(|n| {
        post.mailbox.move_in(&letter(n, LONG_AGO), "2025-01-02T01:00:00Z".parse().unwrap());
    });
    post.until(&house, 4).await;
    assert_eq!(
        numbers(&night(&house, &post, 5).await),
        (5, 0, 0, 0),
        "they have new numbers, so a round brings them"
    );
    let told = house.runs(110 * HOUR, HOUR).await;
    let titles: Vec<String> = told
        .iter()
        .flat_map(|notice| match notice {
            engine::Notice::Due { items, .. } | engine::Notice::Digest { items, .. } => items.clone(),
            _ => Vec::new(),
        })
        .map(|item| item.title)
        .collect();
    let old = ["Order 2", "Order 3", "Order 4"];
    assert!(
        !titles.iter().any(|title| old.contains(&title.as_str())),
        "last year's mails ring for nobody: {titles:?}"
    );
}

#[tokio::test]
async fn a_mail_that_came_from_a_file_is_not_missing() {
    let house = House::solo().await;
    let post = with_mails(&house, 1..=1).await;
    until_checked(&house, &post).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.eml"), letter(2, LATELY)).unwrap();
    house.engine.begin_mail_import(post.store, vec![folder.path().to_owned()]).await.unwrap();
    while matches!(house.engine.mail_imports().get(&post.store), Some(ImportState::Running(_))) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    post.mailbox.deliver(&letter(2, LATELY));
    assert_eq!(numbers(&night(&house, &post, 3).await), (3, 0, 0, 0), "it is here, under the file's id");
    assert_eq!(post.count(&house).await, 3, "and once");
}

#[tokio::test]
async fn a_start_that_missed_the_night_makes_up_for_it() {
    let house = House::solo().await;
    let post = with_mails(&house, 1..=2).await;
    until_checked(&house, &post).await;
    shows_too_late(&house, &post).await;
    house.clock.advance(5 * 24 * HOUR);
    let house = house.reopened().await;
    house.engine.start().await.unwrap();
    let check = until_checked(&house, &post).await;
    assert_eq!(numbers(&check), (4, 1, 1, 0), "the night was slept through, not the check");
}

/// A mailbox without mails whose server breaks off comparisons.
#[derive(Default)]
struct Flaky {
    /// In which folder, and how often.
    breaks: Mutex<Option<(&'static str, usize)>>,
    /// Folders that were listed, or begun to be.
    asked: Mutex<Vec<String>>,
    /// The next round fails.
    is_cut: AtomicBool,
    polled: AtomicUsize,
    news: Notify,
}

impl Flaky {
    fn breaks(&self, folder: &'static str, times: usize) {
        *self.breaks.lock().unwrap() = Some((folder, times));
    }

    async fn until_asked(&self, folders: &[&str]) {
        let asked = || self.asked.lock().unwrap().clone();
        for _ in 0..2_000 {
            if asked() == folders {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("asked for {:?} and not {folders:?}", asked());
    }

    /// The store is read through it.
    async fn attach(self: &Arc<Self>, house: &House, store: StoreId) {
        let connector: Arc<dyn Connector> = Arc::clone(self) as _;
        house.engine.attach(store, connector, Duration::from_secs(60)).await;
    }
}

impl Connector for Flaky {
    fn platform(&self) -> Platform {
        Platform::Mail
    }
    fn poll<'a>(&'a self, _: &'a Cursors) -> BoxFuture<'a, Result<Batch, ChannelError>> {
        self.polled.fetch_add(1, Ordering::SeqCst);
        let cut = self.is_cut.swap(false, Ordering::SeqCst);
        Box::pin(async move { if cut { Err(unreachable()) } else { Ok(Batch::default()) } })
    }
    fn listing<'a>(
        &'a self,
        folder: &'a str,
        _: &'a Cursors,
    ) -> BoxFuture<'a, Result<Option<Listing>, ChannelError>> {
        self.asked.lock().unwrap().push(folder.to_owned());
        let mut breaks = self.breaks.lock().unwrap();
        let left = breaks.as_mut().filter(|(at, left)| *at == folder && *left > 0);
        let fails = left.map(|(_, left)| *left -= 1).is_some();
        drop(breaks);
        Box::pin(async move {
            if fails {
                return Err(unreachable());
            }
            let (folder, prefix) = (folder.to_owned(), format!("{folder}:1:"));
            Ok(Some(Listing { folder, prefix, count: 0, ids: Vec::new() }))
        })
    }
    fn wait(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(self.news.notified())
    }
    fn send<'a>(&'a self, _: &'a OutgoingReply) -> BoxFuture<'a, SendOutcome> {
        panic!("a mailbox sends nothing")
    }
}

fn unreachable() -> ChannelError {
    ChannelError::Unreachable { detail: "cut".into() }
}

/// A mailbox with these folders beside INBOX that nobody reads yet.
async fn unread(house: &House, folders: &[&str]) -> StoreId {
    let mailbox = Post::mailbox(house).await;
    let folders = folders.iter().map(|&name| name.to_owned()).collect();
    let settings = serde_json::to_string(&Connection { folders, ..way(&mailbox) }).unwrap();
    let new = NewStore {
        platform: Platform::Mail,
        name: "service@rainbow.example".into(),
        external_id: "service@rainbow.example:".into(),
        settings,
        secret_handle: String::new(),
    };
    let mut tx = house.engine.store().begin().await.unwrap();
    let store = tx.add_store(&new, house.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    store
}

#[tokio::test]
async fn a_check_that_breaks_off_is_made_again_an_hour_later() {
    let house = House::solo().await;
    let store = unread(&house, &[]).await;
    let server = Arc::new(Flaky::default());
    server.breaks("INBOX", 1);
    server.attach(&house, store).await;
    server.until_asked(&["INBOX"]).await;
    // A round is begun once what followed the one before it is over.
    let polled = || server.polled.load(Ordering::SeqCst);
    for round in polled()..polled() + 3 {
        server.news.notify_one();
        house.until(async || polled() > round).await;
    }
    server.until_asked(&["INBOX"]).await;
    let row = house.engine.store().store(store).await.unwrap();
    assert!(row.last_error_code.is_empty(), "a check that failed is no silence: its mails come all the same");
    house.clock.advance(2 * HOUR);
    server.news.notify_one();
    server.until_asked(&["INBOX"; 2]).await;
    house.until(async || house.engine.store().folder_checks(Some(store)).await.unwrap().len() == 1).await;
}

/// Which folders have been compared in this very moment of the story.
async fn compared_now(house: &House, store: StoreId) -> Vec<String> {
    let checks = house.engine.store().folder_checks(Some(store)).await.unwrap();
    let now = house.clock.now();
    checks.into_iter().filter(|check| check.at == now).map(|check| check.folder).collect()
}

#[tokio::test]
async fn a_check_that_breaks_off_half_way_goes_on_with_the_rest_at_once() {
    let house = House::solo().await;
    let store = unread(&house, &["Junk", "Orders"]).await;
    let server = Arc::new(Flaky::default());
    server.breaks("Junk", 1);
    server.attach(&house, store).await;
    server.until_asked(&["INBOX", "Junk", "Junk", "Orders"]).await;
    house.until(async || compared_now(&house, store).await == ["INBOX", "Junk", "Orders"]).await;
    house.clock.advance(24 * HOUR);
    server.news.notify_one();
    house.until(async || compared_now(&house, store).await == ["INBOX", "Junk", "Orders"]).await;
    server.until_asked(&["INBOX", "Junk", "Junk", "Orders", "INBOX", "Junk", "Orders"]).await;
}

#[tokio::test]
async fn a_check_that_a_cut_line_ended_goes_on_when_the_line_is_back() {
    let house = House::solo().await;
    let store = unread(&house, &["Junk", "Orders"]).await;
    let server = Arc::new(Flaky::default());
    server.breaks("Junk", 2);
    server.attach(&house, store).await;
    server.until_asked(&["INBOX", "Junk", "Junk"]).await;
    server.is_cut.store(true, Ordering::SeqCst);
    server.news.notify_one();
    house.until_store(store, |row| !row.last_error_code.is_empty()).await;
    assert!(house.engine.retry_store(store).await.unwrap(), "the line is back");
    server.until_asked(&["INBOX", "Junk", "Junk", "Junk", "Orders"]).await;
}

#[tokio::test]
async fn a_check_that_ended_with_the_program_goes_on_with_the_rest_after_the_start() {
    let house = House::solo().await;
    let store = unread(&house, &["Junk", "Orders"]).await;
    let before = Arc::new(Flaky::default());
    before.breaks("Junk", usize::MAX);
    before.attach(&house, store).await;
    before.until_asked(&["INBOX", "Junk", "Junk"]).await;
    let house = house.reopened().await;
    house.clock.advance(60);
    let server = Arc::new(Flaky::default());
    server.attach(&house, store).await;
    server.until_asked(&["Junk", "Orders"]).await;
    house.until(async || compared_now(&house, store).await == ["Junk", "Orders"]).await;
    house.clock.advance(24 * HOUR);
    server.news.notify_one();
    house.until(async || compared_now(&house, store).await == ["INBOX", "Junk", "Orders"]).await;
}
