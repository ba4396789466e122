//! Conversations and their assignments.

use crate::codec::Pieces;
use crate::{AssignmentWrite, ConversationRow, Entity, Result, WriteTx, codec};
use domain::{Sensitive, to_ms};
use serde_tuple::Serialize_tuple;

#[derive(Serialize_tuple)]
struct Line<'a> {
    id: i64,
    store: i64,
    kind: &'static str,
    key: &'a str,
    buyer: i64,
    owner: i64,
    state: domain::ConversationState,
    owes: u8,
    unread: u32,
    due: i64,
    recency: i64,
    last_id: i64,
    last_at: i64,
    last_author: &'static str,
    preview: &'a str,
    title: &'a str,
    opened: i64,
    order_no: &'a str,
    sensitive: &'static str,
    clock_at: usize,
    clock_len: usize,
}

impl<'a> Line<'a> {
    /// The clock goes into `clocks`.
    fn of(row: &'a ConversationRow, clocks: &mut Pieces) -> Self {
        let (clock_at, clock_len) = clocks.push(row.clock_json.as_bytes());
        let last_at = row.last.as_ref().map_or(0, |m| to_ms(m.at));
        Self {
            id: row.id.0,
            store: row.store.0,
            kind: row.kind.as_str(),
            key: &row.key,
            buyer: row.buyer.map_or(0, |b| b.0),
            owner: row.owner.map_or(0, |a| a.0),
            state: row.state,
            owes: u8::from(row.owes),
            unread: row.unread,
            due: row.due.map_or(codec::NO_DUE, to_ms),
            recency: -last_at,
            last_id: row.last.as_ref().map_or(0, |m| m.id.0),
            last_at,
            last_author: row.last.as_ref().map_or("", |m| m.author.as_str()),
            preview: row.last.as_ref().map_or("", |m| &m.preview),
            title: &row.title,
            opened: codec::opt_ms(row.opened_at),
            order_no: &row.order_no,
            sensitive: row.sensitive.map_or("", Sensitive::as_str),
            clock_at,
            clock_len,
        }
    }
}

/// The key never changes; buyer and order seldom do, and leaving them out of the first statement spares their indexes.
const UPSERT: &str = "
    INSERT INTO conversation (id, store_id, kind, key, buyer_id, owner_id, state, owes, unread, due_ms, recency,
        last_message_id, last_at_ms, last_author, preview, title, opened_at_ms, order_no, sensitive, clock)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
        value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9,
        value ->> 10, value ->> 11, value ->> 12, value ->> 13,
        value ->> 14, value ->> 15, value ->> 16, value ->> 17, value ->> 18,
        CAST(substr(?, value ->> 19, value ->> 20) AS TEXT)
    FROM jsonb_each(?) WHERE true
    ON CONFLICT (id) DO UPDATE SET owner_id = excluded.owner_id, state = excluded.state, owes = excluded.owes,
        unread = excluded.unread, due_ms = excluded.due_ms, recency = excluded.recency,
        last_message_id = excluded.last_message_id, last_at_ms = excluded.last_at_ms,
        last_author = excluded.last_author, preview = excluded.preview, title = excluded.title,
        opened_at_ms = excluded.opened_at_ms, sensitive = excluded.sensitive, clock = excluded.clock";
const RELINK: &str = "
    UPDATE conversation SET buyer_id = j.value ->> 1, order_no = j.value ->> 2 FROM jsonb_each(?) j
    WHERE conversation.id = j.value ->> 0 AND (buyer_id <> j.value ->> 1 OR order_no <> j.value ->> 2)";

pub(super) fn conversations(tx: &mut WriteTx, rows: &[ConversationRow]) -> Result<()> {
    let steady = |row: &&ConversationRow| tx.asked.as_ref().is_some_and(|asked| asked.is_steady(row));
    let (steady, others): (Vec<_>, Vec<_>) = rows.iter().partition(steady);
    go_on(tx, &steady)?;
    upsert(tx, &others)?;
    rows.iter().for_each(|row| tx.change(Entity::Conversation, row.id.0));
    Ok(())
}

