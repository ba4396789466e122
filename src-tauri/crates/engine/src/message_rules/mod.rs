//! Message rules of the team: what they say is kept, and what happens is held against them (`docs/RULES.md` §8).
//!
//! A rule fires inside the transaction that takes the event in, or that raises the stage: what is written down there is
//! the event itself, the firing, the text that is offered, the hand-over, and what waits for each group robot. So a crash
//! loses no firing and doubles none, and what arrives twice fires once. Nobody at this program hears of it before the
//! commit: `tell.rs` rings on the next tick for what nobody has heard of yet.
//!
//! `stored.rs` is how a rule is kept and whether what it names is still there, `manage.rs` what the owner does with rules,
//! `known.rs` what was known before an event, `fire.rs` what follows from a rule that fires, `stage.rs` the stages of
//! deadlines, `offered.rs` the texts that wait for a person, `dry_run.rs` what a draft would have done.
//!
//! A team without rules pays nothing: the desk has an empty list, and intake asks nothing else.

mod dry_run;
mod fire;
mod known;
mod manage;
mod offered;
mod stage;
mod stored;
mod story;
mod tell;

pub use dry_run::Rehearsal;
pub use manage::{RuleDraft, RuleInfo, RuleProblem, Saved};
pub use stored::Gone;
pub use story::{ReplyFate, ReplyStory, Story};

pub(crate) use fire::{Firings, Occasion};
pub(crate) use known::{About, Known, Seen};
pub(crate) use stored::in_force;
