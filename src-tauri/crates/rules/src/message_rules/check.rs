use super::triggers::Trigger;
use super::{AutoReply, MessageRule, Target};
use crate::auto_reply::{Forbidden, forbidden};
use domain::MessageRuleId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Languages that a text must have (§5).
const REQUIRED: [&str; 2] = ["zh", "en"];
/// Characters of a name.
const NAME_LIMIT: usize = 40;
/// The longest text in characters: chats of the platforms take no longer ones.
const LONGEST: usize = 500;

/// Why a rule cannot be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RuleFault {
    /// It has no name.
    NoName,
    /// Its name is longer than a line of the list.
    NameTooLong,
    /// Nobody would be told.
    NoTarget,
    /// A group without agents.
    EmptyTarget,
    /// A condition that lists nothing never holds.
    EmptyCondition {
        /// Its place, from 0.
        index: usize,
    },
    /// A condition that events of this trigger can never fulfil.
    ConditionNeverHolds {
        /// Its place, from 0.
        index: usize,
    },
    /// A text for a buyer, but no buyer is there to answer.
    ReplyWithoutBuyer {
        /// The trigger.
        trigger: Trigger,
    },
    /// The text of a required language is missing, or that of any language is empty.
    ReplyLanguageMissing {
        /// The language.
        language: String,
    },
    /// A text is longer than a chat takes.
    ReplyTooLong {
        /// Its language.
        language: String,
        /// Its length in characters.
        characters: usize,
    },
    /// A text says what costs points.
    ReplyForbidden {
        /// Its language.
        language: String,
        /// What it is.
        what: Forbidden,
        /// The words that are meant.
        words: String,
    },
    /// An event can be no younger than it is.
    NeverFresh,
    /// Two rules with one id.
    DuplicateId {
        /// The id.
        id: MessageRuleId,
    },
}

/// What is wrong with a rule; empty if it can be saved.
#[must_use]
pub fn check(rule: &MessageRule) -> Vec<RuleFault> {
    let mut faults = Vec::new();
    let mut note = |wrong: bool, fault: RuleFault| {
        if wrong {
            faults.push(fault);
        }
    };
    note(rule.name.trim().is_empty(), RuleFault::NoName);
    note(rule.name.chars().count() > NAME_LIMIT, RuleFault::NameTooLong);
    note(rule.targets.is_empty(), RuleFault::NoTarget);
    note(rule.targets.iter().any(is_nobody), RuleFault::EmptyTarget);
    note(rule.fresh_s <= 0, RuleFault::NeverFresh);
    for (index, condition) in rule.conditions.iter().enumerate() {
        note(condition.is_empty(), RuleFault::EmptyCondition { index });
        note(!condition.suits(rule.trigger), RuleFault::ConditionNeverHolds { index });
    }
    if let Some(reply) = &rule.auto_reply {
        note(!rule.trigger.has_buyer(), RuleFault::ReplyWithoutBuyer { trigger: rule.trigger });
        faults.extend(of_reply(reply));
    }
    faults
}

/// What is wrong with each rule of a set, by its place; empty if all can be saved together.
#[must_use]
pub fn check_all(rules: &[MessageRule]) -> Vec<(usize, RuleFault)> {
    let mut ids = BTreeSet::new();
    let mut faults = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        faults.extend(check(rule).into_iter().map(|fault| (index, fault)));
        if !ids.insert(rule.id) {
            faults.push((index, RuleFault::DuplicateId { id: rule.id }));
        }
    }
    faults
}

fn is_nobody(target: &Target) -> bool {
    match target {
        Target::Group { accounts } => accounts.is_empty(),
        Target::Owner | Target::Agent { .. } | Target::Everybody | Target::WecomGroup { .. } => false,
    }
}

fn of_reply(reply: &AutoReply) -> Vec<RuleFault> {
    let languages: BTreeSet<&str> =
        REQUIRED.into_iter().chain(reply.texts.keys().map(String::as_str)).collect();
    let missing = languages
        .into_iter()
        .filter(|language| reply.texts.get(*language).is_none_or(|t| t.trim().is_empty()));
    let mut faults: Vec<RuleFault> =
        missing.map(|language| RuleFault::ReplyLanguageMissing { language: language.to_owned() }).collect();
    for (language, text) in &reply.texts {
        let characters = text.chars().count();
        if characters > LONGEST {
            faults.push(RuleFault::ReplyTooLong { language: language.clone(), characters });
        }
        faults.extend(forbidden(text).into_iter().map(|(what, words)| RuleFault::ReplyForbidden {
            language: language.clone(),
            what,
            words,
        }));
    }
    faults
}
