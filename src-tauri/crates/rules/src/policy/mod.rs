//! Every number of the rules as data: a shipped default, where it comes from and since when (`docs/RULES.md`, head).
//!
//! No rule holds a number of its own. `data/policy.json` is the shipped policy; what a team changes is laid over it,
//! so that a policy written by an older version keeps working.

mod entry;

pub use entry::{PolicyEntry, PolicyValue, entries, with_entry};

use crate::RulesError;
use crate::calendar::WorkingHours;
use crate::dispatch::Switches;
use domain::{DeadlineKind, Stage};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

const SHIPPED: &str = include_str!("../../data/policy.json");

/// A value with its source and date, as the settings page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sourced<T> {
    /// The value in force.
    pub value: T,
    /// Who says so.
    pub source: String,
    /// Since when it is known or was changed.
    pub date: Date,
}

/// All numbers of `docs/RULES.md` §2–§4. Names ending in `_s` are seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The plain working week and the hours of a make-up day.
    pub hours: Sourced<WorkingHours>,
    /// `reply` for a message received inside working time.
    pub reply_working_s: Sourced<i64>,
    /// `reply` for any other message.
    pub reply_otherwise_s: Sourced<i64>,
    /// `reply_limit` from the first unanswered message.
    pub reply_limit_s: Sourced<i64>,
    /// `read_silent` from the opening of the conversation.
    pub read_silent_s: Sourced<i64>,
    /// How many per cent of read but silent conversations turn into disputes.
    pub read_silent_dispute_percent: Sourced<i64>,
    /// `escalation` from a sensitive message.
    pub escalation_s: Sourced<i64>,
    /// `badge_reply` from the first unanswered message.
    pub badge_reply_s: Sourced<i64>,
    /// `team_promise` from the auto-reply that made it, unless that says otherwise.
    pub team_promise_s: Sourced<i64>,
    /// `system_mail` from the receipt of an unread mail.
    pub system_mail_s: Sourced<i64>,
    /// `system_mail` from the last successful check of a mailbox.
    pub mailbox_check_s: Sourced<i64>,
    /// `ticket` about funds.
    pub ticket_funds_s: Sourced<i64>,
    /// `ticket` about anything else.
    pub ticket_other_s: Sourced<i64>,
    /// `dispute` from the notice.
    pub dispute_s: Sourced<i64>,
    /// So many first responses over `reply_limit_s` in a row cost search weight.
    pub slow_run: Sourced<u32>,
    /// What such a run costs this week, in per cent of search weight.
    pub slow_run_weight_percent: Sourced<i64>,
    /// What one response over `reply_limit_s` costs, in per cent of exposure on average.
    pub slow_exposure_percent: Sourced<i64>,
    /// §4.
    pub alerts: AlertPolicy,
    /// §2.
    pub dispatch: DispatchPolicy,
}

/// Numbers of §4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertPolicy {
    /// Stages of the kinds that have their own; an empty list means no alerts. A kind that is missing is scaled.
    pub stages: BTreeMap<DeadlineKind, Sourced<Vec<Stage>>>,
    /// The pattern that every other kind scales to its own length.
    pub scale: Sourced<Scale>,
    /// Alerts due within so many seconds are one alert.
    pub merge_s: Sourced<i64>,
    /// Alerts late by more than this come as one digest.
    pub digest_after_s: Sourced<i64>,
    /// 稍后: an alert put off comes again after this.
    pub snooze_s: Sourced<i64>,
    /// How long each step of the ladder waits for somebody to act.
    pub ladder_wait_s: Sourced<i64>,
    /// A store that was not read for longer than this is silent.
    pub store_silent_s: Sourced<i64>,
    /// Quiet hours of every day, Beijing time; an interval may run past midnight.
    pub quiet: Sourced<Vec<crate::alerts::QuietSpan>>,
}

/// A pattern of stages for a deadline of a given length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    /// The length, in seconds, that the stages are written for.
    pub length_s: i64,
    /// The stages.
    pub stages: Vec<Stage>,
}

/// Numbers and switches of §2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispatchPolicy {
    /// How long the last distribution of a buyer stays "recent", inclusive.
    pub recent_s: Sourced<i64>,
    /// Preset: a suspended account keeps its recent buyers while others are online.
    pub suspended_keeps_recent: Sourced<bool>,
    /// Preset: fewest being served now instead of fewest today.
    pub fewest_serving: Sourced<bool>,
    /// Preset: counts are divided by the seat's weight.
    pub weighted: Sourced<bool>,
}

