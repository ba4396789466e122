//! One bounded round through the folders of a mailbox.

use super::super::headers::Headers;
use super::super::parse::{MAX_MAIL, MailRules};
use super::ahead::Ahead;
use super::checked::Checked;
use super::cursor::{Ledger, Position, fingerprint, position_key};
use super::fault::Fault;
use super::job::Job;
use super::past;
use super::utf7;
use super::wire::{Fetched, SHORT, Session, timed, uid_fetch};
use crate::{Batch, Cursors, Quarantined};
use async_imap::types::Mailbox;
use domain::{Flaw, RawPayload, Timestamp, UnreadableCause};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Mails of one round.
const MAX_MAILS: usize = 200;
/// Bytes of one round, by the server's own figures.
const MAX_BYTES: usize = 24 * 1024 * 1024;
/// UIDs asked for at first; doubled over gaps.
const WINDOW: u32 = 1_000;
/// The widest window.
const MAX_WINDOW: u32 = 16_000;
/// After this many failures on one mail it goes to quarantine without bytes, so that the next one can come.
const MAX_TRIES: u32 = 3;
/// What is asked of a mail before it is fetched.
pub(super) const LISTED: &str = "(UID RFC822.SIZE INTERNALDATE)";
/// Where the bytes come from.
pub(crate) const SOURCE: &str = "mail.imap";

/// A mail that the server could not hand over so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    folder: String,
    uid: u32,
    tries: u32,
}

