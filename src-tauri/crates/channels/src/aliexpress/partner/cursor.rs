//! Positions in the session list and in each buyer's history, as they are stored.

use super::Taken;
use crate::{Batch, Cursors};
use serde::{Deserialize, Serialize};

/// The cursor of the session list.
const WALK: &str = "im.walk";
/// Prefix of the cursors of buyers.
const BUYER: &str = "im.buyer.";

/// Where a page begins: what the platform gave as the next start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    /// Milliseconds since 1970.
    pub(super) start: i64,
    /// The last id of the page before.
    pub(super) id: Option<String>,
}

/// A walk through the session list that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sweep {
    /// Where it goes on.
    pub(super) at: Position,
    /// The newest activity seen when it began.
    pub(super) mark: i64,
}

/// The state of the session list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Walk {
    /// Everything up to this activity was seen by a finished walk. None before the first one has ended.
    mark: Option<i64>,
    /// A walk that has not reached its end.
    pub(super) sweep: Option<Sweep>,
}

impl Walk {
    /// The stored state; an unreadable one starts again, which costs calls and loses nothing.
    pub(super) fn load(cursors: &Cursors) -> Self {
        cursors.get(WALK).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    pub(super) fn save(&self, batch: &mut Batch) {
        batch.cursors.insert(WALK.into(), to_text(self));
    }

    /// Whether a page lies behind the last finished walk: nothing new on it, and all of it older than the mark's
    /// activity or as old.
    pub(super) fn is_behind(&self, page: &Taken) -> bool {
        !page.news && matches!((self.mark, page.oldest), (Some(mark), Some(oldest)) if oldest <= mark)
    }

    pub(super) fn finish(&mut self, mark: Option<i64>) {
        self.mark = self.mark.max(mark);
        self.sweep = None;
    }
}

/// A stretch of a buyer's history that is still to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Gap {
    /// Where it goes on, towards older messages.
    pub(super) at: Position,
    /// The known message at which it ends; none if it ends with the history or with its pages.
    pub(super) until: Option<String>,
    /// The time of that message.
    pub(super) until_ms: i64,
    /// How many pages may still be read.
    pub(super) pages: u32,
}

/// What is known of a buyer's history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct BuyerCursor {
    /// The newest message taken.
    pub(super) last: Option<String>,
    /// Its time, in milliseconds.
    pub(super) last_ms: i64,
    /// The nickname, for a gap that is closed without the session list.
    pub(super) name: String,
    /// What is still to be read below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) gap: Option<Gap>,
}

impl BuyerCursor {
    /// The stored state of `buyer`, as this round has moved it.
    pub(super) fn load(cursors: &Cursors, batch: &Batch, buyer: &str) -> Option<Self> {
        let key = format!("{BUYER}{buyer}");
        let text = batch.cursors.get(&key).or_else(|| cursors.get(&key))?;
        serde_json::from_str(text).ok()
    }

    pub(super) fn save(&self, batch: &mut Batch, buyer: &str) {
        batch.cursors.insert(format!("{BUYER}{buyer}"), to_text(self));
    }
}

/// The buyers whose history still has a gap, after what this round has moved.
pub(super) fn buyers_with_gaps(cursors: &Cursors, batch: &Batch) -> Vec<(String, BuyerCursor)> {
    let mut all = cursors.clone();
    all.extend(batch.cursors.clone());
    let buyers = all.iter().filter(|(_, text)| text.contains("\"gap\""));
    let read = buyers.filter_map(|(key, text)| {
        let cursor: BuyerCursor = serde_json::from_str(text).ok()?;
        cursor.gap.is_some().then(|| Some((key.strip_prefix(BUYER)?.to_owned(), cursor)))?
    });
    read.collect()
}

fn to_text<T: Serialize>(state: &T) -> String {
    serde_json::to_string(state).unwrap_or_default()
}
