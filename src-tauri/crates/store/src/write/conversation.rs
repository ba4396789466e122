//! Conversations and their assignments.

use crate::{AssignmentWrite, ConversationRow, Entity, Result, WriteTx, codec};
use domain::{Sensitive, to_ms};
use serde::Serialize;

#[derive(Serialize)]
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
    clock: &'a str,
}

impl<'a> From<&'a ConversationRow> for Line<'a> {
    fn from(row: &'a ConversationRow) -> Self {
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
            clock: &row.clock_json,
        }
    }
}

/// The key never changes; buyer and order seldom do, and leaving them out of the first statement spares their indexes.
const UPSERT: &str = "
    INSERT INTO conversation (id, store_id, kind, key, buyer_id, owner_id, state, owes, unread, due_ms, recency,
        last_message_id, last_at_ms, last_author, preview, title, opened_at_ms, order_no, sensitive, clock)
    SELECT value ->> 'id', value ->> 'store', value ->> 'kind', value ->> 'key', value ->> 'buyer',
        value ->> 'owner', value ->> 'state', value ->> 'owes', value ->> 'unread', value ->> 'due',
        value ->> 'recency', value ->> 'last_id', value ->> 'last_at', value ->> 'last_author',
        value ->> 'preview', value ->> 'title', value ->> 'opened', value ->> 'order_no', value ->> 'sensitive',
        value ->> 'clock'
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
    if rows.is_empty() {
        return Ok(());
    }
    let lines: Vec<Line<'_>> = rows.iter().map(Line::from).collect();
    let links: Vec<_> = lines.iter().map(|line| (line.id, line.buyer, line.order_no)).collect();
    tx.script.add(UPSERT).bind(codec::json(&lines)?)?;
    tx.script.add(RELINK).bind(codec::json(&links)?)?;
    rows.iter().for_each(|row| tx.change(Entity::Conversation, row.id.0));
    Ok(())
}

#[derive(Serialize)]
struct AssignmentLine {
    conversation: i64,
    buyer: i64,
    from: i64,
    to: i64,
    reason: &'static str,
    distributed: u8,
    facts: String,
    at: i64,
}

pub(super) fn assignments(tx: &mut WriteTx, rows: &[AssignmentWrite]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push(AssignmentLine {
            conversation: row.conversation.0,
            buyer: row.buyer.map_or(0, |b| b.0),
            from: row.from.map_or(0, |a| a.0),
            to: row.to.0,
            reason: row.reason.as_str(),
            distributed: u8::from(row.reason.is_distribution()),
            facts: row.facts.as_ref().map(codec::json).transpose()?.unwrap_or_default(),
            at: to_ms(row.at),
        });
    }
    let sql = "INSERT INTO assignment (conversation_id, buyer_id, from_id, to_id, reason, distributed, facts, at_ms)
        SELECT value ->> 'conversation', value ->> 'buyer', value ->> 'from', value ->> 'to', value ->> 'reason',
            value ->> 'distributed', value ->> 'facts', value ->> 'at'
        FROM jsonb_each(?)";
    tx.script.add(sql).bind(codec::json(&lines)?)?;
    rows.iter().for_each(|row| tx.change(Entity::Conversation, row.conversation.0));
    Ok(())
}
