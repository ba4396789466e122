//! The mailbox connector against a real Dovecot, which is to be had on Linux.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a server that cannot be started is a failed test")]

#[path = "mail/dovecot.rs"]
mod dovecot;

use channels::mail::{FolderRole, MailApp, MailConfig, MailConnector, MailTokens, Tls};
use channels::{Batch, ChannelError, Connector, Cursors, TokenVault, Tokens};
use domain::{
    Body, Capability, CapabilityState, IncomingEvent, IncomingMail, OutboxId, OutgoingReply, Secret,
    SendOutcome,
};
use dovecot::{Dovecot, PASSWORD};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

fn config(server: &Dovecot) -> MailConfig {
    let mut config = MailConfig::new("127.0.0.1", "shop", Arc::new(|| Ok(Secret::new(PASSWORD))));
    config.port = server.port;
    config.tls = Tls::NoneOnLoopback;
    config
}

fn connector(server: &Dovecot) -> MailConnector {
    open(config(server))
}

fn open(config: MailConfig) -> MailConnector {
    MailConnector::new(config, Arc::new(|| "2026-07-01T00:00:00Z".parse().unwrap()))
}

fn mail(number: usize) -> Vec<u8> {
    format!(
        "From: AliExpress <notice{number}@notice.aliexpress.com>\r\nSubject: Order {number}\r\nMessage-ID: <{number}@x>\r\n\
         Date: Mon, 1 Jun 2026 10:00:00 +0800\r\n\r\nwords {number}\r\n"
    )
    .into_bytes()
}

fn mails(batch: &Batch) -> Vec<&IncomingMail> {
    let events = batch.received.iter().chain(&batch.old).flat_map(|r| &r.events);
    events.filter_map(|e| if let IncomingEvent::Mail(mail) = e { Some(mail) } else { None }).collect()
}

fn subjects(batch: &Batch) -> Vec<&str> {
    mails(batch).into_iter().map(|m| m.subject.as_str()).collect()
}

/// Polls as the engine does: until there is no more, keeping the cursors.
async fn drain(connector: &MailConnector, cursors: &mut Cursors) -> Vec<Batch> {
    let mut batches = Vec::new();
    loop {
        let batch = connector.poll(cursors).await.unwrap();
        cursors.extend(batch.cursors.clone());
        let more = batch.more;
        batches.push(batch);
        assert!(batches.len() < 100, "a backlog must come to an end");
        if !more {
            return batches;
        }
    }
}

#[tokio::test]
async fn the_first_round_reads_all_and_the_next_only_what_is_new() {
    let server = Dovecot::start();
    (1..=3).for_each(|n| server.deliver(n, &mail(n)));
    let connector = connector(&server);
    let mut cursors = Cursors::new();
    let first = connector.poll(&cursors).await.unwrap();
    assert_eq!(subjects(&first), ["Order 1", "Order 2", "Order 3"], "in the order of the server");
    assert_eq!(first.received[0].raw.bytes, mail(1), "byte for byte");
    assert_eq!(first.received[0].raw.source, "mail.imap", "says where it came from");
    assert_eq!(
        first.capabilities,
        [(Capability::Mail, CapabilityState::On)],
        "a new connection tells that mail works"
    );
    let id = mails(&first)[0].provider_id.clone();
    assert!(id.starts_with("INBOX:") && id.ends_with(":1"), "folder, UIDVALIDITY and UID: {id}");
    assert!(!first.more, "all is read");
    cursors.extend(first.cursors);
    let quiet = connector.poll(&cursors).await.unwrap();
    assert_eq!(quiet.answers.failure(), None, "a quiet mailbox was read");
    let nothing = Batch { answers: quiet.answers.clone(), ..Batch::default() };
    assert_eq!(quiet, nothing, "`n:*` answers with the last mail again, which must not come twice");
    server.deliver(4, &mail(4));
    let next = connector.poll(&cursors).await.unwrap();
    assert_eq!(subjects(&next), ["Order 4"], "only the new one");
    connector.close().await;
    let again = connector.poll(&cursors).await.unwrap();
    assert_eq!(
        subjects(&again),
        ["Order 4"],
        "a batch that was not committed comes again, over a new connection"
    );
}

