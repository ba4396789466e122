//! What the owner does with rules: look, save, order, switch, remove.

use super::stored::{Gone, There, in_force, read, write};
use crate::bus::Event;
use crate::desk::Desk;
use crate::engine::Engine;
use crate::error::EngineError;
use domain::{AccountId, MessageRuleId, Timestamp};
use rules::message_rules::{AutoReply, Condition, FRESH_S, MessageRule, RuleFault, Target, Trigger, check};
use store::{StoreError, WriteTx};
use tokio::sync::MutexGuard;

/// A rule as it is handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDraft {
    /// Which one is changed; none for a new one.
    pub id: Option<MessageRuleId>,
    /// What the team calls it.
    pub name: String,
    /// Whether it is in force.
    pub enabled: bool,
    /// What has to happen.
    pub trigger: Trigger,
    /// What has to hold besides.
    pub conditions: Vec<Condition>,
    /// Who is told.
    pub targets: Vec<Target>,
    /// What is offered as an answer.
    pub auto_reply: Option<AutoReply>,
}

/// Why a rule was not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleProblem {
    /// It makes no sense.
    Fault(RuleFault),
    /// It names what is not there.
    Gone(Gone),
    /// Another one is called so.
    NameTaken,
}

/// What became of saving a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// It is kept.
    Kept(MessageRuleId),
    /// Nothing changed, because of all of this.
    Refused(Vec<RuleProblem>),
}

/// A rule as the owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its id.
    pub id: MessageRuleId,
    /// What the team calls it.
    pub name: String,
    /// Whether it is switched on.
    pub enabled: bool,
    /// What it says; none if a newer version wrote it, and then it does not fire.
    pub rule: Option<MessageRule>,
    /// What it names and is gone; as long as there is any, it does not fire.
    pub gone: Vec<Gone>,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// By whom.
    pub changed_by: Option<AccountId>,
    /// How often it has fired.
    pub fired: u64,
    /// When it last fired.
    pub last_fired: Option<Timestamp>,
}

impl RuleDraft {
    /// The rule that it would be.
    pub(crate) fn rule(&self, fresh_s: i64) -> MessageRule {
        MessageRule {
            id: self.id.unwrap_or(MessageRuleId(0)),
            name: self.name.trim().to_owned(),
            enabled: self.enabled,
            trigger: self.trigger,
            conditions: self.conditions.clone(),
            targets: self.targets.clone(),
            auto_reply: self.auto_reply.clone(),
            fresh_s,
        }
    }
}

impl Engine {
    /// All rules, in the team's order.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn message_rules(&self) -> Result<Vec<RuleInfo>, EngineError> {
        let there = There::look(self.store()).await?;
        let info = |row: store::RuleRow| {
            let rule = read(&row);
            RuleInfo {
                id: row.id,
                gone: rule.as_ref().map(|rule| there.gone(rule)).unwrap_or_default(),
                rule,
                name: row.rule.name,
                enabled: row.rule.enabled,
                changed_at: row.changed_at,
                changed_by: row.changed_by,
                fired: row.fired,
                last_fired: row.last_fired,
            }
        };
        Ok(self.store().rules().await?.into_iter().map(info).collect())
    }

    /// Saves a rule, a new one behind all others. It is in force from the next event on.
    ///
    /// # Errors
    /// If the one to be changed is gone, or the file refuses.
    pub async fn save_message_rule(&self, draft: &RuleDraft, by: AccountId) -> Result<Saved, EngineError> {
        let mut fresh_s = FRESH_S;
        if let Some(id) = draft.id {
            let before = self.store().rules().await?.into_iter().find(|row| row.id == id);
            let before = before.ok_or(StoreError::NotFound { what: "rule", id: id.0 })?;
            fresh_s = read(&before).map_or(FRESH_S, |rule| rule.fresh_s);
        }
        let rule = draft.rule(fresh_s);
        let mut problems: Vec<RuleProblem> = check(&rule).into_iter().map(RuleProblem::Fault).collect();
        let there = There::look(self.store()).await?;
        problems.extend(there.gone(&rule).into_iter().map(RuleProblem::Gone));
        if !problems.is_empty() {
            return Ok(Saved::Refused(problems));
        }
        let (kept, now, desk) = (write(rule)?, self.now(), self.desk().await);
        let mut tx = self.store().begin().await?;
        let written = match draft.id {
            Some(id) => tx.update_rule(id, &kept, Some(by), now).await.map(|()| id),
            None => tx.add_rule(&kept, Some(by), now).await,
        };
        match written {
            Ok(id) => self.keep_rules(desk, tx).await.map(|()| Saved::Kept(id)),
            Err(StoreError::Conflict { .. }) => Ok(Saved::Refused(vec![RuleProblem::NameTaken])),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts the rules in this order: it is the order of what they offer, and the first that hands over decides.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn order_message_rules(&self, ids: &[MessageRuleId], by: AccountId) -> Result<(), EngineError> {
        let desk = self.desk().await;
        let mut tx = self.store().begin().await?;
        tx.order_rules(ids, Some(by), self.now()).await?;
        self.keep_rules(desk, tx).await
    }

    /// Switches a rule on or off. It may be one that this version cannot read.
    ///
    /// # Errors
    /// If it is gone, or the file refuses.
    pub async fn switch_message_rule(
        &self,
        id: MessageRuleId,
        on: bool,
        by: AccountId,
    ) -> Result<(), EngineError> {
        let desk = self.desk().await;
        let mut tx = self.store().begin().await?;
        let mut rule = tx.rule(id).await?.rule;
        rule.enabled = on;
        tx.update_rule(id, &rule, Some(by), self.now()).await?;
        self.keep_rules(desk, tx).await
    }

    /// Removes a rule and withdraws what it offers. What it fired stays on record.
    ///
    /// # Errors
    /// If it is gone, or the file refuses.
    pub async fn remove_message_rule(&self, id: MessageRuleId, by: AccountId) -> Result<(), EngineError> {
        let desk = self.desk().await;
        let mut tx = self.store().begin().await?;
        tx.remove_rule(id, Some(by), self.now()).await?;
        self.keep_rules(desk, tx).await
    }

    /// Ends a change of the rules. Under the desk's lock no event is taken in, so none meets a rule that is gone.
    async fn keep_rules(&self, mut desk: MutexGuard<'_, Desk>, tx: WriteTx) -> Result<(), EngineError> {
        self.disk_noted(tx.commit().await.map_err(EngineError::from))?;
        desk.rules = in_force(self.store()).await?;
        drop(desk);
        // What a rule offered may be withdrawn.
        self.bus().publish(Event::All);
        Ok(())
    }
}
