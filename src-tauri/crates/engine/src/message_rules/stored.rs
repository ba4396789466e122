//! How a rule is kept, and whether what it names is still there.

use crate::error::EngineError;
use domain::{AccountId, RobotId, StoreId};
use rules::message_rules::{AutoReply, Condition, HandOver, MessageRule, Target, Trigger};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{RuleRow, RuleWrite, Store, StoreError};

/// The form in which rules are written. An older one is read, a newer one is left alone.
const VERSION: u32 = 1;

/// What a rule says, without its name and its switch: those are columns.
#[derive(Serialize, Deserialize)]
struct Definition {
    trigger: Trigger,
    conditions: Vec<Condition>,
    targets: Vec<Target>,
    auto_reply: Option<AutoReply>,
    fresh_s: i64,
}

/// Something that a rule names and that is no longer there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// A seat was disabled.
    Seat(AccountId),
    /// A group robot was removed.
    Robot(RobotId),
    /// All stores of a condition were removed.
    Stores {
        /// The condition's place, from 0.
        condition: usize,
    },
}

/// A rule in the form in which it is kept.
pub(crate) fn write(rule: MessageRule) -> Result<RuleWrite, StoreError> {
    let MessageRule { id: _, name, enabled, trigger, conditions, targets, auto_reply, fresh_s } = rule;
    let definition = Definition { trigger, conditions, targets, auto_reply, fresh_s };
    Ok(RuleWrite { name, enabled, version: VERSION, definition: serde_json::to_string(&definition)? })
}

/// A rule as it was kept; none if a newer version wrote it, or nobody can read it.
pub(crate) fn read(row: &RuleRow) -> Option<MessageRule> {
    if row.rule.version > VERSION {
        return None;
    }
    let said: Definition = serde_json::from_str(&row.rule.definition).ok()?;
    Some(MessageRule {
        id: row.id,
        name: row.rule.name.clone(),
        enabled: row.rule.enabled,
        trigger: said.trigger,
        conditions: said.conditions,
        targets: said.targets,
        auto_reply: said.auto_reply,
        fresh_s: said.fresh_s,
    })
}

/// What a rule can name.
pub(crate) struct There {
    seats: BTreeSet<AccountId>,
    robots: BTreeSet<RobotId>,
    stores: BTreeSet<StoreId>,
}

impl There {
    pub(crate) async fn look(store: &Store) -> Result<Self, EngineError> {
        let seats = store.accounts().await?.into_iter().filter(|seat| !seat.disabled);
        Ok(Self {
            seats: seats.map(|seat| seat.id).collect(),
            robots: store.robots().await?.into_iter().map(|robot| robot.id).collect(),
            stores: store.stores().await?.into_iter().map(|store| store.id).collect(),
        })
    }

    /// What a rule names and is gone; empty for a rule that can fire.
    pub(crate) fn gone(&self, rule: &MessageRule) -> Vec<Gone> {
        let mut seats = BTreeSet::new();
        let mut robots = BTreeSet::new();
        for target in &rule.targets {
            match target {
                Target::Agent { account } => drop(seats.insert(*account)),
                Target::Group { accounts } => seats.extend(accounts),
                Target::WecomGroup { robot } => drop(robots.insert(*robot)),
                Target::Owner | Target::Everybody => {}
            }
        }
        if let Some(HandOver::Agent { account }) = rule.auto_reply.as_ref().map(|reply| reply.hand_over) {
            seats.insert(account);
        }
        let mut gone: Vec<Gone> = seats.difference(&self.seats).copied().map(Gone::Seat).collect();
        gone.extend(robots.difference(&self.robots).copied().map(Gone::Robot));
        for (condition, said) in rule.conditions.iter().enumerate() {
            if let Condition::Store { any } = said
                && any.is_disjoint(&self.stores)
            {
                gone.push(Gone::Stores { condition });
            }
        }
        gone
    }
}

/// The rules that can fire now, in the team's order: switched on, readable, and whatever they name is there.
pub(crate) async fn in_force(store: &Store) -> Result<Arc<[MessageRule]>, EngineError> {
    let rows = store.rules().await?;
    if rows.iter().all(|row| !row.rule.enabled) {
        return Ok(Arc::default());
    }
    let there = There::look(store).await?;
    let on = rows.iter().filter_map(read).filter(|rule| rule.enabled && there.gone(rule).is_empty());
    Ok(on.collect())
}
