//! Aim: a mailbox with years of mails says how far its reading is, and keeps nobody waiting meanwhile.

use crate::common::{House, LONG_AGO, Post, buyer, letter};
use domain::Secret;
use engine::SecretSet;
use std::time::{Duration, Instant};

const MAILS: usize = 1_500;

#[tokio::test]
async fn a_long_reading_says_how_far_it_is_until_it_is_through() {
    let house = House::solo().await;
    let mailbox = Post::mailbox(&house).await;
    (1..=MAILS).for_each(|n| {
        mailbox.deliver(&letter(n, LONG_AGO));
    });
    let secrets = SecretSet { key: Secret::new("code"), tokens: None };
    let store = house.engine.connect(&crate::common::way(&mailbox), secrets).await.unwrap();
    let post = Post { mailbox, store };
    let (mut told, mut last) = (Vec::new(), 0);
    while post.count(&house).await < MAILS as u64 || !house.engine.backlogs().is_empty() {
        if let Some(backlog) = house.engine.backlogs().get(&post.store) {
            assert_eq!(backlog.total, 1_500, "of how many");
            assert!(backlog.done >= last && backlog.done <= 1_500, "it only grows: {backlog:?}");
            last = backlog.done;
            told.push(last);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    told.dedup();
    assert!(told.len() >= 3, "more than once: {told:?}");
    let searches = post.mailbox.commands().iter().filter(|c| c.line.starts_with("UID SEARCH")).count();
    assert!(searches <= 2, "the server counts once, not with each round: {searches}");
    let opened = post.mailbox.commands().iter().filter(|c| c.line.starts_with("EXAMINE")).count();
    assert!(opened <= 4, "nor does it open the folder anew for each: {opened}");
}

#[tokio::test]
async fn others_are_served_while_it_reads() {
    let house = House::solo().await;
    let mailbox = Post::mailbox(&house).await;
    (1..=MAILS).for_each(|n| {
        mailbox.deliver(&letter(n, LONG_AGO));
    });
    let post = Post::connect(&house, mailbox).await;
    let (mut slowest, mut heard) = (Duration::ZERO, 0_u64);
    while post.count(&house).await < MAILS as u64 {
        heard += 1;
        let begun = Instant::now();
        let id = format!("m{heard}");
        house.hears([buyer("c1", &id, i64::try_from(heard).unwrap(), "where is my order")]).await;
        slowest = slowest.max(begun.elapsed());
    }
    assert!(heard >= 10, "a buyer gets in between two portions of mails: {heard}");
    assert!(slowest < Duration::from_secs(2), "and waits for one portion at most: {slowest:?}");
}
