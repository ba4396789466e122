//! Mails out of files of every sort.

#![expect(clippy::unwrap_used, reason = "a file that cannot be written is a failed test")]

use channels::mail::{FoundMail, MAX_MAIL, MailReader, file_id, mail_files, parse};
use channels::mail::{MailRules, Topics};
use domain::{IncomingEvent, IncomingMail, Timestamp};
use rstest::rstest;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const NOW: &str = "2026-07-01T00:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn mail(number: usize) -> String {
    format!(
        "Received: from a by b; Mon, 1 Jun 2026 10:00:05 +0800\r\nFrom: AliExpress <n@notice.aliexpress.com>\r\n\
         Subject: Order {number}\r\nMessage-ID: <{number}@x>\r\nDate: Mon, 1 Jun 2026 10:00:00 +0800\r\n\r\nwords {number}\r\n"
    )
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn found(path: &Path) -> Vec<FoundMail> {
    let (files, faults) = mail_files(&[path.to_owned()]);
    assert!(faults.is_empty(), "all of it can be looked at: {faults:?}");
    let mut reader = MailReader::new(files);
    let mut mails = Vec::new();
    while let Some(mail) = reader.mail() {
        mails.push(mail.unwrap());
    }
    mails
}

fn read(found: FoundMail) -> IncomingMail {
    let mut received = found.read(now(), None).unwrap();
    assert_eq!(received.raw.source, "mail.file", "says where it came from");
    match received.events.remove(0) {
        IncomingEvent::Mail(mail) => mail,
        other => panic!("a mail, not {other:?}"),
    }
}

fn subjects(path: &Path) -> Vec<String> {
    found(path).into_iter().map(|mail| read(mail).subject).collect()
}

#[test]
fn a_mail_in_a_file_is_the_mail_that_the_server_has() {
    let one = mail(1);
    let folder = folder(&[("one.eml", one.as_bytes()), ("unix.EML", one.replace("\r\n", "\n").as_bytes())]);
    let rules = MailRules { authserv_ids: Vec::new(), topics: Topics::shipped() };
    let fetched = parse(one.as_bytes(), now(), "INBOX:7:1", &rules).unwrap().mail;
    for found in found(folder.path()) {
        assert_eq!(found.bytes, one.as_bytes(), "byte for byte, whatever the ends of its lines were");
        let mail = read(found);
        assert_eq!(mail.provider_id, file_id(&fetched.print), "its id is what it says");
        assert_eq!(
            IncomingMail { provider_id: fetched.provider_id.clone(), ..mail },
            fetched,
            "read by the same parser"
        );
    }
}

#[test]
fn folders_are_read_to_the_bottom_and_only_mails_are_taken() {
    let mbox = format!("From a Mon Mar  2 10:00:00 2026\n{}", mail(5));
    let folder = folder(&[
        ("a/one.eml", mail(1).as_bytes()),
        ("a/b/c/two.eml", mail(2).as_bytes()),
        ("a/._one.eml", b"Mac OS X        "),
        ("picture.jpg", b"\xFF\xD8\xFF"),
        ("notes.txt", b"From: nobody\n\nthis is no mail of ours\n"),
        ("Maildir/cur/17.M1P1.host:2,S", mail(3).as_bytes()),
        ("Maildir/new/18.M2P1.host", mail(4).as_bytes()),
        ("Maildir/tmp/19.M3P1.host", mail(9).as_bytes()),
        ("Maildir/dovecot-uidlist", b"3 V7 N9\n"),
        ("Maildir/.Sub/cur/20.M4P1.host:2,", mail(6).as_bytes()),
        ("Maildir/.Sub/new/x", b""),
        ("Mail/Inbox", mbox.as_bytes()),
        ("Mail/Inbox.msf", b"// <!-- <mdb:mork:z v=\"1.4\"/> -->"),
        ("z.mbox", b""),
    ]);
    let mut found = subjects(folder.path());
    found.sort();
    let wanted: Vec<String> = (1..=6).map(|n| format!("Order {n}")).collect();
    assert_eq!(found, wanted, "a half-delivered mail, indexes and pictures are none");
}

#[test]
fn a_named_file_is_a_mail_whatever_its_name() {
    let folder = folder(&[
        ("export.bin", mail(1).as_bytes()),
        ("archive.dat", b"From - Mon Mar 02 10:00:00 2026\nSubject: s\n\nx\n"),
    ]);
    assert_eq!(subjects(&folder.path().join("export.bin")), ["Order 1"], "somebody chose it");
    assert_eq!(subjects(&folder.path().join("archive.dat")), ["s"], "and what is in it decides");
    let (files, faults) = mail_files(&[folder.path().join("nowhere.eml")]);
    assert_eq!((files.len(), faults.len()), (0, 1), "one that is not there is told");
    assert_eq!(faults[0].name, "nowhere.eml", "by its name only");
}

#[test]
fn a_mail_of_a_file_is_known_again_through_the_marks_of_mbox() {
    let plain = "From: a@b.example\r\nSubject: s\r\nDate: Mon, 1 Jun 2026 10:00:00 +0800\r\n\r\nFrom the shop\r\n>From you\r\n";
    let rules = MailRules { authserv_ids: Vec::new(), topics: Topics::shipped() };
    let fetched = parse(plain.as_bytes(), now(), "INBOX:7:1", &rules).unwrap().mail;
    let mboxrd = plain.replace(">From", ">>From").replace("\r\nFrom the", "\r\n>From the");
    let mboxo = plain.replace("\r\nFrom the", "\r\n>From the");
    for marked in [mboxrd, mboxo] {
        let mbox = format!("From a Mon Mar  2 10:00:00 2026\r\n{marked}\r\n");
        let folder = folder(&[("x.mbox", mbox.as_bytes())]);
        let found = found(folder.path()).remove(0);
        assert_eq!(found.print, fetched.print, "a writer that loses a mark does not make another mail");
    }
}