/// What a message changes of a conversation that is there.
#[derive(Serialize_tuple)]
struct Steady<'a> {
    id: i64,
    owes: u8,
    unread: u32,
    due: i64,
    recency: i64,
    last_id: i64,
    last_at: i64,
    last_author: &'static str,
    preview: &'a str,
    clock_at: usize,
    clock_len: usize,
}

impl<'a> From<Line<'a>> for Steady<'a> {
    fn from(line: Line<'a>) -> Self {
        let Line { id, owes, unread, due, recency, last_id, last_at, last_author, preview, .. } = line;
        let (clock_at, clock_len) = (line.clock_at, line.clock_len);
        Self { id, owes, unread, due, recency, last_id, last_at, last_author, preview, clock_at, clock_len }
    }
}

/// Half as many values as of the whole row, of which SQLite finds each by walking over those before it.
const GO_ON: &str = "
    UPDATE conversation SET owes = j.value ->> 1, unread = j.value ->> 2, due_ms = j.value ->> 3,
        recency = j.value ->> 4, last_message_id = j.value ->> 5, last_at_ms = j.value ->> 6,
        last_author = j.value ->> 7, preview = j.value ->> 8,
        clock = CAST(substr(?, j.value ->> 9, j.value ->> 10) AS TEXT)
    FROM jsonb_each(?) j WHERE conversation.id = j.value ->> 0";

fn go_on(tx: &mut WriteTx, rows: &[&ConversationRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut clocks = Pieces::default();
    let lines: Vec<Steady<'_>> = rows.iter().map(|row| Line::of(row, &mut clocks).into()).collect();
    tx.script.add(GO_ON).bind(clocks.bytes())?.bind(codec::json(&lines)?)?;
    Ok(())
}

fn upsert(tx: &mut WriteTx, rows: &[&ConversationRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut clocks = Pieces::default();
    let lines: Vec<Line<'_>> = rows.iter().map(|row| Line::of(row, &mut clocks)).collect();
    let kept = |line: &&Line<'_>| {
        tx.asked.as_ref().is_some_and(|asked| asked.links_to(line.id, line.buyer, line.order_no))
    };
    let links: Vec<_> =
        lines.iter().filter(|line| !kept(line)).map(|line| (line.id, line.buyer, line.order_no)).collect();
    tx.script.add(UPSERT).bind(clocks.bytes())?.bind(codec::json(&lines)?)?;
    if !links.is_empty() {
        tx.script.add(RELINK).bind(codec::json(&links)?)?;
    }
    Ok(())
}

#[derive(Serialize_tuple)]
struct AssignmentLine<'a> {
    conversation: i64,
    buyer: i64,
    from: i64,
    to: i64,
    reason: &'static str,
    distributed: u8,
    facts_at: usize,
    facts_len: usize,
    at: i64,
    note: &'a str,
}

pub(super) fn assignments(tx: &mut WriteTx, rows: &[AssignmentWrite]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let (mut lines, mut facts) = (Vec::with_capacity(rows.len()), Pieces::default());
    for row in rows {
        let json = row.facts.as_ref().map(codec::json).transpose()?.unwrap_or_default();
        let (facts_at, facts_len) = facts.push(json.as_bytes());
        lines.push(AssignmentLine {
            conversation: row.conversation.0,
            buyer: row.buyer.map_or(0, |b| b.0),
            from: row.from.map_or(0, |a| a.0),
            to: row.to.0,
            reason: row.reason.as_str(),
            distributed: u8::from(row.reason.is_distribution()),
            facts_at,
            facts_len,
            at: to_ms(row.at),
            note: &row.note,
        });
    }
    let sql = "INSERT INTO assignment (conversation_id, buyer_id, from_id, to_id, reason, distributed, facts, at_ms, note)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
            value ->> 5, CAST(substr(?, value ->> 6, value ->> 7) AS TEXT), value ->> 8,
            value ->> 9
        FROM jsonb_each(?)";
    tx.script.add(sql).bind(facts.bytes())?.bind(codec::json(&lines)?)?;
    rows.iter().for_each(|row| tx.change(Entity::Conversation, row.conversation.0));
    Ok(())
}
