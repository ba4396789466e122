//! The rail: counts, freshness, presence.

use super::list::platform_dto;
use super::mailbox::Mailboxes;
use super::{code, instant, some};
use crate::app::App;
use crate::wire::{Light, PauseDto, PresenceDto, Rail, SeatRow, StoreRow, UiError, View, ViewCount};
use domain::{
    Capability, CapabilityState, Platform, Presence, StoreId, Timestamp, beijing_day_start, from_ms, to_ms,
};
use engine::{Engine, StorePause};
use rules::connection::{Limits, days_left};
use std::collections::HashMap;
use store::SilenceRow;

/// Deadlines within this make a view hot.
const HOT_MS: i64 = 10 * 60_000;
/// So long the rail says that a store is read again.
const HEARD_MS: i64 = 10 * 60_000;
/// A store that was not read for this many of its own intervals needs care.
const MISSED: i64 = 5;

pub(crate) const fn presence_dto(presence: Presence) -> PresenceDto {
    match presence {
        Presence::Online => PresenceDto::Online,
        Presence::Suspended => PresenceDto::Suspended,
        Presence::Offline => PresenceDto::Offline,
    }
}

/// The whole rail.
pub(crate) async fn rail(app: &App) -> Result<Rail, UiError> {
    let store = app.engine.store();
    let now = app.engine.now();
    let me = app.me().await;
    let counts = store.view_counts(None).await?;
    let owing = |account| counts.mine.iter().find(|(id, _)| *id == account).map_or(0, |(_, n)| *n);
    let numbers = [
        (View::Mine, owing(me), store::View::Mine(me)),
        (View::Team, counts.team, store::View::Team),
        (View::Unassigned, counts.unassigned, store::View::Unassigned),
        (View::Notices, counts.notices, store::View::Notices),
        (View::Mails, counts.mails, store::View::Mails),
        (View::Cases, counts.cases, store::View::Cases),
        (View::Done, counts.done, store::View::Done),
    ];
    let soon = from_ms(to_ms(now) + HOT_MS);
    let mut views = Vec::with_capacity(numbers.len());
    for (view, count, kept) in numbers {
        let hot = view != View::Done
            && store.due_counts(kept, None, &[soon]).await?.first().is_some_and(|n| *n > 0);
        views.push(ViewCount { view, count: small(count), hot });
    }
    let today = store.dispatch_counts(beijing_day_start(now)).await?;
    let team = store
        .accounts()
        .await?
        .into_iter()
        .filter(|account| !account.disabled)
        .map(|account| SeatRow {
            id: account.id.to_string(),
            name: account.name.to_string(),
            is_main: account.name.is_main(),
            me: account.id == me,
            presence: presence_dto(account.presence),
            participates: account.participates,
            weight: account.weight,
            today: today.iter().find(|count| count.account == account.id).map_or(0, |count| count.today),
            owing: small(owing(account.id)),
        })
        .collect();
    let silent = app.engine.silent_stores().await?;
    let heard = heard_again(store.silences(from_ms(to_ms(now) - HEARD_MS)).await?);
    let mailboxes = Mailboxes {
        backlogs: app.engine.backlogs(),
        checks: store.folder_checks(None).await?,
        imports: app.engine.mail_imports(),
    };
    let mut pauses = app.engine.store_pauses();
    let stores = store
        .stores()
        .await?
        .iter()
        .map(|row| StoreRow {
            mailbox: (row.store.platform == Platform::Mail).then(|| mailboxes.of(row)),
            paused: pauses.remove(&row.id).map(pause),
            ..store_row(row, silent.contains_key(&row.id), heard.get(&row.id).copied(), now)
        })
        .collect();
    let quarantined = small(store.quarantine_count().await?);
    Ok(Rail { views, stores, team, weighted: app.engine.weighted().await, quarantined })
}

fn pause(pause: StorePause) -> PauseDto {
    let StorePause { until, code, open, named } = pause;
    PauseDto { until: instant(until), why: code, open, named }
}

/// Stores that were silent and are read again.
fn heard_again(told: Vec<SilenceRow>) -> HashMap<StoreId, Timestamp> {
    told.into_iter().filter_map(|row| Some((row.store, row.ended_at?))).collect()
}

fn store_row(
    row: &store::StoreRow,
    silent: bool,
    heard_again: Option<Timestamp>,
    now: Timestamp,
) -> StoreRow {
    let connection = Engine::connection(row);
    let off: Vec<(String, String)> = row
        .capabilities
        .iter()
        // That a way to the platform sends no cards, or has no call at all for something, is no fault of the store: its
        // details and the reply say it.
        .filter(|(capability, state)| **capability != Capability::SendCards && !state.has_no_call())
        .filter_map(|(capability, state)| match state {
            CapabilityState::Off { code: word } => Some((code(capability), word.clone())),
            CapabilityState::On | CapabilityState::Unknown => None,
        })
        .collect();
    // A bridge has no connection: it calls, at least so often.
    let every_s = connection.as_ref().and_then(|c| i64::try_from(c.every_s).ok()).unwrap_or(30).max(30);
    StoreRow {
        id: row.id.to_string(),
        name: row.store.name.clone(),
        platform: platform_dto(row.store.platform),
        label: Engine::bridge_label(row),
        light: light(row, silent, every_s, !off.is_empty(), now),
        last_success_at: row.last_success.map(instant),
        last_error: some(&row.last_error_code),
        paused: None,
        heard_again_at: heard_again.filter(|_| !silent).map(instant),
        token_days: row
            .authorised_until
            .and_then(|until| days_left(until, now, &Limits::shipped()))
            .and_then(|days| u32::try_from(days).ok()),
        multi_device_sync: row.multi_device_sync,
        off,
        demo: connection.is_some_and(|connection| connection.demo),
        mailbox: None,
    }
}

/// Red is what the alerts call silent; everything else that is not as it should be needs care.
fn light(row: &store::StoreRow, silent: bool, every_s: i64, off: bool, now: Timestamp) -> Light {
    if silent {
        return Light::Stale;
    }
    let Some(last) = row.last_success else {
        return if row.last_error_code.is_empty() { Light::Waiting } else { Light::Stale };
    };
    let silent_s = now.as_second() - last.as_second();
    if silent_s > MISSED * every_s || off || !row.last_error_code.is_empty() {
        Light::Care
    } else {
        Light::Fresh
    }
}

/// A count as the UI reads it.
pub(crate) fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
