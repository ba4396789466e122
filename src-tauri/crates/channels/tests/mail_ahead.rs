//! Aim: the server hands over the next mails while those before are written down, and nothing but the time changes by it.

#![expect(clippy::unwrap_used, reason = "a pretend mailbox that cannot be started is a failed test")]

#[expect(dead_code, reason = "the server's simpler form is used by others")]
#[path = "mail/scripted.rs"]
mod scripted;

use channels::mail::{MailConfig, MailConnector, Tls};
use channels::{Batch, ChannelError, Connector, Cursors};
use domain::{IncomingEvent, Secret, Timestamp};
use rstest::rstest;
use sandbox::mailbox::{MailFault, Mailbox, MailboxConfig, MailboxHandle, Step};
use scripted::{Heard, Script, serve_bytes};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Longer than it takes on any machine, and shorter than a line may be silent.
const PATIENCE: Duration = Duration::from_secs(100);
/// Mails of one round.
const PAGE: usize = 200;
/// How the second mail is asked for where a round has room for one.
const SECOND: &str = "UID FETCH 2 (UID BODY";

fn now() -> Timestamp {
    "2026-07-01T00:00:00Z".parse().unwrap()
}

fn with_folders(port: u16, folders: &[&str]) -> MailConnector {
    let mut config = MailConfig::new("127.0.0.1", "shop", Arc::new(|| Ok(Secret::new("code"))));
    config.port = port;
    config.tls = Tls::NoneOnLoopback;
    config.folders = folders.iter().map(|&folder| folder.to_owned()).collect();
    MailConnector::new(config, Arc::new(now))
}

fn connector(port: u16) -> MailConnector {
    with_folders(port, &["INBOX"])
}

async fn mailbox(mails: usize) -> (MailboxHandle, MailConnector) {
    let config = MailboxConfig { user: "shop".into(), password: Secret::new("code") };
    let mailbox = Mailbox::start(config, Arc::new(now)).await.unwrap();
    for number in 1..=mails {
        let mail =
            format!("From: a@b.example\r\nMessage-ID: <{number}@x>\r\nSubject: s{number}\r\n\r\nx\r\n");
        mailbox.deliver(mail.as_bytes());
    }
    let connector = connector(mailbox.addr().port());
    (mailbox, connector)
}

fn subjects(batch: &Batch) -> Vec<String> {
    let events = batch.received.iter().chain(&batch.old).flat_map(|received| &received.events);
    events
        .filter_map(|e| if let IncomingEvent::Mail(m) = e { Some(m.subject.clone()) } else { None })
        .collect()
}

fn wanted(range: std::ops::RangeInclusive<usize>) -> Vec<String> {
    range.map(|n| format!("s{n}")).collect()
}

/// Asks as the engine does, and keeps what a round gave with its cursors.
async fn round(
    connector: &MailConnector,
    cursors: &mut Cursors,
) -> Result<(Vec<String>, bool), ChannelError> {
    let batch = tokio::time::timeout(PATIENCE, connector.poll(cursors)).await.expect("an answer")?;
    let found = subjects(&batch);
    cursors.extend(batch.cursors);
    Ok((found, batch.more))
}

/// Reads to the end, trying again after a failure.
async fn read(connector: &MailConnector, cursors: &mut Cursors) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..60 {
        if let Ok((found, more)) = round(connector, cursors).await {
            all.extend(found);
            if !more {
                return all;
            }
        }
    }
    panic!("no end: {all:?}");
}

async fn until(what: &str, fits: impl Fn() -> bool) {
    let waiting = async {
        while !fits() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "in time: {what}");
}

/// How often mails were asked for, beginning with this one.
fn fetches(mailbox: &MailboxHandle, from: usize) -> usize {
    let start = format!("UID FETCH {from},");
    mailbox.commands().iter().filter(|c| c.line.starts_with(&start) && c.line.contains("BODY.PEEK[]")).count()
}

/// Waits until the page that begins with this mail is asked for, and has come.
async fn fetched_ahead(mailbox: &MailboxHandle, from: usize) {
    until("the next page is asked for", || fetches(mailbox, from) == 1).await;
    // The answer is on its way already; whether it is all there makes no difference to what must come out.
    tokio::time::sleep(Duration::from_millis(50)).await;
}

