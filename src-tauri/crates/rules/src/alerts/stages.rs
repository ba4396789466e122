use crate::policy::{AlertPolicy, Scale};
use crate::time::seconds_between;
use domain::{Deadline, DeadlineKind, Stage};

/// The stages of a deadline in order of time: those of its kind, or the common pattern scaled to its length. A stage
/// that would lie before the clock's start is none.
#[must_use]
pub fn stages(deadline: &Deadline, policy: &AlertPolicy) -> Vec<Stage> {
    let table = Table::new(policy);
    let mut stages: Vec<Stage> = table.of(deadline).collect();
    stages.sort_unstable();
    stages.dedup();
    stages
}

/// The policy in a form that costs nothing per deadline.
pub(super) struct Table<'a> {
    own: [Option<&'a [Stage]>; DeadlineKind::ALL.len()],
    scale: &'a Scale,
}

impl<'a> Table<'a> {
    pub(super) fn new(policy: &'a AlertPolicy) -> Self {
        let own =
            DeadlineKind::ALL.map(|kind| policy.stages.get(&kind).map(|stages| stages.value.as_slice()));
        Self { own, scale: &policy.scale.value }
    }

    /// The stages of a deadline, in the order of the policy; no allocation.
    pub(super) fn of(&self, deadline: &Deadline) -> impl Iterator<Item = Stage> + use<'a> {
        let length = seconds_between(deadline.from, deadline.due).max(0);
        let own = self.own.get(deadline.kind as usize).copied().flatten();
        let (list, base) =
            own.map_or((self.scale.stages.as_slice(), Some(self.scale.length_s)), |own| (own, None));
        list.iter()
            .map(move |stage| base.map_or(*stage, |base| scaled(*stage, length, base)))
            .filter(move |stage| stage.0 >= -length)
    }
}

/// The stage at the same fraction of another length, in whole minutes where it is that long.
fn scaled(stage: Stage, length: i64, base: i64) -> Stage {
    let offset = stage.0.saturating_mul(length) / base.max(1);
    Stage(if offset.abs() >= 60 { offset / 60 * 60 } else { offset })
}