#[tokio::test]
async fn a_backlog_of_a_thousand_mails_comes_in_pages() {
    let server = Dovecot::start();
    (1..=1_000).for_each(|n| server.deliver(n, &mail(n)));
    let mut cursors = Cursors::new();
    let batches = drain(&connector(&server), &mut cursors).await;
    assert!(batches.iter().all(|b| b.received.len() <= 200), "pages of bounded size");
    let ids: BTreeSet<String> =
        batches.iter().flat_map(|b| mails(b)).map(|m| m.provider_id.clone()).collect();
    assert_eq!(ids.len(), 1_000, "each mail once, none left out");
    assert_eq!(batches.len(), 5, "five full pages, and the last one knows that it is the last");
    let told: Vec<_> =
        batches.iter().map(|b| b.backlog.map(|backlog| (backlog.done, backlog.total))).collect();
    let wanted = [200, 400, 600, 800].map(|done| Some((done, 1_000)));
    assert_eq!(told, [&wanted[..], &[None]].concat(), "each says how far it is, until nothing is ahead");
}

#[tokio::test]
async fn a_reading_that_was_interrupted_says_what_is_in_already() {
    let server = Dovecot::start();
    (1..=700).for_each(|n| server.deliver(n, &mail(n)));
    let mut config = config(&server);
    config.folders.push("垃圾邮件".to_owned());
    let mut cursors = Cursors::new();
    let batch = open(config.clone()).poll(&cursors).await.unwrap();
    cursors.extend(batch.cursors);
    let mut other = server.other_program();
    other.ask("SELECT INBOX");
    other.ask("COPY 1:50 &V4NXPpCuTvY-");
    drop(other);
    let batch = open(config).poll(&cursors).await.unwrap();
    let backlog = batch.backlog.unwrap();
    assert_eq!((backlog.done, backlog.total), (400, 750), "of both folders, also of the one not opened yet");
}

#[tokio::test]
async fn gaps_between_uids_are_crossed() {
    let server = Dovecot::start();
    server.renumber(77, 60_000);
    server.deliver(1, &mail(1));
    let mut cursors = Cursors::new();
    let batches = drain(&connector(&server), &mut cursors).await;
    assert_eq!(subjects(&batches[0]), ["Order 1"], "UIDs grow, but are not dense");
    assert_eq!(mails(&batches[0])[0].provider_id, "INBOX:77:60000", "by the server's own number");
}

#[tokio::test]
async fn reading_marks_nothing_as_seen() {
    let server = Dovecot::start();
    (1..=3).for_each(|n| server.deliver(n, &mail(n)));
    let connector = connector(&server);
    drain(&connector, &mut Cursors::new()).await;
    connector.close().await;
    let mut other = server.other_program();
    other.ask("SELECT INBOX");
    let flags = other.ask("FETCH 1:* (FLAGS)");
    assert!(!flags.contains("\\Seen"), "the owner's other programs must still show them as new: {flags}");
    assert!(flags.contains("\\Recent"), "not even the mark of having been looked at is taken: {flags}");
}

#[tokio::test]
async fn idle_wakes_up_when_a_mail_comes() {
    let server = Dovecot::start();
    server.deliver(1, &mail(1));
    let connector = Arc::new(connector(&server));
    let mut cursors = Cursors::new();
    drain(&connector, &mut cursors).await;
    let waiting = tokio::spawn({
        let connector = Arc::clone(&connector);
        async move { connector.wait(Duration::from_secs(250)).await }
    });
    let mut other = server.other_program();
    other.append(&mail(2));
    tokio::time::timeout(Duration::from_secs(150), waiting)
        .await
        .expect("woken long before the limit")
        .unwrap();
    let batch = connector.poll(&cursors).await.unwrap();
    assert_eq!(subjects(&batch), ["Order 2"], "and it is there");
    assert_eq!(batch.capabilities, [], "over the same connection");
}

#[tokio::test]
async fn a_mail_between_a_round_and_idle_is_not_slept_over() {
    let server = Dovecot::start();
    let connector = connector(&server);
    let mut cursors = Cursors::new();
    drain(&connector, &mut cursors).await;
    server.other_program().append(&mail(1));
    let waiting = connector.wait(Duration::from_secs(250));
    tokio::time::timeout(Duration::from_secs(150), waiting).await.expect("returns at once");
    assert_eq!(subjects(&connector.poll(&cursors).await.unwrap()), ["Order 1"], "found by the next round");
}

#[tokio::test]
async fn idle_ends_at_its_limit_and_the_connection_lives_on() {
    let server = Dovecot::start();
    let connector = connector(&server);
    let mut cursors = Cursors::new();
    drain(&connector, &mut cursors).await;
    connector.wait(Duration::from_millis(50)).await;
    server.deliver(1, &mail(1));
    let batch = connector.poll(&cursors).await.unwrap();
    assert_eq!(
        (subjects(&batch), batch.capabilities.len()),
        (vec!["Order 1"], 0),
        "the kept connection reads on"
    );
}

