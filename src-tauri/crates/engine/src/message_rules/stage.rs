//! Stages of deadlines as events: what is raised may be what a rule waits for.

use super::fire::{Firings, Occasion};
use super::known::Seen;
use crate::desk::Desk;
use crate::engine::Engine;
use crate::error::EngineError;
use domain::{Alert, DeadlineId, Platform, StoreId, Timestamp};
use rules::message_rules::{EventFacts, RuleEvent, Trigger};
use std::collections::HashMap;
use store::{DueAlert, WriteTx};

impl Engine {
    /// What fires at stages that are raised in this transaction.
    pub(crate) async fn judge_stages(
        &self,
        tx: &mut WriteTx,
        desk: &Desk,
        raised: &[Alert],
        due: &[DueAlert],
        now: Timestamp,
    ) -> Result<Firings, EngineError> {
        if raised.is_empty() || !desk.rules.iter().any(|rule| rule.trigger == Trigger::DeadlineStage) {
            return Ok(Firings::default());
        }
        let names = self.names().await?;
        let platforms: HashMap<StoreId, Platform> =
            self.store().stores().await?.into_iter().map(|row| (row.id, row.store.platform)).collect();
        let due: HashMap<DeadlineId, &DueAlert> = due.iter().map(|due| (due.deadline.id, due)).collect();
        let mut occasions = Vec::with_capacity(raised.len());
        for alert in raised {
            let Some(due) = due.get(&alert.deadline.id) else { continue };
            let Some(platform) = platforms.get(&due.store) else { continue };
            let item = self.store().conversation(alert.deadline.conversation).await?;
            let country = Some(item.buyer_country).filter(|country| !country.is_empty());
            occasions.push(Occasion {
                seen: Seen::alone(RuleEvent::Stage(alert.clone())),
                facts: EventFacts {
                    store: due.store,
                    platform: *platform,
                    before: None,
                    owner: due.owner,
                    country,
                    language: None,
                    sensitive: Vec::new(),
                    working_time: desk.calendar.is_working(now),
                },
                conversation: Some(alert.deadline.conversation),
                chat: None,
                title: due.name.clone(),
                about: None,
                words: item.conversation.last.map(|last| last.preview).unwrap_or_default(),
            });
        }
        Firings::judge(tx, desk, &names, &occasions, now).await
    }
}
