//! The clocks of conversations: what runs now replaces what ran before.

use crate::{DeadlineSet, DeadlineStatus, Entity, OpenDeadline, Result, WriteTx, codec};
use domain::to_ms;
use serde::Serialize;
use sqlx::Row;
use std::collections::HashMap;

#[derive(Serialize)]
struct Closed {
    id: i64,
    status: &'static str,
    at: i64,
}

#[derive(Serialize)]
struct Opened<'a> {
    conversation: i64,
    kind: &'static str,
    from: i64,
    due: i64,
    next: i64,
    why: &'a str,
}

/// A deadline that is open in the file.
struct Running {
    id: i64,
    kind: String,
    due: i64,
    from: i64,
    next: i64,
    snoozed: i64,
    why: String,
}

impl Running {
    fn is(&self, wanted: &OpenDeadline) -> bool {
        self.kind == wanted.kind.as_str() && self.due == to_ms(wanted.due)
    }

    fn says_the_same(&self, wanted: &OpenDeadline) -> bool {
        let next = codec::opt_ms(wanted.next_stage_at);
        self.from == to_ms(wanted.from)
            && self.why == wanted.why
            && (self.next == next || (self.snoozed > next && self.next == self.snoozed))
    }
}

pub(super) async fn deadlines(tx: &mut WriteTx, sets: &[DeadlineSet]) -> Result<()> {
    if sets.is_empty() {
        return Ok(());
    }
    let running = running(tx, sets).await?;
    let (mut closed, mut opened) = (Vec::new(), Vec::new());
    for set in sets {
        let before = running.get(&set.conversation.0).map_or(&[][..], Vec::as_slice);
        let gone = |r: &&Running| {
            !set.open.iter().any(|wanted| r.is(wanted))
                && !set.keep.iter().any(|kind| kind.as_str() == r.kind)
        };
        let status = match set.missing {
            DeadlineStatus::Met => DeadlineStatus::Met.as_str(),
            // "Closed as open" would say nothing; it no longer applies.
            DeadlineStatus::Cancelled | DeadlineStatus::Open => DeadlineStatus::Cancelled.as_str(),
        };
        closed.extend(before.iter().filter(gone).map(|r| Closed { id: r.id, status, at: to_ms(set.at) }));
        let changed =
            |wanted: &&OpenDeadline| !before.iter().any(|r| r.is(wanted) && r.says_the_same(wanted));
        opened.extend(set.open.iter().filter(changed).map(|wanted| Opened {
            conversation: set.conversation.0,
            kind: wanted.kind.as_str(),
            from: to_ms(wanted.from),
            due: to_ms(wanted.due),
            next: codec::opt_ms(wanted.next_stage_at),
            why: &wanted.why,
        }));
        tx.change(Entity::Conversation, set.conversation.0);
    }
    close(tx, &closed).await?;
    open(tx, &opened).await
}

async fn running(tx: &mut WriteTx, sets: &[DeadlineSet]) -> Result<HashMap<i64, Vec<Running>>> {
    let ids: Vec<i64> = sets.iter().map(|set| set.conversation.0).collect();
    let sql = "SELECT d.conversation_id, d.id, d.kind, d.due_ms, d.from_ms, d.next_stage_at_ms, d.snoozed_until_ms, d.why
        FROM json_each(?1) j
        CROSS JOIN deadline d INDEXED BY deadline_instant ON d.conversation_id = j.value
        WHERE d.status = 'open'";
    let mut running: HashMap<i64, Vec<Running>> = HashMap::new();
    for row in sqlx::query(sql).bind(codec::json(&ids)?).fetch_all(tx.conn()?).await? {
        running.entry(row.try_get(0)?).or_default().push(Running {
            id: row.try_get(1)?,
            kind: row.try_get(2)?,
            due: row.try_get(3)?,
            from: row.try_get(4)?,
            next: row.try_get(5)?,
            snoozed: row.try_get(6)?,
            why: row.try_get(7)?,
        });
    }
    Ok(running)
}

async fn close(tx: &mut WriteTx, closed: &[Closed]) -> Result<()> {
    if closed.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE deadline SET status = j.value ->> 'status', closed_at_ms = j.value ->> 'at',
            next_stage_at_ms = 0, snoozed_until_ms = 0
        FROM jsonb_each(?1) j WHERE deadline.id = j.value ->> 'id'";
    sqlx::query(sql).bind(codec::json(closed)?).execute(tx.conn()?).await?;
    Ok(())
}

/// One that runs already keeps its snooze: its next stage is not before the snooze ends.
async fn open(tx: &mut WriteTx, opened: &[Opened<'_>]) -> Result<()> {
    if opened.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO deadline (conversation_id, kind, from_ms, due_ms, next_stage_at_ms, why)
        SELECT value ->> 'conversation', value ->> 'kind', value ->> 'from', value ->> 'due', value ->> 'next',
            value ->> 'why'
        FROM jsonb_each(?1) WHERE true
        ON CONFLICT (conversation_id, kind, due_ms) DO UPDATE SET status = 'open', from_ms = excluded.from_ms,
            why = excluded.why, closed_at_ms = 0,
            next_stage_at_ms = max(excluded.next_stage_at_ms, deadline.snoozed_until_ms)";
    sqlx::query(sql).bind(codec::json(opened)?).execute(tx.conn()?).await?;
    Ok(())
}
