//! The engine: one store, one desk, one bus, and the use cases around them.

use crate::alerts::{Turn, Vigil};
use crate::bridge::Bridges;
use crate::bus::{Bus, Event};
use crate::desk::Desk;
use crate::error::EngineError;
use crate::fate::Rereads;
use crate::intake::Accepted;
use crate::mail_import::Imports;
use crate::outside::Robots;
use crate::personal::Personal;
use crate::picture::Folder;
use crate::ports::{Clock, Notifier, SecretVault, Words};
use crate::privacy::Erasing;
use crate::push::Pushes;
use crate::removal::Forgetting;
use crate::runner::Runners;
use crate::trial::SignIns;
use domain::{AccountId, Presence, Timestamp, beijing_day_start};
use rules::calendar::Calendar;
use rules::policy::Policy;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{Store, StoreError};
use tokio::sync::{Mutex, MutexGuard, Notify};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Key of the policy changes in the settings.
pub(crate) const POLICY: &str = "policy";
/// Key of imported calendar years in the settings.
pub(crate) const CALENDAR: &str = "calendar";
/// More conversations than this in one event are told as "everything".
const LISTED: usize = 200;

/// What the engine asks of the outside.
#[derive(Clone)]
pub struct Ports {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The desktop's notification area.
    pub notifier: Arc<dyn Notifier>,
    /// The key store.
    pub vault: Arc<dyn SecretVault>,
    /// The words of what is told outside.
    pub words: Arc<dyn Words>,
}

/// The only composer. Clones share everything.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    ports: Ports,
    bus: Bus,
    desk: Mutex<Desk>,
    vigil: std::sync::Mutex<Vigil>,
    ticking: Mutex<()>,
    turn: Turn,
    runners: Runners,
    bridges: Bridges,
    pushes: Pushes,
    robots: Robots,
    sign_ins: SignIns,
    erasing: Erasing,
    forgetting: Forgetting,
    personal: Personal,
    imports: Imports,
    rereads: Rereads,
    again: Mutex<()>,
    again_wake: Notify,
    folder: Folder,
    outbox_wake: Notify,
    pump: Mutex<Option<JoinHandle<()>>>,
    disk_full: AtomicBool,
    stop: CancellationToken,
}

impl Engine {
    /// Opens the data folder and takes up where the last run stopped. Nothing runs until [`Engine::start`].
    /// `main_name` is the name of the main account on a fresh folder.
    ///
    /// # Errors
    /// If the file refuses; [`store::StoreError::InUse`] if another process has it.
    pub async fn open(dir: &Path, main_name: &str, ports: Ports) -> Result<Self, EngineError> {
        let store = Store::open(dir).await?;
        let now = ports.clock.now();
        if store.accounts().await?.is_empty() {
            let mut tx = store.begin().await?;
            let main = tx.add_account(&account_name(main_name)?, now).await?;
            tx.set_presence(main, Presence::Online, now).await?;
            tx.commit().await?;
        }
        // What was on its way when the last run ended may or may not have arrived: a person is asked.
        let mut tx = store.begin().await?;
        tx.recover_outbox(now).await?;
        tx.commit().await?;
        let desk = desk(&store, now).await?;
        let vigil = Vigil::new(store.watched_until().await?, now);
        let inner = Inner {
            store,
            ports,
            bus: Bus::default(),
            desk: Mutex::new(desk),
            vigil: std::sync::Mutex::new(vigil),
            ticking: Mutex::new(()),
            turn: Turn::default(),
            runners: Runners::default(),
            bridges: Bridges::default(),
            pushes: Pushes::default(),
            robots: Robots::default(),
            sign_ins: SignIns::default(),
            erasing: Erasing::default(),
            forgetting: Forgetting::default(),
            personal: Personal::default(),
            imports: Imports::default(),
            rereads: Rereads::default(),
            again: Mutex::default(),
            again_wake: Notify::new(),
            folder: Folder::new(dir),
            outbox_wake: Notify::new(),
            pump: Mutex::new(None),
            disk_full: AtomicBool::new(false),
            stop: CancellationToken::new(),
        };
        let engine = Self { inner: Arc::new(inner) };
        // It may have died between the record of a sent picture and the picture's removal.
        engine.sweep_pictures().await?;
        Ok(engine)
    }

    /// Starts reading the stores, sending replies and watching deadlines.
    ///
    /// # Errors
    /// If the list of stores can't be read.
    pub async fn start(&self) -> Result<(), EngineError> {
        self.settle_all_by_history().await?;
        self.sweep_sign_ins().await?;
        self.start_robots().await?;
        tokio::spawn(crate::upkeep::watch(self.clone()));
        tokio::spawn(crate::privacy::watch(self.clone()));
        tokio::spawn(crate::personal::tidy(self.clone()));
        tokio::spawn(crate::removal::watch(self.clone()));
        for store in self.store().stores().await? {
            crate::runner::start(self, store).await;
        }
        // After the stores: what was answered while the program did not run is read before anything rings.
        tokio::spawn(crate::alerts::keep_watching(self.clone()));
        self.start_bridges().await?;
        self.start_pushes().await?;
        tokio::spawn(crate::quarantine::watch(self.clone()));
        tokio::spawn(crate::fate::watch(self.clone()));
        // Last: what waits from the last run would else find no way out.
        let pump = tokio::spawn(crate::sending::pump(self.clone()));
        *self.inner.pump.lock().await = Some(pump);
        Ok(())
    }

