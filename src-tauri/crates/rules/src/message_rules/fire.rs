use super::conditions::Saw;
use super::event::{EventFacts, RuleEvent};
use super::triggers::{Trigger, triggers};
use super::{AutoReply, HandOver, MessageRule, Target};
use crate::time::seconds_between;
use domain::{MessageRuleId, Sensitive, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A rule that fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fired {
    /// Which.
    pub rule: MessageRuleId,
    /// Who is told, each once.
    pub targets: Vec<Target>,
    /// What becomes of its text for the buyer.
    pub reply: Option<Reply>,
    /// Why.
    pub reason: Reason,
}

/// Why a rule fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What happened.
    pub trigger: Trigger,
    /// How old the event was, in seconds.
    pub age_s: i64,
    /// What each condition saw, in the rule's order.
    pub saw: Vec<Saw>,
}

/// What becomes of a rule's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// It is offered to the person who takes over.
    Suggested {
        /// The language of the text.
        language: String,
        /// The text.
        text: String,
        /// The person.
        hand_over: HandOver,
    },
    /// It is not offered: to something sensitive a person writes the answer (§5).
    Withheld {
        /// What is sensitive.
        kinds: Vec<Sensitive>,
        /// The person.
        hand_over: HandOver,
    },
}

/// What becomes of a rule at an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It fires.
    Fires {
        /// What follows.
        fired: Fired,
    },
    /// It looks for something else.
    OtherTrigger,
    /// The event is older than the rule wants it.
    TooOld {
        /// How old, in seconds.
        age_s: i64,
    },
    /// Some conditions do not hold.
    Stopped {
        /// Their places, from 0.
        conditions: Vec<usize>,
    },
}

/// What becomes of one rule at an event, whether it is in force or only a draft.
#[must_use]
pub fn judge(rule: &MessageRule, event: &RuleEvent, facts: &EventFacts, now: Timestamp) -> Verdict {
    judged(rule, &triggers(event, facts), event, facts, now)
}

/// The rules in force that fire at an event, in the order in which they are handed in: it is the team's.
#[must_use]
pub fn matches(rules: &[MessageRule], event: &RuleEvent, facts: &EventFacts, now: Timestamp) -> Vec<Fired> {
    let pulled = triggers(event, facts);
    let fires = |rule| match judged(rule, &pulled, event, facts, now) {
        Verdict::Fires { fired } => Some(fired),
        Verdict::OtherTrigger | Verdict::TooOld { .. } | Verdict::Stopped { .. } => None,
    };
    rules.iter().filter(|rule| rule.enabled).filter_map(fires).collect()
}

fn judged(
    rule: &MessageRule,
    pulled: &BTreeSet<Trigger>,
    event: &RuleEvent,
    facts: &EventFacts,
    now: Timestamp,
) -> Verdict {
    let age_s = seconds_between(event.at(), now);
    if !pulled.contains(&rule.trigger) {
        return Verdict::OtherTrigger;
    }
    if age_s > rule.fresh_s {
        return Verdict::TooOld { age_s };
    }
    let (mut saw, mut conditions) = (Vec::new(), Vec::new());
    for (index, condition) in rule.conditions.iter().enumerate() {
        match condition.holds(event, facts, now) {
            Some(fact) => saw.push(fact),
            None => conditions.push(index),
        }
    }
    if !conditions.is_empty() {
        return Verdict::Stopped { conditions };
    }
    Verdict::Fires { fired: fire(rule, facts, Reason { trigger: rule.trigger, age_s, saw }) }
}

fn fire(rule: &MessageRule, facts: &EventFacts, reason: Reason) -> Fired {
    let mut targets = rule.targets.clone();
    targets.sort();
    targets.dedup();
    Fired { rule: rule.id, targets, reply: rule.auto_reply.as_ref().and_then(|r| reply(r, facts)), reason }
}

/// The text in the buyer's language, else in English.
fn reply(reply: &AutoReply, facts: &EventFacts) -> Option<Reply> {
    let hand_over = reply.hand_over;
    if !facts.sensitive.is_empty() {
        return Some(Reply::Withheld { kinds: facts.sensitive.clone(), hand_over });
    }
    let own = facts.language.as_ref().and_then(|language| reply.texts.get_key_value(language));
    let (language, text) = own.or_else(|| reply.texts.get_key_value("en"))?;
    Some(Reply::Suggested { language: language.clone(), text: text.clone(), hand_over })
}

/// Something that happened, as it was when it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// What.
    pub event: RuleEvent,
    /// What was known around it.
    pub facts: EventFacts,
    /// When it came.
    pub came: Timestamp,
}

/// What a rule would have done at each of these events.
#[must_use]
pub fn dry_run(rule: &MessageRule, past: &[Past]) -> Vec<Verdict> {
    past.iter().map(|past| judge(rule, &past.event, &past.facts, past.came)).collect()
}
