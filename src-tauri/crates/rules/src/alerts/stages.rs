use crate::policy::AlertPolicy;
use crate::time::seconds_between;
use domain::{Deadline, DeadlineKind, Stage};

/// The stages of a deadline in order of time: those of its kind, or the common pattern scaled to its length. A stage
/// that would lie before the clock's start is none.
#[must_use]
pub fn stages(deadline: &Deadline, policy: &AlertPolicy) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Table::new(policy).of(deadline).collect();
    stages.sort_unstable();
    stages.dedup();
    stages
}

/// The stages of one kind.
#[derive(Clone, Copy)]
struct Pattern<'a> {
    stages: &'a [Stage],
    /// The length they are written for, if they scale.
    base: Option<i64>,
    first: i64,
    last: i64,
}

impl<'a> Pattern<'a> {
    fn new(stages: &'a [Stage], base: Option<i64>) -> Self {
        let first = stages.iter().map(|stage| stage.0).min().unwrap_or(i64::MAX);
        let last = stages.iter().map(|stage| stage.0).max().unwrap_or(i64::MIN);
        Self { stages, base, first, last }
    }
}

/// The policy in a form that costs little per deadline: a tick asks a hundred thousand of them.
pub(super) struct Table<'a> {
    kinds: [Pattern<'a>; DeadlineKind::ALL.len()],
}

impl<'a> Table<'a> {
    pub(super) fn new(policy: &'a AlertPolicy) -> Self {
        let scale = &policy.scale.value;
        let kinds = DeadlineKind::ALL.map(|kind| match policy.stages.get(&kind) {
            Some(own) => Pattern::new(&own.value, None),
            None => Pattern::new(&scale.stages, Some(scale.length_s.max(1))),
        });
        Self { kinds }
    }

    fn pattern(&self, kind: DeadlineKind) -> Pattern<'a> {
        // `ALL` is in the order of declaration, so that the discriminant is the index; a test holds it.
        self.kinds[kind as usize]
    }

    /// Whether no stage can have been reached so many seconds after `due` (negative: before it). One second of
    /// rounding is allowed for; no division.
    pub(super) fn is_early(&self, deadline: &Deadline, after_due: i64) -> bool {
        let pattern = self.pattern(deadline.kind);
        let after_due = after_due.saturating_add(1);
        match pattern.base {
            None => after_due < pattern.first,
            Some(base) => {
                let length = deadline.due.as_second().saturating_sub(deadline.from.as_second());
                after_due.saturating_mul(base) < pattern.first.saturating_mul(length.max(0).saturating_add(1))
                    && pattern.first <= 0
            }
        }
    }

    /// Whether everything was raised, told without looking at each stage. The last stage of a scaled pattern is at
    /// most 0 if the pattern's is.
    pub(super) fn is_spent(&self, kind: DeadlineKind, raised: Stage) -> bool {
        let Pattern { base, last, .. } = self.pattern(kind);
        if base.is_some() { last <= 0 && raised.0 >= 0 } else { raised.0 >= last }
    }

    /// The stages of a deadline, in the order of the policy; no allocation.
    pub(super) fn of(&self, deadline: &Deadline) -> impl Iterator<Item = Stage> + use<'a> {
        let length = seconds_between(deadline.from, deadline.due).max(0);
        let Pattern { stages, base, .. } = self.pattern(deadline.kind);
        let at_length = move |stage: &Stage| base.map_or(*stage, |base| scaled(*stage, length, base));
        stages.iter().map(at_length).filter(move |stage| stage.0 >= -length)
    }
}

/// The stage at the same fraction of another length, in whole minutes where it is that long.
fn scaled(stage: Stage, length: i64, base: i64) -> Stage {
    let offset = stage.0.saturating_mul(length) / base;
    Stage(if offset.abs() >= 60 { offset / 60 * 60 } else { offset })
}

#[cfg(test)]
mod tests {
    use super::DeadlineKind;

    #[test]
    fn a_kind_is_its_own_index() {
        for (index, kind) in DeadlineKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, index, "the table of patterns is indexed by {kind:?}");
        }
    }
}
