//! Message rules, what fired, and the texts that were offered.

use domain::{AccountId, ConversationId, MessageRuleId, StoreId, Timestamp};

/// A message rule as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleWrite {
    /// What the team calls it.
    pub name: String,
    /// Whether it is in force.
    pub enabled: bool,
    /// The form of its definition.
    pub version: u32,
    /// What it says; the engine's JSON.
    pub definition: String,
}

/// A message rule as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRow {
    /// Its id.
    pub id: MessageRuleId,
    /// What was written.
    pub rule: RuleWrite,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// By whom.
    pub changed_by: Option<AccountId>,
    /// How often it has fired.
    pub fired: u64,
    /// When it last fired.
    pub last_fired: Option<Timestamp>,
}

/// A rule that fires now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiringWrite {
    /// Which.
    pub rule: MessageRuleId,
    /// What the team calls it now.
    pub name: String,
    /// Where the event happened.
    pub store: StoreId,
    /// What names the event within its store.
    pub event: String,
    /// The conversation that a click opens, if there is one.
    pub conversation: Option<ConversationId>,
    /// Why, and what follows; the engine's JSON.
    pub why: String,
    /// Somebody at this program is to hear of it.
    pub rings: bool,
    /// The text that is offered.
    pub offer: Option<OfferWrite>,
    /// The conversation that is handed over, and to whom.
    pub hand_over: Option<(ConversationId, AccountId)>,
    /// Now.
    pub at: Timestamp,
}

/// A text that is offered now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferWrite {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Its language, ISO 639-1.
    pub language: String,
    /// The text.
    pub text: String,
    /// When the event happened, by the platform's clock.
    pub event_at: Timestamp,
}

/// A rule that fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiringRow {
    /// Its row.
    pub id: i64,
    /// Which rule.
    pub rule: MessageRuleId,
    /// What the team called it then.
    pub name: String,
    /// Where the event happened.
    pub store: StoreId,
    /// What names the event within its store.
    pub event: String,
    /// The conversation that a click opens, if there is one.
    pub conversation: Option<ConversationId>,
    /// Why, and what followed; the engine's JSON.
    pub why: String,
    /// When.
    pub at: Timestamp,
    /// When somebody at this program heard of it; none if nobody did or was to.
    pub told_at: Option<Timestamp>,
}

/// A text that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferRow {
    /// Its row.
    pub id: i64,
    /// In which conversation.
    pub conversation: ConversationId,
    /// The rule that offers it.
    pub rule: MessageRuleId,
    /// What the team called that rule.
    pub rule_name: String,
    /// Its language, ISO 639-1.
    pub language: String,
    /// The text.
    pub text: String,
    /// Since when.
    pub at: Timestamp,
}

/// Messages that a rule is tried on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastMessages {
    /// What buyers wrote.
    Buyers,
    /// The platforms' notices.
    Notices,
    /// System mails.
    Mails,
}
