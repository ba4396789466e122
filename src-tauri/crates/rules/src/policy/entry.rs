//! The policy as a list of single values, for whoever shows and changes them one by one.
//!
//! The list is read off the shipped tree, so that a number that is added there is shown and editable without anybody
//! naming it here again.

use super::{SHIPPED, Scale, overlay};
use crate::RulesError;
use crate::calendar::WorkingHours;
use crate::policy::Policy;
use domain::Stage;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Whose value it is once a team has changed it.
const OWN: &str = "own";
/// The longest duration that can be set, in seconds: a year. Everything above is a slip of the finger.
const LONGEST_S: i64 = 366 * 86_400;

/// One value, in the form in which it is edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PolicyValue {
    /// A switch.
    Switch(bool),
    /// A duration in seconds (its path ends in `_s`), a count, or per cent (`_percent`).
    Number(i64),
    /// The plain week and the hours of a make-up day.
    Week(WorkingHours),
    /// Stages for a deadline of a given length.
    Pattern(Scale),
    /// Stages in seconds relative to the deadline.
    Stages(Vec<Stage>),
    /// Daily spans, `22:30-07:30`.
    Spans(Vec<crate::alerts::QuietSpan>),
}

/// One value of the policy with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyEntry {
    /// Its place in the tree, such as `alerts.stages.reply`.
    pub path: String,
    /// The value in force.
    pub value: PolicyValue,
    /// What Tidebell ships.
    pub shipped: PolicyValue,
    /// Who says so; `own` once a team has changed it.
    pub source: String,
    /// Since when it is known or was changed.
    pub date: Date,
}

impl PolicyEntry {
    /// Whether the team set it to something else than what Tidebell ships.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.value != self.shipped
    }
}

/// Every value, in the order of their paths.
///
/// # Errors
/// [`RulesError::Policy`] if `changes` can't be laid over the shipped policy.
pub fn entries(changes: &str) -> Result<Vec<PolicyEntry>, RulesError> {
    Policy::with_changes(changes)?;
    let shipped = parse(SHIPPED)?;
    let mut current = shipped.clone();
    overlay(&mut current, parse(changes)?);
    let mut found = Vec::new();
    collect(&shipped, &current, "", &mut found)?;
    Ok(found)
}

/// The changes with one value more, or with that value as shipped again. The result is checked as a whole.
///
/// # Errors
/// [`RulesError::Policy`] if there is no such value, it is of another kind, or the policy would make no sense.
pub fn with_entry(
    changes: &str,
    path: &str,
    value: Option<&PolicyValue>,
    today: Date,
) -> Result<String, RulesError> {
    let known = entries(changes)?.into_iter().find(|entry| entry.path == path);
    let entry = known.ok_or_else(|| wrong(format!("there is no {path}")))?;
    let mut tree = parse(changes)?;
    match value {
        Some(value) => {
            check(path, value, &entry.shipped)?;
            set(&mut tree, path, json!({ "value": value, "source": OWN, "date": today }));
        }
        None => remove(&mut tree, path),
    }
    let text = tree.to_string();
    Policy::with_changes(&text)?;
    Ok(text)
}

fn wrong(detail: String) -> RulesError {
    RulesError::Policy { detail }
}

fn parse(text: &str) -> Result<Value, RulesError> {
    serde_json::from_str(text).map_err(|error| wrong(error.to_string()))
}

fn collect(
    shipped: &Value,
    current: &Value,
    at: &str,
    found: &mut Vec<PolicyEntry>,
) -> Result<(), RulesError> {
    let Value::Object(children) = shipped else { return Ok(()) };
    for (key, child) in children {
        let path = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
        let now = &current[key];
        if child.get("source").is_none() {
            collect(child, now, &path, found)?;
            continue;
        }
        let read = |value: &Value| typed(&path, value);
        let date = serde_json::from_value(now["date"].clone()).map_err(|error| wrong(error.to_string()))?;
        found.push(PolicyEntry {
            value: read(&now["value"])?,
            shipped: read(&child["value"])?,
            source: now["source"].as_str().unwrap_or_default().to_owned(),
            date,
            path,
        });
    }
    Ok(())
}

/// An empty list is told apart by where it stands: an untagged read would take the first kind of list.
fn typed(path: &str, value: &Value) -> Result<PolicyValue, RulesError> {
    let read = |error: serde_json::Error| wrong(format!("{path}: {error}"));
    if value.as_array().is_some_and(Vec::is_empty) && !path.starts_with("alerts.stages.") {
        return Ok(PolicyValue::Spans(Vec::new()));
    }
    serde_json::from_value(value.clone()).map_err(read)
}

