//! Everything is recomputed from the record when policy, calendar or flag changes, in one transaction; nothing is
//! patched (`docs/RULES.md` §3).

use crate::bus::Event;
use crate::clockwork::{Clockwork, rules_of};
use crate::desk::Desk;
use crate::engine::{CALENDAR, Engine, POLICY};
use crate::error::EngineError;
use crate::intake::{Hand, Mode, changed_verdicts, fact_of, from_record, settle};
use domain::{ConversationKind, StoreId};
use rules::policy::Policy;
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
        Policy::with_changes(changes)?;
        self.set_and_recompute(POLICY, changes).await
    }

    /// Adds published holiday years in the calendar's JSON form and makes every open clock again.
    ///
    /// # Errors
    /// If the text can't be read or the file refuses; then nothing changed.
    pub async fn import_calendar(&self, json: &str) -> Result<(), EngineError> {
        rules::calendar::parse_json(json, domain::beijing(self.now()).date())?;
        self.set_and_recompute(CALENDAR, json).await
    }

    async fn set_and_recompute(&self, key: &'static str, value: &str) -> Result<(), EngineError> {
        let mut desk = self.desk().await;
        let now = self.now();
        let mut tx = self.store().begin().await?;
        tx.set_setting(key, value, now).await?;
        let mut fresh = desk.clone();
        if key == POLICY {
            fresh.policy = Policy::with_changes(value)?;
            fresh.switches = fresh.policy.dispatch.switches();
        }
        let mut calendar = rules::calendar::Calendar::shipped(fresh.policy.hours.value.clone());
        let imported =
            if key == CALENDAR { Some(value.to_owned()) } else { self.store().setting(CALENDAR).await? };
        if let Some(json) = imported {
            calendar = calendar.with_years(rules::calendar::parse_json(&json, domain::beijing(now).date())?);
        }
        fresh.calendar = calendar;
        recompute(&mut tx, &fresh, None, now).await?;
        tx.commit().await?;
        *desk = fresh;
        drop(desk);
        self.bus().publish(Event::All);
        Ok(())
    }
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
    for row in rows {
        let before = Clockwork::read(&row.clock_json).unwrap_or_default();
        let mut hand = Hand::new(row, before);
        if hand.row.kind == ConversationKind::Chat {
            let record = tx.messages_of(hand.row.id).await?;
            write.verdicts.extend(changed_verdicts(&record, desk.sync(hand.row.store)));
            let messages = record.iter().map(|row| (fact_of(row), row.body.words().to_owned())).collect();
            hand.clock = from_record(&hand.clock, messages, &rules_of(desk, hand.row.store));
        }
        let mut set = settle(&mut hand, desk, now, Mode::Live);
        set.missing = DeadlineStatus::Cancelled;
        write.deadlines.push(set);
        write.conversations.push(hand.row);
    }
    tx.write(&write).await?;
    Ok(())
}
