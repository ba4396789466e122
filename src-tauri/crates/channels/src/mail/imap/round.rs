//! One bounded round: what it has left to do, and how it goes on in one folder.

use super::super::parse::{MAX_MAIL, MailRules};
use super::ahead::Ahead;
use super::checked::Checked;
use super::cursor::{Ledger, Position, position_key};
use super::fault::Fault;
use super::past;
use super::trouble::Trouble;
use super::utf7;
use super::wire::{Fetched, SHORT, Session, timed, uid_fetch};
use crate::{Batch, Cursors};
use async_imap::types::Mailbox;
use domain::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Mails of one round.
const MAX_MAILS: usize = 200;
/// Bytes of one round, by the server's own figures.
const MAX_BYTES: usize = 24 * 1024 * 1024;
/// UIDs asked for at first; doubled over gaps.
const WINDOW: u32 = 1_000;
/// The widest window.
const MAX_WINDOW: u32 = 16_000;
/// What is asked of a mail before it is fetched.
pub(super) const LISTED: &str = "(UID RFC822.SIZE INTERNALDATE)";
/// Where the bytes come from.
pub(crate) const SOURCE: &str = "mail.imap";

/// What stays the same through a round.
pub(super) struct Round<'a> {
    pub(super) session: &'a mut Session,
    pub(super) cursors: &'a Cursors,
    pub(super) rules: Arc<MailRules>,
    pub(super) now: Timestamp,
    pub(super) trouble: &'a mut Trouble,
    /// What was read so far.
    pub(super) batch: Batch,
    /// The line broke after something had been read: what is in the batch counts, the connection does not.
    pub(super) broken: bool,
    pub(super) mails_left: usize,
    pub(super) bytes_left: usize,
    /// Whether the folder that is read is the one where mail arrives.
    pub(super) arrives: bool,
    /// Up to this UID of the folder that is read, mails are old.
    pub(super) past: u32,
    /// What the round before left over of the folder that is open.
    pub(super) ahead: Option<Ahead>,
    /// UIDs of mails that are here under another number.
    pub(super) recognised: Vec<u32>,
    /// UIDs of mails that the server cannot hand over.
    pub(super) given_up: Vec<u32>,
    /// Mails that were dealt with, in whatever way.
    pub(super) dealt: u32,
    /// Folders that are not read to their end: which, how far, and how many mails are in it.
    pub(super) unfinished: Vec<(String, u32, u32)>,
}

impl<'a> Round<'a> {
    pub(super) fn new(
        session: &'a mut Session,
        cursors: &'a Cursors,
        rules: Arc<MailRules>,
        now: Timestamp,
        trouble: &'a mut Trouble,
    ) -> Self {
        let (batch, broken) = (Batch::default(), false);
        Self {
            session,
            cursors,
            rules,
            now,
            trouble,
            batch,
            broken,
            mails_left: MAX_MAILS,
            bytes_left: MAX_BYTES,
            arrives: true,
            past: 0,
            ahead: None,
            recognised: Vec::new(),
            given_up: Vec::new(),
            dealt: 0,
            unfinished: Vec::new(),
        }
    }

    /// Reads what is new in a folder, as far as the round's limits go.
    pub(super) async fn folder(&mut self, folder: &str) -> Result<Mailbox, Fault> {
        let stored = self.cursors.get(&position_key(folder));
        let before = self.ahead.take().filter(|ahead| ahead.folder == folder);
        let mut open = match before {
            Some(ahead) => ahead,
            None => self.open(folder, stored.and_then(|text| Position::parse(text))).await?,
        };
        self.past = self.past_of(folder, &open, stored.and_then(|text| Position::parse(text)));
        if open.found.is_empty() {
            (open.found, open.complete) = self.list(&mut open.position, open.mailbox.uid_next).await?;
        }
        let chosen = self.choose(folder, &open.found);
        let mut ledger = Ledger::open(folder, self.cursors);
        let done = self.take(folder, &mut open.position, &chosen, &mut ledger).await?;
        open.found.drain(..chosen.len());
        let finished = done && open.complete && open.found.is_empty();
        if finished {
            let end = open.mailbox.uid_next.map_or(0, |next| next.saturating_sub(1));
            open.position.last = open.position.last.max(end);
            if self.past == u32::MAX {
                past::note(folder, open.position.validity, open.position.last, &mut self.batch.cursors);
            }
        } else {
            self.batch.more = true;
            self.unfinished.push((folder.to_owned(), open.position.last, open.mailbox.exists));
        }
        let text = open.position.text();
        if stored != Some(&text) {
            self.batch.cursors.insert(position_key(folder), text);
        }
        ledger.write(&mut self.batch.cursors);
        self.note_settled(folder, open.position.validity);
        // The server was understood. A mail that cannot be read is its sender's doing and says nothing of the mailbox.
        self.batch.answers.read();
        let mailbox = open.mailbox.clone();
        open.rounds += 1;
        self.ahead = (done && !finished).then_some(open);
        Ok(mailbox)
    }

