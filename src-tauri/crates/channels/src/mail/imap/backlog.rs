//! How far a long reading is. It is counted once, when a round leaves something over, and then kept by adding up: a
//! server should not have to count its mails with each round.

use super::utf7;
use super::wire::{SHORT, Session, timed, uid_search};
use crate::Backlog;

/// A reading that takes more than one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    done: u32,
    total: u32,
}

impl Reading {
    /// Counts what is in of the folders that are not read to their end, and what is ahead in them and in those that were
    /// never opened. None if the server does not say; the reading goes on without a number then.
    pub(super) async fn count(
        session: &mut Session,
        unfinished: Vec<(String, u32, u32)>,
        unread: impl Iterator<Item = &String>,
    ) -> Option<Self> {
        // The folder that was opened last can be searched as it is; another must be opened first, and is left out.
        let (last, others) = unfinished.split_last()?;
        let (_, position, exists) = last;
        let from = position.saturating_add(1);
        // `n:*` names the last mail even if its number is below n.
        let ahead = uid_search(session, &format!("UID {from}:*")).await.ok()?;
        let left = u32::try_from(ahead.range(from..).count()).ok()?;
        let mut reading = Self { done: exists.saturating_sub(left), total: *exists };
        for (_, _, exists) in others {
            reading.total = reading.total.saturating_add(*exists);
        }
        for folder in unread {
            let status = session.status(utf7::encode(folder), "(MESSAGES)");
            // One that is gone has nothing ahead.
            if let Ok(status) = timed(SHORT, status).await {
                reading.total = reading.total.saturating_add(status.exists);
            }
        }
        Some(reading)
    }

    /// So many more are in.
    pub(super) fn went_on(&mut self, mails: u32) {
        self.done = self.done.saturating_add(mails);
        self.total = self.total.max(self.done);
    }

    pub(super) const fn told(&self) -> Backlog {
        Backlog { done: self.done, total: self.total }
    }
}
