//! Aim: whatever breaks, and wherever, each mail comes once and none is missed.

#![expect(clippy::unwrap_used, reason = "a pretend mailbox that cannot be started is a failed test")]

use channels::mail::{MailConfig, MailConnector, Tls};
use channels::{Connector, Cursors};
use domain::{IncomingEvent, Secret, Timestamp};
use rstest::rstest;
use sandbox::mailbox::{MailFault, Mailbox, MailboxConfig, MailboxHandle, Step};
use std::sync::Arc;
use std::time::Duration;

async fn mailbox(mails: usize) -> MailboxHandle {
    let config = MailboxConfig { user: "shop".into(), password: Secret::new("code") };
    let mailbox = Mailbox::start(config, Arc::new(now)).await.unwrap();
    (1..=mails).for_each(|n| {
        mailbox.deliver(&mail(n));
    });
    mailbox
}

fn now() -> Timestamp {
    "2026-07-01T00:00:00Z".parse().unwrap()
}

fn mail(number: usize) -> Vec<u8> {
    format!("From: a@b.example\r\nMessage-ID: <{number}@x>\r\nSubject: s{number}\r\n\r\nwords {number}\r\n")
        .into_bytes()
}

fn connector(mailbox: &MailboxHandle) -> MailConnector {
    let mut config = MailConfig::new("127.0.0.1", "shop", Arc::new(|| Ok(Secret::new("code"))));
    config.port = mailbox.addr().port();
    config.tls = Tls::NoneOnLoopback;
    MailConnector::new(config, Arc::new(now))
}

/// Reads as the engine does: keeps what a round gave with its cursors, and tries again after a failure. The subjects in
/// the order in which they came, and how many rounds failed.
async fn read(connector: &MailConnector, cursors: &mut Cursors) -> (Vec<String>, usize) {
    let (mut subjects, mut failed) = (Vec::new(), 0);
    for _ in 0..60 {
        match connector.poll(cursors).await {
            Ok(batch) => {
                assert!(
                    batch.quarantined.is_empty(),
                    "a broken line is no broken mail: {:?}",
                    batch.quarantined
                );
                let events = batch.received.iter().flat_map(|received| &received.events);
                subjects.extend(events.map(|event| match event {
                    IncomingEvent::Mail(mail) => mail.subject.clone(),
                    other => panic!("a mail, not {other:?}"),
                }));
                cursors.extend(batch.cursors);
                if !batch.more {
                    return (subjects, failed);
                }
            }
            Err(_) => failed += 1,
        }
    }
    panic!("no end after {failed} failures: {subjects:?}");
}

fn wanted(mails: usize) -> Vec<String> {
    (1..=mails).map(|n| format!("s{n}")).collect()
}

#[tokio::test]
async fn a_line_may_break_after_any_byte_of_the_server() {
    let mut whole = false;
    for bytes in 0..4_000 {
        let mailbox = mailbox(3).await;
        mailbox.faults().arm(MailFault::CutAfter(bytes), 1);
        let (subjects, failed) = read(&connector(&mailbox), &mut Cursors::new()).await;
        assert_eq!(subjects, wanted(3), "in order and each once, cut after {bytes} bytes");
        assert!(failed <= 1, "and the next connection is good: {failed} after {bytes} bytes");
        whole = mailbox.connections() == 1;
        if whole {
            break;
        }
    }
    assert!(whole, "the cuts went through the whole conversation");
}

#[rstest]
#[case::greeting(Step::Greeting)]
#[case::capability(Step::Capability)]
#[case::login(Step::Login)]
#[case::id(Step::Id)]
#[case::open(Step::Open)]
#[case::fetch(Step::Fetch)]
#[tokio::test]
async fn a_line_that_breaks_at_one_state_again_and_again_loses_nothing(#[case] step: Step) {
    for after in [0, 1, 20, 150] {
        let mailbox = mailbox(5).await;
        mailbox.faults().arm(MailFault::CutAt { step, after }, 4);
        let (subjects, failed) = read(&connector(&mailbox), &mut Cursors::new()).await;
        assert_eq!(
            subjects,
            wanted(5),
            "{step:?} broken four times after {after} bytes, {failed} rounds failed"
        );
    }
}

