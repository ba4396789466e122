//! Stores that fall silent: told once each while a silence lasts, also across a restart.

use super::vigil::Vigil;
use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::outside::{self, Told};
use crate::ports::Notice;
use channels::wecom::Repeat;
use domain::{Platform, StoreId, Timestamp};
use rules::alerts::{Silence, StoreFacts, is_quiet, silence};
use rules::policy::AlertPolicy;
use std::collections::HashMap;
use store::StoreRow;

impl Engine {
    /// Tells of stores that fell silent. Quiet hours hold it back.
    pub(super) async fn tell_silences(
        &self,
        vigil: &Vigil,
        now: Timestamp,
    ) -> Result<Vec<Notice>, EngineError> {
        let stores = self.store().stores().await?;
        let policy = self.desk().await.policy.alerts.clone();
        if is_quiet(now, &policy) {
            return Ok(Vec::new());
        }
        let silent = self.silent(&stores, vigil.awake_since(), &policy, now).await;
        if silent.is_empty() {
            return Ok(Vec::new());
        }
        let mut told: HashMap<StoreId, Vec<String>> = HashMap::new();
        for row in self.store().silences(Timestamp::MAX).await? {
            told.entry(row.store).or_default().push(row.why);
        }
        let mut notices = Vec::new();
        for (row, verdict) in silent {
            let known = told.get(&row.id).map_or(&[][..], Vec::as_slice);
            let notice = notice(row, verdict);
            if verdict.is_news(known)
                && self.disk_noted(self.record_silence(row, verdict, &notice, now).await)?
            {
                self.robots().poke();
                self.ring_anyway(&notice).await;
                self.bus().publish(Event::Rail);
                notices.push(notice);
            }
        }
        Ok(notices)
    }

    async fn silent<'a>(
        &self,
        stores: &'a [StoreRow],
        awake_since: Timestamp,
        policy: &AlertPolicy,
        now: Timestamp,
    ) -> Vec<(&'a StoreRow, Silence)> {
        let started = self.runners().started().await;
        let verdict = |row: &'a StoreRow| {
            // A bridge is awaited from its first call on: before, its program is not there yet.
            let bridge = self.bridges().since(row.id).filter(|_| row.last_success.is_some());
            let started = started.get(&row.id).copied().or(bridge);
            if started.is_none() && Engine::connection(row).is_none() {
                // Filled from a file: nobody expects anything of it.
                return None;
            }
            let since = started.filter(|since| *since <= now);
            let watched_since = since.map_or(awake_since, |since| since.max(awake_since));
            Some((row, silence(&facts(row, watched_since), now, policy)?))
        };
        stores.iter().filter_map(verdict).collect()
    }

    /// Which stores count as silent now, told or not, and why: the red lights of the rail.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn silent_stores(&self) -> Result<HashMap<StoreId, Silence>, EngineError> {
        let stores = self.store().stores().await?;
        let (awake_since, now) = (self.vigil().awake_since(), self.now());
        let policy = self.desk().await.policy.alerts.clone();
        let silent = self.silent(&stores, awake_since, &policy, now).await;
        Ok(silent.into_iter().map(|(row, verdict)| (row.id, verdict)).collect())
    }

    /// Writes it down, and puts it on its way outside where that is wanted. Under the desk's lock: a mailbox that falls
    /// silent is something to do, and its clock a conversation's.
    async fn record_silence(
        &self,
        row: &StoreRow,
        verdict: Silence,
        notice: &Notice,
        now: Timestamp,
    ) -> Result<bool, EngineError> {
        let desk = self.desk().await;
        let mut tx = self.store().begin().await?;
        let new = tx.note_silence(row.id, verdict.as_str(), &row.last_error_code, now).await?;
        if new && row.store.platform == Platform::Mail && row.last_success.is_some() {
            crate::mailbox::silent(&mut tx, &desk, row, now).await?;
        }
        if new {
            let mut robots = tx.robots().await?;
            robots.retain(|robot| robot.silence);
            let id = outside::silence_id(row.id, verdict, now);
            let told = Told { id, notice: notice.clone(), repeat: Repeat::UntilSure };
            outside::push(&mut tx, self.ports().words.as_ref(), &robots, &[told], now).await?;
        }
        tx.commit().await?;
        Ok(new)
    }
}

fn facts(row: &StoreRow, watched_since: Timestamp) -> StoreFacts {
    StoreFacts {
        last_success: row.last_success,
        owner_must_act: row.last_error_at.filter(|_| row.owner_must_act),
        watched_since,
        every_s: i64::try_from(crate::connect::interval(row).as_secs()).unwrap_or(i64::MAX),
        paused: row.paused,
    }
}

fn notice(row: &StoreRow, verdict: Silence) -> Notice {
    Notice::StoreSilent {
        store: row.id,
        name: row.store.name.clone(),
        code: Some(row.last_error_code.clone()).filter(|code| !code.is_empty()),
        owner_must_act: match verdict {
            Silence::OwnerMustAct { .. } => true,
            Silence::TooLong { .. } => false,
        },
        last_read: row.last_success,
    }
}
