//! One round through all folders of a mailbox: a function of the connection, of the record's cursors, and of what the rounds
//! before found out. So it is the same whether somebody asked for it or it is read ahead.

use super::super::parse::MailRules;
use super::backlog::Reading;
use super::cursor::position_key;
use super::dial::Live;
use super::fault::Fault;
use super::gone;
use super::round::Round;
use super::trouble::Trouble;
use crate::{Batch, Cursors, Now};
use async_imap::types::Mailbox;
use std::sync::Arc;

/// What of a mailbox is read, and how.
pub(super) struct Reader {
    /// The first is the one where mail arrives.
    pub(super) folders: Vec<String>,
    pub(super) rules: Arc<MailRules>,
    pub(super) now: Now,
}

/// What the rounds found out so far, beside the record.
#[derive(Debug, Clone, Default)]
pub(super) struct Findings {
    trouble: Trouble,
    /// The long reading that is under way.
    reading: Option<Reading>,
    /// The first folder as the last round left it.
    pub(super) seen: Option<Mark>,
}

/// What must change when a mail comes: UIDNEXT, and the count where a server leaves UIDNEXT out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(Option<u32>, u32);

impl Mark {
    pub(super) const fn of(mailbox: &Mailbox) -> Self {
        Self(mailbox.uid_next, mailbox.exists)
    }
}

/// What a round brought.
pub(super) struct Read {
    pub(super) batch: Batch,
    /// The connection if it is still good.
    pub(super) live: Option<Live>,
}

impl Reader {
    /// Reads what came after `cursors`.
    ///
    /// # Errors
    /// [`Fault`]; nothing was read then.
    pub(super) async fn round(
        &self,
        mut live: Live,
        findings: &mut Findings,
        cursors: &Cursors,
    ) -> Result<Read, Fault> {
        let ahead = live.ahead.take().filter(|ahead| ahead.goes_on(cursors));
        // Where the round before left something over in a folder, this one goes on there.
        let first = ahead.as_ref().and_then(|ahead| self.folders.iter().position(|f| *f == ahead.folder));
        let (rules, now) = (Arc::clone(&self.rules), (self.now)());
        let mut round = Round::new(&mut live.session, cursors, rules, now, &mut findings.trouble);
        round.ahead = ahead;
        for (position, folder) in self.folders.iter().enumerate().skip(first.unwrap_or(0)) {
            if round.mails_left == 0 {
                round.batch.more = true;
                break;
            }
            round.arrives = position == 0;
            match round.folder(folder).await {
                Ok(mailbox) if position == 0 => findings.seen = Some(Mark::of(&mailbox)),
                Ok(_) => gone::note(folder, false, cursors, &mut round.batch.cursors),
                // A folder that was renamed must not hide the others.
                Err(Fault::Refused(detail)) if position > 0 => {
                    tracing::warn!(folder = %folder, %detail, "mail folder cannot be read");
                    gone::note(folder, true, cursors, &mut round.batch.cursors);
                }
                Err(fault) => return Err(fault),
            }
            if round.broken {
                break;
            }
        }
        let Round { mut batch, broken, dealt, unfinished, ahead, .. } = round;
        if !batch.more {
            findings.reading = None;
        } else if let Some(reading) = &mut findings.reading {
            reading.went_on(dealt);
        } else if !broken {
            let known = |key: &String| cursors.contains_key(key) || batch.cursors.contains_key(key);
            let unread = self.folders.iter().filter(|folder| !known(&position_key(folder)));
            findings.reading = Reading::count(&mut live.session, unfinished, unread).await;
        }
        batch.backlog = findings.reading.as_ref().map(Reading::told);
        live.ahead = ahead;
        Ok(Read { batch, live: (!broken).then_some(live) })
    }
}
