//! Positions in the session list and in each channel's history, as they are stored.

use super::Taken;
use crate::{Batch, Cursors};
use serde::{Deserialize, Serialize};

/// The cursor of a source's session list.
fn walk_key(prefix: &str) -> String {
    format!("{prefix}.walk")
}

/// What the cursors of a source's channels begin with.
fn channel_prefix(prefix: &str) -> String {
    format!("{prefix}.channel.")
}

/// Where a page begins: what the platform gave as the next start, or a page number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::aliexpress) struct Position {
    /// Milliseconds since 1970, or a page number from 1.
    pub(in crate::aliexpress) start: i64,
    /// The last id of the page before.
    pub(in crate::aliexpress) id: Option<String>,
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
    pub(super) fn load(prefix: &str, cursors: &Cursors) -> Self {
        cursors.get(&walk_key(prefix)).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    pub(super) fn save(&self, prefix: &str, batch: &mut Batch) {
        batch.cursors.insert(walk_key(prefix), to_text(self));
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

/// A stretch of a channel's history that is still to be read.
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

/// What is known of a channel's history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ChannelCursor {
    /// The newest message taken.
    pub(super) last: Option<String>,
    /// Its time, in milliseconds.
    pub(super) last_ms: i64,
    /// The buyer's id and nickname, for a gap that is closed without the session list. Kept with a gap only: positions are no
    /// place to look for somebody who is erased. The store's erasure knows this field by its name.
    #[serde(default, skip_serializing_if = "is_nobody")]
    pub(super) buyer: (String, String),
    /// What is still to be read below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) gap: Option<Gap>,
}

impl ChannelCursor {
    /// The stored state of a channel, as this round has moved it.
    pub(super) fn load(prefix: &str, cursors: &Cursors, batch: &Batch, channel: &str) -> Option<Self> {
        let key = format!("{}{channel}", channel_prefix(prefix));
        let text = batch.cursors.get(&key).or_else(|| cursors.get(&key))?;
        serde_json::from_str(text).ok()
    }

    pub(super) fn save(&self, prefix: &str, batch: &mut Batch, channel: &str) {
        let named = Self {
            buyer: self.gap.as_ref().map_or_else(Default::default, |_| self.buyer.clone()),
            ..self.clone()
        };
        batch.cursors.insert(format!("{}{channel}", channel_prefix(prefix)), to_text(&named));
    }
}

fn is_nobody((key, name): &(String, String)) -> bool {
    key.is_empty() && name.is_empty()
}

/// The channels whose history still has a gap, after what this round has moved.
pub(super) fn with_gaps(prefix: &str, cursors: &Cursors, batch: &Batch) -> Vec<(String, ChannelCursor)> {
    let stored = cursors.iter().filter(|(key, _)| !batch.cursors.contains_key(*key));
    let all = stored.chain(&batch.cursors).filter(|(_, text)| text.contains("\"gap\""));
    let prefix = channel_prefix(prefix);
    let read = all.filter_map(|(key, text)| {
        let channel = key.strip_prefix(&prefix)?.to_owned();
        let cursor: ChannelCursor = serde_json::from_str(text).ok()?;
        cursor.gap.is_some().then_some((channel, cursor))
    });
    read.collect()
}

fn to_text<T: Serialize>(state: &T) -> String {
    serde_json::to_string(state).unwrap_or_default()
}
