//! The pretend mailbox, asked by a client that was not written for it.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod commands;
mod faults;
mod letters;
mod raw;

use async_imap::{Client, Session};
use futures::TryStreamExt;
use sandbox::ManualClock;
use sandbox::mailbox::{Mailbox, MailboxConfig, MailboxHandle};
use tokio::net::TcpStream;

const USER: &str = "seller@example.com";
const PASSWORD: &str = "code \"with\" \\ signs";

/// 2026-03-02 17:00:00 in Beijing.
fn clock() -> ManualClock {
    ManualClock::at("2026-03-02T09:00:00Z".parse().unwrap())
}

async fn start() -> MailboxHandle {
    let config = MailboxConfig { user: USER.to_owned(), password: domain::Secret::new(PASSWORD) };
    Mailbox::start(config, clock().reader()).await.unwrap()
}

async fn connect(mailbox: &MailboxHandle) -> Client<TcpStream> {
    let tcp = TcpStream::connect(mailbox.addr()).await.unwrap();
    tcp.set_nodelay(true).unwrap();
    let mut client = Client::new(tcp);
    client.read_response().await.unwrap().expect("the server greets first");
    client
}

async fn sign_in(mailbox: &MailboxHandle) -> Session<TcpStream> {
    connect(mailbox).await.login(USER, PASSWORD).await.map_err(|(error, _)| error).unwrap()
}

/// A session that has opened the INBOX read-only.
async fn open(mailbox: &MailboxHandle) -> Session<TcpStream> {
    let mut session = sign_in(mailbox).await;
    session.examine("INBOX").await.unwrap();
    session
}

/// A mail whose number can be told from its subject.
fn deliver(mailbox: &MailboxHandle, n: u32) -> u32 {
    mailbox.deliver_simple("Platform <notice@example.com>", &format!("mail {n}"), "text", &[])
}

async fn fetched_uids(session: &mut Session<TcpStream>, set: &str) -> Vec<u32> {
    let mails: Vec<_> = session.uid_fetch(set, "(UID)").await.unwrap().try_collect().await.unwrap();
    mails.iter().map(|mail| mail.uid.expect("asked for")).collect()
}
