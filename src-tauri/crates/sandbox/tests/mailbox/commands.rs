use super::{PASSWORD, USER, connect, deliver, fetched_uids, open, sign_in, start};
use async_imap::extensions::idle::IdleResponse;
use async_imap::types::Flag;
use futures::TryStreamExt;
use rstest::rstest;
use std::collections::HashSet;

#[tokio::test]
async fn the_right_password_signs_in_and_a_wrong_one_does_not() {
    let mailbox = start().await;
    let (error, client) = connect(&mailbox).await.login(USER, "guess").await.expect_err("a wrong password");
    assert!(
        format!("{error}").contains("AuthenticationFailed")
            || format!("{error:?}").contains("AUTHENTICATIONFAILED"),
        "the client must be able to tell a wrong password from a fault: {error:?}"
    );
    let client = client.login("somebody@example.com", PASSWORD).await.expect_err("a wrong user").1;
    assert!(
        client.login(USER, PASSWORD).await.is_ok(),
        "quotes and backslashes in a password are read right"
    );
    assert_eq!(mailbox.connections(), 1, "one connection may try again");
    let lines: Vec<_> = mailbox.commands().into_iter().map(|c| c.line).collect();
    assert_eq!(lines, ["LOGIN", "LOGIN", "LOGIN"], "the record has no passwords in it");
}

#[tokio::test]
async fn capabilities_identity_noop_and_logout_are_answered() {
    let mailbox = start().await;
    let mut session = sign_in(&mailbox).await;
    let capabilities = session.capabilities().await.unwrap();
    for name in ["IMAP4rev1", "IDLE", "ID", "LITERAL+"] {
        assert!(capabilities.has_str(name), "{name} is spoken, so it is offered");
    }
    let identity = session.id([("name", Some("Tidebell")), ("version", None)]).await.unwrap().unwrap();
    assert!(identity.contains_key("name"), "the server says who it is");
    session.noop().await.unwrap();
    session.logout().await.unwrap();
    assert!(session.read_response().await.unwrap().is_none(), "after LOGOUT the server closes the line");
}

#[tokio::test]
async fn the_inbox_is_listed_and_no_other_can_be_opened() {
    let mailbox = start().await;
    let mut session = sign_in(&mailbox).await;
    let names: Vec<_> = session.list(None, Some("*")).await.unwrap().try_collect().await.unwrap();
    assert_eq!(names.iter().map(|n| n.name()).collect::<Vec<_>>(), ["INBOX"], "there is one mailbox");
    assert!(session.examine("Archive").await.is_err(), "only the INBOX exists");
    assert!(session.status("Archive", "(UIDNEXT)").await.is_err(), "only the INBOX exists");
    assert!(
        session.run_command_and_check_ok("UID SEARCH ALL").await.is_err(),
        "a failed EXAMINE leaves nothing open"
    );
}

#[tokio::test]
async fn opening_tells_what_a_cursor_needs() {
    let mailbox = start().await;
    deliver(&mailbox, 1);
    mailbox.skip_uids(10);
    deliver(&mailbox, 2);
    let mut session = sign_in(&mailbox).await;
    let opened = session.examine("inbox").await.unwrap();
    assert_eq!(
        (opened.exists, opened.uid_validity, opened.uid_next),
        (2, Some(1), Some(13)),
        "UIDs have a gap of 10"
    );
    assert!(opened.flags.contains(&Flag::Seen), "the flags are told");
    let status = session.status("INBOX", "(MESSAGES UIDNEXT UIDVALIDITY UNSEEN)").await.unwrap();
    assert_eq!(
        (status.exists, status.uid_validity, status.uid_next, status.unseen),
        (2, Some(1), Some(13), Some(2)),
        "STATUS tells the same"
    );
}