impl DispatchPolicy {
    /// The values alone, in the form in which a decision takes them.
    #[must_use]
    pub const fn switches(&self) -> Switches {
        Switches {
            recent_s: self.recent_s.value,
            suspended_keeps_recent: self.suspended_keeps_recent.value,
            fewest_serving: self.fewest_serving.value,
            weighted: self.weighted.value,
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        serde_json::from_str(SHIPPED).expect("data/policy.json is part of the program and read by its tests")
    }
}

impl Policy {
    /// The shipped policy with `changes` laid over it: any part of the same JSON tree.
    ///
    /// # Errors
    /// [`RulesError::Policy`] if `changes` is not JSON, has an unknown type of value, or breaks [`Policy::check`].
    pub fn with_changes(changes: &str) -> Result<Self, RulesError> {
        let wrong = |e: serde_json::Error| RulesError::Policy { detail: e.to_string() };
        let mut tree: Value = serde_json::from_str(SHIPPED).map_err(wrong)?;
        overlay(&mut tree, serde_json::from_str(changes).map_err(wrong)?);
        let policy: Self = serde_json::from_value(tree).map_err(wrong)?;
        policy.check()?;
        Ok(policy)
    }

    /// Whether the numbers make sense together.
    ///
    /// # Errors
    /// [`RulesError::Policy`] names the first value that does not.
    pub fn check(&self) -> Result<(), RulesError> {
        let positive = [
            ("reply_working_s", self.reply_working_s.value),
            ("reply_otherwise_s", self.reply_otherwise_s.value),
            ("reply_limit_s", self.reply_limit_s.value),
            ("read_silent_s", self.read_silent_s.value),
            ("escalation_s", self.escalation_s.value),
            ("badge_reply_s", self.badge_reply_s.value),
            ("team_promise_s", self.team_promise_s.value),
            ("system_mail_s", self.system_mail_s.value),
            ("mailbox_check_s", self.mailbox_check_s.value),
            ("ticket_funds_s", self.ticket_funds_s.value),
            ("ticket_other_s", self.ticket_other_s.value),
            ("dispute_s", self.dispute_s.value),
            ("slow_run", i64::from(self.slow_run.value)),
            ("alerts.scale.length_s", self.alerts.scale.value.length_s),
            ("alerts.snooze_s", self.alerts.snooze_s.value),
            ("alerts.ladder_wait_s", self.alerts.ladder_wait_s.value),
            ("alerts.store_silent_s", self.alerts.store_silent_s.value),
            ("dispatch.recent_s", self.dispatch.recent_s.value),
        ];
        match positive.into_iter().find(|(_, value)| *value <= 0) {
            Some((name, value)) => {
                Err(RulesError::Policy { detail: format!("{name} must be more than 0, not {value}") })
            }
            None => Ok(()),
        }
    }
}

fn overlay(base: &mut Value, changes: Value) {
    match (base, changes) {
        (Value::Object(base), Value::Object(changes)) => {
            for (key, change) in changes {
                overlay(base.entry(key).or_insert(Value::Null), change);
            }
        }
        (base, changes) => *base = changes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_policy_is_read_and_makes_sense() {
        let policy = Policy::default();
        assert!(policy.check().is_ok(), "the defaults must pass their own check");
        assert_eq!(policy.reply_working_s.value, 3 * 3600, "3 h inside working time");
        assert_eq!(policy.dispatch.recent_s.value, 30 * 86_400, "30 × 24 h");
    }

    #[test]
    fn a_change_is_laid_over_the_shipped_policy() {
        let policy = Policy::with_changes(r#"{"reply_working_s":{"value":7200}}"#).unwrap();
        assert_eq!(policy.reply_working_s.value, 7200, "the changed value is in force");
        assert_eq!(policy.reply_limit_s, Policy::default().reply_limit_s, "everything else is as shipped");
    }

    #[test]
    fn a_senseless_number_is_refused_by_name() {
        let error = Policy::with_changes(r#"{"dispute_s":{"value":0}}"#).unwrap_err().to_string();
        assert!(error.contains("dispute_s"), "the settings page shows which one: {error}");
    }

    #[test]
    fn a_policy_survives_being_stored() {
        let policy = Policy::default();
        let stored = serde_json::to_string(&policy).unwrap();
        assert_eq!(Policy::with_changes(&stored).unwrap(), policy, "writing and reading changes nothing");
    }
}
