//! The alert tick over a hundred thousand deadlines that are really open.

use crate::house;
use crate::measure::{Ask, Report, ms, percentile, timed};
use domain::{ConversationId, ConversationKind, DeadlineKind, Platform, StoreId, Timestamp, from_ms, to_ms};
use engine::Engine;
use std::path::Path;
use store::{ConversationRow, DeadlineSet, DeadlineStatus, IntakeWrite, NewStore, OpenDeadline};

const DEADLINES: usize = 100_000;
/// Deadlines of one transaction while they are laid out.
const PORTION: usize = 10_000;
/// Ticks measured of each sort.
const TICKS: usize = 60;
/// Deadlines that ring at once in a busy shop.
const DUE: usize = 5;
const MINUTE: i64 = 60_000;

/// Measures.
pub(crate) async fn run(data: &Path, report: &mut Report) -> Result<(), String> {
    let engine = house::open(data).await?;
    let conversations = lay_out(&engine).await.map_err(|error| error.to_string())?;
    let mut quiet = Vec::new();
    for _ in 0..TICKS {
        let (rung, time) = timed(engine.tick()).await;
        if !rung.map_err(|error| error.to_string())?.is_empty() {
            return Err("a tick rang for what is not due".into());
        }
        quiet.push(ms(time));
    }
    let mut busy = Vec::new();
    for few in conversations.chunks(DUE).take(TICKS) {
        make_due(&engine, few).await.map_err(|error| error.to_string())?;
        let (rung, time) = timed(engine.tick()).await;
        if rung.map_err(|error| error.to_string())?.is_empty() {
            return Err("a tick did not ring for what is due".into());
        }
        busy.push(ms(time));
    }
    let asks = [Ask::AtMost(5.0)];
    let name = format!("one alert tick over {DEADLINES} open deadlines, none due, p95");
    report.line(&name, "ms", percentile(&quiet, 95), None, &asks);
    let name = format!("one alert tick over {DEADLINES} open deadlines, {DUE} due, p95");
    report.line(&name, "ms", percentile(&busy, 95), None, &asks);
    engine.stop().await.map_err(|error| error.to_string())
}

/// A shop in which a hundred thousand buyers wait, between one hour and a day.
async fn lay_out(engine: &Engine) -> Result<Vec<ConversationId>, store::StoreError> {
    let now = engine.now();
    let mut tx = engine.store().begin().await?;
    let new = NewStore {
        platform: Platform::AliExpress,
        name: "waiting".into(),
        external_id: "bench:waiting".into(),
        settings: "{}".into(),
        secret_handle: String::new(),
    };
    let store = tx.add_store(&new, now).await?;
    tx.commit().await?;
    let mut all = Vec::with_capacity(DEADLINES);
    while all.len() < DEADLINES {
        let mut tx = engine.store().begin().await?;
        let mut batch = IntakeWrite::default();
        for number in all.len()..all.len() + PORTION {
            let row = waiting(tx.new_conversation(), store, number, now);
            all.push(row.id);
            let due = row.due.unwrap_or(now);
            let next = from_ms(to_ms(due) - 30 * MINUTE);
            batch.deadlines.push(running(row.id, due, next, now));
            batch.conversations.push(row);
        }
        tx.write(&batch).await?;
        tx.commit().await?;
    }
    Ok(all)
}

fn waiting(id: ConversationId, store: StoreId, number: usize, now: Timestamp) -> ConversationRow {
    let later = i64::try_from(number).unwrap_or(0) * 7_919 % (23 * 60 * MINUTE);
    let mut row = ConversationRow::new(id, store, ConversationKind::Chat, format!("waiting-{number}"));
    row.owes = true;
    row.due = Some(from_ms(to_ms(now) + 60 * MINUTE + later));
    row
}

fn running(conversation: ConversationId, due: Timestamp, next: Timestamp, now: Timestamp) -> DeadlineSet {
    let open = OpenDeadline {
        kind: DeadlineKind::Reply,
        from: from_ms(to_ms(now) - 60 * MINUTE),
        due,
        why: "[]".into(),
        next_stage_at: Some(next),
    };
    DeadlineSet { conversation, open: vec![open], keep: vec![], missing: DeadlineStatus::Cancelled, at: now }
}

/// Moves some deadlines to five minutes from now, past a stage that nobody was told of.
async fn make_due(engine: &Engine, few: &[ConversationId]) -> Result<(), store::StoreError> {
    let now = engine.now();
    let due = from_ms(to_ms(now) + 5 * MINUTE);
    let mut tx = engine.store().begin().await?;
    let deadlines = few.iter().map(|id| running(*id, due, now, now)).collect();
    tx.write(&IntakeWrite { deadlines, ..IntakeWrite::default() }).await?;
    tx.commit().await?;
    Ok(())
}
