//! What a well-behaved client never sends, or sends in a way of its own.

use super::start;
use rstest::rstest;
use sandbox::mailbox::MailboxHandle;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends everything at once and returns all that came back until the server closed.
async fn talk(mailbox: &MailboxHandle, lines: &[u8]) -> String {
    let mut tcp = TcpStream::connect(mailbox.addr()).await.unwrap();
    tcp.write_all(lines).await.unwrap();
    tcp.write_all(b"zz LOGOUT\r\n").await.unwrap();
    let mut answer = String::new();
    tcp.read_to_string(&mut answer).await.unwrap();
    answer
}

#[rstest]
#[case("a STORE 1 +FLAGS (\\Seen)\r\n", "a BAD")]
#[case("a UID EXPUNGE 1\r\n", "a BAD")]
#[case("a UID\r\n", "a BAD")]
#[case("a\r\n", "a BAD")]
#[case("\r\n", "* BAD")]
#[case("a LOGIN \"no end\r\n", "a BAD")]
#[case("a EXAMINE INBOX\r\n", "a BAD sign in")]
#[case("a IDLE\r\n", "a BAD open")]
#[case("a UID FETCH 1 (UID)\r\n", "a BAD open")]
#[case("a login seller@example.com\r\n", "a BAD")]
#[tokio::test]
async fn what_is_not_understood_is_bad_and_the_session_goes_on(#[case] line: &str, #[case] answer: &str) {
    let mailbox = start().await;
    let said = talk(&mailbox, line.as_bytes()).await;
    assert!(said.contains(&format!("\r\n{answer}")), "{line:?} must be refused: {said}");
    assert!(said.ends_with("zz OK done\r\n"), "the next command is answered: {said}");
}

#[rstest]
#[case("a UID FETCH 0 (UID)")]
#[case("a UID FETCH x (UID)")]
#[case("a UID FETCH 1 (ENVELOPE)")]
#[case("a UID FETCH 1 (BODY.PEEK[)")]
#[case("a UID FETCH 1 (BODY.PEEK[]<1>)")]
#[case("a UID FETCH 1")]
#[case("a UID SEARCH")]
#[case("a UID SEARCH HEADER x")]
#[tokio::test]
async fn a_malformed_fetch_or_search_is_bad(#[case] line: &str) {
    let mailbox = start().await;
    mailbox.deliver(b"Subject: s\r\n\r\nt");
    let opening = "b LOGIN seller@example.com {19+}\r\ncode \"with\" \\ signs\r\nc EXAMINE INBOX\r\n";
    let said = talk(&mailbox, format!("{opening}{line}\r\n").as_bytes()).await;
    assert!(said.contains("c OK [READ-ONLY]"), "the opening went well: {said}");
    assert!(said.contains("\r\na BAD"), "{line:?} must be refused: {said}");
}

#[tokio::test]
async fn a_waiting_literal_is_asked_for() {
    let mailbox = start().await;
    let said = talk(&mailbox, b"a LOGIN {18}\r\nseller@example.com {19}\r\ncode \"with\" \\ signs\r\n").await;
    assert_eq!(said.matches("+ go on\r\n").count(), 2, "leave is given for each literal: {said}");
    assert!(said.contains("\r\na OK"), "both literals were read: {said}");
}

#[tokio::test]
async fn a_line_without_end_is_cut_off() {
    let mailbox = start().await;
    let mut tcp = TcpStream::connect(mailbox.addr()).await.unwrap();
    let _ = tcp.write_all(&vec![b'x'; 70_000]).await;
    let mut answer = Vec::new();
    let _ = tcp.read_to_end(&mut answer).await;
    assert_eq!(mailbox.commands(), [], "nothing of it was taken for a command");
    let huge = talk_until_cut(&mailbox, b"a LOGIN {99999999}\r\n").await;
    assert!(!huge.contains("+ go on"), "no memory is kept for a huge literal");
}

async fn talk_until_cut(mailbox: &MailboxHandle, lines: &[u8]) -> String {
    let mut tcp = TcpStream::connect(mailbox.addr()).await.unwrap();
    tcp.write_all(lines).await.unwrap();
    let mut answer = Vec::new();
    let _ = tcp.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}
