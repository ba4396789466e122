//! Everything is recomputed from the record when policy, calendar or flag changes, in one transaction; nothing is
//! patched (`docs/RULES.md` §3).

use crate::bus::Event;
use crate::clockwork::{Clockwork, rules_of};
use crate::desk::Desk;
use crate::engine::{CALENDAR, Engine, POLICY};
use crate::error::EngineError;
use crate::intake::{AT_ONCE, Hand, Mode, changed_verdicts, fact_of, from_record, settle};
use domain::{ConversationKind, StoreId};
use rules::calendar::{Calendar, HolidayYear, parse_years};
use rules::policy::{Policy, PolicyEntry, PolicyValue, entries, with_entry};
use store::{DeadlineStatus, IntakeWrite, WriteTx};

impl Engine {
    /// 多端同步 of a store: from now on phone replies count, or they no longer do. Every open clock of the store is
    /// made again.
    ///
    /// # Errors
    /// If the file refuses; then neither the flag nor a clock changed.
    pub async fn set_multi_device_sync(&self, store: StoreId, on: bool) -> Result<(), EngineError> {
        let mut desk = self.desk().await;
        let mut fresh = desk.clone();
        fresh.set_sync(store, on);
        let mut tx = self.store().begin().await?;
        tx.set_multi_device_sync(store, on, self.now()).await?;
        recompute(&mut tx, &fresh, Some(store), self.now()).await?;
        tx.commit().await?;
        *desk = fresh;
        drop(desk);
        self.bus().publish(Event::All);
        Ok(())
    }

    /// Lays changes over the shipped policy (any part of its JSON tree) and makes every open clock again.
    ///
    /// # Errors
    /// If the changes make no sense or the file refuses; then nothing changed.
    pub async fn set_policy(&self, changes: &str) -> Result<(), EngineError> {
        self.set_and_recompute(POLICY, |_| Ok(changes.to_owned())).await
    }

    /// Every value of the policy in force, with what Tidebell ships beside it.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn policy_entries(&self) -> Result<Vec<PolicyEntry>, EngineError> {
        Ok(entries(&self.store().setting(POLICY).await?.unwrap_or_else(nothing))?)
    }

    /// Sets one value of the policy, or takes it back to what Tidebell ships, and makes every open clock again.
    ///
    /// # Errors
    /// If the value makes no sense or the file refuses; then nothing changed.
    pub async fn change_policy(&self, path: &str, value: Option<&PolicyValue>) -> Result<(), EngineError> {
        let today = domain::beijing(self.now()).date();
        self.set_and_recompute(POLICY, |before| Ok(with_entry(before, path, value, today)?)).await
    }

    /// Adds published holiday years from a file in JSON or ICS and makes every open clock again. A year that was
    /// imported before is replaced; the others stay. Returns the years that were in it.
    ///
    /// # Errors
    /// If the text can't be read or the file refuses; then nothing changed.
    pub async fn import_calendar(&self, text: &str) -> Result<Vec<i16>, EngineError> {
        let today = domain::beijing(self.now()).date();
        let fresh = parse_years(text, today)?;
        let named = fresh.iter().map(|year| year.year).collect();
        self.set_and_recompute(CALENDAR, |before| {
            let mut years = imported(before, today)?;
            years.retain(|year| !fresh.iter().any(|new| new.year == year.year));
            years.extend(fresh.iter().cloned());
            Ok(write_years(&years)?)
        })
        .await?;
        Ok(named)
    }

    /// Takes an imported holiday year back; what Tidebell ships of that year is in force again.
    ///
    /// # Errors
    /// If the file refuses; then nothing changed.
    pub async fn forget_calendar_year(&self, year: i16) -> Result<(), EngineError> {
        let today = domain::beijing(self.now()).date();
        self.set_and_recompute(CALENDAR, |before| {
            let mut years = imported(before, today)?;
            years.retain(|known| known.year != year);
            Ok(write_years(&years)?)
        })
        .await
    }

    /// The holiday years that were imported, without those that Tidebell ships.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn imported_years(&self) -> Result<Vec<HolidayYear>, EngineError> {
        let kept = self.store().setting(CALENDAR).await?.unwrap_or_else(nothing);
        imported(&kept, domain::beijing(self.now()).date())
    }

    /// `change` makes the new text of a setting from the old one (`{}` where nobody has set it).
    async fn set_and_recompute(
        &self,
        key: &'static str,
        change: impl FnOnce(&str) -> Result<String, EngineError>,
    ) -> Result<(), EngineError> {
        // Under the lock: two changes at once must not each keep what the other has not seen.
        let mut desk = self.desk().await;
        let now = self.now();
        let before = self.store().setting(key).await?.unwrap_or_else(nothing);
        let value = change(&before)?;
        let mut fresh = desk.clone();
        let calendar = if key == POLICY {
            fresh.policy = Policy::with_changes(&value)?;
            fresh.switches = fresh.policy.dispatch.switches();
            self.store().setting(CALENDAR).await?.unwrap_or_else(nothing)
        } else {
            value.clone()
        };
        fresh.calendar = calendar_of(&fresh.policy, &calendar, now)?;
        let mut tx = self.store().begin().await?;
        tx.set_setting(key, &value, now).await?;
        recompute(&mut tx, &fresh, None, now).await?;
        tx.commit().await?;
        *desk = fresh;
        drop(desk);
        self.bus().publish(Event::All);
        Ok(())
    }
}