/// What stays the same through a round.
pub(super) struct Round<'a> {
    pub(super) session: &'a mut Session,
    pub(super) cursors: &'a Cursors,
    pub(super) rules: Arc<MailRules>,
    pub(super) now: Timestamp,
    pub(super) trouble: &'a mut Option<Trouble>,
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
        trouble: &'a mut Option<Trouble>,
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
        let before = self.ahead.take().filter(|ahead| ahead.goes_on(folder, stored));
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
        let careful = self
            .trouble
            .as_ref()
            .is_some_and(|t| t.folder == folder && found.first().is_some_and(|first| first.uid == t.uid));
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

    /// Fetches and reads the chosen mails. Returns whether all of them were dealt with.
    pub(super) async fn take(
        &mut self,
        folder: &str,
        position: &mut Position,
        chosen: &[Fetched],
        ledger: &mut Ledger<'_>,
    ) -> Result<bool, Fault> {
        let old = self.old_ones(position, chosen, ledger).await?;
        self.recognised.extend(&old);
        let wanted: Vec<&Fetched> = chosen.iter().filter(|m| !old.contains(&m.uid)).collect();
        let mut bodies: BTreeMap<u32, Option<Vec<u8>>> = BTreeMap::new();
        let fault = self.bodies(&wanted, &mut bodies).await.err();
        // Up to the first mail that did not come, everything is in hand. Without a fault a missing one was deleted.
        let stop =
            fault.as_ref().and_then(|_| wanted.iter().map(|m| m.uid).find(|uid| !bodies.contains_key(uid)));
        let ready: Vec<&Fetched> = chosen.iter().filter(|m| stop.is_none_or(|stop| m.uid < stop)).collect();
        let mut jobs = Vec::new();
        for mail in &ready {
            let id = format!("{folder}:{}:{}", position.validity, mail.uid);
            match bodies.remove(&mail.uid) {
                Some(Some(bytes)) => {
                    ledger.add(&fingerprint(&Headers::read(&bytes), mail.size));
                    jobs.push(Job { id, bytes, mail: (*mail).clone(), old: mail.uid <= self.past });
                }
                Some(None) => {
                    self.given_up.push(mail.uid);
                    self.quarantine(UnreadableCause::Empty.because("the server gave no content").at(id));
                }
                None => {}
            }
        }
        self.read(jobs).await?;
        self.dealt = self.dealt.saturating_add(u32::try_from(ready.len()).unwrap_or(u32::MAX));
        position.last = ready.last().map_or(position.last, |m| m.uid);
        let Some((fault, stop)) = fault.zip(stop) else {
            self.forget(folder);
            return Ok(true);
        };
        self.broken = true;
        if self.is_hopeless(folder, stop, &fault) {
            let cause = match &fault {
                Fault::Refused(_) => UnreadableCause::PlatformError,
                _ => UnreadableCause::Unknown,
            };
            let place = format!("{folder}:{}:{stop}", position.validity);
            self.quarantine(cause.because(fault.into_error().to_string()).at(place));
            position.last = stop;
            self.given_up.push(stop);
        } else if ready.is_empty() {
            return Err(fault);
        }
        Ok(false)
    }

    /// The mails that were read before UIDVALIDITY changed.
    async fn old_ones(
        &mut self,
        position: &Position,
        chosen: &[Fetched],
        ledger: &Ledger<'_>,
    ) -> Result<HashSet<u32>, Fault> {
        let doubtful: Vec<&Fetched> = chosen.iter().filter(|m| m.uid <= position.rematch_until).collect();
        if doubtful.is_empty() {
            return Ok(HashSet::new());
        }
        let known = ledger.known();
        let sizes: BTreeMap<u32, u32> = doubtful.iter().map(|m| (m.uid, m.size)).collect();
        let mut old = HashSet::new();
        uid_fetch(self.session, &set_of(&doubtful), "(UID BODY.PEEK[HEADER])", |mail| {
            if let (Some(bytes), Some(size)) = (mail.bytes, sizes.get(&mail.uid))
                && known.contains(fingerprint(&Headers::read(&bytes), *size).as_str())
            {
                old.insert(mail.uid);
            }
        })
        .await?;
        Ok(old)
    }

    async fn bodies(
        &mut self,
        wanted: &[&Fetched],
        into: &mut BTreeMap<u32, Option<Vec<u8>>>,
    ) -> Result<(), Fault> {
        let (large, small): (Vec<&Fetched>, Vec<&Fetched>) =
            wanted.iter().copied().partition(|m| is_large(m));
        for (mails, items) in [(small, "(UID BODY.PEEK[])"), (large, "(UID BODY.PEEK[HEADER])")] {
            if mails.is_empty() {
                continue;
            }
            uid_fetch(self.session, &set_of(&mails), items, |mail| {
                // News about flags carries a UID too, but no content, and must not hide the content.
                if mails.iter().any(|m| m.uid == mail.uid) {
                    let slot = into.entry(mail.uid).or_default();
                    *slot = mail.bytes.or(slot.take());
                }
            })
            .await?;
        }
        Ok(())
    }

    async fn read(&mut self, jobs: Vec<Job>) -> Result<(), Fault> {
        if jobs.is_empty() {
            return Ok(());
        }
        let (rules, now) = (Arc::clone(&self.rules), self.now);
        let work = move || jobs.into_iter().map(|job| (job.old, job.run(now, &rules))).collect::<Vec<_>>();
        let results = tokio::task::spawn_blocking(work).await.map_err(|e| Fault::Garbled(e.to_string()))?;
        for result in results {
            match result {
                (true, Ok(received)) => self.batch.old.push(received),
                (false, Ok(received)) => self.batch.received.push(received),
                (_, Err(quarantined)) => self.batch.quarantined.push(quarantined),
            }
        }
        Ok(())
    }

    fn quarantine(&mut self, flaw: Flaw) {
        let raw = RawPayload { source: SOURCE, bytes: Vec::new() };
        self.batch.quarantined.push(Quarantined::new(raw, flaw));
    }

    /// Counts a failure on a mail; a broken line is nobody's fault and does not count.
    fn is_hopeless(&mut self, folder: &str, uid: u32, fault: &Fault) -> bool {
        if !matches!(fault, Fault::Garbled(_) | Fault::Refused(_)) {
            return false;
        }
        let tries = match self.trouble.take() {
            Some(t) if t.folder == folder && t.uid == uid => t.tries + 1,
            Some(_) | None => 1,
        };
        let hopeless = tries >= MAX_TRIES;
        if !hopeless {
            *self.trouble = Some(Trouble { folder: folder.to_owned(), uid, tries });
        }
        hopeless
    }

    fn forget(&mut self, folder: &str) {
        if self.trouble.as_ref().is_some_and(|t| t.folder == folder) {
            *self.trouble = None;
        }
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

fn set_of(mails: &[&Fetched]) -> String {
    mails.iter().map(|m| m.uid.to_string()).collect::<Vec<_>>().join(",")
}
