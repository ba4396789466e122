//! Looking at the stream again: for a reply of unknown fate, for one message, for the message that was just sent.

use super::api::LocalApi;
use super::position::{Position, Way};
use super::stream::PAGE;
use super::{SOURCE, row};
use crate::aliexpress::error::Fault;
use crate::{Received, Reread};
use domain::{IncomingEvent, RawPayload, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;

/// Pages read at most: what is looked for lies among the newest messages.
const PAGES: usize = 20;
/// A first page of fewer rows, whatever the platform's pages are cut to, is the whole stream; without any it is a slip:
/// nobody answers where nobody wrote.
const SHORT: usize = 10;
/// Rows asked for to find one of them.
const AROUND: u32 = 5;

/// The stream since an instant.
pub(super) struct Since {
    /// Its rows by number, and some from before.
    pub(super) rows: BTreeMap<u64, Value>,
    /// Whether all of them are there and each has a number.
    pub(super) whole: bool,
}

/// Reads the stream of all conversations again from `since`.
pub(super) async fn since(api: &LocalApi, position: &Position, since: Timestamp) -> Result<Since, Fault> {
    let up = position.way == Some(Way::Up);
    let mut from = if up { position.before(since) } else { None };
    let mut begun = from.is_some();
    let (mut rows, mut numbered, mut ended) = (BTreeMap::new(), true, false);
    for turn in 0..PAGES {
        let page = api.messages(from, PAGE).await?;
        begun |= turn == 0 && from.is_none() && (1..SHORT).contains(&page.len());
        begun |= page.iter().filter_map(row::sent_at).any(|at| at < since);
        let known = rows.len();
        for row in page {
            match row::id_of(&row) {
                Some(id) => drop(rows.insert(id, row)),
                None => numbered = false,
            }
        }
        let edge = if up { rows.last_key_value() } else { rows.first_key_value() };
        let next = edge.map(|(id, _)| *id);
        // Upwards the newest end has to be reached, downwards the instant.
        let nothing_new = rows.len() == known;
        begun |= nothing_new && position.way == Some(Way::Down);
        ended = if up { nothing_new || next == from } else { begun };
        if ended || matches!(position.way, None | Some(Way::Still)) {
            break;
        }
        from = next;
    }
    let whole = begun && numbered && (ended || !up);
    Ok(Since { rows, whole })
}

/// Reads a conversation again from its newest message back to `since`.
pub(super) async fn reread(
    api: &LocalApi,
    position: &Position,
    conversation: &str,
    from: Timestamp,
) -> Result<Reread, Fault> {
    let Since { rows, whole } = since(api, position, from).await?;
    let mut found = Reread { whole, ..Reread::default() };
    for row in rows.into_values() {
        match row::read(&row, &api.config.login) {
            Ok(message) if message.conversation_key == conversation && message.sent_at >= from => {
                let raw = RawPayload { source: SOURCE, bytes: row.to_string().into_bytes() };
                found.batch.received.push(Received { raw, events: vec![IncomingEvent::Message(message)] });
            }
            Ok(_) => {}
            // It might be the very reply, unless it speaks of others. The next round brings it, with its bytes.
            Err(_) => found.whole &= is_of_others(&row, &api.config.login, conversation),
        }
    }
    Ok(found)
}

fn is_of_others(row: &Value, login: &str, conversation: &str) -> bool {
    row::parties(row, login).is_ok_and(|parties| parties.buyer != conversation)
}

/// One message by its number; none if it is not there any more.
pub(super) async fn row_of(api: &LocalApi, way: Option<Way>, id: u64) -> Result<Option<Value>, Fault> {
    // From its neighbour on: whether a position is part of its page makes no difference then.
    let (from, limit) = match way {
        Some(Way::Up) => (Some(id.saturating_sub(1)), AROUND),
        Some(Way::Down) => (Some(id.saturating_add(1)), AROUND),
        Some(Way::Still) | None => (None, PAGE),
    };
    let rows = api.messages(from, limit).await?;
    Ok(rows.into_iter().find(|row| row::id_of(row) == Some(id)))
}
