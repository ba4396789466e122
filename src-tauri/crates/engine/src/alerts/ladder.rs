//! Who hears of a deadline when nobody acts. A step is written down with its reason before anybody hears of it.
//!
//! Until members have computers of their own every seat hears at this one, so each step to a seat rings here and names
//! who is asked. The step outside goes to the robots that take it, and is left out while none does.

use super::vigil::Vigil;
use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::names::Names;
use crate::outside::{self, Told};
use crate::ports::{ClimbItem, Notice, NoticeItem};
use channels::wecom::Repeat;
use domain::{AccountId, DeadlineId, Timestamp};
use rules::alerts::{Act, Climb, Ladder, LadderStep, LadderVerdict, Rung, climb, ladder_plan};
use rules::dispatch::Seat;
use rules::policy::AlertPolicy;
use std::collections::{HashMap, HashSet};
use store::{Acted, ClimbWrite, DueClimb, WriteTx};

/// What becomes of the ladders that stand.
#[derive(Default)]
struct Round {
    steps: Vec<(DueClimb, Climb)>,
    ended: Vec<DeadlineId>,
}

impl Engine {
    /// Lets every ladder climb whose wait is over, each (deadline instant, step) at most once.
    pub(super) async fn climb_ladders(
        &self,
        vigil: &Vigil,
        now: Timestamp,
    ) -> Result<Vec<Notice>, EngineError> {
        if self.store().due_climbs(now).await?.is_empty() {
            return Ok(Vec::new());
        }
        // Under the desk's lock nobody acts and no reply is taken in.
        let desk = self.desk().await;
        let standing = self.store().due_climbs(now).await?;
        let seats = self.serving(&desk.seats).await?;
        let outside = !self.ladder_robots().await?.is_empty();
        let round = judge(standing, seats, desk.main, outside, vigil.awake_since(), now, &desk.policy.alerts);
        let names = self.names().await?;
        let climbed = self.disk_noted(self.record_climbs(round, &names, now).await)?;
        drop(desk);
        if climbed.is_empty() {
            return Ok(Vec::new());
        }
        self.robots().poke();
        let changed: Vec<_> = climbed.iter().map(|(due, _)| due.deadline.conversation).collect();
        self.bus().publish(Event::Conversations(changed.into()));
        Ok(self.announce(climbed, &names, now).await)
    }

    /// The seats with the conversations that they owe a reply: who serves the fewest is asked first.
    pub(crate) async fn serving(&self, seats: &[Seat]) -> Result<Vec<Seat>, EngineError> {
        let owing: HashMap<AccountId, u64> = self.store().view_counts(None).await?.mine.into_iter().collect();
        let serving =
            |seat: &Seat| owing.get(&seat.account).map_or(0, |n| u32::try_from(*n).unwrap_or(u32::MAX));
        Ok(seats.iter().map(|seat| Seat { serving: serving(seat), ..*seat }).collect())
    }

    /// Writes down the steps. What goes to the world outside is put on its way in the same transaction: a crash between
    /// the two would leave a step that nobody heard of.
    async fn record_climbs(
        &self,
        round: Round,
        names: &Names,
        now: Timestamp,
    ) -> Result<Vec<(DueClimb, Climb)>, EngineError> {
        let Round { steps, ended } = round;
        if steps.is_empty() && ended.is_empty() {
            return Ok(steps);
        }
        let writes: Vec<ClimbWrite> = steps.iter().map(|(due, climb)| write(due, climb, now)).collect();
        let mut tx = self.store().begin().await?;
        let fresh: HashSet<DeadlineId> = tx.climb(&writes).await?.into_iter().collect();
        tx.end_ladders(&ended).await?;
        let climbed: Vec<_> = steps.into_iter().filter(|(due, _)| fresh.contains(&due.deadline.id)).collect();
        let told = told_outside(&climbed, names, now);
        if !told.is_empty() {
            let mut robots = tx.robots().await?;
            robots.retain(|robot| robot.ladder);
            outside::push(&mut tx, self.ports().words.as_ref(), &robots, &told, now).await?;
        }
        tx.commit().await?;
        Ok(climbed)
    }

