//! One task a store: polls, takes in, waits, backs off (`pause.rs`).

mod fresh;
mod pause;
mod replace;

pub use pause::StorePause;

use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::Mode;
use crate::nightly::Nightly;
use channels::breaker::Breaker;
use channels::{Backlog, Batch, ChannelError, Connector, Cursors, Renewals};
use domain::{Platform, StoreId, Timestamp};
use replace::Replacing;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use store::{CheckFailure, StoreRow};
use tokio::sync::{Mutex, Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Between two rounds that pushes ask for: the platform wants no more than one each half minute.
const NEWS_EVERY: Duration = Duration::from_secs(30);
/// Between two tellings of how far a long reading is.
const TOLD_EVERY: Duration = Duration::from_millis(400);

/// The stores that are being read.
#[derive(Default)]
pub(crate) struct Runners {
    running: Mutex<HashMap<StoreId, Running>>,
    /// How far long readings are; never held while something is waited for.
    backlogs: std::sync::Mutex<HashMap<StoreId, Backlog>>,
    /// What stops us from calling a platform that keeps refusing; likewise.
    breakers: std::sync::Mutex<HashMap<StoreId, Breaker>>,
    /// Whoever pauses looks at the clock again.
    looks: Notify,
    /// The stores whose line is missing for a moment only.
    replacing: Replacing,
    /// Held while a store's tokens are renewed: when its settings change, the line of before may still be about it.
    renewals: std::sync::Mutex<HashMap<StoreId, Renewals>>,
}

struct Running {
    connector: Arc<dyn Connector>,
    started: Timestamp,
    /// How often everybody was to read again.
    wishes: watch::Sender<u64>,
    /// Which of these wishes the last round knew of that came to an end, well or not: `None` before the first.
    ended: watch::Receiver<Option<u64>>,
    poke: Arc<Notify>,
    /// There is something to fetch, and no hurry that would justify calling a platform that refuses.
    news: Arc<Notify>,
    /// When pushes last asked for a round.
    asked: Option<Instant>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// Stops reading, and waits until nobody writes any more.
    async fn end(self) {
        self.stop.cancel();
        let _ = self.task.await;
    }
}

impl Runners {
    /// The way out to a store's platform.
    pub(crate) async fn connector(&self, store: StoreId) -> Option<Arc<dyn Connector>> {
        self.running.lock().await.get(&store).map(|running| Arc::clone(&running.connector))
    }

    /// Something happened at a store that is better fetched soon. Not more often than the platform likes.
    pub(crate) async fn news(&self, store: StoreId) {
        if let Some(running) = self.running.lock().await.get_mut(&store)
            && running.asked.is_none_or(|asked| asked.elapsed() >= NEWS_EVERY)
        {
            running.asked = Some(Instant::now());
            running.news.notify_one();
        }
    }

    /// Everybody reads at once, because the machine woke up, the network changed or the program started. A reading that is
    /// under way begins anew: its sockets may be dead, and what it has heard is of before. Returns when each has finished a
    /// round that began after this call, or after `at_most`. Whom its platform told to wait is not asked.
    pub(crate) async fn read_again(&self, at_most: Duration, now: Timestamp) {
        let asked: Vec<_> = self
            .running
            .lock()
            .await
            .iter()
            .filter(|(store, _)| self.may_skip(**store, now))
            .map(|(_, running)| {
                let ended = running.ended.clone();
                running.wishes.send_modify(|wish| *wish += 1);
                (*running.wishes.borrow(), ended)
            })
            .collect();
        let all = futures::future::join_all(asked.into_iter().map(async |(wish, mut ended)| {
            // A runner that ends has nothing more to say.
            let _ = ended.wait_for(|known| *known >= Some(wish)).await;
        }));
        let _ = tokio::time::timeout(at_most, all).await;
    }

    /// Whoever renews the tokens of a store holds this.
    pub(crate) fn renewals(&self, store: StoreId) -> Renewals {
        let mut all = self.renewals.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(all.entry(store).or_default())
    }

    /// Since when each store is being read.
    pub(crate) async fn started(&self) -> HashMap<StoreId, Timestamp> {
        self.running.lock().await.iter().map(|(store, running)| (*store, running.started)).collect()
    }

    /// Which stores have more to catch up with than a round, and how far they are.
    pub(crate) fn backlogs(&self) -> std::sync::MutexGuard<'_, HashMap<StoreId, Backlog>> {
        self.backlogs.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Stops reading one store.
    pub(crate) async fn end_one(&self, store: StoreId) {
        self.backlogs().remove(&store);
        self.breakers().remove(&store);
        let running = self.running.lock().await.remove(&store);
        if let Some(running) = running {
            running.end().await;
        }
    }

    /// Stops reading all stores, and waits until nobody writes any more.
    pub(crate) async fn end(&self) {
        let all: Vec<Running> = self.running.lock().await.drain().map(|(_, running)| running).collect();
        for running in &all {
            running.stop.cancel();
        }
        for running in all {
            let _ = running.task.await;
        }
    }
}

/// Starts reading a store as it is kept. One that can't be read yet (no secret in the key store) says so on the rail.
pub(crate) async fn start(engine: &Engine, row: StoreRow) {
    // A bridge calls by itself.
    if row.paused || row.store.platform == Platform::Bridge {
        return;
    }
    let every = crate::connect::interval(&row);
    match crate::connect::connector(engine, &row) {
        Ok(connector) => {
            engine.forgetting().wake();
            attach(engine, row.id, connector, every).await;
        }
        Err(error) => {
            let code = match &error {
                EngineError::Vault(_) => "key_store".to_owned(),
                other => other.to_string(),
            };
            note_failure(engine, row.id, &code, owner_must_act(&error)).await;
        }
    }
}

/// Starts reading a store through a given connector.
pub(crate) async fn attach(engine: &Engine, store: StoreId, connector: Arc<dyn Connector>, every: Duration) {
    // Until the new one is there.
    let _replacement = engine.runners().replacing(store);
    engine.runners().end_one(store).await;
    let (poke, news) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let stop = engine.stopped().child_token();
    let (wishes, wish) = watch::channel(0);
    let (done, ended) = watch::channel(None);
    let run = Run {
        engine: engine.clone(),
        store,
        platform: connector.platform(),
        connector: Arc::clone(&connector),
        poke: Arc::clone(&poke),
        news: Arc::clone(&news),
        wish,
        known: None,
        done,
        every,
        told_at: None,
    };
    let stopped = stop.clone();
    let task = tokio::spawn(async move {
        tokio::select! {
            () = stopped.cancelled() => {}
            () = run.forever() => {}
        }
    });
    let started = engine.now();
    let running = Running { connector, started, wishes, ended, poke, news, asked: None, stop, task };
    let other = engine.runners().running.lock().await.insert(store, running);
    if let Some(other) = other {
        // Made at the same time as this one: nobody would ever end it.
        other.end().await;
    }
}

struct Run {
    engine: Engine,
    store: StoreId,
    platform: Platform,
    connector: Arc<dyn Connector>,
    poke: Arc<Notify>,
    news: Arc<Notify>,
    wish: watch::Receiver<u64>,
    /// The wish that the reading of this round knew of.
    known: Option<u64>,
    done: watch::Sender<Option<u64>>,
    every: Duration,
    /// When the faces last heard how far a long reading is.
    told_at: Option<Instant>,
}

impl Run {
    async fn forever(mut self) {
        let mut nightly = Nightly::default();
        loop {
            let round = self.round().await;
            self.done.send_replace(self.known);
            match round {
                Ok(true) => self.works(),
                Ok(false) => {
                    self.works();
                    if nightly.look(&self.engine, self.store, self.connector.as_ref()).await {
                        continue;
                    }
                    let pause = self.jittered(self.every);
                    tokio::select! {
                        () = self.poke.notified() => {}
                        () = self.news.notified() => {}
                        Ok(()) = self.wish.changed() => {}
                        () = self.connector.wait(pause) => {}
                    }
                }
                Err(error) => {
                    nightly.line_was_cut();
                    // Before anybody is told: whoever hears of it asks until when.
                    self.failed(&error);
                    note_failure(&self.engine, self.store, &code(&error), owner_must_act(&error)).await;
                    self.pause().await;
                }
            }
        }
    }

    /// Fetches what came, from the beginning again whenever everybody is to read again. A reading that is dropped leaves
    /// nothing half done: it ends so with the program, too.
    async fn fetch(&mut self, cursors: &Cursors) -> Result<Batch, ChannelError> {
        loop {
            self.known = Some(*self.wish.borrow_and_update());
            tokio::select! {
                batch = self.connector.poll(cursors) => return batch,
                Ok(()) = self.wish.changed() => {}
            }
        }
    }

    /// One round. True if there is more to fetch at once; an error also if nothing of what came could be read.
    async fn round(&mut self) -> Result<bool, EngineError> {
        let row = self.engine.store().store(self.store).await?;
        let batch = self.fetch(&row.cursors).await?;
        if let Some(partner) = crate::push::partner_of(&row).filter(|_| !batch.for_others.is_empty()) {
            // First: the receipt for this batch is one for them too.
            let others = batch.for_others.iter().map(|raw| (partner.as_str(), raw));
            self.engine.keep_pushes(others).await?;
        }
        self.engine.settle_by_record(self.store, &batch).await?;
        self.engine.accept(self.store, self.platform, &batch, Mode::Live).await?;
        self.connector.committed(&batch).await;
        let noted = self.note(&row, &batch).await?;
        self.engine.note_authorised_until(&row, batch.authorised_until).await?;
        if noted.heard && self.platform == Platform::Mail {
            // Its clock has left the list of mails.
            self.engine.bus().publish(Event::All);
        }
        if self.tell_backlog(batch.backlog)
            || noted.heard
            || crate::mail_folders::has_news(&batch.cursors)
            || row.last_success.is_none()
            || !row.last_error_code.is_empty()
            || noted.able
        {
            self.engine.bus().publish(Event::Rail);
        }
        match batch.answers.failure() {
            // It is all in, and it is not what a store that was read brings.
            Some(error) => Err(error.clone().into()),
            None => Ok(batch.more),
        }
    }

    /// Notes how far a long reading is. True if the faces should hear of it now: at its beginning, at its end, and not too
    /// often in between.
    fn tell_backlog(&mut self, backlog: Option<Backlog>) -> bool {
        let before = {
            let mut backlogs = self.engine.runners().backlogs();
            match backlog {
                Some(backlog) => backlogs.insert(self.store, backlog),
                None => backlogs.remove(&self.store),
            }
        };
        let told = match (before, backlog) {
            (None, None) => return false,
            (Some(_), Some(_)) => self.told_at.is_none_or(|at| at.elapsed() >= TOLD_EVERY),
            (None, Some(_)) | (Some(_), None) => true,
        };
        if told {
            self.told_at = Some(Instant::now());
        }
        told
    }

    /// Up to a fifth longer, differently for every store, so that ten shops don't call in the same second.
    fn jittered(&self, pause: Duration) -> Duration {
        pause + pause * part(self.store) / 5000
    }
}

/// A store's own part of a thousand.
fn part(store: StoreId) -> u32 {
    u32::try_from(store.0.unsigned_abs().wrapping_mul(0x9E37_79B9) % 1000).unwrap_or(0)
}

pub(crate) fn code(error: &EngineError) -> String {
    match error {
        EngineError::Channel(ChannelError::OwnerMustAct { code, .. }) => code.clone(),
        EngineError::Channel(ChannelError::Unreachable { .. }) => "unreachable".into(),
        EngineError::Channel(ChannelError::RateLimited { .. }) => "rate_limited".into(),
        EngineError::Channel(ChannelError::ClockSkew) => "clock_skew".into(),
        EngineError::Channel(ChannelError::Unexpected { .. }) => "unexpected_answer".into(),
        EngineError::Store(store::StoreError::Full) => "disk_full".into(),
        other => other.to_string(),
    }
}

/// Whether nothing but a person's hand helps: new secrets, another setting, a click on the platform.
const fn owner_must_act(error: &EngineError) -> bool {
    matches!(
        error,
        EngineError::Channel(ChannelError::OwnerMustAct { .. })
            | EngineError::Vault(_)
            | EngineError::Invalid { .. }
    )
}

/// Writes down that a store could not be read, and tells the faces.
pub(crate) async fn note_failure(engine: &Engine, store: StoreId, code: &str, owner_must_act: bool) {
    tracing::warn!(store = store.0, code, "a store could not be read");
    let written = async {
        let mut tx = engine.store().begin().await?;
        tx.set_freshness(store, Some(CheckFailure { code, owner_must_act }), engine.now()).await?;
        tx.commit().await
    };
    if let Err(error) = written.await {
        tracing::error!(%error, "the failure could not be written down");
    }
    engine.bus().publish(Event::StoreTrouble(store, code.to_owned()));
    engine.bus().publish(Event::Rail);
}
