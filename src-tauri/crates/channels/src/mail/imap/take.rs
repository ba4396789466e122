//! What a round does with the mails that it chose: which of them are here already, fetching the others, reading them.

use super::super::headers::Headers;
use super::cursor::{Ledger, Position, fingerprint};
use super::fault::Fault;
use super::job::Job;
use super::round::{Round, SOURCE, is_large};
use super::wire::{Fetched, uid_fetch};
use crate::Quarantined;
use domain::{Flaw, RawPayload, UnreadableCause};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

impl Round<'_> {
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
            self.trouble.forget(folder);
            return Ok(true);
        };
        self.broken = true;
        if self.trouble.is_hopeless(folder, stop, &fault) {
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
}

fn set_of(mails: &[&Fetched]) -> String {
    mails.iter().map(|m| m.uid.to_string()).collect::<Vec<_>>().join(",")
}