#[tokio::test]
async fn the_next_mails_come_while_nobody_asks_yet() {
    let (mailbox, connector) = mailbox(450).await;
    let mut cursors = Cursors::new();
    assert_eq!(round(&connector, &mut cursors).await.unwrap(), (wanted(1..=PAGE), true), "the first page");
    fetched_ahead(&mailbox, 201).await;
    assert_eq!(
        round(&connector, &mut cursors).await.unwrap(),
        (wanted(201..=400), true),
        "the page that is there already"
    );
    assert_eq!(
        round(&connector, &mut cursors).await.unwrap(),
        (wanted(401..=450), false),
        "and the last one"
    );
    for from in [1, 201, 401] {
        assert_eq!(fetches(&mailbox, from), 1, "no page is fetched twice: the one from {from}");
    }
    assert_eq!(mailbox.connections(), 1, "all on one line");
}

#[tokio::test]
async fn nothing_is_read_ahead_when_nothing_is_left_over() {
    let (mailbox, connector) = mailbox(3).await;
    round(&connector, &mut Cursors::new()).await.unwrap();
    let before = mailbox.commands().len();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(mailbox.commands().len(), before, "the server is left alone");
}

#[rstest]
#[case::when_it_is_there(Duration::ZERO)]
#[case::while_it_comes(Duration::from_millis(400))]
#[tokio::test]
async fn what_was_read_ahead_is_dropped_if_the_record_stands_elsewhere(#[case] slow: Duration) {
    let (mailbox, connector) = mailbox(450).await;
    let begun = Cursors::new();
    let mut lost = begun.clone();
    round(&connector, &mut lost).await.unwrap();
    mailbox.faults().arm(MailFault::Slow(slow), 1);
    fetched_ahead(&mailbox, 201).await;
    // The first page could not be written down.
    let mut cursors = begun;
    assert_eq!(round(&connector, &mut cursors).await.unwrap().0, wanted(1..=PAGE), "it comes again");
    assert_eq!(mailbox.connections(), 1, "on the same line");
    assert_eq!(read(&connector, &mut cursors).await, wanted(201..=450), "and then the others, once");
}

#[tokio::test]
async fn a_line_that_breaks_while_it_reads_ahead_loses_and_doubles_nothing() {
    for after in [0, 1, 70, 5_000, 20_000, 30_000] {
        let (mailbox, connector) = mailbox(450).await;
        let mut cursors = Cursors::new();
        assert_eq!(round(&connector, &mut cursors).await.unwrap().0.len(), PAGE, "the first page");
        mailbox.faults().arm(MailFault::CutAt { step: Step::Fetch, after }, 1);
        fetched_ahead(&mailbox, 201).await;
        assert_eq!(
            read(&connector, &mut cursors).await,
            wanted(201..=450),
            "each once and in order, broken after {after} bytes"
        );
        assert!(mailbox.connections() <= 2, "and the next line is good: {after}");
    }
}

#[tokio::test]
async fn what_came_before_a_line_broke_counts_if_it_was_read_ahead_too() {
    let (mailbox, connector) = mailbox(450).await;
    let mut cursors = Cursors::new();
    round(&connector, &mut cursors).await.unwrap();
    mailbox.faults().arm(MailFault::CutAt { step: Step::Fetch, after: 5_000 }, 1);
    fetched_ahead(&mailbox, 201).await;
    let (part, more) = round(&connector, &mut cursors).await.unwrap();
    assert!((1..PAGE).contains(&part.len()) && more, "a part of the page: {}", part.len());
    assert_eq!(part, wanted(201..=200 + part.len()), "its beginning");
    assert_eq!(read(&connector, &mut cursors).await, wanted(201 + part.len()..=450), "the rest comes then");
}

#[tokio::test]
async fn numbers_that_change_after_mails_were_read_ahead_bring_nothing_twice() {
    let (mailbox, connector) = mailbox(650).await;
    let mut cursors = Cursors::new();
    round(&connector, &mut cursors).await.unwrap();
    fetched_ahead(&mailbox, 201).await;
    mailbox.set_uid_validity(9);
    assert_eq!(
        read(&connector, &mut cursors).await,
        wanted(201..=650),
        "the page that came before, and the others under their new numbers"
    );
}