#[rstest]
#[case::its_own_date("Date: Mon, 1 Jun 2026 10:00:00 +0800\r\n", "2026-06-01T02:00:00Z")]
#[case::a_server_before(
    "Received: from a by b; Mon, 1 Jun 2026 09:00:00 +0800\r\nDate: Fri, 1 Jan 2038 10:00:00 +0800\r\n",
    "2026-06-01T01:00:00Z"
)]
#[case::the_file("", "2026-03-02T10:00:00Z")]
fn a_mail_stands_where_it_belongs_in_time(#[case] dates: &str, #[case] at: &str) {
    let mbox = format!("From a Mon Mar  2 10:00:00 2026\n{dates}Subject: s\n\nx\n");
    let folder = folder(&[("x.mbox", mbox.as_bytes()), ("y.eml", b"Subject: s\n\nx\n")]);
    let mails = found(folder.path());
    assert_eq!(read(mails[0].clone()).at, at.parse().unwrap(), "{dates:?}");
    assert_eq!(read(mails[1].clone()).at, now(), "what says nothing of its date came now");
}

#[test]
fn what_cannot_be_read_is_kept_with_its_bytes_and_holds_up_nothing() {
    let bomb = format!(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n{}",
        "--b\n\nx\n".repeat(2_000)
    );
    let mbox =
        format!("From a Mon Mar  2 10:00:00 2026\n{bomb}\nFrom a Mon Mar  2 10:00:00 2026\n{}", mail(2));
    let folder = folder(&[("a.eml", b"\x00\x01 no header at all"), ("x.mbox", mbox.as_bytes())]);
    let mut outcomes = found(folder.path()).into_iter().map(|mail| mail.read(now(), None));
    let bad = outcomes.next().unwrap().unwrap_err();
    assert_eq!(
        (bad.raw.bytes.as_slice(), bad.raw.source),
        (&b"\x00\x01 no header at all"[..], "mail.file"),
        "its bytes"
    );
    assert_eq!(bad.flaw.words, "a.eml: no header found", "by its name");
    let bad = outcomes.next().unwrap().unwrap_err();
    assert!(
        bad.raw.bytes.len() > 10_000 && bad.flaw.words.starts_with("x.mbox #1: "),
        "the mail, not the file: {}",
        bad.flaw.words
    );
    assert!(outcomes.next().unwrap().is_ok(), "and the next one comes");
}

#[test]
fn a_huge_mail_comes_by_its_header_and_a_huge_file_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("big.mbox");
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    let line = [b'x'; 998];
    let mut write = |bytes: &[u8]| std::io::Write::write_all(&mut file, bytes).unwrap();
    write(b"From a Mon Mar  2 10:00:00 2026\nSubject: huge\n\n");
    for _ in 0..40_000 {
        write(&line);
        write(b"\n");
    }
    write(b"\nFrom a Mon Mar  2 10:00:00 2026\nSubject: no lines at all\n\n");
    for _ in 0..30_000 {
        write(&line);
    }
    write(format!("\n\nFrom a Mon Mar  2 10:00:00 2026\n{}", mail(3)).as_bytes());
    drop(file);
    let mails = found(&path);
    assert_eq!(mails.len(), 3, "each by itself");
    const { assert!(MAX_MAIL < 29_000_000, "both are over the limit") };
    assert_eq!(mails[0].bytes, b"Subject: huge\r\n\r\n", "only its header is kept");
    let huge = read(mails[0].clone());
    assert_eq!(
        (huge.attachments[0].name.as_str(), huge.attachments[0].size),
        ("message.eml", 40_000_019),
        "and its size told"
    );
    assert!(mails[1].bytes.len() < 1_000, "a line may be longer than a mail");
    assert_eq!(read(mails[2].clone()).subject, "Order 3", "the next is untouched");
    let server = b"Subject: huge\r\n\r\n";
    let rules = MailRules { authserv_ids: Vec::new(), topics: Topics::shipped() };
    let fetched = parse(server, now(), "INBOX:7:1", &rules).unwrap().mail;
    assert_eq!(huge.print, fetched.print, "the same mail from a server comes by its header too");
}

#[test]
fn progress_is_told_in_bytes() {
    let folder = folder(&[
        ("a.eml", mail(1).as_bytes()),
        ("b.eml", b""),
        ("c.txt", b"nothing"),
        ("d.eml", mail(2).as_bytes()),
    ]);
    let (files, _) = mail_files(&[PathBuf::from(folder.path())]);
    let size: u64 = files.iter().map(|file| file.size).sum();
    let mut reader = MailReader::new(files);
    let mut last = 0;
    while let Some(mail) = reader.mail() {
        mail.unwrap();
        assert!(reader.read_bytes() > last, "it moves on");
        last = reader.read_bytes();
    }
    assert_eq!(
        (reader.read_bytes(), reader.opened()),
        (size, 3),
        "to the end; what is no mail was passed over"
    );
}
