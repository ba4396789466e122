//! An engine in a folder.

use super::ports::{Bell, ManualClock, MemoryVault, PlainWords};
use super::say::{at, batch};
use super::{Pretend, Say};
use channels::{Batch, Connector};
use domain::{AccountId, ConversationId, ConversationKind, Platform, Presence, StoreId};
use engine::{Accepted, Clock, Engine, EngineError, Event, Mode, Notice, Ports, SecretVault};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{ConversationItem, ConversationKey, DeadlineRow, DeadlineStatus, MessageRow, NewStore, StoreRow};
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;

/// Longer than the slowest machine takes, and shorter than a test may.
const PATIENCE: Duration = Duration::from_secs(150);

/// One shop, one engine, and everything around it.
pub(crate) struct House {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) vault: Arc<MemoryVault>,
    pub(crate) shop: StoreId,
    pub(crate) dir: TempDir,
}

impl House {
    /// A seller alone: everything goes to the main account.
    pub(crate) async fn solo() -> Self {
        let (clock, bell, vault) =
            (Arc::new(ManualClock::new(at(0))), Arc::new(Bell::default()), Arc::new(MemoryVault::default()));
        let dir = tempfile::tempdir().unwrap();
        let engine = open(dir.path(), &clock, &bell, &vault).await;
        let shop = add_shop(&engine).await;
        Self { engine, clock, bell, vault, shop, dir }
    }

    /// The main account and three sub-accounts that are online; the seats in roster order.
    pub(crate) async fn team() -> (Self, Vec<AccountId>) {
        let house = Self::solo().await;
        let mut seats = vec![house.engine.main_account().await];
        for name in ["潮铃:小李", "潮铃:小王", "潮铃:小张"] {
            let seat = house.engine.add_account(name).await.unwrap();
            house.engine.set_presence(seat, Presence::Online).await.unwrap();
            seats.push(seat);
        }
        (house, seats)
    }

    /// Closes the engine and opens the folder again, as after a restart.
    pub(crate) async fn reopened(self) -> Self {
        self.engine.stop().await.unwrap();
        self.crashed().await
    }

    /// A platform for this shop.
    pub(crate) fn platform(&self) -> Arc<Pretend> {
        let clock = Arc::clone(&self.clock);
        Arc::new(Pretend::new(Arc::new(move || clock.now())))
    }

    /// The shop is read and answered through a platform that follows a script.
    pub(crate) async fn attach(&self) -> Arc<Pretend> {
        let platform = self.platform();
        let connector: Arc<dyn Connector> = Arc::clone(&platform) as _;
        self.engine.attach(self.shop, connector, Duration::from_secs(60)).await;
        platform
    }

    /// Closes nothing and opens the folder again, as after a crash.
    pub(crate) async fn crashed(self) -> Self {
        let Self { engine, clock, bell, vault, shop, dir } = self;
        drop(engine);
        let engine = open(dir.path(), &clock, &bell, &vault).await;
        Self { engine, clock, bell, vault, shop, dir }
    }

    /// Ticks every `step` seconds until `end` (seconds of the story), as the loop does. Returns what was told.
    pub(crate) async fn runs(&self, end: i64, step: i64) -> Vec<Notice> {
        let mut told = Vec::new();
        while self.clock.now() < at(end) {
            self.clock.advance(step);
            told.extend(self.engine.tick().await.unwrap());
        }
        told
    }

    /// Waits until the store is as the caller wants it.
    pub(crate) async fn until_store(&self, store: StoreId, fits: impl Fn(&StoreRow) -> bool) -> StoreRow {
        let row = async || self.engine.store().store(store).await.unwrap();
        self.until(async || fits(&row().await)).await;
        row().await
    }

    /// Waits until it is so; not for ever.
    pub(crate) async fn until(&self, fits: impl AsyncFn() -> bool) {
        assert!(comes_true(fits).await, "it stays as it is");
    }

    /// Everything that lies in the folder, file by file.
    pub(crate) fn files(&self) -> Vec<Vec<u8>> {
        files_in(self.dir.path()).into_iter().map(|(_, bytes)| bytes).collect()
    }

    /// Waits until everything that is to be erased is.
    pub(crate) async fn until_erased(&self) {
        let store = self.engine.store();
        let nothing_left =
            async || store.erasures().await.unwrap().is_empty() && !store.purge_due().await.unwrap();
        self.until(nothing_left).await;
    }