    /// Stops everything that [`Engine::start`] began and closes the file. What was not finished is taken up again by
    /// the next run.
    ///
    /// # Errors
    /// If the file can't be closed cleanly; it is whole all the same.
    pub async fn stop(&self) -> Result<(), EngineError> {
        self.inner.stop.cancel();
        if let Some(pump) = self.inner.pump.lock().await.take() {
            // It ends by itself; a panic in it is no reason to leave the file open.
            let _ = pump.await;
        }
        self.inner.imports.end().await;
        self.inner.runners.end().await;
        self.inner.robots.end().await;
        if let Err(error) = self.note_watched().await {
            tracing::warn!(%error, "until when deadlines were watched could not be written down");
        }
        self.inner.bridges.end().await;
        self.inner.pushes.end().await;
        self.inner.store.close().await?;
        Ok(())
    }

    /// The file, for reading.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Where events are told.
    #[must_use]
    pub fn bus(&self) -> &Bus {
        &self.inner.bus
    }

    /// The wall clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.ports.clock.now()
    }

    /// The rules' data in force: policy and calendar.
    pub async fn rules(&self) -> (Policy, Calendar) {
        let desk = self.desk().await;
        (desk.policy.clone(), desk.calendar.clone())
    }

    /// The main account.
    pub async fn main_account(&self) -> AccountId {
        self.desk().await.main
    }

    pub(crate) fn ports(&self) -> &Ports {
        &self.inner.ports
    }

    pub(crate) fn runners(&self) -> &Runners {
        &self.inner.runners
    }

    pub(crate) fn bridges(&self) -> &Bridges {
        &self.inner.bridges
    }

    pub(crate) fn pushes(&self) -> &Pushes {
        &self.inner.pushes
    }

    pub(crate) fn robots(&self) -> &Robots {
        &self.inner.robots
    }

    pub(crate) fn sign_ins(&self) -> &SignIns {
        &self.inner.sign_ins
    }

    pub(crate) fn erasing(&self) -> &Erasing {
        &self.inner.erasing
    }

    pub(crate) fn forgetting(&self) -> &Forgetting {
        &self.inner.forgetting
    }

    pub(crate) fn personal(&self) -> &Personal {
        &self.inner.personal
    }

    pub(crate) fn imports(&self) -> &Imports {
        &self.inner.imports
    }

    /// One payload of the quarantine is read again at a time.
    pub(crate) async fn reading_again(&self) -> MutexGuard<'_, ()> {
        self.inner.again.lock().await
    }

    /// Wakes the one who reads again what nobody has tried yet.
    pub(crate) fn again_wake(&self) -> &Notify {
        &self.inner.again_wake
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.inner.folder
    }

    pub(crate) fn rereads(&self) -> &Rereads {
        &self.inner.rereads
    }

    pub(crate) fn outbox_wake(&self) -> &Notify {
        &self.inner.outbox_wake
    }

    pub(crate) fn stopped(&self) -> CancellationToken {
        self.inner.stop.clone()
    }

    /// Never held while something is waited for.
    pub(crate) fn vigil(&self) -> std::sync::MutexGuard<'_, Vigil> {
        self.inner.vigil.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// One tick at a time.
    pub(crate) async fn ticking(&self) -> MutexGuard<'_, ()> {
        self.inner.ticking.lock().await
    }

    /// The system is asked to show one notice at a time.
    pub(crate) fn turn(&self) -> &Turn {
        &self.inner.turn
    }

    pub(crate) async fn desk(&self) -> MutexGuard<'_, Desk> {
        self.inner.desk.lock().await
    }

    /// Reads the desk from the record again: the roster or the policy changed.
    pub(crate) async fn reload_desk(&self) -> Result<(), EngineError> {
        // Under the lock: an intake in between would count for a desk that is thrown away.
        let mut held = self.desk().await;
        *held = self.desk_of_record().await?;
        Ok(())
    }

    /// The desk as the record shows it now.
    pub(crate) async fn desk_of_record(&self) -> Result<Desk, EngineError> {
        desk(self.store(), self.now()).await
    }

    /// Tells whether the disk is full when that changes, and hands the result on.
    pub(crate) fn disk_noted<T>(&self, result: Result<T, EngineError>) -> Result<T, EngineError> {
        let full = matches!(result, Err(EngineError::Store(StoreError::Full)));
        // Any other failure says nothing of the disk.
        if (full || result.is_ok()) && self.inner.disk_full.swap(full, Ordering::Relaxed) != full {
            self.bus().publish(Event::DiskFull(full));
        }
        result
    }

    pub(crate) fn tell(&self, accepted: &Accepted) {
        if accepted.quarantined > 0 {
            self.bus().publish(Event::Rail);
        }
        if accepted.taken == 0 && accepted.changed.is_empty() {
            return;
        }
        if accepted.changed.len() > LISTED {
            self.bus().publish(Event::All);
        } else {
            self.bus().publish(Event::Conversations(accepted.changed.as_slice().into()));
        }
    }
}

pub(crate) fn account_name(name: &str) -> Result<domain::AccountName, EngineError> {
    domain::AccountName::parse(name).map_err(|error| EngineError::invalid(error.to_string()))
}

async fn desk(store: &Store, now: Timestamp) -> Result<Desk, EngineError> {
    let policy = match store.setting(POLICY).await? {
        Some(changes) => Policy::with_changes(&changes)?,
        None => Policy::default(),
    };
    let kept = store.setting(CALENDAR).await?.unwrap_or_default();
    let calendar = crate::recompute::calendar_of(&policy, &kept, now)?;
    let accounts = store.accounts().await?;
    let counts = store.dispatch_counts(beijing_day_start(now)).await?;
    let sync: HashMap<_, _> =
        store.stores().await?.into_iter().map(|row| (row.id, row.multi_device_sync)).collect();
    let rules = crate::message_rules::in_force(store).await?;
    Ok(Desk::new(policy, calendar, &accounts, &counts, sync, rules, now))
}
