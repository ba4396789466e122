//! The stages of deadlines: each is marked as raised before anybody hears of it.

use super::vigil::Vigil;
use crate::desk::Desk;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{Notice, NoticeItem};
use domain::{Alert, Deadline, DeadlineId, Timestamp};
use rules::alerts::{
    GroupKind, OpenDeadline, alerts_due, group, is_quiet, ladder_earliest, ladder_foot, next_stage_at,
};
use rules::policy::AlertPolicy;
use std::collections::{HashMap, HashSet};
use store::{AlertRaise, DueAlert};

impl Engine {
    /// Raises what is due now, each (deadline instant, stage) at most once.
    pub(super) async fn raise_stages(
        &self,
        vigil: &Vigil,
        now: Timestamp,
    ) -> Result<Vec<Notice>, EngineError> {
        if self.store().next_alert_at().await?.is_none_or(|at| at > now) {
            return Ok(Vec::new());
        }
        // Under the desk's lock no reply is taken in: nothing is raised for what was answered a moment ago.
        let desk = self.desk().await;
        let due = self.store().due_alerts(now).await?;
        let policy = desk.policy.alerts.clone();
        let open: Vec<OpenDeadline> = due.iter().map(open_deadline).collect();
        let alerts = alerts_due(&open, now, &policy);
        let fresh = self.disk_noted(self.record(&desk, &due, &open, alerts, now).await)?;
        drop(desk);
        let names: HashMap<DeadlineId, &DueAlert> = due.iter().map(|due| (due.deadline.id, due)).collect();
        let notices = notices(fresh, &names, &policy, now, vigil.missed_since());
        for notice in &notices {
            self.ring_anyway(notice).await;
        }
        Ok(notices)
    }

    /// Writes down what is raised before anybody hears of it, with the message rules that wait for it, and moves every
    /// deadline on to its next stage.
    async fn record(
        &self,
        desk: &Desk,
        due: &[DueAlert],
        open: &[OpenDeadline],
        alerts: Vec<Alert>,
        now: Timestamp,
    ) -> Result<Vec<Alert>, EngineError> {
        let policy = &desk.policy.alerts;
        let raising: HashMap<DeadlineId, &Alert> =
            alerts.iter().map(|alert| (alert.deadline.id, alert)).collect();
        let (mut raises, mut advances) = (Vec::new(), Vec::new());
        for open in open {
            let raised = raising.get(&open.deadline.id).copied();
            let after = OpenDeadline {
                raised: raised.map_or(open.raised, |alert| Some(alert.stage)),
                ..open.clone()
            };
            let next = next_stage_at(&after, now, policy);
            match raised {
                Some(alert) => raises.push(AlertRaise {
                    deadline: alert.deadline.clone(),
                    stage: alert.stage,
                    raised_at: now,
                    planned_at: alert.at,
                    next_stage_at: next,
                    ladder_at: ladder_begins(open, alert, policy),
                }),
                // Held back by quiet hours it stays due; else every stage has passed or lies ahead.
                None if !is_quiet(now, policy) => advances.push((open.deadline.id, next)),
                None => {}
            }
        }
        if raises.is_empty() && advances.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.store().begin().await?;
        let fresh: HashSet<DeadlineId> = tx.raise(&raises).await?.into_iter().collect();
        tx.advance(&advances).await?;
        let fresh: Vec<Alert> =
            alerts.into_iter().filter(|alert| fresh.contains(&alert.deadline.id)).collect();
        let firings = self.judge_stages(&mut tx, desk, &fresh, due, now).await?;
        let fired = !firings.is_empty();
        firings.write(self, &mut tx, now).await?;
        tx.commit().await?;
        if fired {
            self.robots().poke();
        }
        Ok(fresh)
    }
}

fn open_deadline(due: &DueAlert) -> OpenDeadline {
    let row = &due.deadline;
    let deadline =
        Deadline { id: row.id, conversation: row.conversation, kind: row.kind, from: row.from, due: row.due };
    OpenDeadline { deadline, raised: due.raised, snoozed_until: row.snoozed_until }
}

/// When the ladder can climb at the earliest, if it begins with this alert: the first at its foot or above.
fn ladder_begins(open: &OpenDeadline, alert: &Alert, policy: &AlertPolicy) -> Option<Timestamp> {
    let foot = ladder_foot(&open.deadline, policy)?;
    let begins = alert.stage >= foot && open.raised.is_none_or(|raised| raised < foot);
    if begins { ladder_earliest(&open.deadline, policy) } else { None }
}

/// What was raised, as people are told. After sleep, or a time in which the program did not run, everything comes as
/// one digest. Otherwise what is over and what is still ahead are told apart, each merged into one: "3 个会话将在 10
/// 分钟内超时" must be true of all three, and a click on it must open one that can still be met.
fn notices(
    raised: Vec<Alert>,
    names: &HashMap<DeadlineId, &DueAlert>,
    policy: &AlertPolicy,
    now: Timestamp,
    missed_since: Option<Timestamp>,
) -> Vec<Notice> {
    if let Some(asleep_since) = missed_since
        && group(raised.clone(), now, policy).iter().any(|group| group.kind == GroupKind::Digest)
    {
        return vec![Notice::Digest { items: items(&raised, names), now, asleep_since }];
    }
    let (over, ahead): (Vec<Alert>, Vec<Alert>) =
        raised.into_iter().partition(|alert| alert.deadline.due <= now);
    [ahead, over]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| Notice::Due { items: items(&part, names), now })
        .collect()
}

/// The most urgent first. Two clocks of one conversation are one thing to do: the more urgent one speaks.
fn items(alerts: &[Alert], names: &HashMap<DeadlineId, &DueAlert>) -> Vec<NoticeItem> {
    let mut sorted: Vec<&Deadline> = alerts.iter().map(|alert| &alert.deadline).collect();
    sorted.sort_by_key(|deadline| (deadline.due, deadline.id));
    let mut seen = HashSet::new();
    sorted.retain(|deadline| seen.insert(deadline.conversation));
    let item = |deadline: &Deadline| NoticeItem {
        conversation: deadline.conversation,
        title: names.get(&deadline.id).map(|due| due.name.clone()).unwrap_or_default(),
        kind: deadline.kind,
        due: deadline.due,
    };
    sorted.into_iter().map(item).collect()
}
