//! Reading one conversation back from its newest message to the newest one already seen.
//!
//! A page shows older messages beside the new ones. Each message is kept with its own bytes alone: a page that was kept whole
//! would bring back with every answer what was erased.

use super::api::{Api, CHAT};
use super::errors::Failure;
use super::json::{id, list, text, time};
use super::message::{Around, read, shop_user};
use crate::{Batch, Quarantined, Received};
use domain::{RawPayload, to_ms};
use serde_json::Value;

/// Messages asked for at once.
const PAGE: usize = 25;
/// Where a message of a page, or a page, says it came from.
pub(crate) const MESSAGES: &str = "shopee.get_message";

/// The newest message of a conversation that was taken in. Written as `listed@ms#newest`: the list names a message that
/// the pages may not show (a deleted one), and then neither alone would ever match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    listed: String,
    at_ms: i64,
    newest: String,
}

impl Known {
    pub(crate) fn parse(stored: &str) -> Option<Self> {
        let (listed, rest) = stored.split_once('@')?;
        let (at_ms, newest) = rest.split_once('#')?;
        Some(Self { listed: listed.to_owned(), at_ms: at_ms.parse().ok()?, newest: newest.to_owned() })
    }

    pub(crate) fn stored(&self) -> String {
        format!("{}@{}#{}", self.listed, self.at_ms, self.newest)
    }

    /// Whether this message is the one that was seen last.
    pub(crate) fn is(&self, message_id: &str) -> bool {
        self.listed == message_id || self.newest == message_id
    }
}

/// Where reading back stops.
#[derive(Debug, Clone)]
pub(crate) struct Until {
    /// The message seen last.
    pub(crate) known: Option<Known>,
    /// Nothing older than this is of interest: the start of the first sync.
    pub(crate) start_ms: i64,
}

impl Until {
    /// A message that was seen, or is certainly older than one that was: the known one may be deleted by now.
    fn ends_at(&self, message_id: &str, at_ms: i64) -> bool {
        self.known.as_ref().is_some_and(|k| k.is(message_id) || at_ms < k.at_ms) || at_ms < self.start_ms
    }
}

/// An unfinished reading: the gap between `offset` and what was known is still to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gap {
    /// What will be known once the gap is closed.
    pub(crate) then: Known,
    /// The oldest message read so far.
    pub(crate) offset: String,
}

impl Gap {
    pub(crate) fn parse(stored: &str) -> Option<Self> {
        let (offset, then) = stored.split_once('|')?;
        Some(Self { then: Known::parse(then)?, offset: offset.to_owned() })
    }

    pub(crate) fn stored(&self) -> String {
        format!("{}|{}", self.offset, self.then.stored())
    }
}

/// How far a reading came.
pub(crate) enum Reached {
    /// Up to what was known.
    All(Known),
    /// The round's budget is used up.
    Part(Gap),
}

/// Reads pages from `from` (an unfinished reading) or the newest message back to `until`. `budget` counts calls and is
/// used up one by one. The events go into `batch`, oldest first.
pub(crate) async fn read_back(
    api: &Api,
    around: &mut Around,
    listed: (&str, i64),
    from: Option<Gap>,
    until: &Until,
    budget: &mut usize,
    batch: &mut Batch,
) -> Result<Reached, Failure> {
    let conversation = around.conversation.clone().unwrap_or_default();
    let mut pages = Vec::new();
    let mut bad = Vec::new();
    let mut gap = from;
    let reached = loop {
        if *budget == 0
            && let Some(gap) = gap.take()
        {
            break Reached::Part(gap);
        }
        *budget = budget.saturating_sub(1);
        let mut params = vec![("conversation_id", conversation.clone()), ("page_size", PAGE.to_string())];
        params.extend(gap.as_ref().map(|gap| ("offset", gap.offset.clone())));
        let answer = match api.get(&format!("{CHAT}get_message"), &params).await {
            Ok(answer) => answer,
            // What was read stays read; the gap is closed in a later round.
            Err(Failure::Channel(error)) => match gap.take() {
                Some(gap) if !pages.is_empty() => break Reached::Part(gap),
                Some(_) | None => return Err(Failure::Channel(error)),
            },
            Err(failure) => return Err(failure),
        };
        let messages = list(&answer.response()["messages"]);
        let page = take_page(&messages, around, until, &mut bad);
        let next_offset = text(&answer.response()["page_result"]["next_offset"])
            .or(page.oldest)
            .filter(|next| gap.as_ref().is_none_or(|gap| gap.offset != *next));
        let then = gap.map_or_else(
            || Known {
                listed: listed.0.to_owned(),
                at_ms: page
                    .newest
                    .as_ref()
                    .map(|(_, at)| *at)
                    .or_else(|| until.known.as_ref().map(|known| known.at_ms))
                    .unwrap_or(listed.1),
                newest: page.newest.map_or_else(|| listed.0.to_owned(), |(id, _)| id),
            },
            |gap| gap.then,
        );
        let full = messages.len() >= PAGE;
        pages.push(page.received);
        match next_offset {
            Some(offset) if full && !page.ended => gap = Some(Gap { then, offset }),
            Some(_) | None => break Reached::All(then),
        }
    };
    batch.received.extend(pages.into_iter().rev().flatten());
    batch.quarantined.append(&mut bad);
    Ok(reached)
}

struct Page {
    /// Oldest first.
    received: Vec<Received>,
    newest: Option<(String, i64)>,
    oldest: Option<String>,
    ended: bool,
}

fn take_page(messages: &[&Value], around: &mut Around, until: &Until, bad: &mut Vec<Quarantined>) -> Page {
    let mut page = Page { received: Vec::new(), newest: None, oldest: None, ended: false };
    for message in messages {
        if let Some(own) = shop_user(message, &around.shop_id) {
            around.shop_user_id = Some(own);
        }
        let at_ms = time(&message["created_timestamp"]).map(to_ms);
        if let Some(message_id) = id(&message["message_id"]) {
            if let Some(at_ms) = at_ms {
                if until.ends_at(&message_id, at_ms) {
                    page.ended = true;
                    break;
                }
                if page.newest.is_none() {
                    page.newest = Some((message_id.clone(), at_ms));
                }
            }
            page.oldest = Some(message_id);
        }
        let raw = RawPayload { source: MESSAGES, bytes: super::json::bytes(message) };
        match read(message, around) {
            Ok(events) if events.is_empty() => {}
            Ok(events) => page.received.push(Received { raw, events }),
            Err(flaw) => {
                bad.push(Quarantined::new(raw, flaw).beside(around.beside()));
            }
        }
    }
    // A page goes from newest to oldest.
    page.received.reverse();
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_position_is_read_back() {
        let known = Known { listed: "2".into(), at_ms: 1_700_000_000_000, newest: "3".into() };
        assert_eq!(Known::parse(&known.stored()), Some(known.clone()), "a lost position reads all again");
        let gap = Gap { then: known, offset: "1".into() };
        assert_eq!(Gap::parse(&gap.stored()), Some(gap), "a lost gap would never be closed");
    }
}