    /// Messages come, in one batch.
    pub(crate) async fn hears(&self, messages: impl IntoIterator<Item = Say>) -> Accepted {
        self.takes(&batch(messages)).await.unwrap()
    }

    /// A batch comes.
    pub(crate) async fn takes(&self, batch: &Batch) -> Result<Accepted, EngineError> {
        self.engine.accept(self.shop, Platform::AliExpress, batch, Mode::Live).await
    }

    /// The chat with this key.
    pub(crate) async fn id(&self, conversation: &str) -> ConversationId {
        let key = ConversationKey::new(self.shop, ConversationKind::Chat, conversation);
        self.engine.store().conversation_by_key(&key).await.unwrap().unwrap().id
    }

    /// The chat with this key, as the list has it.
    pub(crate) async fn chat(&self, conversation: &str) -> ConversationItem {
        let id = self.id(conversation).await;
        self.engine.store().conversation(id).await.unwrap()
    }

    /// Its deadlines that run.
    pub(crate) async fn open_deadlines(&self, conversation: &str) -> Vec<DeadlineRow> {
        let mut all = self.engine.store().deadlines_of(self.id(conversation).await).await.unwrap();
        all.retain(|deadline| deadline.status == DeadlineStatus::Open);
        all
    }

    /// Its messages, oldest first.
    pub(crate) async fn messages(&self, conversation: &str) -> Vec<MessageRow> {
        let mut messages =
            self.engine.store().messages(self.id(conversation).await, None, 1_000).await.unwrap();
        messages.reverse();
        messages
    }

    /// The whole state, for comparison.
    pub(crate) async fn dump(&self) -> String {
        self.engine.store().dump().await.unwrap()
    }

    /// The state without what depends on how the events were cut into batches and in which order they arrived:
    /// decisions on who gets a message are taken when it comes, and a clock that was met within one batch never ran.
    pub(crate) async fn settled(&self) -> String {
        let dump = self.dump().await;
        let kept = dump.lines().filter(|line| {
            !line.starts_with(r#"["assignment""#)
                && (!line.starts_with(r#"["deadline""#) || line.contains(r#","open","#))
        });
        kept.collect::<Vec<_>>().join("\n")
    }
}

/// Opens an engine over a folder.
pub(crate) async fn open(
    dir: &Path,
    clock: &Arc<ManualClock>,
    bell: &Arc<Bell>,
    vault: &Arc<MemoryVault>,
) -> Engine {
    open_with(dir, clock, bell, Arc::clone(vault) as _).await
}

/// The same with another key store.
pub(crate) async fn open_with(
    dir: &Path,
    clock: &Arc<ManualClock>,
    bell: &Arc<Bell>,
    vault: Arc<dyn SecretVault>,
) -> Engine {
    let begun = Instant::now();
    loop {
        let ports = Ports {
            clock: Arc::clone(clock) as _,
            notifier: Arc::clone(bell) as _,
            vault: Arc::clone(&vault),
            words: Arc::new(PlainWords),
        };
        match Engine::open(dir, "潮铃", ports).await {
            // The lock of a folder is given back a moment after its last owner is gone.
            Err(EngineError::Store(store::StoreError::InUse { .. })) if begun.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            opened => return opened.unwrap(),
        }
    }
}

/// A shop without an address: only [`House::attach`] brings it to life.
pub(crate) async fn add_shop(engine: &Engine) -> StoreId {
    let new = NewStore {
        platform: Platform::AliExpress,
        name: "Pretend".into(),
        external_id: "pretend:1".into(),
        settings: "{}".into(),
        secret_handle: String::new(),
    };
    let mut tx = engine.store().begin().await.unwrap();
    let shop = tx.add_store(&new, engine.now()).await.unwrap();
    tx.commit().await.unwrap();
    shop
}

/// Whether it is so before anybody loses patience.
pub(crate) async fn comes_true(fits: impl AsyncFn() -> bool) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if fits().await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}

/// Everything that lies in a folder. What is gone before it was read is nowhere.
pub(crate) fn files_in(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match std::fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound || path.is_dir() => {}
            read => {
                let bytes = read.unwrap();
                files.push((path, bytes));
            }
        }
    }
    files
}

/// Waits for an event that fits. Events that do not are left behind.
pub(crate) async fn until<T>(events: &mut Receiver<Event>, mut fits: impl FnMut(&Event) -> Option<T>) -> T {
    loop {
        let event = events.recv().await.unwrap();
        if let Some(found) = fits(&event) {
            return found;
        }
    }
}
