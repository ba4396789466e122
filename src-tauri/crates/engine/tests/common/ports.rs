//! The outside, as a test has it.

use channels::wecom::{Row, Tone, Wording};
use domain::{Secret, Timestamp};
use engine::{Clock, Letter, Notice, Notifier, SecretVault, VaultError, Words};
use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard};

/// A clock that stands still until it is moved.
pub(crate) struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// Stands at `at`.
    pub(crate) const fn new(at: Timestamp) -> Self {
        Self(Mutex::new(at))
    }

    /// Jumps to `at`, forward or back.
    pub(crate) fn set(&self, at: Timestamp) {
        *self.0.lock().unwrap() = at;
    }

    /// Where it stands, in seconds since 1970.
    pub(crate) fn now_s(&self) -> i64 {
        self.now().as_second()
    }

    /// Moves by so many seconds, forward or back.
    pub(crate) fn advance(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now = domain::from_ms(domain::to_ms(*now) + seconds * 1000);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Keeps what was shown, and refuses when told to.
#[derive(Default)]
pub(crate) struct Bell {
    shown: Mutex<Vec<Notice>>,
    refuses: Mutex<bool>,
    deadly: Mutex<bool>,
    hangs: Mutex<bool>,
    answers: Condvar,
}

impl Bell {
    /// Everything shown since the last call.
    pub(crate) fn take(&self) -> Vec<Notice> {
        std::mem::take(&mut self.shown.lock().unwrap())
    }

    /// From now on the system refuses alerts, or takes them again.
    pub(crate) fn refuse(&self, refuses: bool) {
        *self.refuses.lock().unwrap() = refuses;
    }

    /// From now on the system answers nobody who asks it to show something, or everybody again.
    pub(crate) fn hang(&self, hangs: bool) {
        *self.hangs.lock().unwrap() = hangs;
        self.answers.notify_all();
    }

    /// The program dies when it rings next.
    pub(crate) fn kill(&self, deadly: bool) {
        *self.deadly.lock().unwrap() = deadly;
    }
}

impl Notifier for Bell {
    fn raise(&self, notice: &Notice) -> Result<(), String> {
        drop(self.answers.wait_while(self.hangs.lock().unwrap(), |hangs| *hangs).unwrap());
        let deadly = *self.deadly.lock().unwrap();
        assert!(!deadly, "the program dies before anybody has heard");
        if *self.refuses.lock().unwrap() {
            return Err("notifications are switched off".into());
        }
        self.shown.lock().unwrap().push(notice.clone());
        Ok(())
    }
}

/// Says each notice by what it is about.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PlainWords;

impl Words for PlainWords {
    fn letter(&self, notice: &Notice) -> Letter {
        let (title, value) = match notice {
            Notice::Climbed { items, .. } => (items[0].item.title.clone(), items[0].store.clone()),
            Notice::Fired { items, .. } => {
                (format!("{} {}", items[0].rule, items[0].title), items[0].words.clone())
            }
            Notice::StoreSilent { name, .. } => (format!("silent {name}"), String::new()),
            Notice::Test => ("test".to_owned(), String::new()),
            Notice::Due { .. } | Notice::Digest { .. } | Notice::AuthorisationEnds { .. } => {
                panic!("no such thing is told outside")
            }
        };
        let label = "store".to_owned();
        Letter { title, rows: vec![Row { label, value, tone: Tone::Plain }] }
    }

    fn wording(&self) -> Wording {
        let words = |text: &str| text.to_owned();
        Wording {
            several: words("{count} alerts"),
            more: words("{count} more"),
            again: words("sent {count} times"),
            open: words("open"),
        }
    }
}

/// Happens once, between what a key store did and its answer.
type Hook = Mutex<Option<Box<dyn FnOnce() + Send>>>;

fn happen(hook: &Hook) {
    let due = hook.lock().unwrap().take();
    if let Some(hook) = due {
        hook();
    }
}

/// A key store in memory.
#[derive(Default)]
pub(crate) struct MemoryVault {
    kept: Mutex<HashMap<String, Secret>>,
    locked: Mutex<bool>,
    asked: Mutex<usize>,
    read: Hook,
    deleted: Hook,
}

impl MemoryVault {
    /// What is kept, to look for it where it must not be.
    pub(crate) fn all(&self) -> Vec<Secret> {
        self.kept.lock().unwrap().values().cloned().collect()
    }

    /// From now on it answers nobody, or everybody again.
    pub(crate) fn lock(&self, locked: bool) {
        *self.locked.lock().unwrap() = locked;
    }

    /// How often it was asked for something.
    pub(crate) fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }

    /// Before it gives out next what it has read.
    pub(crate) fn once_read(&self, hook: impl FnOnce() + Send + 'static) {
        *self.read.lock().unwrap() = Some(Box::new(hook));
    }

    /// After it has deleted something next.
    pub(crate) fn once_deleted(&self, hook: impl FnOnce() + Send + 'static) {
        *self.deleted.lock().unwrap() = Some(Box::new(hook));
    }

    /// Somebody changes what is kept behind the program's back.
    pub(crate) fn tamper(&self, change: impl FnOnce(&mut HashMap<String, Secret>)) {
        change(&mut self.kept.lock().unwrap());
    }

    fn open(&self) -> Result<MutexGuard<'_, HashMap<String, Secret>>, VaultError> {
        if *self.locked.lock().unwrap() {
            return Err(VaultError("the key store is locked".into()));
        }
        Ok(self.kept.lock().unwrap())
    }
}

impl SecretVault for MemoryVault {
    fn get(&self, handle: &str) -> Result<Option<Secret>, VaultError> {
        *self.asked.lock().unwrap() += 1;
        let found = self.open()?.get(handle).cloned();
        happen(&self.read);
        Ok(found)
    }

    fn set(&self, handle: &str, secret: &Secret) -> Result<(), VaultError> {
        self.open()?.insert(handle.to_owned(), secret.clone());
        Ok(())
    }

    fn delete(&self, handle: &str) -> Result<(), VaultError> {
        self.open()?.remove(handle);
        happen(&self.deleted);
        Ok(())
    }
}
