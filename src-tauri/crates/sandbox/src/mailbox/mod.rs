//! A pretend mailbox: a small IMAP4rev1 server on `127.0.0.1`, without TLS, that real IMAP clients can talk to.
//!
//! It speaks RFC 3501 as far as reading an INBOX and other folders needs it, IDLE (RFC 2177), ID (RFC 2971) and literals with and
//! without waiting (RFC 7888). New mail shows up in a session when the session was told of it (`EXISTS`), as with
//! the servers in the field. What goes wrong is armed in [`MailFaults`]; what clients asked is in
//! [`MailboxHandle::commands`].

mod commands;
mod fault;
mod fetch;
mod letter;
mod request;
mod search;
mod session;
mod set;
mod state;
mod wire;

pub use fault::{MailFault, MailFaults, Step};
pub use letter::Letter;
pub use state::{Command, Mailbox, MailboxConfig};

use crate::clock::Clock;
use domain::Timestamp;
use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};

/// A running mailbox; dropping it breaks every connection and frees the port.
#[derive(Debug)]
pub struct MailboxHandle {
    address: SocketAddr,
    mailbox: Arc<Mailbox>,
    accepting: AbortHandle,
}

impl Mailbox {
    /// Starts an empty mailbox on a free port; its dates come from `clock`.
    ///
    /// # Errors
    /// If no port can be had.
    pub async fn start(config: MailboxConfig, clock: Clock) -> io::Result<MailboxHandle> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let mailbox = Arc::new(Self::new(config, clock));
        let accepting = tokio::spawn(accept(listener, Arc::clone(&mailbox))).abort_handle();
        Ok(MailboxHandle { address, mailbox, accepting })
    }
}

/// Takes connections until it is aborted; the set then takes every session with it.
async fn accept(listener: TcpListener, mailbox: Arc<Mailbox>) {
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            taken = listener.accept() => match taken {
                Ok((tcp, _)) => {
                    sessions.spawn(session::serve(tcp, Arc::clone(&mailbox)));
                }
                Err(error) => {
                    tracing::warn!(%error, "pretend mailbox takes no more connections");
                    return;
                }
            },
            Some(_) = sessions.join_next() => {}
        }
    }
}

impl Drop for MailboxHandle {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl MailboxHandle {
    /// Where clients connect to.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// From now on tokens are taken, those for which `check` says yes, and passwords are not.
    pub fn take_tokens(&self, check: impl Fn(&str) -> bool + Send + Sync + 'static) {
        *self.mailbox.tokens.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(check));
    }

    /// What goes wrong.
    #[must_use]
    pub fn faults(&self) -> &MailFaults {
        &self.mailbox.faults
    }

    /// Puts a mail into the INBOX as it is, and tells the sessions that are in IDLE. Returns its UID.
    pub fn deliver(&self, raw: &[u8]) -> u32 {
        self.mailbox.deliver(|_, _| raw.into())
    }

    /// Writes a mail to the mailbox's user and delivers it; see [`Letter`] for `from` and `headers`.
    pub fn deliver_simple(&self, from: &str, subject: &str, text: &str, headers: &[(&str, &str)]) -> u32 {
        let to = &self.mailbox.config.user;
        self.mailbox.deliver(|uid, at| {
            let id = format!("{uid}.{}@sandbox.invalid", domain::to_ms(at));
            Letter { from, to, subject, text, headers, at, id: &id }.build().into()
        })
    }

    /// The flags of a mail, such as `\Seen`; none if there is no such mail.
    #[must_use]
    pub fn flags(&self, uid: u32) -> Option<BTreeSet<&'static str>> {
        self.mailbox.content().mails.iter().find(|m| m.uid == uid).map(|m| m.flags.clone())
    }

    /// A person reads the mail in another program. Sessions see it when they next ask for the flags.
    pub fn mark_seen(&self, uid: u32) {
        self.mailbox.content().mark_seen(uid);
    }

    /// Rebuilds the mailbox: UIDs start at 1 again in the order of delivery, and open sessions get a `BYE`.
    pub fn set_uid_validity(&self, new: u32) {
        self.rebuild("INBOX", new);
    }

    /// The same of another folder; nothing happens if there is none of that name.
    pub fn rebuild(&self, folder: &str, new: u32) {
        if let Some(place) = self.mailbox.place(folder) {
            self.mailbox.rebuild(&place, new);
        }
    }

    /// Makes a folder beside the INBOX, of an ASCII name. `attribute` is what LIST tells of it, such as `\\Junk`, or empty.
    pub fn add_folder(&self, name: &str, attribute: &'static str) {
        self.mailbox.add_folder(name, attribute);
    }

    /// Removes a folder with its mails, as a person does in another program.
    pub fn remove_folder(&self, name: &str) {
        self.mailbox.folders().remove(name);
    }

    /// Moves a mail into a folder from elsewhere, with the date that it had there. Returns its UID; none if there is no such
    /// folder.
    pub fn move_to(&self, folder: &str, raw: &[u8], at: Timestamp) -> Option<u32> {
        self.mailbox.move_to(folder, raw, at)
    }

    /// Puts a mail into a folder as it is. Returns its UID; none if there is no such folder.
    pub fn deliver_to(&self, folder: &str, raw: &[u8]) -> Option<u32> {
        self.mailbox.deliver_to(folder, raw)
    }

    /// Leaves a gap of `count` UIDs before the next mail, as deleted mails do.
    pub fn skip_uids(&self, count: u32) {
        self.mailbox.content().uid_next += count;
    }

    /// Moves a mail in from another folder: it has the next UID and the date that it had there.
    pub fn move_in(&self, raw: &[u8], at: Timestamp) -> u32 {
        self.mailbox.move_to("INBOX", raw, at).unwrap_or_default()
    }

    /// Deletes a mail. Open sessions get a `BYE`, because this mailbox knows no `EXPUNGE`.
    pub fn delete(&self, uid: u32) {
        self.mailbox.reorder(|content| content.mails.retain(|mail| mail.uid != uid));
    }

    /// Gives a mail its UID and hides it, as servers do that show mails in another order than they number them; see
    /// [`MailboxHandle::show`].
    pub fn withhold(&self, raw: &[u8]) -> u32 {
        let uid = self.mailbox.deliver(|_, _| raw.into());
        self.mailbox.reorder(|content| {
            let at = content.mails.iter().position(|mail| mail.uid == uid);
            let mail = at.map(|at| content.mails.remove(at));
            content.withheld.extend(mail);
        });
        uid
    }

    /// Shows every mail that was withheld.
    pub fn show(&self) {
        self.mailbox.reorder(|content| {
            let withheld = std::mem::take(&mut content.withheld);
            content.mails.extend(withheld);
        });
    }

    /// How many connections were taken so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.mailbox.content().connections
    }

    /// How many connections are open now.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.mailbox.content().open
    }

    /// Every command so far, oldest first, without passwords.
    #[must_use]
    pub fn commands(&self) -> Vec<Command> {
        self.mailbox.content().commands.clone()
    }

    /// How many mails were fetched without `PEEK`, also where a read-only session left `\Seen` as it was.
    #[must_use]
    pub fn unpeeked(&self) -> usize {
        self.mailbox.content().unpeeked
    }
}
