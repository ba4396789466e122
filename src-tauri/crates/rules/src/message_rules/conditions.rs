use super::event::{EventFacts, RuleEvent};
use super::triggers::Trigger;
use crate::words::{found, is_blank};
use domain::{AccountId, DeadlineKind, Platform, Sensitive, Stage, StoreId, Timestamp, beijing};
use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What has to hold besides the trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "condition", rename_all = "snake_case")]
pub enum Condition {
    /// It happened in one of these stores.
    Store {
        /// The stores.
        any: BTreeSet<StoreId>,
    },
    /// It happened on one of these platforms.
    Platform {
        /// The platforms.
        any: BTreeSet<Platform>,
    },
    /// The buyer is from one of these countries, ISO 3166.
    Country {
        /// The countries.
        any: BTreeSet<String>,
    },
    /// Its words have one of these, without regard to case and accents.
    Words {
        /// The words.
        any: Vec<String>,
    },
    /// Its words are sensitive in one of these ways.
    Sensitive {
        /// The ways.
        any: BTreeSet<Sensitive>,
    },
    /// The order or return is in one of these states, in the platform's words.
    Status {
        /// The states.
        any: BTreeSet<String>,
    },
    /// It is working time, or it is not.
    WorkingTime {
        /// Which.
        inside: bool,
    },
    /// It is between these times in UTC+8, the second excluded; over midnight if the first is the later one.
    Clock {
        /// The first.
        from: Time,
        /// The second.
        to: Time,
    },
    /// The conversation has an owner, or it has none.
    Owned {
        /// Which.
        owned: bool,
    },
    /// The deadline is one of these.
    Deadline {
        /// The kinds.
        any: BTreeSet<DeadlineKind>,
    },
    /// The last stage of the deadline was reached.
    LastStage,
}

/// What a condition saw when it held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "saw", content = "value", rename_all = "snake_case")]
pub enum Saw {
    /// The store.
    Store(StoreId),
    /// The platform.
    Platform(Platform),
    /// The buyer's country.
    Country(String),
    /// The words that were found, as the rule has them.
    Words(Vec<String>),
    /// What was sensitive.
    Sensitive(Vec<Sensitive>),
    /// The state.
    Status(String),
    /// Whether it was working time.
    WorkingTime(bool),
    /// The time of day in UTC+8.
    Clock(Time),
    /// The owner.
    Owner(Option<AccountId>),
    /// The deadline's kind.
    Deadline(DeadlineKind),
    /// The stage, which was the last one.
    LastStage(Stage),
}

impl Condition {
    /// What it saw, if it holds.
    pub(super) fn holds(&self, event: &RuleEvent, facts: &EventFacts, now: Timestamp) -> Option<Saw> {
        match self {
            Self::Store { any } => any.contains(&facts.store).then_some(Saw::Store(facts.store)),
            Self::Platform { any } => any.contains(&facts.platform).then_some(Saw::Platform(facts.platform)),
            Self::Country { any } => {
                let country = facts.country.as_ref()?;
                any.iter().any(|one| one.eq_ignore_ascii_case(country)).then(|| Saw::Country(country.clone()))
            }
            Self::Words { any } => {
                let words = found(&event.words(), any.iter().map(String::as_str));
                (!words.is_empty()).then_some(Saw::Words(words))
            }
            Self::Sensitive { any } => {
                let kinds: Vec<Sensitive> =
                    facts.sensitive.iter().copied().filter(|kind| any.contains(kind)).collect();
                (!kinds.is_empty()).then_some(Saw::Sensitive(kinds))
            }
            Self::Status { any } => event
                .status()
                .filter(|status| any.contains(*status))
                .map(|status| Saw::Status(status.to_owned())),
            Self::WorkingTime { inside } => {
                (*inside == facts.working_time).then_some(Saw::WorkingTime(facts.working_time))
            }
            Self::Clock { from, to } => {
                let time = beijing(now).time();
                let within =
                    if from < to { *from <= time && time < *to } else { *from <= time || time < *to };
                within.then_some(Saw::Clock(time))
            }
            Self::Owned { owned } => (*owned == facts.owner.is_some()).then_some(Saw::Owner(facts.owner)),
            Self::Deadline { any } => match event {
                RuleEvent::Stage(alert) => {
                    any.contains(&alert.deadline.kind).then_some(Saw::Deadline(alert.deadline.kind))
                }
                RuleEvent::Incoming(_) => None,
            },
            Self::LastStage => match event {
                RuleEvent::Stage(alert) => alert.last.then_some(Saw::LastStage(alert.stage)),
                RuleEvent::Incoming(_) => None,
            },
        }
    }

    /// Whether it lists nothing, and so never holds.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Store { any } => any.is_empty(),
            Self::Platform { any } => any.is_empty(),
            Self::Country { any } => any.is_empty(),
            Self::Words { any } => any.is_empty() || any.iter().any(|word| is_blank(word)),
            Self::Sensitive { any } => any.is_empty(),
            Self::Status { any } => any.is_empty(),
            Self::Deadline { any } => any.is_empty(),
            Self::Clock { from, to } => from == to,
            Self::WorkingTime { .. } | Self::Owned { .. } | Self::LastStage => false,
        }
    }

    /// Whether events of this trigger have what it asks for.
    pub(super) const fn suits(&self, trigger: Trigger) -> bool {
        let stage = matches!(trigger, Trigger::DeadlineStage);
        match self {
            Self::Deadline { .. } | Self::LastStage => stage,
            Self::Words { .. } | Self::Sensitive { .. } => !stage,
            Self::Status { .. } => {
                matches!(trigger, Trigger::NewOrder | Trigger::LogisticsException | Trigger::Return)
            }
            Self::Store { .. }
            | Self::Platform { .. }
            | Self::Country { .. }
            | Self::WorkingTime { .. }
            | Self::Clock { .. }
            | Self::Owned { .. } => true,
        }
    }
}