#[rstest]
#[case("3", &[3])]
#[case("2:4", &[2, 3, 4])]
#[case("4:2", &[2, 3, 4])]
#[case("4:*", &[4, 5])]
#[case("9:*", &[5])]
#[case("*", &[5])]
#[case("1,3,5:9", &[1, 3, 5])]
#[case("7:9", &[])]
#[tokio::test]
async fn a_set_names_the_mails_that_the_standard_says(#[case] set: &str, #[case] uids: &[u32]) {
    let mailbox = start().await;
    for n in 1..=5 {
        deliver(&mailbox, n);
    }
    let mut session = open(&mailbox).await;
    assert_eq!(fetched_uids(&mut session, set).await, uids, "{set} of 1 to 5; n:* always has the last one");
    let by_number: Vec<_> = session.fetch(set, "UID").await.unwrap().try_collect().await.unwrap();
    assert_eq!(by_number.len(), uids.len(), "sequence numbers and UIDs are the same here");
}

#[tokio::test]
async fn an_empty_mailbox_has_nothing_to_fetch_or_find() {
    let mailbox = start().await;
    let mut session = open(&mailbox).await;
    assert!(fetched_uids(&mut session, "1:*").await.is_empty(), "there is no last mail");
    assert!(session.uid_search("ALL").await.unwrap().is_empty(), "there is no mail");
}

#[tokio::test]
async fn a_mail_comes_back_byte_for_byte() {
    let mailbox = start().await;
    let raw = b"Subject: odd\r\nX-Fold: a\r\n b\r\nFrom: a@b\r\n\r\nnul \0, 8 bit \xff\xfe, ) and {5}\r\nend";
    let uid = mailbox.deliver(raw);
    let mut session = open(&mailbox).await;
    let query = "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[] BODY.PEEK[HEADER] BODY.PEEK[TEXT])";
    let mails: Vec<_> = session.uid_fetch("1", query).await.unwrap().try_collect().await.unwrap();
    let [mail] = mails.as_slice() else { panic!("one mail was asked for") };
    assert_eq!(mail.uid, Some(uid), "asked for");
    assert_eq!(mail.size, Some(u32::try_from(raw.len()).unwrap()), "the size in bytes");
    assert_eq!(mail.body().unwrap(), raw, "any bytes get through");
    let split = raw.len() - b"nul \0, 8 bit \xff\xfe, ) and {5}\r\nend".len();
    assert_eq!(mail.header().unwrap(), &raw[..split], "the header ends after the empty line");
    assert_eq!(mail.text().unwrap(), &raw[split..], "the text begins after it");
    assert_eq!(
        mail.internal_date().unwrap().to_rfc3339(),
        "2026-03-02T17:00:00+08:00",
        "the clock handed in"
    );
    assert_eq!(mail.flags().count(), 0, "nobody has read it");

    let parts: Vec<_> =
        session.uid_fetch("1", "BODY.PEEK[]<5.9>").await.unwrap().try_collect().await.unwrap();
    assert_eq!(parts[0].body().unwrap(), &raw[5..14], "nine bytes from the sixth on");
    let parts: Vec<_> =
        session.uid_fetch("1", "BODY.PEEK[]<9999.9>").await.unwrap().try_collect().await.unwrap();
    assert_eq!(parts[0].body().unwrap(), b"", "nothing behind the end");
    let query = "BODY.PEEK[HEADER.FIELDS (X-FOLD Subject)]";
    let parts: Vec<_> = session.uid_fetch("1", query).await.unwrap().try_collect().await.unwrap();
    assert_eq!(
        parts[0].header().unwrap(),
        b"Subject: odd\r\nX-Fold: a\r\n b\r\n\r\n",
        "these fields, unfolded by nobody"
    );
    assert_eq!(mailbox.unpeeked(), 0, "everything was asked with PEEK");
}

#[rstest]
#[case("BODY[]")]
#[case("RFC822")]
#[case("BODY[TEXT]")]
#[tokio::test]
async fn reading_without_peek_marks_as_seen_and_is_told(#[case] query: &str) {
    let mailbox = start().await;
    let uid = deliver(&mailbox, 1);
    let mut session = open(&mailbox).await;
    let _: Vec<_> = session.uid_fetch("1", query).await.unwrap().try_collect().await.unwrap();
    assert!(mailbox.flags(uid).unwrap().is_empty(), "EXAMINE opens read-only");
    assert_eq!(mailbox.unpeeked(), 1, "but it can be told");
    session.select("INBOX").await.unwrap();
    let mails: Vec<_> =
        session.uid_fetch("1", format!("({query} FLAGS)")).await.unwrap().try_collect().await.unwrap();
    assert!(mailbox.flags(uid).unwrap().contains("\\Seen"), "SELECT lets the mark stay");
    assert!(mails[0].flags().any(|f| f == Flag::Seen), "the client is told");
    assert_eq!(mailbox.flags(99), None, "there is no such mail");
}

