//! What is known of bridges while they run.

use super::BridgeSettings;
use channels::bridge::{Client, Keys};
use domain::{StoreId, Timestamp};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// See the module.
#[derive(Default)]
pub(crate) struct Bridges {
    /// Whoever may call.
    pub(super) keys: Arc<Keys>,
    live: Mutex<HashMap<StoreId, Arc<Live>>>,
    wake: Notify,
    /// What closes the door, while it is open. Held while it is opened or closed.
    pub(super) door: tokio::sync::Mutex<Option<CancellationToken>>,
    /// Set by the start: without it nothing listens, whatever bridges there are.
    pub(super) started: AtomicBool,
    pub(super) tasks: TaskTracker,
}

/// One bridge whose token opens the door.
pub(super) struct Live {
    pub(super) settings: BridgeSettings,
    pub(super) name: String,
    /// Since when it could call.
    pub(super) since: Timestamp,
    /// Ended with its token.
    pub(super) ended: CancellationToken,
    /// One batch at a time: what is known is looked up before it is taken in.
    pub(super) intake: tokio::sync::Mutex<()>,
    /// One hand takes replies out at a time.
    pub(super) hand: tokio::sync::Mutex<()>,
    poll: AtomicU64,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// When it was last written down that it called, and as what.
    written: Option<(Timestamp, Option<&'static str>)>,
    /// Nothing of what it handed in last could be read.
    unreadable: bool,
    client: Option<Client>,
}

impl Live {
    pub(super) fn new(
        settings: BridgeSettings,
        name: String,
        since: Timestamp,
        ended: CancellationToken,
    ) -> Self {
        Self {
            settings,
            name,
            since,
            ended,
            intake: tokio::sync::Mutex::default(),
            hand: tokio::sync::Mutex::default(),
            poll: AtomicU64::new(0),
            seen: Mutex::default(),
        }
    }

    /// A poll begins, and every earlier one is over.
    pub(super) fn begin_poll(&self) -> u64 {
        self.poll.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Whether this poll is still the one.
    pub(super) fn is_newest(&self, poll: u64) -> bool {
        self.poll.load(Ordering::SeqCst) == poll
    }

    /// Whether a call at `now` is to be written down: the last one was `every_ms` ago, or it was noted as something else.
    pub(super) fn to_write(&self, now: Timestamp, failure: Option<&'static str>, every_ms: i64) -> bool {
        let mut seen = self.lock();
        let recent = seen.written.is_some_and(|(written, as_what)| {
            as_what == failure && (now.as_millisecond() - written.as_millisecond()).abs() < every_ms
        });
        if !recent {
            seen.written = Some((now, failure));
        }
        !recent
    }

    /// Whether something of what it just handed in could be read.
    pub(super) fn understood(&self, something: bool) {
        self.lock().unreadable = !something;
    }

    /// Whether something of what it last handed in could be read.
    pub(super) fn is_understood(&self) -> bool {
        !self.lock().unreadable
    }

    pub(super) fn introduce(&self, client: Client) {
        self.lock().client = Some(client);
    }

    /// The program and its version, if it has introduced itself.
    pub(super) fn client(&self) -> Option<String> {
        let seen = self.lock();
        let client = seen.client.as_ref()?;
        Some(format!("{} {}", client.name, client.version).trim().to_owned())
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bridges {
    /// A bridge whose token opens the door.
    pub(super) fn live(&self, store: StoreId) -> Option<Arc<Live>> {
        self.lock().get(&store).cloned()
    }

    /// Since when a bridge can call; none if this store is none, or has no token.
    pub(crate) fn since(&self, store: StoreId) -> Option<Timestamp> {
        self.lock().get(&store).map(|live| live.since)
    }

    /// Whether this store's replies are a bridge's business.
    pub(crate) fn holds(&self, store: StoreId) -> bool {
        self.lock().contains_key(&store)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Replaces the bridges, and ends those that are gone.
    pub(super) fn replace(&self, live: HashMap<StoreId, Arc<Live>>) {
        let before = std::mem::replace(&mut *self.lock(), live);
        for (store, gone) in before {
            if self.live(store).is_none_or(|kept| !Arc::ptr_eq(&kept, &gone)) {
                gone.ended.cancel();
            }
        }
        self.wake();
    }

    /// Its token changed: whatever runs with the one of before ends, and it begins anew.
    pub(super) fn forget(&self, store: StoreId) {
        if let Some(gone) = self.lock().remove(&store) {
            gone.ended.cancel();
        }
        self.wake();
    }

    /// Replies changed: whoever waits for one looks again.
    pub(crate) fn wake(&self) {
        self.wake.notify_waiters();
    }

    pub(super) fn woken(&self) -> Notified<'_> {
        self.wake.notified()
    }

    /// Waits until nobody is being answered any more.
    pub(crate) async fn end(&self) {
        let door = self.door.lock().await.take();
        if let Some(door) = door {
            door.cancel();
        }
        self.replace(HashMap::new());
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<StoreId, Arc<Live>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
