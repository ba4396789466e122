//! The clocks of conversations: what runs now replaces what ran before.

use crate::codec::Pieces;
use crate::{DeadlineSet, DeadlineStatus, Entity, OpenDeadline, Result, WriteTx, codec};
use domain::to_ms;
use serde::Deserialize;
use serde_tuple::Serialize_tuple;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;

#[derive(Serialize_tuple)]
struct Closed {
    conversation: i64,
    kind: String,
    due: i64,
    status: &'static str,
    at: i64,
}

#[derive(Serialize_tuple)]
struct Opened {
    conversation: i64,
    kind: &'static str,
    from: i64,
    due: i64,
    next: i64,
    why_at: usize,
    why_len: usize,
}

/// A deadline that is open in the file: a row of `running_columns`.
#[derive(Debug, Deserialize)]
pub(crate) struct Running {
    conversation: i64,
    kind: String,
    due: i64,
    from: i64,
    next: i64,
    snoozed: i64,
    why: String,
}

/// One JSON array, as a conversation is: an intake reads thousands.
macro_rules! running_columns {
    () => {
        "SELECT 'deadline', json_array(d.conversation_id, d.kind, d.due_ms, d.from_ms, d.next_stage_at_ms,
            d.snoozed_until_ms, d.why)"
    };
}

impl Running {
    /// Those of the conversations of some keys, each as `[store, kind, key]`.
    pub(crate) const OF_KEYS: &str = concat!(
        running_columns!(),
        " FROM jsonb_each(?) j CROSS JOIN conversation c INDEXED BY conversation_key
            ON c.store_id = j.value ->> 0 AND c.kind = j.value ->> 1 AND c.key = j.value ->> 2
          CROSS JOIN deadline d INDEXED BY deadline_instant ON d.conversation_id = c.id
          WHERE d.status = 'open'"
    );
    const OF_IDS: &str = concat!(
        running_columns!(),
        " FROM json_each(?) j CROSS JOIN deadline d INDEXED BY deadline_instant ON d.conversation_id = j.value
          WHERE d.status = 'open'"
    );

    /// Puts a row of the statements above with those of its conversation.
    pub(crate) fn note(row: &SqliteRow, all: &mut HashMap<i64, Vec<Self>>) -> Result<()> {
        let running: Self = serde_json::from_str(row.try_get(1)?)?;
        all.entry(running.conversation).or_default().push(running);
        Ok(())
    }

    fn of(conversation: i64, wanted: &OpenDeadline, snoozed: i64) -> Self {
        Self {
            conversation,
            kind: wanted.kind.as_str().to_owned(),
            due: to_ms(wanted.due),
            from: to_ms(wanted.from),
            next: next(wanted, snoozed),
            snoozed,
            why: wanted.why.clone(),
        }
    }

    fn is(&self, wanted: &OpenDeadline) -> bool {
        self.kind == wanted.kind.as_str() && self.due == to_ms(wanted.due)
    }

    fn says_the_same(&self, wanted: &OpenDeadline) -> bool {
        self.from == to_ms(wanted.from) && self.why == wanted.why && self.next == next(wanted, self.snoozed)
    }
}

/// When a deadline rings next. One that somebody put off rings when that ends, neither before nor not at all: the next stage
/// may be hours away.
fn next(wanted: &OpenDeadline, snoozed: i64) -> i64 {
    if snoozed > 0 { snoozed } else { codec::opt_ms(wanted.next_stage_at) }
}

