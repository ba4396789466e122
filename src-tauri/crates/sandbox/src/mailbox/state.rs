//! What is in the mailbox, and what clients did to it.

use super::fault::MailFaults;
use crate::clock::Clock;
use domain::{Secret, Timestamp};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Who may sign in.
#[derive(Debug, Clone)]
pub struct MailboxConfig {
    /// The user name, also the address that simple mails go to.
    pub user: String,
    /// The password or authorization code.
    pub password: Secret,
}

/// One command of a client, written down before it is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// When, by the mailbox's clock.
    pub at: Timestamp,
    /// Which connection, counted from 1.
    pub connection: usize,
    /// The command without its tag; a LOGIN without its arguments.
    pub line: String,
}

#[derive(Debug, Clone)]
pub(super) struct Mail {
    pub(super) uid: u32,
    pub(super) at: Timestamp,
    pub(super) raw: Arc<[u8]>,
    pub(super) flags: BTreeSet<&'static str>,
}

#[derive(Debug)]
pub(super) struct Content {
    pub(super) uid_validity: u32,
    /// Counts what makes the sequence numbers of open sessions void.
    pub(super) epoch: u32,
    pub(super) uid_next: u32,
    /// In ascending order of UID; whatever changes the order or makes it shorter raises the epoch.
    pub(super) mails: Vec<Mail>,
    /// Mails that have their number and are not shown yet.
    pub(super) withheld: Vec<Mail>,
    pub(super) commands: Vec<Command>,
    pub(super) connections: usize,
    pub(super) open: usize,
    pub(super) unpeeked: usize,
}

impl Content {
    pub(super) fn mark_seen(&mut self, uid: u32) {
        if let Some(mail) = self.mails.iter_mut().find(|m| m.uid == uid) {
            mail.flags.insert("\\Seen");
        }
    }
}

/// Whether a token lets its bearer in.
pub(super) type TokenCheck = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// The mailbox behind a [`MailboxHandle`](super::MailboxHandle); [`Mailbox::start`] makes one.
pub struct Mailbox {
    pub(super) config: MailboxConfig,
    pub(super) faults: MailFaults,
    pub(super) news: watch::Sender<()>,
    /// Which tokens let their bearers in; none: only the password does.
    pub(super) tokens: Mutex<Option<TokenCheck>>,
    clock: Clock,
    content: Mutex<Content>,
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox").field("user", &self.config.user).finish_non_exhaustive()
    }
}

impl Mailbox {
    pub(super) fn new(config: MailboxConfig, clock: Clock) -> Self {
        let content = Content {
            uid_validity: 1,
            epoch: 0,
            uid_next: 1,
            mails: Vec::new(),
            withheld: Vec::new(),
            commands: Vec::new(),
            connections: 0,
            open: 0,
            unpeeked: 0,
        };
        let (faults, news) = (MailFaults::default(), watch::Sender::new(()));
        Self { config, faults, news, tokens: Mutex::default(), clock, content: Mutex::new(content) }
    }

    pub(super) fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a token lets its bearer in; none where the mailbox takes no tokens.
    pub(super) fn takes(&self, token: &str) -> Option<bool> {
        let check = self.tokens.lock().unwrap_or_else(PoisonError::into_inner).clone();
        check.map(|check| check(token))
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Delivers what `write` makes of the UID and the time.
    pub(super) fn deliver(&self, write: impl FnOnce(u32, Timestamp) -> Arc<[u8]>) -> u32 {
        self.deliver_at(self.now(), write)
    }

    /// The same at another time, as a mail that is moved in from another folder.
    pub(super) fn deliver_at(&self, at: Timestamp, write: impl FnOnce(u32, Timestamp) -> Arc<[u8]>) -> u32 {
        let mut content = self.content();
        let uid = content.uid_next;
        content.uid_next += 1;
        content.mails.push(Mail { uid, at, raw: write(uid, at), flags: BTreeSet::new() });
        drop(content);
        self.news.send_replace(());
        uid
    }

    /// Takes a mail out, or puts in those that were withheld.
    pub(super) fn reorder(&self, change: impl FnOnce(&mut Content)) {
        let mut content = self.content();
        change(&mut content);
        content.mails.sort_by_key(|mail| mail.uid);
        content.epoch += 1;
        drop(content);
        self.news.send_replace(());
    }

    pub(super) fn rebuild(&self, uid_validity: u32) {
        let mut content = self.content();
        content.uid_validity = uid_validity;
        content.epoch += 1;
        content.uid_next = 1;
        let Content { mails, uid_next, .. } = &mut *content;
        for mail in mails {
            mail.uid = *uid_next;
            *uid_next += 1;
        }
        drop(content);
        self.news.send_replace(());
    }

    pub(super) fn record(&self, connection: usize, line: String) {
        let at = self.now();
        self.content().commands.push(Command { at, connection, line });
    }
}
