//! Telling people at this program what fired: what nobody has heard of yet, on the next tick, merged into one notice.
//!
//! A firing is written down before anybody hears of it and marked as told before it rings, so it rings at most once, and
//! what a crash kept quiet rings after it. Quiet hours hold it back, as they do any alert but the last.

use super::story::Story;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::names::Names;
use crate::ports::{FiredItem, Notice};
use domain::Timestamp;
use rules::alerts::is_quiet;
use rules::message_rules::Target;
use store::{FiringRow, StoreError};

impl Engine {
    /// Tells of every firing that nobody has heard of.
    pub(crate) async fn tell_firings(&self, now: Timestamp) -> Result<Vec<Notice>, EngineError> {
        let untold = self.store().untold_firings().await?;
        if untold.is_empty() || is_quiet(now, &self.desk().await.policy.alerts) {
            return Ok(Vec::new());
        }
        let names = self.names().await?;
        let mut items = Vec::with_capacity(untold.len());
        for row in &untold {
            items.extend(self.item(row, &names).await?);
        }
        let ids: Vec<i64> = untold.iter().map(|row| row.id).collect();
        let written = async {
            let mut tx = self.store().begin().await?;
            tx.note_firings_told(&ids, now).await?;
            Ok(tx.commit().await?)
        };
        self.disk_noted(written.await)?;
        if items.is_empty() {
            return Ok(Vec::new());
        }
        let notice = Notice::Fired { items, now };
        self.ring_anyway(&notice).await;
        Ok(vec![notice])
    }

    /// A firing as people are told of it; none if nobody can read any more what it was.
    async fn item(&self, row: &FiringRow, names: &Names) -> Result<Option<FiredItem>, EngineError> {
        let Ok(story) = serde_json::from_str::<Story>(&row.why) else { return Ok(None) };
        let title = match row.conversation {
            Some(id) => match self.store().conversation(id).await {
                Ok(item) if item.buyer_name.is_empty() => item.conversation.title,
                Ok(item) => item.buyer_name,
                Err(StoreError::NotFound { .. }) => String::new(),
                Err(error) => return Err(error.into()),
            },
            None => story.about.unwrap_or_default(),
        };
        let everybody = story.targets.contains(&Target::Everybody);
        let named = story.seats.iter().filter(|_| !everybody);
        Ok(Some(FiredItem {
            rule: row.name.clone(),
            trigger: story.reason.trigger,
            conversation: row.conversation,
            title,
            store: names.store(row.store),
            words: String::new(),
            to: named.filter_map(|seat| names.seat(*seat)).collect(),
            everybody,
        }))
    }
}