#[tokio::test]
async fn a_line_that_breaks_while_it_listens_misses_no_mail() {
    for after in [0, 1, 10, 30] {
        let mailbox = mailbox(1).await;
        let connector = connector(&mailbox);
        let mut cursors = Cursors::new();
        read(&connector, &mut cursors).await;
        mailbox.faults().arm(MailFault::CutAt { step: Step::Idle, after }, 1);
        let waiting = connector.wait(Duration::from_millis(300));
        let (_, ()) = tokio::join!(waiting, async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            mailbox.deliver(&mail(2));
        });
        assert_eq!(read(&connector, &mut cursors).await.0, ["s2"], "broken after {after} bytes of the IDLE");
    }
}

#[tokio::test]
async fn a_line_that_breaks_in_a_long_reading_goes_on_where_it_stood() {
    let mailbox = mailbox(900).await;
    let connector = connector(&mailbox);
    let (mut cursors, mut before) = (Cursors::new(), 0);
    for bytes in [30_000, 5_000, 60_000, 100, 90_000] {
        mailbox.faults().arm(MailFault::CutAfter(bytes), 1);
        if let Ok(batch) = connector.poll(&cursors).await {
            before += batch.received.len();
            cursors.extend(batch.cursors);
        }
    }
    let (rest, _) = read(&connector, &mut cursors).await;
    assert_eq!(before + rest.len(), 900, "each once: {before} came before");
    assert_eq!(rest.last().map(String::as_str), Some("s900"), "to the last");
}

#[tokio::test]
async fn numbers_that_change_in_the_middle_of_a_long_reading_bring_nothing_twice() {
    let mailbox = mailbox(450).await;
    let connector = connector(&mailbox);
    let mut cursors = Cursors::new();
    let first = connector.poll(&cursors).await.unwrap();
    assert_eq!((first.received.len(), first.more), (200, true), "a page of it");
    cursors.extend(first.cursors);
    mailbox.set_uid_validity(9);
    let (rest, _) = read(&connector, &mut cursors).await;
    assert_eq!(rest, wanted(450)[200..], "the other pages, under their new numbers");
    mailbox.set_uid_validity(10);
    mailbox.deliver(&mail(451));
    assert_eq!(read(&connector, &mut cursors).await.0, ["s451"], "and again");
}

#[tokio::test]
async fn ids_that_are_used_twice_or_left_empty_are_no_ids() {
    let mailbox = mailbox(0).await;
    let odd = |id: &str, subject: &str| {
        format!("From: a@b.example\r\nMessage-ID: {id}\r\nSubject: {subject}\r\n\r\nwords\r\n").into_bytes()
    };
    let connector = connector(&mailbox);
    let mut cursors = Cursors::new();
    for (id, subject) in [("<same@x>", "s1"), ("<>", "s2"), ("", "s3")] {
        mailbox.deliver(&odd(id, subject));
    }
    assert_eq!(read(&connector, &mut cursors).await.0, wanted(3), "the first of each");
    for (id, subject) in [("<same@x>", "s4"), ("<>", "s5"), ("", "s6")] {
        mailbox.deliver(&odd(id, subject));
    }
    assert_eq!(
        read(&connector, &mut cursors).await.0,
        wanted(6)[3..],
        "a later one with the same id is another mail"
    );
    // The very same mail twice: two deliveries are two mails.
    mailbox.deliver(&odd("<same@x>", "s4"));
    assert_eq!(read(&connector, &mut cursors).await.0, ["s4"], "the server has it twice");
    mailbox.set_uid_validity(5);
    mailbox.deliver(&odd("<same@x>", "s7"));
    assert_eq!(read(&connector, &mut cursors).await.0, ["s7"], "all of them are known under new numbers");
}
