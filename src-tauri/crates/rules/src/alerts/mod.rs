//! When an alert is raised, which ones belong together, and who hears of it next (`docs/RULES.md` §4).
//!
//! A stage is raised at most once per deadline instant: the caller records the stage of each [`domain::Alert`] it
//! raises as [`OpenDeadline::raised`] before anybody hears of it, and every stage up to that one counts as passed.

mod due;
mod group;
mod ladder;
mod quiet;
mod silence;
mod stages;

pub use due::{OpenDeadline, alerts_due, next_stage_at, snooze_until};
pub use group::{AlertGroup, GroupKind, group};
pub use ladder::{
    Act, Climb, ClimbWhy, Ladder, LadderStep, LadderVerdict, Rung, climb, ladder_earliest, ladder_foot,
    ladder_plan,
};
pub use quiet::{QuietSpan, is_quiet};
pub use silence::{Silence, StoreFacts, silence};
pub use stages::stages;

#[cfg(test)]
mod tests;