#[tokio::test]
async fn whoever_needs_the_line_meanwhile_has_it_for_themselves() {
    let (mailbox, connector) = mailbox(650).await;
    let mut cursors = Cursors::new();
    round(&connector, &mut cursors).await.unwrap();
    let listing = connector.listing("INBOX", &cursors).await.unwrap().unwrap();
    assert_eq!(listing.count, 200, "what was read so far is compared");
    assert_eq!(round(&connector, &mut cursors).await.unwrap().0, wanted(201..=400), "the reading goes on");
    let fetched = connector.fetch(&listing.ids[4..6], &Cursors::new()).await.unwrap();
    assert_eq!(subjects(&fetched.batch), wanted(5..=6), "some are fetched by their numbers");
    assert_eq!(round(&connector, &mut cursors).await.unwrap().0, wanted(401..=600), "and on");
    let waits = connector.wait(Duration::from_secs(600));
    assert!(
        tokio::time::timeout(PATIENCE, waits).await.is_ok(),
        "nobody listens while there is more to read"
    );
    assert_eq!(mailbox.connections(), 1, "all on one line");
    connector.close().await;
    let last = mailbox.commands().pop().unwrap();
    assert_eq!(last.line, "LOGOUT", "and goodbye comes last");
    assert_eq!(read(&connector, &mut cursors).await, wanted(601..=650), "whoever says goodbye loses nothing");
}