/// A setting that nobody has made.
fn nothing() -> String {
    "{}".to_owned()
}

/// The calendar of a policy with the years that were imported.
pub(crate) fn calendar_of(
    policy: &Policy,
    kept: &str,
    now: domain::Timestamp,
) -> Result<Calendar, EngineError> {
    let years = imported(kept, domain::beijing(now).date())?;
    Ok(Calendar::shipped(policy.hours.value.clone()).with_years(years))
}

/// The imported years as they are kept: a list, or `{}` for none.
fn imported(kept: &str, today: jiff::civil::Date) -> Result<Vec<HolidayYear>, EngineError> {
    if matches!(kept.trim(), "" | "{}" | "[]") {
        return Ok(Vec::new());
    }
    Ok(rules::calendar::parse_json(kept, today)?)
}

fn write_years(years: &[HolidayYear]) -> Result<String, store::StoreError> {
    Ok(serde_json::to_string(years)?)
}

/// Makes the clocks of every conversation that has any, or that has a message whose verdict may change, again from
/// the record.
async fn recompute(
    tx: &mut WriteTx,
    desk: &Desk,
    store: Option<StoreId>,
    now: domain::Timestamp,
) -> Result<(), EngineError> {
    let mut rows = tx.live_conversations(store).await?;
    if let Some(store) = store {
        // A flag can also wake a conversation that a phone reply had settled.
        let known: std::collections::HashSet<_> = rows.iter().map(|row| row.id).collect();
        let settled = tx.conversations_answered_by_phone(store).await?;
        rows.extend(settled.into_iter().filter(|row| !known.contains(&row.id)));
    }
    let mut write = IntakeWrite::default();
    for rows in rows.chunks(AT_ONCE) {
        let chats = rows.iter().filter(|row| row.kind == ConversationKind::Chat).map(|row| row.id);
        let mut records = tx.messages_of_each(&chats.collect::<Vec<_>>()).await?;
        for row in rows {
            let before = Clockwork::read(&row.clock_json).unwrap_or_default();
            let mut hand = Hand::new(row.clone(), before);
            if hand.row.kind == ConversationKind::Chat {
                let record = records.remove(&row.id).unwrap_or_default();
                write.verdicts.extend(changed_verdicts(&record, desk.sync(row.store)));
                let messages = record.iter().map(|row| (fact_of(row), row.body.words().to_owned())).collect();
                let settled = hand.clock.owed_since().is_none();
                hand.clock = from_record(&hand.clock, messages, &rules_of(desk, row.store));
                if let Some(since) = hand.clock.owed_since().filter(|_| settled) {
                    // A reply that counts no longer had ended the silence; that somebody looked is on record.
                    hand.clock.read_since = hand.row.opened_at.filter(|opened| *opened >= since);
                }
            }
            let mut set = settle(&mut hand, desk, now, Mode::Live);
            set.missing = DeadlineStatus::Cancelled;
            write.deadlines.push(set);
            write.conversations.push(hand.row);
        }
    }
    tx.write(&write).await?;
    Ok(())
}
