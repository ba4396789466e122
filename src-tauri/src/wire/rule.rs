//! Message rules of the team.

use super::list::PlatformDto;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// What makes a rule look at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RuleTriggerDto {
    /// A buyer wrote.
    BuyerEnquiry,
    /// An order that nobody knew.
    NewOrder,
    /// A parcel went wrong.
    LogisticsException,
    /// A return, refund or dispute.
    Return,
    /// A complaint by mail.
    ComplaintMail,
    /// A violation, penalty points or tiers.
    Penalty,
    /// The safety of the account.
    AccountSecurity,
    /// Anything else that a platform tells.
    Notice,
    /// A mail that only claims to be from a platform.
    SuspiciousMail,
    /// A stage of a deadline was reached.
    DeadlineStage,
}

/// What has to hold besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "condition", rename_all = "snake_case")]
pub enum RuleConditionDto {
    /// It happened in one of these stores.
    Store {
        /// Store ids.
        any: Vec<String>,
    },
    /// It happened on one of these platforms.
    Platform {
        /// The platforms.
        any: Vec<PlatformDto>,
    },
    /// The buyer is from one of these countries.
    Country {
        /// ISO 3166 codes.
        any: Vec<String>,
    },
    /// Its words have one of these.
    Words {
        /// The words.
        any: Vec<String>,
    },
    /// Its words are sensitive in one of these ways.
    Sensitive {
        /// `return`, `refund`, `bad_review`, `legal`.
        any: Vec<String>,
    },
    /// The order or return is in one of these states.
    Status {
        /// The platform's words.
        any: Vec<String>,
    },
    /// It is working time, or it is not.
    WorkingTime {
        /// Which.
        inside: bool,
    },
    /// It is between these times in platform time.
    Clock {
        /// `HH:MM`.
        from: String,
        /// `HH:MM`.
        to: String,
    },
    /// The conversation has an owner, or it has none.
    Owned {
        /// Which.
        owned: bool,
    },
    /// The deadline is one of these.
    Deadline {
        /// Deadline kinds of the rules.
        any: Vec<String>,
    },
    /// The last stage of the deadline was reached.
    LastStage,
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "target", rename_all = "snake_case")]
pub enum RuleTargetDto {
    /// The owner of the conversation.
    Owner,
    /// One agent.
    Agent {
        /// The seat.
        account: String,
    },
    /// Some agents.
    Group {
        /// Their seats.
        accounts: Vec<String>,
    },
    /// All agents.
    Everybody,
    /// A group, by way of its robot.
    WecomGroup {
        /// The robot.
        robot: String,
    },
}

/// A text that is offered, and who goes on from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RuleReplyDto {
    /// The text per language, ISO 639-1.
    pub texts: BTreeMap<String, String>,
    /// The seat that takes over; none for the owner of the conversation.
    pub hand_over: Option<String>,
}

/// A rule as the editor has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RuleDraftDto {
    /// Which one is changed; none for a new one.
    pub id: Option<String>,
    /// What the team calls it.
    pub name: String,
    /// Whether it is in force.
    pub enabled: bool,
    /// What has to happen.
    pub trigger: RuleTriggerDto,
    /// What has to hold besides.
    pub conditions: Vec<RuleConditionDto>,
    /// Who is told.
    pub targets: Vec<RuleTargetDto>,
    /// What is offered as an answer.
    pub reply: Option<RuleReplyDto>,
}

/// Something that a rule names and that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "gone", rename_all = "snake_case")]
pub enum RuleGoneDto {
    /// A seat was disabled.
    Seat {
        /// Its name.
        name: String,
    },
    /// A group robot was removed.
    Robot,
    /// All stores of a condition were removed.
    Stores,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RuleDto {
    /// Its id.
    pub id: String,
    /// What the team calls it.
    pub name: String,
    /// Whether it is switched on.
    pub enabled: bool,
    /// What it says; none if a newer version wrote it.
    pub draft: Option<RuleDraftDto>,
    /// What it names and is gone; as long as there is any, it does not fire.
    pub gone: Vec<RuleGoneDto>,
    /// When it was last changed.
    pub changed_at: String,
    /// By whom.
    pub changed_by: Option<String>,
    /// How often it has fired.
    pub fired: u32,
    /// When it last fired.
    pub last_fired: Option<String>,
}

/// What is wrong with a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RuleProblemDto {
    /// `no_name`, `name_too_long`, `name_taken`, `no_target`, `empty_target`, `empty_condition`,
    /// `condition_never_holds`, `reply_without_buyer`, `reply_language_missing`, `reply_too_long`, `reply_forbidden`,
    /// `never_fresh`, `duplicate_id`, `gone`.
    pub code: String,
    /// The place of the condition.
    pub index: Option<u32>,
    /// The language of the text.
    pub language: Option<String>,
    /// The words that are meant.
    pub words: Option<String>,
    /// What they are: `link`, `contact`, `promotion`.
    pub what: Option<String>,
}

/// What became of saving a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RuleSavedDto {
    /// The rule, if it was kept.
    pub id: Option<String>,
    /// Else what is wrong with it, all of it.
    pub problems: Vec<RuleProblemDto>,
}

/// What a condition saw when it held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SawDto {
    /// `store`, `platform`, `country`, `words`, `sensitive`, `status`, `working_time`, `clock`, `owner`, `deadline`,
    /// `last_stage`.
    pub saw: String,
    /// What; names of stores and seats, codes of the rest.
    pub values: Vec<String>,
}

/// What would have become of a draft at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RuleVerdictDto {
    /// It fires.
    Fires,
    /// It looks for something else.
    OtherTrigger,
    /// The event was too old.
    TooOld,
    /// Conditions did not hold.
    Stopped,
}

/// A draft at one event of the past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RehearsalDto {
    /// When the event came.
    pub at: String,
    /// The name of the store.
    pub store_name: String,
    /// The buyer or the headline.
    pub title: String,
    /// How it begins.
    pub words: String,
    /// What would have become of it.
    pub verdict: RuleVerdictDto,
    /// The places of the conditions that did not hold.
    pub stopped_by: Vec<u32>,
    /// What the conditions saw, if it fires.
    pub saw: Vec<SawDto>,
}

/// A rule that fired in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct FiredDto {
    /// Its id.
    pub id: String,
    /// When.
    pub at: String,
    /// What the team called it.
    pub rule_name: String,
    /// What happened.
    pub trigger: RuleTriggerDto,
    /// What the conditions saw.
    pub saw: Vec<SawDto>,
    /// The seats that are told.
    pub to_names: Vec<String>,
    /// All of them are.
    pub everybody: bool,
    /// The groups that are told; a robot that is gone has no name.
    pub groups: Vec<Option<String>>,
    /// `offered`, `withheld` or `no_chat`; none for a rule without a text.
    pub reply: Option<String>,
    /// Who was handed the conversation.
    pub handed_to: Option<String>,
}

/// A text that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct OfferDto {
    /// Its id.
    pub id: String,
    /// The rule that offers it.
    pub rule_name: String,
    /// Its language, ISO 639-1.
    pub language: String,
    /// The text.
    pub text: String,
}