/// A server that lists mails of 13 MB, so that a round has room for one of them, and hands over small ones. `odd` answers
/// first.
async fn large(
    mails: u32,
    odd: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> (u16, Heard, Script) {
    let script: Script = Arc::new(move |command| {
        let answer = odd(command).or_else(|| {
            let from = || command.split([' ', ':', ',']).nth(2)?.parse::<u32>().ok();
            if command.starts_with("EXAMINE") {
                let next = mails + 1;
                let numbers = format!("* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT {next}] n\r\n");
                return Some(format!("* {mails} EXISTS\r\n{numbers}TAG OK [READ-ONLY] done\r\n"));
            }
            if command.contains("RFC822.SIZE") {
                let line = |uid| format!("* {uid} FETCH (UID {uid} RFC822.SIZE 13000000)\r\n");
                return Some((from()?..=mails).map(line).collect::<String>() + "TAG OK done\r\n");
            }
            if command.contains("BODY.PEEK[]") {
                let uid = from()?;
                let mail = format!("From: a@b.example\r\nSubject: s{uid}\r\n\r\nx");
                let size = mail.len();
                return Some(format!(
                    "* {uid} FETCH (UID {uid} BODY[] {{{size}}}\r\n{mail})\r\nTAG OK done\r\n"
                ));
            }
            scripted::plain(command).map(str::to_owned)
        });
        answer.map(String::into_bytes)
    });
    let (port, heard) = serve_bytes(Arc::clone(&script)).await;
    (port, heard, script)
}

fn said(heard: &Heard, word: &str) -> usize {
    heard.lock().unwrap().iter().filter(|line| line.starts_with(word)).count()
}

#[tokio::test]
async fn a_mail_that_is_refused_ahead_of_time_has_its_three_tries_and_no_more() {
    let refused = "UID FETCH 3 (UID BODY";
    let (port, heard, _script) = large(5, move |command| {
        command.starts_with(refused).then(|| "TAG NO cannot read this mail\r\n".to_owned())
    })
    .await;
    let connector = connector(port);
    let mut cursors = Cursors::new();
    let (mut found, mut quarantined, mut errors) = (Vec::new(), 0, 0);
    loop {
        match connector.poll(&cursors).await {
            Ok(batch) => {
                found.extend(subjects(&batch));
                quarantined += batch.quarantined.len();
                cursors.extend(batch.cursors);
                if !batch.more {
                    break;
                }
            }
            Err(_) => errors += 1,
        }
        assert!(errors < 10, "it comes to an end: {found:?}");
    }
    assert_eq!(found, ["s1", "s2", "s4", "s5"], "the others come");
    assert_eq!((errors, quarantined), (2, 1), "twice it is told, then the mail is given up");
    assert_eq!(said(&heard, refused), 3, "three tries");
}

/// A reading that waits for the second mail.
struct Silent {
    connector: MailConnector,
    cursors: Cursors,
    heard: Heard,
    script: Script,
    /// How many hold the script while nobody is connected.
    holders: usize,
}

/// A server that falls silent when it is asked for the second mail for the first time.
async fn falls_silent() -> Silent {
    let silent = AtomicBool::new(false);
    let falls = move |command: &str| {
        let now = command.starts_with(SECOND) && !silent.swap(true, Ordering::SeqCst);
        now.then(String::new)
    };
    let (port, heard, script) = large(5, falls).await;
    let (holders, connector) = (Arc::strong_count(&script), connector(port));
    let mut cursors = Cursors::new();
    assert_eq!(round(&connector, &mut cursors).await.unwrap().0, ["s1"], "a round of one mail");
    until("the second is asked for", || said(&heard, SECOND) == 1).await;
    assert_eq!(Arc::strong_count(&script), holders + 1, "one line");
    Silent { connector, cursors, heard, script, holders }
}

#[tokio::test]
async fn a_mailbox_that_is_no_longer_read_leaves_no_line_behind() {
    let Silent { connector, script, holders, .. } = falls_silent().await;
    drop(connector);
    until("the line is closed", || Arc::strong_count(&script) == holders).await;
}

#[tokio::test]
async fn a_round_that_is_dropped_while_it_waits_for_what_comes_leaves_no_line_behind() {
    let Silent { connector, mut cursors, heard, script, holders } = falls_silent().await;
    let dropped = tokio::time::timeout(Duration::from_millis(50), connector.poll(&cursors)).await;
    assert!(dropped.is_err(), "the line is dead");
    until("the line is closed", || Arc::strong_count(&script) == holders).await;
    assert_eq!(round(&connector, &mut cursors).await.unwrap().0, ["s2"], "it is asked for again");
    assert_eq!(said(&heard, "LOGIN"), 2, "on a new line");
}

#[tokio::test]
async fn new_mail_does_not_wait_for_old_mail_in_another_folder() {
    let (news, in_inbox) = (Arc::new(AtomicBool::new(false)), AtomicBool::new(false));
    let came = Arc::clone(&news);
    let inbox = move |command: &str| {
        if command.starts_with("EXAMINE") {
            in_inbox.store(command.contains("INBOX"), Ordering::SeqCst);
        }
        if !in_inbox.load(Ordering::SeqCst) {
            return None;
        }
        let count = u32::from(came.load(Ordering::SeqCst));
        let mail = "From: a@b.example\r\nSubject: news\r\n\r\nx";
        let size = mail.len();
        Some(match command.split(' ').nth(3) {
            Some("(UID") if command.contains("SIZE") => {
                "* 1 FETCH (UID 1 RFC822.SIZE 40)\r\nTAG OK done\r\n".to_owned()
            }
            Some("(UID") => format!("* 1 FETCH (UID 1 BODY[] {{{size}}}\r\n{mail})\r\nTAG OK done\r\n"),
            _ => {
                let numbers = format!("* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT {}] n\r\n", count + 1);
                format!("* {count} EXISTS\r\n{numbers}TAG OK [READ-ONLY] done\r\n")
            }
        })
    };
    let (port, ..) = large(60, inbox).await;
    let connector = with_folders(port, &["INBOX", "Archive"]);
    let mut cursors = Cursors::new();
    let mut old = round(&connector, &mut cursors).await.unwrap().0.len();
    news.store(true, Ordering::SeqCst);
    loop {
        let (found, more) = round(&connector, &mut cursors).await.unwrap();
        if found.iter().any(|subject| subject == "news") {
            break;
        }
        old += found.len();
        assert!(more && old < 60, "it came only after all {old} old ones");
    }
    assert!(old <= 21, "all folders are looked at now and then: after {old}");
}
