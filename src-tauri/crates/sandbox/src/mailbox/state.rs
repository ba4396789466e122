//! What is in the mailbox, and what clients did to it.

use super::fault::MailFaults;
use crate::clock::Clock;
use domain::{Secret, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
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
    fn empty() -> Self {
        Self {
            uid_validity: 1,
            epoch: 0,
            uid_next: 1,
            mails: Vec::new(),
            withheld: Vec::new(),
            commands: Vec::new(),
            connections: 0,
            open: 0,
            unpeeked: 0,
        }
    }

    pub(super) fn mark_seen(&mut self, uid: u32) {
        if let Some(mail) = self.mails.iter_mut().find(|m| m.uid == uid) {
            mail.flags.insert("\\Seen");
        }
    }
}

/// A folder; the INBOX also counts what clients do.
pub(super) type Place = Arc<Mutex<Content>>;

/// What is in a folder.
pub(super) fn held(place: &Place) -> MutexGuard<'_, Content> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder beside the INBOX: what it is for, as LIST tells it, and what is in it.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    pub(super) attribute: &'static str,
    pub(super) place: Place,
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
    inbox: Place,
    /// By their names on the wire.
    folders: Mutex<BTreeMap<String, Folder>>,
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox").field("user", &self.config.user).finish_non_exhaustive()
    }
}

impl Mailbox {
    pub(super) fn new(config: MailboxConfig, clock: Clock) -> Self {
        let (faults, news) = (MailFaults::default(), watch::Sender::new(()));
        let inbox = Arc::new(Mutex::new(Content::empty()));
        Self { config, faults, news, tokens: Mutex::default(), clock, inbox, folders: Mutex::default() }
    }

    pub(super) fn content(&self) -> MutexGuard<'_, Content> {
        held(&self.inbox)
    }

    pub(super) fn inbox(&self) -> Place {
        Arc::clone(&self.inbox)
    }

    /// A folder by its name; the INBOX in any spelling.
    pub(super) fn place(&self, name: &str) -> Option<Place> {
        if name.eq_ignore_ascii_case("INBOX") {
            return Some(Arc::clone(&self.inbox));
        }
        self.folders().get(name).map(|folder| Arc::clone(&folder.place))
    }

    pub(super) fn folders(&self) -> MutexGuard<'_, BTreeMap<String, Folder>> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add_folder(&self, name: &str, attribute: &'static str) {
        let folder = Folder { attribute, place: Arc::new(Mutex::new(Content::empty())) };
        self.folders().insert(name.to_owned(), folder);
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
        self.deliver_at(&self.inbox, self.now(), write)
    }

    /// Delivers into another folder; none if there is none of that name.
    pub(super) fn deliver_to(&self, name: &str, raw: &[u8]) -> Option<u32> {
        self.move_to(name, raw, self.now())
    }

    /// A mail with its own time, as one that is moved in from elsewhere.
    pub(super) fn move_to(&self, name: &str, raw: &[u8], at: Timestamp) -> Option<u32> {
        Some(self.deliver_at(&self.place(name)?, at, |_, _| raw.into()))
    }

    fn deliver_at(
        &self,
        place: &Place,
        at: Timestamp,
        write: impl FnOnce(u32, Timestamp) -> Arc<[u8]>,
    ) -> u32 {
        let mut content = held(place);
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

    pub(super) fn rebuild(&self, place: &Place, uid_validity: u32) {
        let mut content = held(place);
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
