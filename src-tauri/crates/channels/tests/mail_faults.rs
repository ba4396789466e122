//! The mailbox connector against servers that misbehave.

#![expect(clippy::unwrap_used, reason = "a scripted server that cannot be started is a failed test")]

#[path = "mail/scripted.rs"]
mod scripted;

use channels::mail::{MailConfig, MailConnector, Tls};
use channels::{Batch, ChannelError, Connector, Cursors};
use domain::{IncomingEvent, Secret};
use rstest::rstest;
use scripted::{Heard, serve};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

fn connector(port: u16) -> MailConnector {
    let mut config =
        MailConfig::new("127.0.0.1", "shop@x.example", Arc::new(|| Ok(Secret::new("pass\"word"))));
    config.port = port;
    config.tls = Tls::NoneOnLoopback;
    MailConnector::new(config, Arc::new(|| "2026-07-01T00:00:00Z".parse().unwrap()))
}

fn count(heard: &Heard, word: &str) -> usize {
    heard.lock().unwrap().iter().filter(|line| line.starts_with(word)).count()
}

fn subjects(batch: &Batch) -> Vec<String> {
    let events = batch.received.iter().flat_map(|r| &r.events);
    events
        .filter_map(|e| if let IncomingEvent::Mail(m) = e { Some(m.subject.clone()) } else { None })
        .collect()
}

fn code(error: &ChannelError) -> &str {
    match error {
        ChannelError::OwnerMustAct { code, .. } => code,
        ChannelError::Unreachable { .. } => "unreachable",
        ChannelError::RateLimited { .. } => "limited",
        ChannelError::ClockSkew => "clock",
        ChannelError::Unexpected { .. } => "unexpected",
    }
}

/// A listing of mails with UIDs `uids`.
fn listing(uids: &[u32]) -> String {
    let line = |uid: &u32| {
        format!("* {uid} FETCH (UID {uid} RFC822.SIZE 40 INTERNALDATE \"01-Jul-2026 08:00:00 +0800\")\r\n")
    };
    uids.iter().map(line).collect::<String>() + "TAG OK done\r\n"
}

fn body(uid: u32) -> String {
    let mail = format!("From: a@b.example\r\nSubject: s{uid}\r\n\r\nx");
    format!("* {uid} FETCH (UID {uid} BODY[] {{{}}}\r\n{mail})\r\n", mail.len())
}

fn folder_with(next: u32) -> String {
    format!("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT {next}] n\r\nTAG OK [READ-ONLY] done\r\n")
}

#[tokio::test]
async fn the_client_names_itself_before_the_first_folder_on_every_connection() {
    let (port, heard) = serve(|_| None).await;
    let connector = connector(port);
    for _ in 0..2 {
        connector.poll(&Cursors::new()).await.unwrap();
        connector.close().await;
    }
    let said = heard.lock().unwrap().clone();
    let words: Vec<&str> = said.iter().map(|l| l.split(' ').next().unwrap()).collect();
    let once = ["CAPABILITY", "LOGIN", "CAPABILITY", "ID", "EXAMINE", "LOGOUT"];
    assert_eq!(words, [once, once].concat(), "ID stands between signing in and the folder: {said:?}");
    assert!(
        said[3].contains("\"name\" \"Tidebell\"") && said[3].contains("\"support-email\" \"shop@x.example\""),
        "{said:?}"
    );
    assert_eq!(said[1], "LOGIN \"shop@x.example\" \"pass\\\"word\"", "quoted");
}

#[rstest]
#[case("EXAMINE", "TAG NO EXAMINE Unsafe Login. Please contact kefu@188.com for help\r\n", "id-required")]
#[case("EXAMINE", "TAG NO no such folder\r\n", "unexpected")]
#[case("LOGIN", "TAG NO [AUTHENTICATIONFAILED] bad password\r\n", "mail_login_refused")]
#[case("LOGIN", "TAG NO LOGIN Login error or password error\r\n", "mail_login_refused")]
#[case("LOGIN", "TAG NO [UNAVAILABLE] try later\r\n", "unreachable")]
#[case("LOGIN", "TAG NO [LIMIT] later\r\n", "limited")]
#[case("GREETING", "* BYE Too many connections\r\n", "limited")]
#[case("GREETING", "* BYE maintenance\r\n", "unreachable")]
#[case("GREETING", "HTTP/1.1 200 OK\r\n\r\n", "unreachable")]
#[case(
    "CAPABILITY",
    "* CAPABILITY IMAP4rev1 LOGINDISABLED STARTTLS\r\nTAG OK done\r\n",
    "mail_login_disabled"
)]
#[case("EXAMINE", "* BYE going down\r\n", "unreachable")]
#[tokio::test]
async fn a_refusal_is_told_as_what_it_is(
    #[case] at: &'static str,
    #[case] answer: &'static str,
    #[case] says: &str,
) {
    let (port, _) = serve(move |command| command.starts_with(at).then(|| answer.to_owned())).await;
    let error = tokio::time::timeout(Duration::from_secs(100), connector(port).poll(&Cursors::new())).await;
    let error = error.expect("an answer").unwrap_err();
    assert_eq!(code(&error), says, "{error}");
}

