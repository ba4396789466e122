//! The alert loop: wall-clock ticks of at most 15 seconds, never one long sleep, because timers freeze while a laptop
//! sleeps (`docs/RULES.md` §4).

mod authorisation;
mod ladder;
mod ring;
mod shown;
mod silence;
mod stages;
mod vigil;

pub(crate) use ladder::acted;
pub(crate) use ring::Turn;
pub(crate) use vigil::Vigil;

use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::Notice;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Between two looks at the wall clock; a third of the 15 seconds that an alert may be late.
const TICK: Duration = Duration::from_secs(5);
/// After a fault the watch begins again; one that stays must not be all that the program does.
const AGAIN: Duration = Duration::from_secs(1);
/// After a sleep stores get so long to be read once before anything rings: what was answered on a phone meanwhile is
/// left alone, and alerts are still in time.
const FIRST_ROUND: Duration = Duration::from_secs(8);

/// Watches the deadlines until the engine stops, also after a fault in the watching: nothing else would say that nothing
/// rings any more.
pub(crate) async fn keep_watching(engine: Engine) {
    let begin = || -> JoinHandle<()> { tokio::spawn(watch(engine.clone())) };
    while begin().await.is_err() {
        tracing::error!("the watch over the deadlines broke off; it begins again");
        engine.bus().publish(Event::AlertsWork(false));
        tokio::time::sleep(AGAIN).await;
    }
}

async fn watch(engine: Engine) {
    let stop = engine.stopped();
    let mut address = channels::http::own_address();
    let mut timer = tokio::time::interval(TICK);
    timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = timer.tick() => {}
        }
        let here = channels::http::own_address();
        let moved = here != address && here.is_some();
        address = here.or(address);
        let now = engine.now();
        let slept = engine.vigil().slept(now);
        if slept {
            // Counts of before can't be trusted either.
            engine.bus().publish(Event::All);
        }
        if slept || moved {
            // Sockets of before can't be trusted: everybody reads again.
            tokio::select! {
                () = stop.cancelled() => return,
                () = engine.runners().read_again(FIRST_ROUND, now) => {}
            }
        }
        if let Err(error) = engine.tick().await {
            tracing::error!(%error, "alerts could not be raised");
        }
    }
}

impl Engine {
    /// One tick at the wall clock's time: raises the stages that are due, lets ladders climb, tells what rules
    /// fired, and tells of stores that fell silent, each at most once. Returns what was told.
    ///
    /// # Errors
    /// If the file refuses; what was not written down was not told either, and the next tick tries again.
    pub async fn tick(&self) -> Result<Vec<Notice>, EngineError> {
        let _one = self.ticking().await;
        let now = self.now();
        self.vigil().beat(now);
        let vigil = self.vigil().clone();
        let mut told = Vec::new();
        // One that fails must not keep the others from ringing.
        let stages = self.raise_stages(&vigil, now).await.map(|notices| told.extend(notices));
        if stages.is_ok() {
            self.vigil().caught_up();
        }
        let ladders = self.climb_ladders(&vigil, now).await.map(|notices| told.extend(notices));
        // The clock may have jumped.
        self.robots().poke();
        self.runners().look();
        let firings = self.tell_firings(now).await.map(|notices| told.extend(notices));
        let silences = self.tell_silences(&vigil, now).await.map(|notices| told.extend(notices));
        let endings = self.tell_ending(now).await.map(|notices| told.extend(notices));
        if vigil.must_note() && self.note_watched().await.is_ok() {
            self.vigil().noted();
        }
        stages.and(ladders).and(firings).and(silences).and(endings).map(|()| told)
    }

    /// Writes down that deadlines are watched until now.
    pub(crate) async fn note_watched(&self) -> Result<(), EngineError> {
        let mut tx = self.store().begin().await?;
        tx.set_watched_until(self.now()).await?;
        tx.commit().await?;
        Ok(())
    }
}
