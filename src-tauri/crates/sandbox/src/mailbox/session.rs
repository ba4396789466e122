//! One connection: what state it is in, and the answer to each command.

use super::fault::{MailFault, Step};
use super::request::{Request, Token};
use super::state::{Mailbox, Place, held};
use super::wire::Wire;
use std::borrow::Cow;
use std::io;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::sync::watch;

/// The tagged answer without its tag.
pub(super) type Verdict = Cow<'static, str>;

/// The answer to a command that needs an open mailbox.
pub(super) const CLOSED: &str = "BAD open a mailbox first";

#[derive(Clone, Copy)]
pub(super) struct Opened {
    pub(super) read_only: bool,
    pub(super) epoch: u32,
    /// How many mails the client knows of.
    pub(super) told: usize,
}

pub(super) struct Session {
    pub(super) mailbox: Arc<Mailbox>,
    news: watch::Receiver<()>,
    pub(super) wire: Wire,
    pub(super) signed_in: bool,
    pub(super) identified: bool,
    pub(super) opened: Option<Opened>,
    /// The folder that is open, or was last.
    pub(super) place: Place,
}

/// Counts a connection as open as long as it lives, however it ends.
struct Open(Arc<Mailbox>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.content().open -= 1;
    }
}

pub(super) async fn serve(tcp: TcpStream, mailbox: Arc<Mailbox>) {
    let connection = {
        let mut content = mailbox.content();
        content.connections += 1;
        content.open += 1;
        content.connections
    };
    // Answers are written in pieces; waiting for acknowledgements between them would only slow tests down.
    let _ = tcp.set_nodelay(true);
    let _open = Open(Arc::clone(&mailbox));
    let cut = |fault| if let MailFault::CutAfter(bytes) = fault { Some(bytes) } else { None };
    let wire = Wire::new(tcp, mailbox.faults.take(cut));
    let news = mailbox.news.subscribe();
    let place = mailbox.inbox();
    let mut session =
        Session { mailbox, news, wire, signed_in: false, identified: false, opened: None, place };
    if let Err(error) = session.run(connection).await {
        tracing::debug!(%error, connection, "pretend mailbox lost a client");
    }
    session.wire.close().await;
}

impl Session {
    async fn run(&mut self, connection: usize) -> io::Result<()> {
        let cut = self.cut_at(Step::Greeting)?;
        self.wire.send(b"* OK pretend mailbox ready\r\n").await?;
        if cut {
            return Ok(());
        }
        while let Some(request) = self.wire.request().await? {
            let line = if request.verb == "LOGIN" { "LOGIN".to_owned() } else { request.line.clone() };
            self.mailbox.record(connection, line);
            if !self.answer(&request).await? {
                break;
            }
        }
        Ok(())
    }

    /// Answers one command; false if the connection ends with it.
    async fn answer(&mut self, request: &Request) -> io::Result<bool> {
        let asked = request.step();
        let cut = match asked {
            Some((step, ..)) => self.cut_at(step)?,
            None => false,
        };
        let slow = |fault| if let MailFault::Slow(time) = fault { Some(time) } else { None };
        if let Some(time) = self.mailbox.faults.take(slow) {
            tokio::time::sleep(time).await;
        }
        if self.was_rebuilt() {
            self.wire.send(b"* BYE the mailbox was rebuilt\r\n").await?;
            return Ok(false);
        }
        let (verdict, last) = match asked {
            Some((step, by_uid, args)) => {
                (self.carry_out(step, by_uid, args, &request.verb).await?, step == Step::Logout)
            }
            None => (Cow::Borrowed("BAD command unknown or malformed"), false),
        };
        self.announce().await?;
        self.wire.send(format!("{} {verdict}\r\n", request.tag).as_bytes()).await?;
        Ok(!(last || cut))
    }

    async fn carry_out(
        &mut self,
        step: Step,
        by_uid: bool,
        args: &[Token],
        verb: &str,
    ) -> io::Result<Verdict> {
        match step {
            Step::Greeting => return Ok("BAD not a command".into()),
            Step::Capability => {
                let idle = if self.mailbox.faults.happens(MailFault::NoIdle) { "" } else { " IDLE" };
                let tokens =
                    self.mailbox.takes("").map_or("", |_| " LOGINDISABLED AUTH=XOAUTH2 AUTH=OAUTHBEARER");
                let line = format!("* CAPABILITY IMAP4rev1 LITERAL+ ID{idle}{tokens}\r\n");
                self.wire.send(line.as_bytes()).await?;
            }
            Step::Login if verb == "AUTHENTICATE" => return self.authenticate(args).await,
            Step::Login => return Ok(self.login(args)),
            Step::Id => {
                let strings = args.iter().filter(|t| matches!(t, Token::Text(text) if !text.is_empty()));
                self.identified = strings.count() >= 2;
                self.wire.send(b"* ID (\"name\" \"pretend mailbox\")\r\n").await?;
            }
            Step::Noop => {}
            Step::Logout => self.wire.send(b"* BYE see you\r\n").await?,
            Step::List | Step::Status | Step::Open if !self.signed_in => {
                return Ok("BAD sign in first".into());
            }
            Step::List => return self.list(args).await,
            Step::Status => return self.status(args).await,
            Step::Open => return self.open(args, verb == "EXAMINE").await,
            Step::Fetch => return self.fetch(by_uid, args).await,
            Step::Search => return self.search(by_uid, args).await,
            Step::Idle => return self.idle().await,
        }
        Ok("OK done".into())
    }

    async fn idle(&mut self) -> io::Result<Verdict> {
        if self.opened.is_none() {
            return Ok(CLOSED.into());
        }
        if self.mailbox.faults.happens(MailFault::NoIdle) {
            return Ok("BAD command unknown".into());
        }
        let dead = self.mailbox.faults.happens(MailFault::DeadIdle);
        let silent = dead || self.mailbox.faults.happens(MailFault::SilentIdle);
        self.wire.send(b"+ idling\r\n").await?;
        loop {
            if !silent {
                if self.was_rebuilt() {
                    self.wire.send(b"* BYE the mailbox was rebuilt\r\n").await?;
                    return Err(io::ErrorKind::ConnectionAborted.into());
                }
                self.announce().await?;
            }
            tokio::select! {
                line = self.wire.line() => match line? {
                    None => return Err(io::ErrorKind::UnexpectedEof.into()),
                    Some(_) if dead => {}
                    Some(line) if line.eq_ignore_ascii_case(b"DONE") => return Ok("OK done".into()),
                    Some(_) => return Ok("BAD only DONE ends an IDLE".into()),
                },
                _ = self.news.changed() => {}
            }
        }
    }

    /// Tells of mail that came since the client was last told.
    async fn announce(&mut self) -> io::Result<()> {
        let Some(opened) = &mut self.opened else { return Ok(()) };
        let count = held(&self.place).mails.len();
        if count > opened.told {
            opened.told = count;
            self.wire.send(format!("* {count} EXISTS\r\n").as_bytes()).await?;
        }
        Ok(())
    }

    /// Whether the UIDs that this client knows have become void.
    fn was_rebuilt(&self) -> bool {
        self.opened.is_some_and(|opened| opened.epoch != held(&self.place).epoch)
    }

    /// Whether the line breaks in the answer to `step`.
    fn cut_at(&mut self, at: Step) -> io::Result<bool> {
        let cut = |fault| {
            if let MailFault::CutAt { step, after } = fault { (step == at).then_some(after) } else { None }
        };
        let Some(after) = self.mailbox.faults.take(cut) else { return Ok(false) };
        self.wire.break_after(after)?;
        Ok(true)
    }
}
