use super::stages;
use crate::dispatch::Seat;
use crate::policy::AlertPolicy;
use crate::time::seconds_between;
use domain::{AccountId, Deadline, Presence, Timestamp};
use serde::{Deserialize, Serialize};

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

/// The steps above the owner: another online agent (who serves the fewest, then had the fewest today, then roster
/// order), the main account, the world outside. A step that is the owner, or for which nobody is there, is left out.
#[must_use]
pub fn ladder_plan(owner: Option<AccountId>, main: AccountId, seats: &[Seat]) -> Vec<LadderStep> {
    let free = |seat: &&Seat| {
        seat.presence == Presence::Online
            && !seat.disabled
            && seat.account != main
            && Some(seat.account) != owner
    };
    let agent = seats.iter().filter(free).min_by_key(|seat| (seat.serving, seat.today));
    let agent = agent.map(|seat| LadderStep::Agent(seat.account));
    let main = (owner != Some(main)).then_some(LadderStep::Main(main));
    agent.into_iter().chain(main).chain([LadderStep::Outside]).collect()
}

/// How many steps of a plan have been climbed at `now` if nobody acted: none until the last stage but one has waited
/// in vain, then one more after each wait, up to `steps`. A kind with a single stage climbs from that one.
#[must_use]
pub fn ladder_climbed(deadline: &Deadline, steps: usize, now: Timestamp, policy: &AlertPolicy) -> usize {
    let all = stages(deadline, policy);
    let Some(foot) = all.iter().rev().nth(1).or_else(|| all.last()) else { return 0 };
    let waited = seconds_between(foot.instant(deadline.due), now);
    let climbed = waited.div_euclid(policy.ladder_wait_s.value.max(1)).max(0);
    usize::try_from(climbed).unwrap_or(usize::MAX).min(steps)
}
