//! The alert loop: wall-clock ticks of at most 15 seconds, never one long sleep, because timers freeze while a laptop
//! sleeps (`docs/RULES.md` §4).

use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{Notice, NoticeItem};
use domain::{Alert, Deadline, DeadlineId, Timestamp};
use rules::alerts::{GroupKind, OpenDeadline, alerts_due, group, is_quiet, next_stage_at};
use rules::policy::AlertPolicy;
use std::collections::HashMap;
use std::time::Duration;
use store::{AlertRaise, DueAlert};

/// Between two looks at the wall clock; a third of the 15 seconds that an alert may be late.
const TICK: Duration = Duration::from_secs(5);
/// Ticks further apart than this mean that the machine slept or its clock was moved.
const GAP_S: i64 = 60;

/// Watches the deadlines until the engine stops.
pub(crate) async fn watch(engine: Engine) {
    let stop = engine.stopped();
    let mut timer = tokio::time::interval(TICK);
    timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let mut last = engine.now();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = timer.tick() => {}
        }
        let now = engine.now();
        if (now.as_second() - last.as_second()).abs() > GAP_S {
            // Sockets and counts of before can't be trusted: everybody reads again.
            engine.runners().poke_all().await;
            engine.bus().publish(Event::All);
        }
        if let Err(error) = engine.tick(last).await {
            tracing::error!(%error, "alerts could not be raised");
        }
        last = now;
    }
}

impl Engine {
    /// One tick: raises what is due now, each (deadline instant, stage) at most once. `last` is the tick before, from
    /// which a digest tells since when nothing could ring. Returns what was raised.
    ///
    /// # Errors
    /// If the file refuses; then nothing was raised, and the next tick tries again.
    pub async fn tick(&self, last: Timestamp) -> Result<Vec<Notice>, EngineError> {
        let now = self.now();
        if self.store().due_alerts(now).await?.is_empty() {
            return Ok(Vec::new());
        }
        // Under the desk's lock no reply is taken in: nothing is raised for what was answered a moment ago.
        let desk = self.desk().await;
        let due = self.store().due_alerts(now).await?;
        let policy = desk.policy.alerts.clone();
        let mut open = Vec::with_capacity(due.len());
        for alert in &due {
            open.push(self.open_deadline(alert).await?);
        }
        let alerts = alerts_due(&open, now, &policy);
        let fresh = self.disk_noted(self.record(&open, &alerts, now, &policy).await)?;
        drop(desk);
        let names: HashMap<DeadlineId, &DueAlert> = due.iter().map(|due| (due.deadline.id, due)).collect();
        let notices = notices(fresh, &names, &policy, now, last);
        for notice in &notices {
            self.ring(notice);
        }
        Ok(notices)
    }

    /// Shows a notice, tells the window, and tells everybody whether the system took it.
    pub fn ring(&self, notice: &Notice) {
        let shown = self.ports().notifier.raise(notice);
        if let Err(words) = &shown {
            tracing::warn!(%words, "the system refused an alert");
        }
        self.bus().publish(Event::AlertsWork(shown.is_ok()));
        self.bus().publish(Event::Raised(notice.clone().into()));
    }

    async fn open_deadline(&self, due: &DueAlert) -> Result<OpenDeadline, EngineError> {
        let row = &due.deadline;
        let raised = self.store().alerts_of(row.conversation).await?;
        let raised = raised.iter().filter(|a| a.kind == row.kind && a.due == row.due).map(|a| a.stage).max();
        let deadline = Deadline {
            id: row.id,
            conversation: row.conversation,
            kind: row.kind,
            from: row.from,
            due: row.due,
        };
        Ok(OpenDeadline { deadline, raised, snoozed_until: row.snoozed_until })
    }

    /// Writes down what is raised before anybody hears of it, and moves every deadline on to its next stage.
    async fn record(
        &self,
        open: &[OpenDeadline],
        alerts: &[Alert],
        now: Timestamp,
        policy: &AlertPolicy,
    ) -> Result<Vec<Alert>, EngineError> {
        let mut fresh = Vec::with_capacity(alerts.len());
        let raising: HashMap<DeadlineId, &Alert> =
            alerts.iter().map(|alert| (alert.deadline.id, alert)).collect();
        let mut tx = self.store().begin().await?;
        for open in open {
            let raised = raising.get(&open.deadline.id).copied();
            let after = OpenDeadline {
                raised: raised.map_or(open.raised, |alert| Some(alert.stage)),
                ..open.clone()
            };
            let next = next_stage_at(&after, now, policy);
            let Some(alert) = raised else {
                // Held back by quiet hours it stays due; else every stage has passed or lies ahead.
                if !is_quiet(now, policy) {
                    tx.advance(open.deadline.id, next).await?;
                }
                continue;
            };
            let raise = AlertRaise {
                deadline: alert.deadline.id,
                stage: alert.stage,
                raised_at: now,
                planned_at: alert.at,
                next_stage_at: next,
            };
            if tx.raise(&raise).await? {
                fresh.push(alert.clone());
            }
        }
        tx.commit().await?;
        Ok(fresh)
    }
}

/// What was raised, as people are told. After sleep everything comes as one digest. Otherwise what is over and what is
/// still ahead are told apart, each merged into one: "3 个会话将在 10 分钟内超时" must be true of all three, and a click on
/// it must open one that can still be met.
fn notices(
    raised: Vec<Alert>,
    names: &HashMap<DeadlineId, &DueAlert>,
    policy: &AlertPolicy,
    now: Timestamp,
    last: Timestamp,
) -> Vec<Notice> {
    let slept = now.as_second() - last.as_second() > GAP_S;
    if slept && group(raised.clone(), now, policy).iter().any(|group| group.kind == GroupKind::Digest) {
        return vec![Notice::Digest { items: items(&raised, names), now, asleep_since: last }];
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
    let mut items: Vec<NoticeItem> = Vec::with_capacity(sorted.len());
    for deadline in sorted {
        if items.iter().any(|item| item.conversation == deadline.conversation) {
            continue;
        }
        let title = names.get(&deadline.id).map(|due| due.name.clone()).unwrap_or_default();
        let (conversation, kind, due) = (deadline.conversation, deadline.kind, deadline.due);
        items.push(NoticeItem { conversation, title, kind, due });
    }
    items
}