#[tokio::test]
async fn a_dropped_wait_costs_nothing_but_the_connection() {
    let server = Dovecot::start();
    let connector = connector(&server);
    let mut cursors = Cursors::new();
    drain(&connector, &mut cursors).await;
    let _ = tokio::time::timeout(Duration::from_millis(50), connector.wait(Duration::from_secs(250))).await;
    server.deliver(1, &mail(1));
    assert_eq!(subjects(&connector.poll(&cursors).await.unwrap()), ["Order 1"], "dialled again");
}

#[tokio::test]
async fn new_numbers_do_not_make_old_mails_new() {
    let server = Dovecot::start();
    (1..=250).for_each(|n| server.deliver(n, &mail(n)));
    let connector = connector(&server);
    let mut cursors = Cursors::new();
    drain(&connector, &mut cursors).await;
    connector.close().await;
    server.renumber(4_242, 900);
    server.deliver(251, &mail(251));
    let batches = drain(&connector, &mut cursors).await;
    let found: Vec<&IncomingMail> = batches.iter().flat_map(|b| mails(b)).collect();
    assert_eq!(found.len(), 1, "the ledger knows the other 250 by their headers");
    assert_eq!(found[0].subject, "Order 251", "the one that came meanwhile");
    assert!(
        found[0].provider_id.starts_with("INBOX:4242:"),
        "under its new number: {}",
        found[0].provider_id
    );
    server.deliver(252, &mail(252));
    let batches = drain(&connector, &mut cursors).await;
    assert_eq!(batches.iter().flat_map(subjects_owned).collect::<Vec<_>>(), ["Order 252"], "then as ever");
}