    /// Tells of the steps at this computer: those to seats in one notice, those to the world outside in another.
    async fn announce(&self, climbed: Vec<(DueClimb, Climb)>, names: &Names, now: Timestamp) -> Vec<Notice> {
        let (outside, seats): (Vec<_>, Vec<_>) =
            climbed.into_iter().partition(|(_, climb)| climb.to == LadderStep::Outside);
        let parts = [seats, outside].into_iter().filter(|part| !part.is_empty());
        let told: Vec<Notice> =
            parts.map(|part| Notice::Climbed { items: items(&part, names), now }).collect();
        for notice in &told {
            self.ring_anyway(notice).await;
        }
        told
    }
}

/// The steps to the world outside, each a message of its own: the channel merges them where it must. The words of a
/// deadline that may have been lost come again.
fn told_outside(climbed: &[(DueClimb, Climb)], names: &Names, now: Timestamp) -> Vec<Told> {
    let mut steps: Vec<&(DueClimb, Climb)> =
        climbed.iter().filter(|(_, climb)| climb.to == LadderStep::Outside).collect();
    steps.sort_by_key(|(due, _)| (due.deadline.due, due.deadline.id));
    let told = |step: &(DueClimb, Climb)| {
        let deadline = &step.0.deadline;
        Told {
            id: outside::climb_id(deadline),
            notice: Notice::Climbed { items: vec![item(step, names)], now },
            repeat: Repeat::UntilSure,
        }
    };
    steps.into_iter().map(told).collect()
}

fn judge(
    standing: Vec<DueClimb>,
    mut seats: Vec<Seat>,
    main: AccountId,
    outside: bool,
    awake_since: Timestamp,
    now: Timestamp,
    policy: &AlertPolicy,
) -> Round {
    let mut round = Round::default();
    for due in standing {
        let plan = ladder_plan(due.owner, main, &seats, outside);
        let climbed = due.climbed.as_ref().and_then(|(rung, at)| Some((Rung::parse(rung)?, *at)));
        let ladder =
            Ladder { deadline: due.deadline.clone(), owner: due.owner, told_at: due.told_at, climbed };
        match climb(&ladder, &plan, awake_since, now, policy) {
            LadderVerdict::Climb(climb) => {
                // Many at once are spread: who was just asked serves one more.
                if let Some(seat) = seats.iter_mut().find(|seat| Some(seat.account) == climb.to.account()) {
                    seat.serving = seat.serving.saturating_add(1);
                }
                round.steps.push((due, climb));
            }
            LadderVerdict::Wait => {}
            LadderVerdict::Top => round.ended.push(due.deadline.id),
        }
    }
    round
}

fn write(due: &DueClimb, climb: &Climb, now: Timestamp) -> ClimbWrite {
    ClimbWrite {
        deadline: due.deadline.id,
        conversation: due.deadline.conversation,
        kind: due.deadline.kind,
        due: due.deadline.due,
        rung: climb.to.rung().as_str(),
        to: climb.to.account(),
        from: climb.from,
        why: serde_json::to_string(&climb.why).expect("instants and numbers are always JSON"),
        at: now,
    }
}

/// The most urgent first; two clocks of one conversation are one thing to do.
fn items(climbed: &[(DueClimb, Climb)], names: &Names) -> Vec<ClimbItem> {
    let mut sorted: Vec<&(DueClimb, Climb)> = climbed.iter().collect();
    sorted.sort_by_key(|(due, _)| (due.deadline.due, due.deadline.id));
    let mut seen = HashSet::new();
    sorted.retain(|(due, _)| seen.insert(due.deadline.conversation));
    sorted.into_iter().map(|step| item(step, names)).collect()
}

fn item((due, climb): &(DueClimb, Climb), names: &Names) -> ClimbItem {
    let name = |account: Option<AccountId>| account.and_then(|account| names.seat(account));
    ClimbItem {
        item: NoticeItem {
            conversation: due.deadline.conversation,
            title: due.name.clone(),
            kind: due.deadline.kind,
            due: due.deadline.due,
        },
        store_id: due.store,
        store: names.store(due.store),
        from: name(climb.from),
        to: name(climb.to.account()),
        waited_s: climb.why.waited_s,
    }
}

/// A person acted on a conversation now: its alerts are answered, its ladders climb no further.
pub(crate) async fn acted(
    tx: &mut WriteTx,
    conversation: domain::ConversationId,
    act: Act,
    at: Timestamp,
) -> Result<bool, EngineError> {
    Ok(tx.acted(&[Acted { conversation, act: act.as_str(), at, late: false }]).await?)
}