#[tokio::test]
async fn a_search_finds_by_uid_header_flag_and_day() {
    let mailbox = start().await;
    for n in 1..=3 {
        deliver(&mailbox, n);
    }
    let own = mailbox.deliver_simple("a@b.example", "s", "t", &[("Message-ID", "<Own.1@example.com>")]);
    mailbox.mark_seen(2);
    let mut session = open(&mailbox).await;
    let cases: [(&str, &[u32]); 8] = [
        ("ALL", &[1, 2, 3, 4]),
        ("UID 2:3", &[2, 3]),
        ("UID 9:*", &[4]),
        ("HEADER MESSAGE-ID \"<own.1@example.com>\"", &[own]),
        ("HEADER Message-ID nowhere", &[]),
        ("UNSEEN 1:3", &[1, 3]),
        ("SINCE 2-Mar-2026", &[1, 2, 3, 4]),
        ("SINCE 03-Mar-2026", &[]),
    ];
    for (query, uids) in cases {
        let found = session.uid_search(query).await.unwrap();
        assert_eq!(found, uids.iter().copied().collect::<HashSet<_>>(), "{query}");
    }
    // The client's own search looks only at the numbers, not at the tagged answer.
    let refused = session.run_command_and_check_ok("UID SEARCH BEFORE yesterday").await;
    assert!(refused.is_err(), "an unknown key is refused, not ignored");
}

#[tokio::test]
async fn idle_is_told_of_new_mail_and_ends_with_done() {
    let mailbox = start().await;
    let mut idle = open(&mailbox).await.idle();
    idle.init().await.unwrap();
    for n in 1..=2 {
        let (news, _stop) = idle.wait();
        deliver(&mailbox, n);
        let IdleResponse::NewData(told) = news.await.unwrap() else { panic!("new mail is news") };
        assert!(
            format!("{:?}", told.parsed()).contains(&format!("Exists({n})")),
            "the count with the new mail"
        );
    }
    let mut session = idle.done().await.unwrap();
    assert_eq!(fetched_uids(&mut session, "1:*").await, [1, 2], "the session goes on and knows the mails");
}

#[tokio::test]
async fn mail_that_came_before_idle_is_told_at_once() {
    let mailbox = start().await;
    let session = open(&mailbox).await;
    deliver(&mailbox, 1);
    let mut idle = session.idle();
    idle.init().await.unwrap();
    let (news, _stop) = idle.wait();
    assert!(matches!(news.await.unwrap(), IdleResponse::NewData(_)), "else it would wait for the next mail");
}

#[tokio::test]
async fn a_session_sees_new_mail_when_it_was_told() {
    let mailbox = start().await;
    let mut session = open(&mailbox).await;
    deliver(&mailbox, 1);
    assert!(fetched_uids(&mut session, "1:*").await.is_empty(), "not told yet; the answer to this tells it");
    assert_eq!(fetched_uids(&mut session, "1:*").await, [1], "told by now");
    assert!(!session.unsolicited_responses.is_empty(), "EXISTS came unasked");
}

#[tokio::test]
async fn everything_ends_with_the_handle() {
    let mailbox = start().await;
    let address = mailbox.addr();
    let mut idle = open(&mailbox).await.idle();
    idle.init().await.unwrap();
    assert_eq!(mailbox.open_connections(), 1, "the session is open");
    drop(mailbox);
    let (news, _stop) = idle.wait();
    assert!(!matches!(news.await, Ok(IdleResponse::NewData(_) | IdleResponse::Timeout)), "the line is gone");
    let again = tokio::net::TcpStream::connect(address).await;
    assert!(again.is_err(), "the port is free again");
}
