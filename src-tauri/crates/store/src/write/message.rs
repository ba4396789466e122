//! Messages, their rows in the search index, and what mails and notices have beyond them.

use super::plain;
use crate::search::{Entry, search_id};
use crate::{Entity, MailRow, MessageRow, NoticeRow, Result, VerdictWrite, WriteTx, codec, message};
use domain::to_ms;
use serde::Serialize;
use serde_tuple::Serialize_tuple;
use std::collections::HashSet;

#[derive(Serialize_tuple)]
struct Line<'a> {
    id: i64,
    conversation: i64,
    store: i64,
    provider: &'a str,
    author: &'static str,
    account: i64,
    device: &'static str,
    direct: bool,
    kind: &'static str,
    title: &'a str,
    text: &'a str,
    body: String,
    sent: i64,
    received: i64,
    counting: &'a str,
    raw: i64,
    outbox: i64,
    search: i64,
    item: &'a str,
    turn: i64,
}

const INSERT: &str = "
    INSERT INTO message (id, conversation_id, store_id, provider_id, author, account_id, device, direct, kind, title,
        text, body, sent_at_ms, received_at_ms, counting, raw_id, outbox_id, search_id, item_id, turn)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
        value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9,
        value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15,
        value ->> 16, value ->> 17, value ->> 18, value ->> 19
    FROM jsonb_each(?)";

pub(super) async fn messages(tx: &mut WriteTx, rows: &[MessageRow]) -> Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    let searches = search_ids(tx, rows).await?;
    for (row, search) in rows.iter().zip(&searches) {
        let incoming = row.author.is_incoming();
        tx.entries.push(Entry::new(*search, row.store.0, incoming, &row.title, row.body.words()));
        tx.change(Entity::Message, row.id.0);
    }
    let shared = (first.store, first.received_at);
    let (plain, others): (Vec<_>, Vec<_>) =
        rows.iter().zip(searches).partition(|(row, _)| plain::is_plain(row, shared));
    plain::insert(tx, &plain, shared)?;
    if !others.is_empty() {
        let lines: Vec<Line<'_>> =
            others.iter().map(|(row, search)| Line::of(row, *search)).collect::<Result<_>>()?;
        tx.script.add(INSERT).bind(codec::json(&lines)?)?;
    }
    Ok(())
}

impl<'a> Line<'a> {
    fn of(row: &'a MessageRow, search: i64) -> Result<Self> {
        Ok(Self {
            id: row.id.0,
            conversation: row.conversation.0,
            store: row.store.0,
            provider: &row.provider_id,
            author: row.author.as_str(),
            account: row.account.map_or(0, |a| a.0),
            device: row.device.as_str(),
            direct: row.direct,
            kind: row.body.kind().as_str(),
            title: &row.title,
            text: row.body.words(),
            body: message::body_json(&row.body)?,
            item: row.item_id.as_deref().unwrap_or_default(),
            sent: to_ms(row.sent_at),
            received: to_ms(row.received_at),
            counting: &row.counting,
            raw: row.raw.map_or(0, |r| r.0),
            outbox: row.outbox.map_or(0, |o| o.0),
            search,
            turn: row.turn.to_signed(),
        })
    }
}

/// The rows of the messages in the search index. Two messages of one millisecond whose ids agree in their low bits
/// would share a row: the later takes the next free one. Below 2^21 messages that can't be.
async fn search_ids(tx: &mut WriteTx, rows: &[MessageRow]) -> Result<Vec<i64>> {
    let mut ids: Vec<i64> = rows.iter().map(|row| search_id(row.sent_at, row.id)).collect();
    if tx.ids.message < 1 << 21 {
        return Ok(ids);
    }
    let sql = "SELECT m.search_id FROM json_each(?1) j CROSS JOIN message m ON m.search_id = j.value";
    let mut fixed = HashSet::new();
    loop {
        let taken: Vec<i64> =
            sqlx::query_scalar(sql).bind(codec::json(&ids)?).fetch_all(tx.asking().await?).await?;
        let taken: HashSet<i64> = taken.into_iter().collect();
        let mut moved = false;
        fixed.clear();
        for id in &mut ids {
            while taken.contains(id) || !fixed.insert(*id) {
                *id += 1;
                moved = true;
            }
        }
        if !moved {
            return Ok(ids);
        }
    }
}

#[derive(Serialize)]
struct MailLine<'a> {
    message: i64,
    from_name: &'a str,
    from_address: &'a str,
    html: &'a str,
    attachments: String,
    authenticity: domain::Authenticity,
    topic: domain::MailTopic,
    print: &'a str,
}

pub(super) fn mails(tx: &mut WriteTx, rows: &[MailRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push(MailLine {
            message: row.message.0,
            from_name: &row.from_name,
            from_address: &row.from_address,
            html: row.html.as_deref().unwrap_or_default(),
            attachments: codec::json(&row.attachments)?,
            authenticity: row.authenticity,
            topic: row.topic,
            print: &row.print,
        });
    }
    let sql = "INSERT INTO mail (message_id, from_name, from_address, html, attachments, authenticity, topic, print)
        SELECT value ->> 'message', value ->> 'from_name', value ->> 'from_address', value ->> 'html',
            value ->> 'attachments', value ->> 'authenticity', value ->> 'topic', value ->> 'print'
        FROM jsonb_each(?)";
    tx.script.add(sql).bind(codec::json(&lines)?)?;
    Ok(())
}

#[derive(Serialize)]
struct NoticeLine<'a> {
    message: i64,
    topic: domain::NoticeTopic,
    url: &'a str,
    due: i64,
    order_no: &'a str,
}

impl<'a> From<&'a NoticeRow> for NoticeLine<'a> {
    fn from(row: &'a NoticeRow) -> Self {
        Self {
            message: row.message.0,
            topic: row.topic,
            url: row.url.as_deref().unwrap_or_default(),
            due: codec::opt_ms(row.due),
            order_no: row.order_no.as_deref().unwrap_or_default(),
        }
    }
}

pub(super) fn notices(tx: &mut WriteTx, rows: &[NoticeRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let lines: Vec<NoticeLine<'_>> = rows.iter().map(NoticeLine::from).collect();
    let sql = "INSERT INTO notice (message_id, topic, url, due_ms, order_no)
        SELECT value ->> 'message', value ->> 'topic', value ->> 'url', value ->> 'due', value ->> 'order_no'
        FROM jsonb_each(?)";
    tx.script.add(sql).bind(codec::json(&lines)?)?;
    Ok(())
}

pub(super) fn verdicts(tx: &mut WriteTx, rows: &[VerdictWrite]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let lines: Vec<(i64, &str)> = rows.iter().map(|row| (row.message.0, row.counting.as_str())).collect();
    let sql = "UPDATE message SET counting = j.value ->> 1 FROM jsonb_each(?) j
        WHERE message.id = j.value ->> 0 AND counting <> j.value ->> 1";
    tx.script.add(sql).bind(codec::json(&lines)?)?;
    rows.iter().for_each(|row| tx.change(Entity::Message, row.message.0));
    Ok(())
}
