use super::quiet::is_quiet;
use super::stages;
use crate::dispatch::Seat;
use crate::policy::AlertPolicy;
use crate::time::{plus, seconds_between};
use domain::{AccountId, Deadline, Presence, Stage, Timestamp};
use serde::{Deserialize, Serialize};

/// What a person does with a conversation that counts as acting on its alerts. A person's click or words, never what
/// the program does by itself: a conversation that merely stays on the screen was not acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// Opened it.
    Opened,
    /// Is writing a reply.
    Drafted,
    /// Sent something from a seller seat, whether or not it stops the clock.
    Replied,
    /// Handed it to another seat.
    Transferred,
    /// 稍后.
    Snoozed,
    /// Handed the sensitive matter to the platform.
    Escalated,
    /// Put it aside.
    Done,
    /// Took it up again.
    Reopened,
}

impl Act {
    /// The name used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Drafted => "drafted",
            Self::Replied => "replied",
            Self::Transferred => "transferred",
            Self::Snoozed => "snoozed",
            Self::Escalated => "escalated",
            Self::Done => "done",
            Self::Reopened => "reopened",
        }
    }
}

/// How high a ladder reaches. Each rung of a deadline instant is climbed at most once, and never one below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// Another agent.
    Agent,
    /// The main account.
    Main,
    /// The team's `WeCom` group, or a mail.
    Outside,
}

impl Rung {
    /// The name used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Main => "main",
            Self::Outside => "outside",
        }
    }

    /// Reads [`Rung::as_str`] back.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Agent, Self::Main, Self::Outside].into_iter().find(|rung| rung.as_str() == name)
    }
}

/// Who hears of a deadline when its owner does not act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "step", content = "account", rename_all = "snake_case")]
pub enum LadderStep {
    /// Another agent who is online.
    Agent(AccountId),
    /// The main account.
    Main(AccountId),
    /// The team's `WeCom` group, or a mail.
    Outside,
}

impl LadderStep {
    /// How high that is.
    #[must_use]
    pub const fn rung(self) -> Rung {
        match self {
            Self::Agent(_) => Rung::Agent,
            Self::Main(_) => Rung::Main,
            Self::Outside => Rung::Outside,
        }
    }

    /// The seat that is told.
    #[must_use]
    pub const fn account(self) -> Option<AccountId> {
        match self {
            Self::Agent(account) | Self::Main(account) => Some(account),
            Self::Outside => None,
        }
    }
}

/// The steps above the owner (what nobody owns is the main account's): another online agent (who serves the fewest, then had the fewest today, then roster
/// order), the main account, the world outside if a channel to it is connected. A step that is the owner, or for which
/// nobody is there, is left out.
#[must_use]
pub fn ladder_plan(
    owner: Option<AccountId>,
    main: AccountId,
    seats: &[Seat],
    outside: bool,
) -> Vec<LadderStep> {
    let owner = owner.unwrap_or(main);
    let free = |seat: &&Seat| {
        seat.presence == Presence::Online && !seat.disabled && seat.account != main && seat.account != owner
    };
    let agent = seats.iter().filter(free).min_by_key(|seat| (seat.serving, seat.today));
    let agent = agent.map(|seat| LadderStep::Agent(seat.account));
    let main = (owner != main).then_some(LadderStep::Main(main));
    agent.into_iter().chain(main).chain(outside.then_some(LadderStep::Outside)).collect()
}

/// The stage that a ladder stands on: the last but one, or the only one; none for a kind without alerts.
#[must_use]
pub fn ladder_foot(deadline: &Deadline, policy: &AlertPolicy) -> Option<Stage> {
    let all = stages(deadline, policy);
    all.iter().rev().nth(1).or_else(|| all.last()).copied()
}

/// The earliest instant at which a ladder can climb, whatever the clock does meanwhile.
#[must_use]
pub fn ladder_earliest(deadline: &Deadline, policy: &AlertPolicy) -> Option<Timestamp> {
    let foot = ladder_foot(deadline, policy)?;
    Some(plus(foot.instant(deadline.due), policy.ladder_wait_s.value))
}

/// A ladder that stands: its foot, or a stage above, was raised and nobody has acted since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// The deadline, which nobody has met.
    pub deadline: Deadline,
    /// Whose the conversation is.
    pub owner: Option<AccountId>,
    /// When the foot, or the first stage above it, was raised.
    pub told_at: Timestamp,
    /// The highest rung climbed so far, and when.
    pub climbed: Option<(Rung, Timestamp)>,
}

/// Why a ladder climbed; stored with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClimbWhy {
    /// The stage it stands on.
    pub foot: Stage,
    /// When that, or the first stage above, was raised.
    pub told_at: Timestamp,
    /// Since when somebody could have acted on the step before.
    pub since: Timestamp,
    /// For how many seconds nobody did.
    pub waited_s: i64,
    /// How long is waited.
    pub wait_s: i64,
}

/// One step up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Climb {
    /// Who is told now.
    pub to: LadderStep,
    /// Whose the conversation is.
    pub from: Option<AccountId>,
    /// Why.
    pub why: ClimbWhy,
}

/// What becomes of a ladder now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum LadderVerdict {
    /// It climbs.
    Climb(Climb),
    /// Not yet: people still have time to act, or it is quiet.
    Wait,
    /// Nobody is left to tell.
    Top,
}

/// Whether a ladder climbs at `now` (`docs/RULES.md` §4): one rung after each wait in vain. A wait begins when its
/// stage or step was told, but not before `awake_since`, because nobody could act while the machine slept; an instant
/// that the clock has not reached was written by a clock since set back, and says nothing. A step belongs to the foot,
/// so quiet hours hold it back unless the foot is the last stage.
#[must_use]
pub fn climb(
    ladder: &Ladder,
    plan: &[LadderStep],
    awake_since: Timestamp,
    now: Timestamp,
    policy: &AlertPolicy,
) -> LadderVerdict {
    let Some(foot) = ladder_foot(&ladder.deadline, policy) else { return LadderVerdict::Top };
    let highest = ladder.climbed.map(|(rung, _)| rung);
    let Some(to) = plan.iter().copied().find(|step| Some(step.rung()) > highest) else {
        return LadderVerdict::Top;
    };
    let last = stages(&ladder.deadline, policy).last() == Some(&foot);
    let reached = foot.instant(ladder.deadline.due);
    if now < reached || (is_quiet(now, policy) && !last) {
        return LadderVerdict::Wait;
    }
    let told = [Some(ladder.told_at), ladder.climbed.map(|(_, at)| at), Some(awake_since)];
    let since = told.into_iter().flatten().filter(|at| *at <= now).fold(reached, Timestamp::max);
    let (waited_s, wait_s) = (seconds_between(since, now), policy.ladder_wait_s.value);
    if waited_s < wait_s {
        return LadderVerdict::Wait;
    }
    let why = ClimbWhy { foot, told_at: ladder.told_at, since, waited_s, wait_s };
    LadderVerdict::Climb(Climb { to, from: ladder.owner, why })
}
