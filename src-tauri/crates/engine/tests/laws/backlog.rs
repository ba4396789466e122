//! Aim: a mailbox with years of mails says how far its reading is, and keeps nobody waiting meanwhile.

use crate::common::{House, LONG_AGO, Post, buyer, letter};
use domain::Secret;
use engine::SecretSet;
use std::time::Duration;

const MAILS: usize = 1_500;
/// Mails that are taken in with one round.
const PORTION: i64 = 200;

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
    let mut commits = house.engine.store().commits().await.unwrap();
    let (mut told, mut last) = (Vec::new(), 0);
    while post.count(&house).await < MAILS as u64 || !house.engine.backlogs().is_empty() {
        // Between two portions something is written, and nobody else does anything.
        let _ = tokio::time::timeout(Duration::from_millis(50), commits.changed()).await;
        if let Some(backlog) = house.engine.backlogs().get(&post.store) {
            assert_eq!(backlog.total, 1_500, "of how many");
            assert!(backlog.done >= last && backlog.done <= 1_500, "it only grows: {backlog:?}");
            last = backlog.done;
            told.push(last);
        }
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
    // How many mails are in when a buyer begins to wait, and when it is their turn: that depends on no machine.
    let mut waits = Vec::new();
    loop {
        let (mails, heard) = (post.count(&house).await, waits.len() + 1);
        if mails >= MAILS as u64 {
            break;
        }
        let second = i64::try_from(heard).unwrap();
        house.hears([buyer("c1", &format!("m{heard}"), second, "where is my order")]).await;
        let place = house.messages("c1").await.last().map(|message| message.id.0).unwrap();
        waits.push(place - second - i64::try_from(mails).unwrap());
    }
    assert!(waits.len() >= 3, "a buyer gets in between two portions of mails: {waits:?}");
    assert!(waits.iter().all(|mails| (0..=2 * PORTION).contains(mails)), "and waits for no more: {waits:?}");
}
