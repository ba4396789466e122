//! The tide line of the next 24 hours.

use super::instant;
use crate::app::App;
use crate::wire::{NextDue, Tide, TideDot, TideSpan, UiError, Urgency};
use domain::{DeadlineKind, Timestamp, beijing, from_ms, to_ms};
use std::collections::{HashMap, HashSet};
use store::DeadlineRow;

const DAY_MS: i64 = 86_400_000;
/// More dots than this are a smear.
const DOTS: usize = 300;

/// The line.
pub(crate) async fn tide(app: &App) -> Result<Tide, UiError> {
    let now = app.engine.now();
    let until = from_ms(to_ms(now) + DAY_MS);
    let since = from_ms(to_ms(now) - DAY_MS);
    let (_, calendar) = app.engine.rules().await;
    let store = app.engine.store();
    let rows = store.open_deadlines(since, until, u32::try_from(DOTS * 4).unwrap_or(u32::MAX)).await?;
    let rows = first_of_each(rows);
    let more = u32::try_from(rows.len().saturating_sub(DOTS)).unwrap_or(u32::MAX);
    let mut titles = HashMap::new();
    let mut dots = Vec::with_capacity(rows.len().min(DOTS));
    for row in rows.iter().take(DOTS) {
        let item = store.conversation(row.conversation).await?;
        let title = if item.buyer_name.is_empty() { item.conversation.title } else { item.buyer_name };
        titles.insert(row.conversation, title.clone());
        dots.push(TideDot {
            conversation_id: row.conversation.to_string(),
            title,
            kind: row.kind.as_str().to_owned(),
            at: instant(row.due),
            urgency: urgency(row.due, now),
        });
    }
    let next = next(&rows, now).map(|row| NextDue {
        conversation_id: row.conversation.to_string(),
        title: titles.get(&row.conversation).cloned().unwrap_or_default(),
        kind: row.kind.as_str().to_owned(),
        at: instant(row.due),
    });
    let off_hours = calendar
        .non_working_spans(now, until)
        .into_iter()
        .map(|span| TideSpan { from: instant(span.from), to: instant(span.to) })
        .collect();
    let calendar_unpublished = !calendar.is_published(beijing(until).date());
    Ok(Tide { now: instant(now), until: instant(until), dots, more, off_hours, calendar_unpublished, next })
}

/// The next deadline still ahead; if none is, the one that is longest overdue.
fn next(rows: &[DeadlineRow], now: Timestamp) -> Option<&DeadlineRow> {
    rows.iter().find(|row| row.due > now).or(rows.first())
}

/// One dot a conversation, its earliest clock; the badge's aim is a live counter, not a deadline of the day.
fn first_of_each(mut rows: Vec<DeadlineRow>) -> Vec<DeadlineRow> {
    rows.sort_by_key(|row| row.due);
    let mut seen = HashSet::new();
    rows.retain(|row| row.kind != DeadlineKind::BadgeReply && seen.insert(row.conversation));
    rows
}

/// Red = overdue or within ten minutes; amber = within an hour; calm otherwise.
pub(crate) fn urgency(due: Timestamp, now: Timestamp) -> Urgency {
    match to_ms(due) - to_ms(now) {
        ..=600_000 => Urgency::Red,
        600_001..=3_600_000 => Urgency::Amber,
        3_600_001.. => Urgency::Calm,
    }
}