    /// Up to which UID the folder holds what is old.
    fn past_of(&mut self, folder: &str, open: &Ahead, known: Option<Position>) -> u32 {
        if self.arrives {
            return 0;
        }
        let numbers = (open.position.validity, open.mailbox.uid_next);
        past::opened(folder, known, numbers, self.cursors, &mut self.batch.cursors)
    }

    async fn open(&mut self, folder: &str, known: Option<Position>) -> Result<Ahead, Fault> {
        let mailbox = examine(self.session, folder).await?;
        let Some(validity) = mailbox.uid_validity else {
            return Err(Fault::Lost("the folder was not opened".to_owned()));
        };
        let position = start(known, validity, mailbox.uid_next);
        let folder = folder.to_owned();
        Ok(Ahead { folder, mailbox, position, found: Vec::new(), complete: false, rounds: 0 })
    }

    /// Keeps the UIDs that need not be asked for again.
    pub(super) fn note_settled(&mut self, folder: &str, validity: u32) {
        if self.recognised.is_empty() && self.given_up.is_empty() {
            return;
        }
        let mut checked = Checked::of(folder, validity, self.cursors);
        checked.add(self.recognised.drain(..).chain(self.given_up.drain(..)));
        checked.write(folder, &mut self.batch.cursors);
    }

    /// The mails after the position, in order, and whether these are all. `n:*` would answer with the last mail even
    /// if its UID is below n, so the window is closed where UIDNEXT is known, and filtered always.
    async fn list(
        &mut self,
        position: &mut Position,
        next: Option<u32>,
    ) -> Result<(Vec<Fetched>, bool), Fault> {
        let end = next.map(|n| n.saturating_sub(1));
        let mut window = WINDOW;
        loop {
            let from = position.last.saturating_add(1);
            if end.is_some_and(|end| from > end) {
                return Ok((Vec::new(), true));
            }
            let to = end.map(|end| end.min(position.last.saturating_add(window)));
            let set = to.map_or_else(|| format!("{from}:*"), |to| format!("{from}:{to}"));
            let mut found: BTreeMap<u32, Fetched> = BTreeMap::new();
            uid_fetch(self.session, &set, LISTED, |mail| {
                if mail.uid >= from && mail.size > 0 {
                    found.insert(mail.uid, mail);
                }
            })
            .await?;
            let complete = to == end;
            if complete || !found.is_empty() {
                return Ok((found.into_values().collect(), complete));
            }
            position.last = to.unwrap_or(position.last);
            window = (window * 2).min(MAX_WINDOW);
        }
    }

    /// As many of the found mails as the round still has room for, at least one; only one where the last try failed.
    pub(super) fn choose(&mut self, folder: &str, found: &[Fetched]) -> Vec<Fetched> {
        let careful = found.first().is_some_and(|first| self.trouble.is_about(folder, first.uid));
        let most = if careful { self.mails_left.min(1) } else { self.mails_left };
        let mut chosen: Vec<Fetched> = Vec::new();
        for mail in found.iter().take(most) {
            let cost = if is_large(mail) { 0 } else { usize::try_from(mail.size).unwrap_or(MAX_MAIL) };
            if cost > self.bytes_left && !(chosen.is_empty() && self.mails_left == MAX_MAILS) {
                break;
            }
            self.bytes_left = self.bytes_left.saturating_sub(cost);
            chosen.push(mail.clone());
        }
        self.mails_left -= chosen.len();
        chosen
    }
}

/// Opens a folder for reading only.
pub(super) async fn examine(session: &mut Session, folder: &str) -> Result<Mailbox, Fault> {
    timed(SHORT, session.examine(utf7::encode(folder))).await
}

/// Where to start: at the stored position, at the beginning, or, after a change of UIDVALIDITY, at the beginning
/// with a look at the ledger.
fn start(known: Option<Position>, validity: u32, next: Option<u32>) -> Position {
    match known {
        Some(position) if position.validity == validity => position,
        Some(_) => {
            let rematch_until = next.map_or(u32::MAX, |n| n.saturating_sub(1));
            Position { validity, last: 0, rematch_until }
        }
        None => Position { validity, last: 0, rematch_until: 0 },
    }
}

pub(super) fn is_large(mail: &Fetched) -> bool {
    usize::try_from(mail.size).unwrap_or(usize::MAX) > MAX_MAIL
}