fn subjects_owned(batch: &Batch) -> Vec<String> {
    subjects(batch).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn one_message_id_on_two_mails_is_two_mails() {
    let server = Dovecot::start();
    server.deliver(1, b"From: dhl@x.example\r\nMessage-ID: <same@x>\r\nSubject: one\r\n\r\n1");
    server.deliver(2, b"From: dhl@x.example\r\nMessage-ID: <same@x>\r\nSubject: two\r\n\r\n2");
    let batch = connector(&server).poll(&Cursors::new()).await.unwrap();
    assert_eq!(subjects(&batch), ["one", "two"], "a Message-ID only links");
    let found = mails(&batch);
    assert_eq!(found[0].thread_key, found[1].thread_key, "in one thread");
    assert_ne!(found[0].provider_id, found[1].provider_id, "two mails");
}

#[tokio::test]
async fn odd_mails_do_not_hold_up_the_next() {
    let server = Dovecot::start();
    server.deliver(1, b"Message-ID: <>\r\nFrom: a@b.example\r\nSubject: empty id\r\n\r\n");
    server.deliver(2, b"\r\n\r\nno header at all");
    server.deliver(
        3,
        &[b"From: a@b.example\r\nSubject: \xB6\xA9\xB5\xA5\r\n\r\n".as_slice(), &[0, 255, 13, 0]].concat(),
    );
    let bomb = format!(
        "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}",
        "--b\r\n\r\nx\r\n".repeat(2_000)
    );
    server.deliver(4, bomb.as_bytes());
    server.deliver(5, &mail(5));
    let batch = connector(&server).poll(&Cursors::new()).await.unwrap();
    assert_eq!(subjects(&batch), ["empty id", "订单", "Order 5"], "each by itself");
    assert_eq!(mails(&batch)[0].thread_key, mails(&batch)[0].provider_id, "an empty id names no thread");
    assert_eq!(batch.quarantined.len(), 2, "what cannot be read is kept: {:?}", batch.quarantined);
    assert!(batch.quarantined[1].raw.bytes.len() > 10_000, "with its bytes");
    assert!(
        batch.quarantined[1].flaw.words.contains(":4:"),
        "and names the mail: {}",
        batch.quarantined[1].flaw.words
    );
}

#[tokio::test]
async fn a_mail_that_is_too_large_comes_by_its_header() {
    let server = Dovecot::start();
    let mut large = b"From: a@b.example\r\nSubject: large\r\n\r\n".to_vec();
    large.extend(b"0123456789abcdef0123456789abcdef0123456789abcdef\r\n".repeat(540_000));
    let size = u64::try_from(large.len()).unwrap();
    server.deliver(1, &large);
    server.deliver(2, &mail(2));
    let batch = connector(&server).poll(&Cursors::new()).await.unwrap();
    assert_eq!(subjects(&batch), ["large", "Order 2"], "never left out");
    let found = mails(&batch)[0];
    assert_eq!(found.attachments[0].size, size, "its size is told");
    assert!(batch.received[0].raw.bytes.len() < 200, "its body stays at the server");
}

#[tokio::test]
async fn a_wrong_password_is_tried_once() {
    let server = Dovecot::start();
    let asked = Arc::new(AtomicUsize::new(0));
    let mut config = config(&server);
    config.secret = Arc::new({
        let asked = Arc::clone(&asked);
        move || Ok(Secret::new(if asked.fetch_add(1, Ordering::SeqCst) < 2 { "wrong" } else { PASSWORD }))
    });
    let connector = open(config);
    let first = connector.poll(&Cursors::new()).await.unwrap_err();
    let ChannelError::OwnerMustAct { code, detail } = &first else { panic!("the owner must act: {first}") };
    assert_eq!(code, "mail_login_refused", "said as what it is");
    assert!(!detail.contains("wrong"), "without the secret: {detail}");
    assert_eq!(
        connector.poll(&Cursors::new()).await.unwrap_err(),
        first,
        "the same answer, without asking again"
    );
    assert!(connector.poll(&Cursors::new()).await.is_ok(), "a new secret is tried");
}

#[tokio::test]
async fn folders_are_named_as_people_write_them() {
    let server = Dovecot::start();
    let mut config = config(&server);
    config.folders = vec!["INBOX".to_owned(), "垃圾邮件".to_owned(), "没有".to_owned()];
    let connector = open(config);
    let folders = connector.folders().await.unwrap();
    let names: Vec<(&str, FolderRole)> = folders.iter().map(|f| (f.name.as_str(), f.role)).collect();
    assert_eq!(
        names,
        [("INBOX", FolderRole::Inbox), ("垃圾邮件", FolderRole::Junk)],
        "modified UTF-7 stays on the wire"
    );
    let mut other = server.other_program();
    other.ask("SELECT INBOX");
    other.append(&mail(1));
    other.ask("SELECT INBOX");
    other.ask("COPY 1 &V4NXPpCuTvY-");
    let batch = connector.poll(&Cursors::new()).await.unwrap();
    let ids: Vec<&str> = mails(&batch).iter().map(|m| m.provider_id.split(':').next().unwrap()).collect();
    assert_eq!(ids, ["INBOX", "垃圾邮件"], "each folder by itself; one that does not exist hides no other");
}

#[tokio::test]
async fn each_folder_has_numbers_and_a_ledger_of_its_own() {
    let server = Dovecot::start();
    (1..=3).for_each(|n| server.deliver(n, &mail(n)));
    let mut config = config(&server);
    config.folders.push("垃圾邮件".to_owned());
    let connector = open(config);
    let mut other = server.other_program();
    other.ask("SELECT INBOX");
    other.ask("COPY 1:2 &V4NXPpCuTvY-");
    drop(other);
    let mut cursors = Cursors::new();
    let all: usize = drain(&connector, &mut cursors).await.iter().map(|b| mails(b).len()).sum();
    assert_eq!(all, 5, "three and two; a copy in another folder is a mail of its own");
    connector.close().await;
    server.renumber(4_242, 900);
    server.deliver(4, &mail(4));
    let mut other = server.other_program();
    other.ask("SELECT INBOX");
    other.ask("COPY 3 &V4NXPpCuTvY-");
    drop(other);
    let batches = drain(&connector, &mut cursors).await;
    let found: Vec<&str> = batches.iter().flat_map(mails).map(|m| m.provider_id.as_str()).collect();
    assert_eq!(found.len(), 2, "what is new in each, and nothing that is old in either: {found:?}");
    assert!(found[0].starts_with("INBOX:4242:"), "under the new numbers of the one: {found:?}");
    assert!(found[1].starts_with("垃圾邮件:"), "and the old numbers of the other: {found:?}");
}

#[tokio::test]
async fn what_lay_in_a_folder_that_is_added_is_old_and_what_comes_then_is_new() {
    let server = Dovecot::start();
    (1..=3).for_each(|n| server.deliver(n, &mail(n)));
    let mut other = server.other_program();
    other.ask("SELECT INBOX");
    other.ask("COPY 1:2 &V4NXPpCuTvY-");
    let mut cursors = Cursors::new();
    drain(&connector(&server), &mut cursors).await;
    let mut config = config(&server);
    config.folders.push("垃圾邮件".to_owned());
    let (stream, value) = channels::mail::folder_added("垃圾邮件");
    cursors.insert(stream, value);
    let connector = open(config);
    let first = drain(&connector, &mut cursors).await;
    let (new, old) = (&first[0].received, &first[0].old);
    assert_eq!((new.len(), old.len()), (0, 2), "it does not ring for what was there");
    other.ask("COPY 3 &V4NXPpCuTvY-");
    server.deliver(4, &mail(4));
    let then = drain(&connector, &mut cursors).await;
    let (new, old) = (&then[0].received, &then[0].old);
    assert_eq!((new.len(), old.len()), (2, 0), "and like any other folder from then on");
}

#[tokio::test]
async fn a_folder_that_vanishes_is_told_and_the_others_go_on() {
    let server = Dovecot::start();
    server.deliver(1, &mail(1));
    let mut other = server.other_program();
    // The server makes its junk folder anew as soon as it is gone.
    other.ask("CREATE &i6JTVQ-");
    let mut config = config(&server);
    config.folders.push("订单".to_owned());
    let connector = open(config);
    let mut cursors = Cursors::new();
    drain(&connector, &mut cursors).await;
    assert_eq!(channels::mail::folders_gone(&cursors), [""; 0], "both are there");
    other.ask("RENAME &i6JTVQ- Orders");
    server.deliver(2, &mail(2));
    let batches = drain(&connector, &mut cursors).await;
    assert_eq!(batches.iter().map(|b| mails(b).len()).sum::<usize>(), 1, "the other one is read");
    assert_eq!(channels::mail::folders_gone(&cursors), ["订单"], "and it is told which is gone");
    other.ask("RENAME Orders &i6JTVQ-");
    drain(&connector, &mut cursors).await;
    assert_eq!(channels::mail::folders_gone(&cursors), [""; 0], "until it is back");
}

#[tokio::test]
async fn a_folder_is_compared_number_by_number() {
    let server = Dovecot::start();
    (1..=5).for_each(|n| server.deliver(n, &mail(n)));
    let connector = connector(&server);
    let mut cursors = Cursors::new();
    assert_eq!(
        connector.listing("INBOX", &cursors).await.unwrap(),
        None,
        "nothing was read yet, so nothing can be missing"
    );
    drain(&connector, &mut cursors).await;
    let listing = connector.listing("INBOX", &cursors).await.unwrap().unwrap();
    let wanted: Vec<String> = (1..=5).map(|uid| format!("{}{uid}", listing.prefix)).collect();
    assert_eq!((listing.count, &listing.ids), (5, &wanted), "what the server has, by the ids that we keep");
    // As if the ledger and the record had lost two of them.
    let lost: Vec<String> = [2, 4].map(|uid| format!("{}{uid}", listing.prefix)).to_vec();
    let position = cursors["uid/INBOX"].clone();
    let without = Cursors::from([("uid/INBOX".to_owned(), position)]);
    let fetched = connector.fetch(&lost, &without).await.unwrap();
    assert_eq!(subjects(&fetched.batch), ["Order 2", "Order 4"], "they are fetched by their numbers");
    assert_eq!((fetched.settled, fetched.known), (2, 0), "and were missing");
    let fetched = connector.fetch(&lost, &cursors).await.unwrap();
    assert_eq!(
        (fetched.batch.received.len(), fetched.settled, fetched.known),
        (0, 2, 2),
        "the ledger knows them"
    );
    cursors.extend(fetched.batch.cursors);
    let listing = connector.listing("INBOX", &cursors).await.unwrap().unwrap();
    assert_eq!((listing.count, listing.ids.len()), (5, 3), "and they are not asked for again");
    connector.close().await;
    server.renumber(4_242, 900);
    let renumbered = connector.listing("INBOX", &cursors).await.unwrap();
    assert_eq!(renumbered, None, "new numbers: the next round looks first");
    let fetched = connector.fetch(&lost, &cursors).await.unwrap();
    assert_eq!((fetched.batch.received.len(), fetched.settled), (0, 2), "old numbers name nothing any more");
}

#[tokio::test]
async fn a_certificate_nobody_signed_is_refused_by_name() {
    let server = Dovecot::start_with(true);
    let mut config = config(&server);
    config.host = "localhost".to_owned();
    config.tls = Tls::Implicit;
    let error = open(config).poll(&Cursors::new()).await.unwrap_err();
    assert!(
        matches!(&error, ChannelError::OwnerMustAct { code, .. } if code == "mail_certificate"),
        "certificates are checked, and the owner is told: {error}"
    );
}

/// The system's list of certificates is read from the environment, so the connecting half runs as a second process
/// of this same test.
#[test]
fn a_certificate_that_the_system_trusts_is_accepted() {
    let name = "a_certificate_that_the_system_trusts_is_accepted";
    if let Ok(port) = std::env::var("TIDEBELL_TEST_TLS_PORT") {
        let mut config = MailConfig::new("localhost", "shop", Arc::new(|| Ok(Secret::new(PASSWORD))));
        config.port = port.parse().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let batch = runtime.block_on(open(config).poll(&Cursors::new())).unwrap();
        assert_eq!(subjects(&batch), ["Order 1"], "read over TLS");
        return;
    }
    let server = Dovecot::start_with(true);
    server.deliver(1, &mail(1));
    let half = std::process::Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env("TIDEBELL_TEST_TLS_PORT", server.port.to_string())
        .env("SSL_CERT_FILE", server.certificate())
        .output()
        .unwrap();
    assert!(
        half.status.success(),
        "TLS with a trusted certificate works: {}",
        String::from_utf8_lossy(&half.stderr)
    );
}

/// A token that is good, or is not.
struct Token(&'static str);

impl TokenVault for Token {
    fn load(&self) -> Result<Option<Tokens>, String> {
        let (access, refresh) = (Secret::new(self.0), Secret::new(""));
        Ok(Some(Tokens { access, refresh, access_until: domain::Timestamp::MAX, refresh_until: None }))
    }
    fn save(&self, _: &Tokens) -> Result<(), String> {
        Err("nothing is renewed here".into())
    }
}

/// Tells the server whose token it is, as a provider does.
async fn provider() -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/tokeninfo", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut asked = [0; 4096];
                while let Ok(read) = stream.read(&mut asked).await {
                    if read == 0 {
                        return;
                    }
                    let good = String::from_utf8_lossy(&asked[..read]).contains("access_token=good ");
                    let (status, body) =
                        if good { ("200 OK", r#"{"email":"shop"}"#) } else { ("401 Unauthorized", "{}") };
                    let answer = format!(
                        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                        body.len()
                    );
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
            });
        }
    });
    address
}

