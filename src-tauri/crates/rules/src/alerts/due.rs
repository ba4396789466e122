use super::quiet::is_quiet;
use super::stages::Table;
use crate::policy::AlertPolicy;
use crate::time::plus;
use domain::{Alert, Deadline, Stage, Timestamp};
use serde::{Deserialize, Serialize};

/// A deadline that nobody has met yet. A counting reply closes it, and it is not asked about any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDeadline {
    /// The deadline.
    pub deadline: Deadline,
    /// The latest stage that was raised; it and all before it have passed for good. Another deadline instant is
    /// another deadline, and starts with none.
    pub raised: Option<Stage>,
    /// Put off by a person until then ([`snooze_until`]).
    pub snoozed_until: Option<Timestamp>,
}

/// The alerts to raise at `now`: for each deadline at most one, the latest stage reached that was not raised yet, so
/// that waking from sleep does not replay what was missed. The most urgent deadline first.
#[must_use]
pub fn alerts_due(open: &[OpenDeadline], now: Timestamp, policy: &AlertPolicy) -> Vec<Alert> {
    let table = Table::new(policy);
    let quiet = is_quiet(now, policy);
    let mut alerts: Vec<Alert> = open
        .iter()
        .filter_map(|open| alert(open, now, &table))
        .filter(|alert| alert.last || !quiet)
        .collect();
    alerts.sort_unstable_by_key(|alert| (alert.deadline.due, alert.deadline.id));
    alerts
}

fn alert(open: &OpenDeadline, now: Timestamp, table: &Table<'_>) -> Option<Alert> {
    let deadline = &open.deadline;
    let after_due = now.as_second().saturating_sub(deadline.due.as_second());
    let spent = open.raised.is_some_and(|raised| table.is_spent(deadline.kind, raised));
    if open.snoozed_until.is_none() && (spent || table.is_early(deadline, after_due)) {
        return None;
    }
    let snooze = snooze_stage(open);
    if snooze.is_some() && open.snoozed_until.is_some_and(|until| now < until) {
        return None;
    }
    let now_s = now.as_millisecond().saturating_sub(deadline.due.as_millisecond()).div_euclid(1000);
    let (mut reached, mut last) = (snooze, None);
    for stage in table.of(deadline) {
        last = last.max(Some(stage));
        if stage.0 <= now_s {
            reached = reached.max(Some(stage));
        }
    }
    let stage = reached.filter(|stage| open.raised.is_none_or(|raised| *stage > raised))?;
    let at = stage.instant(deadline.due);
    Some(Alert { deadline: deadline.clone(), stage, at, last: Some(stage) >= last })
}

/// The reminder at the end of a snooze is a stage of its own, so it too is raised at most once.
fn snooze_stage(open: &OpenDeadline) -> Option<Stage> {
    let (due, until) = (open.deadline.due, open.snoozed_until?);
    let ms = until.as_millisecond().saturating_sub(due.as_millisecond());
    (ms <= 0).then(|| Stage(ms.div_euclid(1000)))
}

/// When the next alert of a deadline comes after `after`, as things stand; quiet hours may hold it back longer.
#[must_use]
pub fn next_stage_at(open: &OpenDeadline, after: Timestamp, policy: &AlertPolicy) -> Option<Timestamp> {
    let due = open.deadline.due;
    let snooze = snooze_stage(open);
    let until = open.snoozed_until.filter(|_| snooze.is_some());
    let fresh = |stage: &Stage| open.raised.is_none_or(|raised| *stage > raised);
    let regular = Table::new(policy).of(&open.deadline).filter(fresh).map(|stage| stage.instant(due));
    let regular = regular.filter(|at| until.is_none_or(|until| *at >= until));
    let again = until.filter(|_| snooze.as_ref().is_some_and(fresh));
    regular.chain(again).filter(|at| *at > after).min()
}

/// 稍后: until when an alert on a deadline may be put off: 10 minutes, never past the deadline. None once it is due.
#[must_use]
pub fn snooze_until(due: Timestamp, now: Timestamp, policy: &AlertPolicy) -> Option<Timestamp> {
    (now < due).then(|| plus(now, policy.snooze_s.value).min(due))
}
