//! Comparing the folders with what is here, and fetching what is not: a mail that a server showed too late, or forgot to
//! hand over, would otherwise be missed for good, because nobody looks below the last number again.

use super::checked::Checked;
use super::coming::Kept;
use super::connector::{MailConnector, State};
use super::cursor::{Ledger, Position, position_key};
use super::dial::Live;
use super::fault::Fault;
use super::past;
use super::round::{LISTED, Round, examine};
use super::wire::{Fetched as Mail, Session, uid_fetch};
use crate::{ChannelError, Cursors, Fetched, Listing};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Numbers that are looked at in one round.
const AT_ONCE: usize = 500;

impl MailConnector {
    /// A folder that was read to its end.
    pub(super) async fn list_one(
        &self,
        folder: &str,
        cursors: &Cursors,
    ) -> Result<Option<Listing>, ChannelError> {
        let mut state = self.state.lock().await;
        let (live, kept) = self.line(&mut state).await?;
        match self.list(&mut state, live, folder, cursors).await {
            // The server may have closed a kept line while nobody looked.
            Err(Fault::Lost(_)) if kept => {
                let (live, _) = self.line(&mut state).await?;
                self.list(&mut state, live, folder, cursors).await.map_err(Fault::into_error)
            }
            other => other.map_err(Fault::into_error),
        }
    }

    async fn list(
        &self,
        state: &mut State,
        mut live: Live,
        folder: &str,
        cursors: &Cursors,
    ) -> Result<Option<Listing>, Fault> {
        live.ahead = None;
        let listing = match listing(&mut live.session, folder, cursors).await {
            Ok(listing) => listing,
            // A folder that was renamed must not hide the others.
            Err(Fault::Refused(detail)) => {
                tracing::warn!(folder = %folder, %detail, "mail folder cannot be compared");
                None
            }
            Err(fault) => return Err(fault),
        };
        state.kept = Kept::Idle(Box::new(live));
        Ok(listing)
    }

    /// Those ids that are of the same folder as the first.
    pub(super) async fn fetch_again(
        &self,
        ids: &[String],
        cursors: &Cursors,
    ) -> Result<Fetched, ChannelError> {
        let mut state = self.state.lock().await;
        let (live, _) = self.line(&mut state).await?;
        self.again(&mut state, live, ids, cursors).await.map_err(Fault::into_error)
    }

    async fn again(
        &self,
        state: &mut State,
        mut live: Live,
        ids: &[String],
        cursors: &Cursors,
    ) -> Result<Fetched, Fault> {
        live.ahead = None;
        let Some((folder, validity, _)) = ids.first().and_then(|id| parts(id)) else {
            state.kept = Kept::Idle(Box::new(live));
            return Ok(Fetched { settled: ids.len(), known: ids.len(), ..Fetched::default() });
        };
        let same =
            |id: &String| parts(id).filter(|(f, v, _)| (*f, *v) == (folder, validity)).map(|(.., uid)| uid);
        let uids: Vec<u32> = ids.iter().map_while(same).take(AT_ONCE).collect();
        let (rules, now) = (Arc::clone(&self.reader.rules), (self.reader.now)());
        let mut round = Round::new(&mut live.session, cursors, rules, now, &mut state.trouble_again);
        let (settled, known) = round.again(folder, validity, &uids).await?;
        let Round { batch, broken, .. } = round;
        if !broken {
            state.kept = Kept::Idle(Box::new(live));
        }
        Ok(Fetched { batch, settled, known })
    }
}

impl Round<'_> {
    /// Fetches mails by their numbers, in ascending order, as far as the round's limits go. How many of the numbers are
    /// settled, and how many of those brought nothing because their mails are here or gone.
    async fn again(&mut self, folder: &str, validity: u32, uids: &[u32]) -> Result<(usize, usize), Fault> {
        let mailbox = examine(self.session, folder).await?;
        if mailbox.uid_validity != Some(validity) {
            // The numbers mean nothing any more; the next round reads the folder anew.
            return Ok((uids.len(), uids.len()));
        }
        let set = uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let mut found: BTreeMap<u32, Mail> = BTreeMap::new();
        uid_fetch(self.session, &set, LISTED, |mail| {
            if mail.size > 0 {
                found.insert(mail.uid, mail);
            }
        })
        .await?;
        let found: Vec<Mail> = found.into_values().collect();
        let chosen = self.choose(folder, &found);
        let all = chosen.len() == found.len();
        self.past = past::until(folder, validity, self.cursors);
        // Each of them may be here under another number.
        let mut position = Position { validity, last: 0, rematch_until: u32::MAX };
        let mut ledger = Ledger::open(folder, self.cursors);
        let done = self.take(folder, &mut position, &chosen, &mut ledger).await?;
        ledger.write(&mut self.batch.cursors);
        let settled =
            if done && all { uids.len() } else { uids.partition_point(|uid| *uid <= position.last) };
        let there: BTreeSet<u32> = found.iter().map(|mail| mail.uid).collect();
        let old: BTreeSet<u32> = self.recognised.iter().copied().collect();
        let brought = uids[..settled].iter().filter(|uid| there.contains(uid) && !old.contains(uid)).count();
        self.note_settled(folder, validity);
        Ok((settled, settled - brought))
    }
}

/// What is in a folder; none if it was never read, or is still being read.
async fn listing(session: &mut Session, folder: &str, cursors: &Cursors) -> Result<Option<Listing>, Fault> {
    let mailbox = examine(session, folder).await?;
    let position = cursors.get(&position_key(folder)).and_then(|text| Position::parse(text));
    let Some(position) = position.filter(|p| {
        // After a change of its numbers the next round has to look first.
        Some(p.validity) == mailbox.uid_validity && p.rematch_until <= p.last
    }) else {
        return Ok(None);
    };
    let mut uids = BTreeSet::new();
    // Not by a search: some servers search only what is recent.
    if position.last > 0 && mailbox.exists > 0 {
        uid_fetch(session, &format!("1:{}", position.last), "(UID)", |mail| {
            uids.insert(mail.uid);
        })
        .await?;
    }
    uids.retain(|uid| *uid <= position.last);
    let checked = Checked::of(folder, position.validity, cursors);
    let prefix = format!("{folder}:{}:", position.validity);
    let ids =
        uids.iter().filter(|uid| !checked.contains(**uid)).map(|uid| format!("{prefix}{uid}")).collect();
    let count = u32::try_from(uids.len()).unwrap_or(u32::MAX);
    Ok(Some(Listing { folder: folder.to_owned(), prefix, count, ids }))
}

/// Folder, UIDVALIDITY and UID of a mail's id; a folder's name may have any character in it.
fn parts(id: &str) -> Option<(&str, u32, u32)> {
    let (rest, uid) = id.rsplit_once(':')?;
    let (folder, validity) = rest.rsplit_once(':')?;
    Some((folder, validity.parse().ok()?, uid.parse().ok()?))
}
