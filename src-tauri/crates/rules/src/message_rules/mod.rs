//! Message rules (`docs/RULES.md` §8): when something happens, who is told, and what an agent is offered to answer.
//!
//! [`judge`] is the rule, a function of nothing but its inputs; [`matches`] asks it for what happens, [`dry_run`] for what
//! has happened already.
//! The result is data: who tells whom, and whether a text is sent, is decided elsewhere, with a person behind it
//! (§5).

mod check;
mod conditions;
mod event;
mod fire;
mod triggers;

pub use check::{RuleFault, check, check_all};
pub use conditions::{Condition, Saw};
pub use event::{Before, EventFacts, RuleEvent};
pub use fire::{Fired, Past, Reason, Reply, Verdict, dry_run, judge, matches};
pub use triggers::{Trigger, triggers};

use domain::{AccountId, MessageRuleId, RobotId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[cfg(test)]
mod tests;

/// In seconds: events older than a day fire nothing, because a mailbox with 10,000 old mails must not ring 10,000 times (D).
pub const FRESH_S: i64 = 86_400;

/// A rule of the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRule {
    /// Its id.
    pub id: MessageRuleId,
    /// What the team calls it.
    pub name: String,
    /// Whether it is in force.
    pub enabled: bool,
    /// What has to happen.
    pub trigger: Trigger,
    /// What has to hold besides, all of it.
    pub conditions: Vec<Condition>,
    /// Who is told.
    pub targets: Vec<Target>,
    /// What the agent is offered as an answer to the buyer.
    pub auto_reply: Option<AutoReply>,
    /// How old an event may be, in seconds by the platform's clock.
    #[serde(default = "fresh")]
    pub fresh_s: i64,
}

const fn fresh() -> i64 {
    FRESH_S
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "target", rename_all = "snake_case")]
pub enum Target {
    /// The owner of the conversation; the main account where there is none.
    Owner,
    /// One agent.
    Agent {
        /// The seat.
        account: AccountId,
    },
    /// Some agents.
    Group {
        /// Their seats.
        accounts: BTreeSet<AccountId>,
    },
    /// All agents.
    Everybody,
    /// A `WeCom` group, by way of its robot.
    WecomGroup {
        /// The robot.
        robot: RobotId,
    },
}

/// A text for the buyer, and who goes on from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoReply {
    /// The text per language, ISO 639-1; `zh` and `en` are required.
    pub texts: BTreeMap<String, String>,
    /// The person who takes over.
    pub hand_over: HandOver,
}

/// The person who goes on after a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum HandOver {
    /// The owner of the conversation; the main account where there is none.
    Owner,
    /// This agent.
    Agent {
        /// The seat.
        account: AccountId,
    },
}
