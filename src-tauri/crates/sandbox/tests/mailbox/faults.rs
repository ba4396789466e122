use super::{PASSWORD, USER, clock, connect, deliver, fetched_uids, open, sign_in, start};
use async_imap::extensions::idle::IdleResponse;
use async_imap::imap_proto::{AttributeValue, Response, Status};
use async_imap::{Client, Session};
use rstest::rstest;
use sandbox::mailbox::{MailFault, MailboxHandle, Step};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Reads everything as a connector would; any error ends it.
async fn read_all(mailbox: &MailboxHandle) -> Result<Vec<u32>, String> {
    let tcp = TcpStream::connect(mailbox.addr()).await.map_err(|e| e.to_string())?;
    tcp.set_nodelay(true).map_err(|e| e.to_string())?;
    let mut client = Client::new(tcp);
    client.read_response().await.map_err(|e| e.to_string())?.ok_or("no greeting")?;
    let mut session = client.login(USER, PASSWORD).await.map_err(|(e, _)| e.to_string())?;
    session.id([("name", Some("Tidebell")), ("version", Some("1"))]).await.map_err(|e| e.to_string())?;
    session.examine("INBOX").await.map_err(|e| e.to_string())?;
    let uids = fetch_checked(&mut session).await?;
    session.logout().await.map_err(|e| e.to_string())?;
    Ok(uids)
}

/// The client's own stream of mails ends alike for "that is all" and for "the line broke between two mails"; only the
/// tagged answer tells them apart.
async fn fetch_checked(session: &mut Session<TcpStream>) -> Result<Vec<u32>, String> {
    let id = session.run_command("UID FETCH 1:* (UID BODY.PEEK[])").await.map_err(|e| e.to_string())?;
    let mut uids = Vec::new();
    loop {
        let said = session.read_response().await.map_err(|e| e.to_string())?.ok_or("the line broke")?;
        match said.parsed() {
            Response::Fetch(_, parts) => {
                uids.extend(
                    parts
                        .iter()
                        .filter_map(|p| if let AttributeValue::Uid(uid) = p { Some(*uid) } else { None }),
                );
            }
            Response::Done { tag, status: Status::Ok, .. } if *tag == id => return Ok(uids),
            Response::Done { outcome, .. } => return Err(format!("{outcome:?}")),
            _ => {}
        }
    }
}

#[rstest]
#[case(Step::Greeting)]
#[case(Step::Login)]
#[case(Step::Id)]
#[case(Step::Open)]
#[case(Step::Fetch)]
#[case(Step::Logout)]
#[tokio::test]
async fn a_line_breaks_where_it_was_told_and_only_as_often(#[case] step: Step, #[values(0, 7)] after: usize) {
    let mailbox = start().await;
    deliver(&mailbox, 1);
    mailbox.faults().arm(MailFault::CutAt { step, after }, 1);
    assert!(read_all(&mailbox).await.is_err(), "no answer or half of one is an error at {step:?}");
    assert_eq!(read_all(&mailbox).await, Ok(vec![1]), "armed once");
    assert_eq!(mailbox.connections(), 2, "one connection each");
}

#[tokio::test]
async fn a_line_breaks_after_any_number_of_bytes() {
    let mailbox = start().await;
    deliver(&mailbox, 1);
    deliver(&mailbox, 2);
    let mut results = Vec::new();
    for bytes in (0..2000).step_by(17) {
        mailbox.faults().arm(MailFault::CutAfter(bytes), 1);
        results.push(read_all(&mailbox).await);
    }
    let enough = results.iter().position(Result::is_ok).expect("a cut behind the last byte hurts nobody");
    assert!(enough > 30, "greeting to farewell is more than 500 bytes, and a cut in any of them is an error");
    for result in &results[enough..] {
        assert_eq!(result, &Ok(vec![1, 2]), "a cut behind the last byte hurts nobody");
    }
    assert_eq!(mailbox.unpeeked(), 0, "no half conversation leaves a mark");
}

#[tokio::test]
async fn a_slow_server_answers_late_and_not_early() {
    let mailbox = start().await;
    let mut session = sign_in(&mailbox).await;
    mailbox.faults().arm(MailFault::Slow(Duration::from_secs(3600)), 1);
    assert!(timeout(Duration::from_millis(50), session.noop()).await.is_err(), "an hour is not over");
    mailbox.faults().arm(MailFault::Slow(Duration::from_millis(1)), 1);
    sign_in(&mailbox).await.noop().await.expect("late is not never");
}

#[rstest]
#[case("AUTHENTICATIONFAILED")]
#[case("UNAVAILABLE")]
#[case("LIMIT")]
#[tokio::test]
async fn a_login_is_refused_with_the_code_that_was_armed(#[case] code: &'static str) {
    let mailbox = start().await;
    mailbox.faults().arm(MailFault::RefuseLogin(code), 1);
    let (_, client) = connect(&mailbox).await.login(USER, PASSWORD).await.expect_err("armed");
    assert!(client.login(USER, PASSWORD).await.is_ok(), "armed once");
}

