use crate::policy::AlertPolicy;
use crate::time::{plus, seconds_between};
use domain::{Alert, ConversationId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How a group is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// One alert.
    Single,
    /// Several due within one minute.
    Merged,
    /// What was missed while the machine slept.
    Digest,
}

/// Alerts that are shown as one; a click opens the most urgent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertGroup {
    /// How it is shown.
    pub kind: GroupKind,
    /// Its alerts, the least time left first; never empty.
    pub alerts: Vec<Alert>,
}

impl AlertGroup {
    fn new(mut alerts: Vec<Alert>, digest: bool) -> Self {
        alerts.sort_by_key(|alert| (alert.deadline.due, alert.deadline.id));
        let kind = match (digest, alerts.len()) {
            (true, _) => GroupKind::Digest,
            (false, 1) => GroupKind::Single,
            (false, _) => GroupKind::Merged,
        };
        Self { kind, alerts }
    }

    /// The alert that a click opens.
    #[must_use]
    pub fn most_urgent(&self) -> Option<&Alert> {
        self.alerts.first()
    }

    /// How many conversations it is about.
    #[must_use]
    pub fn conversations(&self) -> usize {
        let ids: BTreeSet<ConversationId> =
            self.alerts.iter().map(|alert| alert.deadline.conversation).collect();
        ids.len()
    }

    /// "… within n minutes": the most minutes left in it, rounded up; 0 or less if all are over.
    #[must_use]
    pub fn within_minutes(&self, now: Timestamp) -> i64 {
        let left = self.alerts.last().map_or(0, |alert| seconds_between(now, alert.deadline.due));
        left.div_euclid(60) + i64::from(left.rem_euclid(60) > 0)
    }

    /// Whether a later alert belongs to this group: its toast may replace the one still on the screen.
    #[must_use]
    pub fn absorbs(&self, alert: &Alert, policy: &AlertPolicy) -> bool {
        let first = self.alerts.iter().map(|alert| alert.at).min();
        first.is_some_and(|first| alert.at <= plus(first, policy.merge_s.value))
    }
}

/// Puts the alerts of one tick together: one digest if any is late by more than an hour, because the machine slept;
/// else those due within one minute of the first of their group. The most urgent group first.
#[must_use]
pub fn group(mut alerts: Vec<Alert>, now: Timestamp, policy: &AlertPolicy) -> Vec<AlertGroup> {
    let late = |alert: &Alert| seconds_between(alert.at, now) > policy.digest_after_s.value;
    if alerts.iter().any(late) {
        return vec![AlertGroup::new(alerts, true)];
    }
    alerts.sort_by_key(|alert| alert.at);
    let mut groups: Vec<Vec<Alert>> = Vec::new();
    for alert in alerts {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|f| alert.at <= plus(f.at, policy.merge_s.value)) => {
                group.push(alert);
            }
            _ => groups.push(vec![alert]),
        }
    }
    let mut groups: Vec<AlertGroup> = groups.into_iter().map(|group| AlertGroup::new(group, false)).collect();
    groups.sort_by_key(|group| group.most_urgent().map(|alert| alert.deadline.due));
    groups
}