#[tokio::test]
async fn a_refused_password_is_not_tried_again() {
    let (port, heard) =
        serve(|c| c.starts_with("LOGIN").then(|| "TAG NO [AUTHENTICATIONFAILED] no\r\n".to_owned())).await;
    let connector = connector(port);
    for _ in 0..5 {
        assert_eq!(
            code(&connector.poll(&Cursors::new()).await.unwrap_err()),
            "mail_login_refused",
            "still refused"
        );
    }
    assert_eq!(count(&heard, "LOGIN"), 1, "repeated tries lock accounts");
}

#[tokio::test]
async fn a_folder_without_uidnext_is_read_by_the_open_range() {
    let (port, heard) = serve(|command| {
        if command.starts_with("EXAMINE") {
            return Some("* 1 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\nTAG OK done\r\n".to_owned());
        }
        // `n:*` answers with the last mail whatever n is.
        if command.contains("RFC822.SIZE") {
            return Some(listing(&[5]));
        }
        command.contains("BODY.PEEK[]").then(|| body(5) + "TAG OK done\r\n")
    })
    .await;
    let connector = connector(port);
    let mut cursors = Cursors::new();
    let batch = connector.poll(&cursors).await.unwrap();
    assert_eq!(subjects(&batch), ["s5"], "read");
    cursors.extend(batch.cursors);
    let again = connector.poll(&cursors).await.unwrap();
    assert_eq!((again.received.len(), again.cursors.len()), (0, 0), "the last mail is not new each time");
    assert_eq!(count(&heard, "UID FETCH 6:*"), 1, "asked for what comes after: {heard:?}");
}

#[rstest]
#[case("TAG NO [SERVERBUG] internal error\r\n")]
#[case("TAG BAD no\r\n")]
#[tokio::test]
async fn a_refused_listing_never_looks_like_an_empty_folder(#[case] answer: &'static str) {
    let (port, _) = serve(move |command| {
        if command.starts_with("EXAMINE") {
            return Some(folder_with(4));
        }
        command.starts_with("UID FETCH").then(|| answer.to_owned())
    })
    .await;
    let error = connector(port).poll(&Cursors::new()).await.unwrap_err();
    assert!(
        matches!(code(&error), "unexpected" | "unreachable"),
        "the cursor must not move over unread mails: {error}"
    );
}

#[tokio::test]
async fn a_mail_that_cannot_be_handed_over_does_not_block_the_next() {
    let (port, heard) = serve(|command| {
        if command.starts_with("EXAMINE") {
            return Some(folder_with(4));
        }
        if command.contains("RFC822.SIZE") {
            let from: u32 = command.split([' ', ':']).nth(2).unwrap().parse().unwrap();
            return Some(listing(&(from..4).collect::<Vec<_>>()));
        }
        let set = command.strip_prefix("UID FETCH ")?.split(' ').next()?;
        let mut answer = String::new();
        for uid in set.split(',') {
            match uid {
                "2" => return Some(answer + "TAG NO [SERVERBUG-LIKE] cannot read this mail\r\n"),
                uid => answer += &body(uid.parse().unwrap()),
            }
        }
        Some(answer + "TAG OK done\r\n")
    })
    .await;
    let connector = connector(port);
    let mut cursors = Cursors::new();
    let (mut found, mut quarantined, mut errors) = (Vec::new(), Vec::new(), 0);
    for _ in 0..6 {
        match connector.poll(&cursors).await {
            Ok(batch) => {
                assert_eq!(
                    batch.answers.failure(),
                    None,
                    "the mailbox is read, whatever is wrong with a mail"
                );
                found.extend(subjects(&batch));
                quarantined.extend(batch.quarantined);
                cursors.extend(batch.cursors);
            }
            Err(_) => errors += 1,
        }
    }
    assert_eq!(found, ["s1", "s3"], "the one before at once, the one after in the end");
    assert_eq!(quarantined.len(), 1, "and the bad one is told of: {quarantined:?}");
    assert!(quarantined[0].flaw.words.contains("INBOX:7:2"), "by its number: {}", quarantined[0].flaw.words);
    assert!(errors <= 2, "three tries, the first of them with a neighbour: {heard:?}");
}