/// Writes what runs now, and gives it, for whoever remembers it.
pub(super) async fn deadlines(tx: &mut WriteTx, sets: &[DeadlineSet]) -> Result<HashMap<i64, Vec<Running>>> {
    if sets.is_empty() {
        return Ok(HashMap::new());
    }
    let mut running = running(tx, sets).await?;
    let (mut closed, mut opened, mut whys) = (Vec::new(), Vec::new(), Pieces::default());
    for set in sets {
        let before = running.get(&set.conversation.0).map_or(&[][..], Vec::as_slice);
        let status = match set.missing {
            DeadlineStatus::Met => DeadlineStatus::Met.as_str(),
            // "Closed as open" would say nothing; it no longer applies.
            DeadlineStatus::Cancelled | DeadlineStatus::Open => DeadlineStatus::Cancelled.as_str(),
        };
        let close = |r: &Running| {
            let (conversation, kind) = (r.conversation, r.kind.clone());
            Closed { conversation, kind, due: r.due, status, at: to_ms(set.at) }
        };
        closed.extend(before.iter().filter(|r| is_gone(r, set)).map(close));
        let changed =
            |wanted: &&OpenDeadline| !before.iter().any(|r| r.is(wanted) && r.says_the_same(wanted));
        opened.extend(set.open.iter().filter(changed).map(|wanted| {
            let (why_at, why_len) = whys.push(wanted.why.as_bytes());
            Opened {
                conversation: set.conversation.0,
                kind: wanted.kind.as_str(),
                from: to_ms(wanted.from),
                due: to_ms(wanted.due),
                next: codec::opt_ms(wanted.next_stage_at),
                why_at,
                why_len,
            }
        }));
        tx.change(Entity::Conversation, set.conversation.0);
        let before = running.remove(&set.conversation.0).unwrap_or_default();
        running.insert(set.conversation.0, after(set, before));
    }
    close(tx, &closed)?;
    open(tx, &opened, whys)?;
    Ok(running)
}

fn is_gone(r: &Running, set: &DeadlineSet) -> bool {
    !set.open.iter().any(|wanted| r.is(wanted)) && !set.keep.iter().any(|kind| kind.as_str() == r.kind)
}

/// What runs once a set is written.
fn after(set: &DeadlineSet, mut running: Vec<Running>) -> Vec<Running> {
    running.retain(|r| !is_gone(r, set));
    for wanted in &set.open {
        match running.iter_mut().find(|r| r.is(wanted)) {
            Some(r) if r.says_the_same(wanted) => {}
            Some(r) => *r = Running::of(r.conversation, wanted, r.snoozed),
            None => running.push(Running::of(set.conversation.0, wanted, 0)),
        }
    }
    running
}

/// What runs now in some conversations.
async fn running(tx: &mut WriteTx, sets: &[DeadlineSet]) -> Result<HashMap<i64, Vec<Running>>> {
    let ids: Vec<i64> = sets.iter().map(|set| set.conversation.0).collect();
    if let Some(asked) = tx.asked.take().filter(|asked| ids.iter().all(|id| asked.knows(*id))) {
        return Ok(asked.running);
    }
    let mut running = HashMap::new();
    for row in sqlx::query(Running::OF_IDS).bind(codec::json(&ids)?).fetch_all(tx.asking().await?).await? {
        Running::note(&row, &mut running)?;
    }
    Ok(running)
}

fn close(tx: &mut WriteTx, closed: &[Closed]) -> Result<()> {
    if closed.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE deadline INDEXED BY deadline_instant SET status = j.value ->> 3,
            closed_at_ms = j.value ->> 4, next_stage_at_ms = 0, snoozed_until_ms = 0
        FROM jsonb_each(?) j WHERE deadline.conversation_id = j.value ->> 0
            AND deadline.kind = j.value ->> 1 AND deadline.due_ms = j.value ->> 2";
    tx.script.add(sql).bind(codec::json(closed)?)?;
    Ok(())
}

/// One that runs already keeps its snooze, as [`next`] says.
fn open(tx: &mut WriteTx, opened: &[Opened], whys: Pieces) -> Result<()> {
    if opened.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO deadline (conversation_id, kind, from_ms, due_ms, next_stage_at_ms, why)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
            CAST(substr(?, value ->> 5, value ->> 6) AS TEXT)
        FROM jsonb_each(?) WHERE true
        ON CONFLICT (conversation_id, kind, due_ms) DO UPDATE SET status = 'open', from_ms = excluded.from_ms,
            why = excluded.why, closed_at_ms = 0,
            next_stage_at_ms = iif(deadline.snoozed_until_ms > 0, deadline.snoozed_until_ms, excluded.next_stage_at_ms)";
    tx.script.add(sql).bind(whys.bytes())?.bind(codec::json(opened)?)?;
    Ok(())
}