#[tokio::test]
async fn a_login_is_refused_in_the_words_that_were_armed() {
    let mailbox = start().await;
    mailbox.faults().arm(MailFault::RefuseSaying("LOGIN Unsafe Login"), 1);
    let (refusal, client) = connect(&mailbox).await.login(USER, PASSWORD).await.expect_err("armed");
    assert!(refusal.to_string().contains("LOGIN Unsafe Login"), "as a provider says it: {refusal}");
    assert!(client.login(USER, PASSWORD).await.is_ok(), "armed once");
}

#[tokio::test]
async fn a_silent_idle_says_nothing_but_answers_done() {
    let mailbox = start().await;
    mailbox.faults().arm(MailFault::SilentIdle, 1);
    let mut idle = open(&mailbox).await.idle();
    idle.init().await.unwrap();
    deliver(&mailbox, 1);
    let (news, _stop) = idle.wait_with_timeout(Duration::from_millis(50));
    assert!(matches!(news.await, Ok(IdleResponse::Timeout)), "nothing is said of the new mail");
    let mut session = idle.done().await.expect("DONE is answered");
    assert_eq!(fetched_uids(&mut session, "1:*").await, [1], "and the mail is there");
}

#[tokio::test]
async fn a_dead_idle_does_not_even_answer_done() {
    let mailbox = start().await;
    mailbox.faults().arm(MailFault::DeadIdle, 1);
    let mut idle = open(&mailbox).await.idle();
    idle.init().await.unwrap();
    deliver(&mailbox, 1);
    assert!(timeout(Duration::from_millis(50), idle.done()).await.is_err(), "the line is dead");
}

#[tokio::test]
async fn an_idle_can_break_while_it_waits() {
    let mailbox = start().await;
    let after = "+ idling\r\n".len() + 3;
    mailbox.faults().arm(MailFault::CutAt { step: Step::Idle, after }, 1);
    let mut idle = open(&mailbox).await.idle();
    idle.init().await.unwrap();
    let (news, _stop) = idle.wait();
    deliver(&mailbox, 1);
    assert!(!matches!(news.await, Ok(IdleResponse::NewData(_))), "the EXISTS broke off after three bytes");
}

#[tokio::test]
async fn netease_wants_an_id_with_content_on_every_connection() {
    let mailbox = start().await;
    mailbox.faults().arm_always(MailFault::UnsafeLogin);
    let mut session = sign_in(&mailbox).await;
    let refused = session.examine("INBOX").await.expect_err("no ID yet");
    assert!(format!("{refused}").contains("Unsafe Login"), "the words that users search for: {refused}");
    session.id_nil().await.unwrap();
    session.select("INBOX").await.expect_err("an empty ID says nothing");
    session.id([("name", Some("Tidebell")), ("vendor", Some("Tidebell"))]).await.unwrap();
    session.examine("INBOX").await.expect("now it is known");
    assert!(sign_in(&mailbox).await.examine("INBOX").await.is_err(), "the next connection starts anew");
}

#[tokio::test]
async fn a_server_may_lack_idle_and_uidnext() {
    let mailbox = start().await;
    mailbox.faults().arm_always(MailFault::NoIdle);
    mailbox.faults().arm(MailFault::NoUidNext, 1);
    let mut session = sign_in(&mailbox).await;
    assert!(!session.capabilities().await.unwrap().has_str("IDLE"), "not offered");
    assert_eq!(session.examine("INBOX").await.unwrap().uid_next, None, "not told");
    assert_eq!(session.examine("INBOX").await.unwrap().uid_next, Some(1), "armed once");
    assert!(session.idle().init().await.is_err(), "not understood");
}

#[tokio::test]
async fn a_new_uid_validity_ends_sessions_and_numbers_anew() {
    let mailbox = start().await;
    mailbox.skip_uids(40);
    deliver(&mailbox, 1);
    let mut session = open(&mailbox).await;
    let mut idle = open(&mailbox).await.idle();
    idle.init().await.unwrap();
    mailbox.set_uid_validity(7);
    assert!(session.run_command_and_check_ok("NOOP").await.is_err(), "the UIDs that it knows are void");
    let (news, _stop) = idle.wait();
    let bye = format!("{:?}", news.await);
    assert!(
        bye.contains("NewData") || bye.contains("Err") || bye.contains("Manual"),
        "a BYE, then nothing: {bye}"
    );
    let mut session = sign_in(&mailbox).await;
    let opened = session.examine("INBOX").await.unwrap();
    assert_eq!((opened.uid_validity, opened.uid_next), (Some(7), Some(2)), "numbered from 1");
    assert_eq!(fetched_uids(&mut session, "1:*").await, [1], "the mail of before");
    assert_eq!(mailbox.commands()[0].at, clock().now(), "the record has the mailbox's own time");
}
