//! The queue of a way out between the file and the hands that change it: always read, changed and written within one
//! write transaction, so there is no second copy that could differ.

use super::ids::{about, rule_id};
use super::way::{RobotKind, settings};
use crate::error::EngineError;
use crate::ports::{Letter, Notice, Words};
use channels::wecom::{self, Delivery, End, Look, Queue, Repeat, Settled, To};
use domain::{ConversationId, LogKind, RobotId, Timestamp};
use std::collections::HashSet;
use store::{AuditEntry, RobotRow, RobotTry, WriteTx};

pub(crate) fn read(row: &RobotRow) -> Result<Queue, EngineError> {
    if row.queue.is_empty() {
        return Ok(Queue::default());
    }
    Ok(serde_json::from_str(&row.queue).map_err(store::StoreError::from)?)
}

pub(crate) async fn write(tx: &mut WriteTx, id: RobotId, queue: &Queue) -> Result<(), EngineError> {
    let json = serde_json::to_string(queue).map_err(store::StoreError::from)?;
    Ok(tx.set_robot_queue(id, &json).await?)
}

/// Something to tell outside: its id is the same whenever the same thing is told.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) id: String,
    pub(crate) notice: Notice,
    pub(crate) repeat: Repeat,
}

/// Puts notices at the end of the queues of these ways out, in the transaction that decided it.
pub(crate) async fn push(
    tx: &mut WriteTx,
    words: &dyn Words,
    to: &[RobotRow],
    told: &[Told],
    now: Timestamp,
) -> Result<(), EngineError> {
    if told.is_empty() {
        return Ok(());
    }
    for row in to {
        let mut queue = read(row)?;
        let content = settings(row)?.content;
        for told in told {
            if queue.push(letter(words, told, content), now) {
                log(tx, row, LogKind::QueuedOutside, (Some(&told.id), serde_json::json!({})), now);
            }
        }
        write(tx, row.id, &queue).await?;
    }
    Ok(())
}

fn letter(words: &dyn Words, told: &Told, content: bool) -> wecom::Notice {
    let Letter { title, rows } =
        if content { words.letter(&told.notice) } else { words.letter(&told.notice.discreet()) };
    wecom::Notice {
        id: told.id.clone(),
        to: To::Everybody,
        title,
        rows,
        link: None,
        look: Look::Markdown,
        repeat: told.repeat,
    }
}

/// Takes back what waits to be told of these conversations, because their buyer is erased: it quotes them. False if some of
/// it is under way.
pub(crate) async fn withdraw(
    tx: &mut WriteTx,
    conversations: &[ConversationId],
    now: Timestamp,
) -> Result<bool, EngineError> {
    let fired = tx.firings_about(conversations).await?;
    let fired: HashSet<String> =
        fired.iter().map(|(rule, store, event)| rule_id(*rule, *store, event)).collect();
    let concerns =
        |id: &str| about(id).0.is_some_and(|place| conversations.contains(&place)) || fired.contains(id);
    for row in tx.robots().await? {
        let mut queue = read(&row)?;
        let Some(gone) = queue.withdraw(concerns) else { return Ok(false) };
        if gone.is_empty() {
            continue;
        }
        write(tx, row.id, &queue).await?;
        for id in &gone {
            let detail = serde_json::json!({ "result": "refused", "end": { "code": "buyer_erased" } });
            log(tx, &row, LogKind::Pushed, (Some(id), detail), now);
        }
    }
    Ok(true)
}

/// Takes the outcome of a call into the queue, and into the push log.
pub(crate) async fn settle(
    tx: &mut WriteTx,
    row: &RobotRow,
    number: u64,
    delivery: Delivery,
    now: Timestamp,
) -> Result<Vec<Settled>, EngineError> {
    let mut queue = read(row)?;
    let tried = tried(&delivery, now);
    if !tried.code.is_empty() {
        let detail = serde_json::json!({ "result": tried.result, "code": tried.code });
        log(tx, row, LogKind::OutsideFailed, (None, detail), now);
    }
    let settled = queue.settle(number, delivery, RobotKind::of(row)?.limits(), now);
    write(tx, row.id, &queue).await?;
    tx.note_robot_try(row.id, &tried).await?;
    note_ends(tx, row, &settled, now);
    Ok(settled)
}

/// After a restart: what was under way may or may not have arrived.
pub(crate) async fn recover(tx: &mut WriteTx, row: &RobotRow, now: Timestamp) -> Result<(), EngineError> {
    let mut queue = read(row)?;
    let settled = queue.recover(RobotKind::of(row)?.limits(), now);
    write(tx, row.id, &queue).await?;
    note_ends(tx, row, &settled, now);
    Ok(())
}

fn note_ends(tx: &mut WriteTx, row: &RobotRow, settled: &[Settled], now: Timestamp) {
    for Settled { id, end } in settled {
        let (result, reason) = (ended(end), serde_json::to_value(end).expect("an end is plain data"));
        let detail = serde_json::json!({ "result": result, "end": reason });
        log(tx, row, LogKind::Pushed, (Some(id), detail), now);
    }
}

/// An entry of the push log: which way out, which notice if it is one, and what happened.
fn log(
    tx: &mut WriteTx,
    row: &RobotRow,
    kind: LogKind,
    (id, mut detail): (Option<&String>, serde_json::Value),
    at: Timestamp,
) {
    detail["robot"] = row.id.0.into();
    detail["name"] = row.robot.name.as_str().into();
    let (conversation, store) = id.map_or((None, None), |id| about(id));
    if let Some(id) = id {
        detail["id"] = id.as_str().into();
    }
    if let Some(store) = store {
        detail["store"] = store.0.into();
    }
    tx.audit(AuditEntry { at, kind, conversation, detail: detail.to_string() });
}

/// The last try as it is shown: what became of it, and a code if something is wrong.
fn tried(delivery: &Delivery, at: Timestamp) -> RobotTry {
    let (result, code) = match delivery {
        Delivery::Taken { .. } => ("sent", ""),
        Delivery::Later { code, .. } => ("later", code.as_str()),
        Delivery::OwnerMustAct { code, .. } => ("owner_must_act", code.as_str()),
        Delivery::Refused { code, .. } | Delivery::Odd { code, .. } => ("refused", code.as_str()),
        Delivery::Unknown { .. } => ("unknown", "unknown"),
    };
    RobotTry { at, result: result.to_owned(), code: code.to_owned() }
}

/// How a notice ended, in one word.
pub(crate) const fn ended(end: &End) -> &'static str {
    match end {
        End::Sent { .. } => "sent",
        End::Refused { .. } => "refused",
        End::Unknown { .. } => "unknown",
    }
}