fn check(path: &str, value: &PolicyValue, like: &PolicyValue) -> Result<(), RulesError> {
    if std::mem::discriminant(value) != std::mem::discriminant(like) {
        return Err(wrong(format!("{path} is of another kind")));
    }
    let too_long = |seconds: i64| !(-LONGEST_S..=LONGEST_S).contains(&seconds);
    let exceeds = match value {
        PolicyValue::Number(number) => too_long(*number),
        PolicyValue::Stages(stages) => stages.iter().any(|stage| too_long(stage.0)),
        PolicyValue::Pattern(scale) => {
            too_long(scale.length_s) || scale.stages.iter().any(|stage| too_long(stage.0))
        }
        PolicyValue::Switch(_) | PolicyValue::Week(_) | PolicyValue::Spans(_) => false,
    };
    if exceeds { Err(wrong(format!("{path} is longer than a year"))) } else { Ok(()) }
}

fn set(tree: &mut Value, path: &str, leaf: Value) {
    let mut at = tree;
    for key in path.split('.') {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[key];
    }
    *at = leaf;
}

fn remove(tree: &mut Value, path: &str) {
    let (parent, key) = path.rsplit_once('.').map_or(("", path), |(parent, key)| (parent, key));
    let pointer = if parent.is_empty() { String::new() } else { format!("/{}", parent.replace('.', "/")) };
    if let Some(Value::Object(children)) = tree.pointer_mut(&pointer) {
        children.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn day() -> Date {
        Date::constant(2026, 11, 25)
    }

    fn find(changes: &str, path: &str) -> PolicyEntry {
        let all = entries(changes).unwrap();
        all.into_iter().find(|entry| entry.path == path).unwrap()
    }

    #[test]
    fn every_value_of_the_shipped_policy_can_be_set_to_itself() {
        let all = entries("{}").unwrap();
        assert!(all.len() > 25, "the list is read off the tree, not empty: {}", all.len());
        let mut changes = "{}".to_owned();
        for entry in &all {
            assert!(!entry.is_changed(), "nobody changed {}", entry.path);
            changes = with_entry(&changes, &entry.path, Some(&entry.value), day()).unwrap();
        }
        let again = entries(&changes).unwrap();
        for (before, after) in all.iter().zip(&again) {
            assert_eq!(before.value, after.value, "{} survives being written", before.path);
            assert_eq!((after.source.as_str(), after.date), (OWN, day()), "and says who set it, and when");
        }
    }

    #[test]
    fn a_value_as_shipped_again_leaves_no_trace() {
        let path = "alerts.stages.reply";
        let own = PolicyValue::Stages(vec![Stage(-900)]);
        let changed = with_entry("{}", path, Some(&own), day()).unwrap();
        assert!(find(&changed, path).is_changed(), "the team's own stages are in force");
        assert_eq!(find(&changed, "alerts.snooze_s"), find("{}", "alerts.snooze_s"), "nothing else moved");
        let back = with_entry(&changed, path, None, day()).unwrap();
        assert_eq!(find(&back, path), find("{}", path), "source and date are the shipped ones again");
    }

    #[test]
    fn an_empty_list_keeps_its_kind() {
        let none = PolicyValue::Stages(Vec::new());
        let changed = with_entry("{}", "alerts.stages.reply", Some(&none), day()).unwrap();
        assert_eq!(find(&changed, "alerts.stages.reply").value, none, "no alerts for a reply is a choice");
        assert_eq!(find("{}", "alerts.quiet").value, PolicyValue::Spans(Vec::new()), "no quiet hours");
    }

    #[rstest]
    #[case("no.such.value", PolicyValue::Number(1))]
    #[case("reply_working_s", PolicyValue::Switch(true))]
    #[case("reply_working_s", PolicyValue::Number(0))]
    #[case("reply_working_s", PolicyValue::Number(i64::MAX))]
    #[case("alerts.stages.reply", PolicyValue::Stages(vec![Stage(i64::MIN)]))]
    fn what_makes_no_sense_is_refused(#[case] path: &str, #[case] value: PolicyValue) {
        let refused = with_entry("{}", path, Some(&value), day());
        assert!(refused.is_err(), "{path} must not become {value:?}");
    }
}