#[tokio::test]
async fn a_line_that_breaks_in_the_middle_keeps_what_came() {
    let broken = Arc::new(AtomicUsize::new(0));
    let times = Arc::clone(&broken);
    let (port, _) = scripted::serve_bytes(Arc::new(move |command| {
        if command.starts_with("EXAMINE") {
            return Some(folder_with(4).into_bytes());
        }
        if command.contains("RFC822.SIZE") {
            let from: u32 = command.split([' ', ':']).nth(2).unwrap().parse().unwrap();
            return Some(listing(&(from..4).collect::<Vec<_>>()).into_bytes());
        }
        if command.contains("BODY.PEEK[] 1") || command.starts_with("UID FETCH 1,2,3 ") {
            times.fetch_add(1, Ordering::SeqCst);
            return Some((body(1) + "* BYE short\r\n").into_bytes());
        }
        if command.starts_with("UID FETCH 2,3 ") {
            return Some((body(3) + &body(2) + "TAG OK done\r\n").into_bytes());
        }
        scripted::plain(command).map(|s| s.as_bytes().to_vec())
    }))
    .await;
    let connector = connector(port);
    let mut cursors = Cursors::new();
    let first = connector.poll(&cursors).await.unwrap();
    assert_eq!(
        (subjects(&first), first.more),
        (vec!["s1".to_owned()], true),
        "progress is kept on a bad line"
    );
    cursors.extend(first.cursors);
    let second = connector.poll(&cursors).await.unwrap();
    assert_eq!(subjects(&second), ["s2", "s3"], "in order, whatever order the server answers in");
    assert_eq!(broken.load(Ordering::SeqCst), 1, "the first mail was not asked for again");
}

#[rstest]
#[case("* 1 FETCH UID 1\r\n")]
#[case("* OK [READ-ONLY]ß\r\nTAG OK [READ-ONLY]ß\r\n")]
#[case("\u{0}\u{1}\r\n")]
#[tokio::test]
async fn a_server_that_talks_nonsense_is_an_error_and_no_crash(#[case] nonsense: &'static str) {
    let (port, _) = serve(move |command| command.starts_with("EXAMINE").then(|| nonsense.to_owned())).await;
    let result = tokio::time::timeout(Duration::from_secs(100), connector(port).poll(&Cursors::new())).await;
    assert!(result.expect("an answer").is_err(), "told, not crashed: {nonsense:?}");
}

#[tokio::test]
async fn a_mailbox_without_idle_is_asked_again_later() {
    let (port, heard) = serve(|_| None).await;
    let connector = connector(port);
    connector.poll(&Cursors::new()).await.unwrap();
    connector.wait(Duration::from_millis(20)).await;
    assert_eq!(count(&heard, "IDLE"), 0, "not offered, so not used");
    assert!(connector.poll(&Cursors::new()).await.is_ok(), "the line is kept");
    assert_eq!(count(&heard, "LOGIN"), 1, "and used again");
}

#[tokio::test]
async fn idle_that_is_offered_but_refused_is_not_tried_again() {
    let (port, heard) = serve(|command| match command {
        "CAPABILITY" => Some("* CAPABILITY IMAP4rev1 IDLE\r\nTAG OK done\r\n".to_owned()),
        "IDLE" => Some("TAG BAD not today\r\n".to_owned()),
        _ => None,
    })
    .await;
    let connector = connector(port);
    for _ in 0..5 {
        connector.poll(&Cursors::new()).await.unwrap();
        connector.wait(Duration::from_millis(20)).await;
    }
    assert_eq!(count(&heard, "IDLE"), 2, "a second chance, then it is polled");
}

#[tokio::test]
async fn without_tls_only_this_computer_is_spoken_to() {
    let mut config = MailConfig::new("192.0.2.1", "u", Arc::new(|| Ok(Secret::new("x"))));
    config.tls = Tls::NoneOnLoopback;
    let connector = MailConnector::new(config, Arc::new(|| "2026-07-01T00:00:00Z".parse().unwrap()));
    let error = tokio::time::timeout(Duration::from_secs(100), connector.poll(&Cursors::new())).await;
    assert_eq!(
        code(&error.expect("an answer").unwrap_err()),
        "mail_tls_required",
        "no password in the clear"
    );
}
