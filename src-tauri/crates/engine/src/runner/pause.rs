//! What a store's task does after a failure: a breaker stops it from calling a platform that keeps refusing, says so with
//! a time, and tries once when that has come.

use super::{Run, Runners, code, part};
use crate::engine::Engine;
use crate::error::EngineError;
use channels::ChannelError;
use channels::breaker::{Breaker, BreakerLimits, Health, Trouble};
use domain::{StoreId, Timestamp};
use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

/// After failures that say nothing of how long to wait.
const LIMITS: BreakerLimits =
    BreakerLimits { retry_s: 5, opens_after: 4, first_pause_s: 60, longest_pause_s: 900 };

/// A store that is not called for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorePause {
    /// Until when.
    pub until: Timestamp,
    /// The error's code.
    pub code: String,
    /// The breaker is open: it failed several times, or trying again soon would do harm.
    pub open: bool,
    /// The platform itself named the time, so nobody can hurry it.
    pub named: bool,
}

impl Engine {
    /// The stores that are not called for a while, and until when.
    #[must_use]
    pub fn store_pauses(&self) -> HashMap<StoreId, StorePause> {
        let now = self.now();
        let mut breakers = self.runners().breakers();
        let pause = |(store, breaker): (&StoreId, &mut Breaker)| {
            let until = breaker.until(now)?;
            let (open, trouble) = match breaker.health(LIMITS) {
                Health::Waiting { trouble, .. } => (false, trouble),
                Health::Open { trouble, .. } | Health::Stopped { trouble } => (true, trouble),
                Health::Working => return None,
            };
            Some((*store, StorePause { until, code: trouble.code, open, named: breaker.is_named() }))
        };
        breakers.iter_mut().filter_map(pause).collect()
    }

    /// Calls a store's platform now, whatever the breaker says. False if the platform itself named a time that has not
    /// come.
    ///
    /// # Errors
    /// If there is no such store, or the file refuses.
    pub async fn retry_store(&self, store: StoreId) -> Result<bool, EngineError> {
        let row = self.store().store(store).await?;
        if !self.runners().may_skip(store, self.now()) {
            return Ok(false);
        }
        if !self.runners().poke(store).await {
            // Its connector could not be made: perhaps the key store is open by now.
            super::start(self, row).await;
        }
        Ok(true)
    }
}

impl Runners {
    /// The clock may have moved: whoever pauses looks at it again.
    pub(crate) fn look(&self) {
        self.looks.notify_waiters();
    }

    /// A store reads at once. False if it has no task.
    async fn poke(&self, store: StoreId) -> bool {
        let running = self.running.lock().await;
        running.get(&store).map(|running| running.poke.notify_one()).is_some()
    }

    /// Whether a store may be called before its pause is over.
    pub(super) fn may_skip(&self, store: StoreId, now: Timestamp) -> bool {
        // On a copy: the pause is over when the task hears of it.
        self.breakers().get(&store).cloned().is_none_or(|mut breaker| breaker.skip(now))
    }

    pub(super) fn breakers(&self) -> MutexGuard<'_, HashMap<StoreId, Breaker>> {
        self.breakers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Run {
    /// A round came to a good end.
    pub(super) fn works(&self) {
        self.engine.runners().breakers().remove(&self.store);
    }

    /// A round failed.
    pub(super) fn failed(&self, error: &EngineError) {
        let (limits, now) = (limits(self.store), self.engine.now());
        let trouble = Trouble { code: code(error), detail: String::new() };
        let mut breakers = self.engine.runners().breakers();
        let breaker = breakers.entry(self.store).or_default();
        match error {
            EngineError::Channel(ChannelError::RateLimited { retry_after: Some(wait) }) => {
                let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                breaker.told_to_wait(i64::try_from(whole).unwrap_or(i64::MAX / 2_000), trouble, now);
            }
            // Trying again with refused credentials locks accounts: only a person's click or a long while helps.
            EngineError::Channel(ChannelError::OwnerMustAct { .. } | ChannelError::ClockSkew) => {
                breaker.trip(limits, trouble, now);
            }
            _ => breaker.failure(limits, None, trouble, now),
        }
    }

    /// Waits until the store may be called again, by the wall clock: a timer stands still while a laptop sleeps.
    pub(super) async fn pause(&self) {
        let mut wish = self.wish.clone();
        loop {
            let looked = self.engine.runners().looks.notified();
            let now = self.engine.now();
            let until = {
                let mut breakers = self.engine.runners().breakers();
                breakers.get_mut(&self.store).and_then(|breaker| breaker.until(now))
            };
            let Some(until) = until else { return };
            let rest = Duration::try_from(until.duration_since(now)).unwrap_or_default();
            tokio::select! {
                () = self.poke.notified() => if self.skips() { return },
                Ok(()) = wish.changed() => if self.skips() { return },
                () = looked => {}
                () = tokio::time::sleep(rest) => {}
            }
        }
    }

    /// Whether the store may be called before its pause is over; then it is.
    fn skips(&self) -> bool {
        let now = self.engine.now();
        let mut breakers = self.engine.runners().breakers();
        breakers.get_mut(&self.store).is_none_or(|breaker| breaker.skip(now))
    }
}

/// Up to a fifth longer, differently for every store, so that ten shops don't try in the same second.
fn limits(store: StoreId) -> BreakerLimits {
    let more = i64::from(part(store));
    let longer = |seconds: i64| seconds + seconds * more / 5000;
    BreakerLimits { retry_s: longer(LIMITS.retry_s), first_pause_s: longer(LIMITS.first_pause_s), ..LIMITS }
}