#[rstest::rstest]
#[case("xoauth2")]
#[case("oauthbearer")]
#[tokio::test]
async fn a_real_server_takes_a_token_in_place_of_a_password(#[case] mechanism: &str) {
    let server = Dovecot::start_with_tokens(mechanism, &provider().await);
    server.deliver(1, &mail(1));
    let with = |token| {
        let app = MailApp::read("imap.gmail.com", "an-id").unwrap();
        let now = Arc::new(|| "2026-07-01T00:00:00Z".parse().unwrap());
        let mut config = config(&server);
        config.tokens = Some(Arc::new(MailTokens::new(app, Arc::new(Token(token)), now)));
        open(config)
    };
    assert_eq!(subjects(&with("good").poll(&Cursors::new()).await.unwrap()), ["Order 1"], "{mechanism}");
    let error = with("bad").poll(&Cursors::new()).await.unwrap_err();
    assert!(
        matches!(&error, ChannelError::OwnerMustAct { code, .. } if code == "mail_oauth_refused"),
        "a refusal is read to its end: {error}"
    );
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let mut config = MailConfig::new("127.0.0.1", "shop", Arc::new(|| Ok(Secret::new("x"))));
    config.port = sandbox::spare_port().unwrap();
    config.tls = Tls::NoneOnLoopback;
    let error = open(config).poll(&Cursors::new()).await.unwrap_err();
    assert!(matches!(error, ChannelError::Unreachable { .. }), "try again later: {error}");
}

#[tokio::test]
async fn mail_cannot_be_answered_from_here() {
    let config = MailConfig::new("127.0.0.1", "shop", Arc::new(|| Ok(Secret::new("x"))));
    let reply = OutgoingReply {
        id: OutboxId(1),
        client_id: "c".to_owned(),
        conversation_key: "k".to_owned(),
        buyer_key: "b".to_owned(),
        body: Body::from_text("hello"),
    };
    let outcome = open(config).send(&reply).await;
    assert!(
        matches!(&outcome, SendOutcome::Refused { code, retry: false, .. } if code == "mail_is_read_only"),
        "certainly not sent, and never tried again: {outcome:?}"
    );
}
