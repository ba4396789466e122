use super::conditions::Saw;
use super::event::{EventFacts, RuleEvent};
use super::triggers::{Trigger, triggers};
use super::{AutoReply, HandOver, MessageRule, Target};
use crate::time::seconds_between;
use domain::{MessageRuleId, Sensitive, Timestamp};
use serde::{Deserialize, Serialize};

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

/// The rules that fire at an event, by their ids: whatever the order they are handed in.
#[must_use]
pub fn matches(rules: &[MessageRule], event: &RuleEvent, facts: &EventFacts, now: Timestamp) -> Vec<Fired> {
    let pulled = triggers(event, facts);
    let age_s = seconds_between(event.at(), now);
    let mut fired: Vec<Fired> = rules
        .iter()
        .filter(|rule| rule.enabled && pulled.contains(&rule.trigger) && age_s <= rule.fresh_s)
        .filter_map(|rule| {
            let saw = rule.conditions.iter().map(|condition| condition.holds(event, facts, now));
            let reason = Reason { trigger: rule.trigger, age_s, saw: saw.collect::<Option<_>>()? };
            Some(fire(rule, facts, reason))
        })
        .collect();
    fired.sort_by_key(|fired| fired.rule);
    fired
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

/// What the rules would have done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DryRun {
    /// The events at which something fires, by their place in the list, with what fires.
    pub fired: Vec<(usize, Vec<Fired>)>,
    /// At how many events nothing fires.
    pub silent: usize,
}

/// What the rules would have done at each of these events.
#[must_use]
pub fn dry_run(rules: &[MessageRule], past: &[Past]) -> DryRun {
    let each = past.iter().map(|past| matches(rules, &past.event, &past.facts, past.came)).enumerate();
    let fired: Vec<(usize, Vec<Fired>)> = each.filter(|(_, fired)| !fired.is_empty()).collect();
    DryRun { silent: past.len() - fired.len(), fired }
}
