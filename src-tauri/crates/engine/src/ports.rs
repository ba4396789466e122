//! What the engine asks of the outside: a clock, a bell, a safe, words.

use channels::wecom::{Row, Wording};
use domain::{BEIJING, ConversationId, DeadlineKind, Secret, StoreId, Timestamp};
use jiff::tz::TimeZone;
use rules::mask;
use rules::message_rules::Trigger;

/// The only source of "now". Tests hand in one they can move.
pub trait Clock: Send + Sync {
    /// The wall clock.
    fn now(&self) -> Timestamp;

    /// Where its owner sleeps: only for what is done at night. Everything a platform counts is in platform time.
    fn zone(&self) -> TimeZone {
        TimeZone::fixed(BEIJING)
    }
}

/// The computer's wall clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the port that everything else is sent to")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn zone(&self) -> TimeZone {
        TimeZone::try_system().unwrap_or_else(|_| TimeZone::fixed(BEIJING))
    }
}

/// One deadline inside a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeItem {
    /// Where a click leads.
    pub conversation: ConversationId,
    /// The buyer or the headline.
    pub title: String,
    /// Which clock.
    pub kind: DeadlineKind,
    /// When it ends.
    pub due: Timestamp,
}

/// A conversation on which nobody acted, and who hears of it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClimbItem {
    /// The deadline.
    pub item: NoticeItem,
    /// Where it belongs.
    pub store_id: StoreId,
    /// The name of the store.
    pub store: String,
    /// Whose the conversation is.
    pub from: Option<String>,
    /// The seat that is asked now; none if it is the world outside.
    pub to: Option<String>,
    /// For how many seconds nobody acted.
    pub waited_s: i64,
}

/// A message rule of the team that fired (`docs/RULES.md` §8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiredItem {
    /// What the team calls it.
    pub rule: String,
    /// What happened.
    pub trigger: Trigger,
    /// Where a click leads; a new order may have no conversation yet.
    pub conversation: Option<ConversationId>,
    /// The buyer or the headline; the order's number where there is no more.
    pub title: String,
    /// The name of the store.
    pub store: String,
    /// How what happened begins; empty where a click shows it.
    pub words: String,
    /// The seats that are to hear of it; empty for everybody, and for nobody at this program.
    pub to: Vec<String>,
    /// Everybody is to hear of it.
    pub everybody: bool,
}

/// Something for the desktop's notification area. The face puts it into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// One or several deadlines come near; never empty, the most urgent first.
    Due {
        /// The deadlines, most urgent first.
        items: Vec<NoticeItem>,
        /// When it was raised.
        now: Timestamp,
    },
    /// What fell due while the machine slept: one digest, ordered by the time left.
    Digest {
        /// The deadlines, most urgent first.
        items: Vec<NoticeItem>,
        /// When it was raised.
        now: Timestamp,
        /// Since when nothing could be raised.
        asleep_since: Timestamp,
    },
    /// Nobody acted on these, so somebody else hears of them (`docs/RULES.md` §4, the ladder).
    Climbed {
        /// The deadlines, most urgent first; never empty.
        items: Vec<ClimbItem>,
        /// When it was raised.
        now: Timestamp,
    },
    /// Message rules of the team fired.
    Fired {
        /// What fired, the oldest first; never empty.
        items: Vec<FiredItem>,
        /// When it was raised.
        now: Timestamp,
    },
    /// A store has not been read for too long, or its owner must act.
    StoreSilent {
        /// The store.
        store: StoreId,
        /// Its name.
        name: String,
        /// The error code, if there was an error.
        code: Option<String>,
        /// Nobody but the owner can help.
        owner_must_act: bool,
        /// When it was last read.
        last_read: Option<Timestamp>,
    },
    /// The authorisation of a store ends within days: its owner has to sign in at the platform again.
    AuthorisationEnds {
        /// The store.
        store: StoreId,
        /// Its name.
        name: String,
        /// When it ends.
        until: Timestamp,
        /// Whole days that are left.
        days: i64,
    },
    /// The user asked whether alerts arrive.
    Test,
}

impl Notice {
    /// The same without what a buyer wrote, and with masked names: for people who need to know no more than that
    /// somebody waits (`docs/RULES.md` §8).
    #[must_use]
    pub fn discreet(&self) -> Self {
        let mut notice = self.clone();
        match &mut notice {
            Self::Due { items, .. } | Self::Digest { items, .. } => {
                items.iter_mut().for_each(|item| item.title = mask::title(&item.title));
            }
            Self::Climbed { items, .. } => {
                items.iter_mut().for_each(|climb| climb.item.title = mask::title(&climb.item.title));
            }
            Self::Fired { items, .. } => {
                for item in items {
                    item.title = mask::title(&item.title);
                    item.words.clear();
                }
            }
            Self::StoreSilent { .. } | Self::AuthorisationEnds { .. } | Self::Test => {}
        }
        notice
    }
}

/// The desktop's notification area.
pub trait Notifier: Send + Sync {
    /// Shows a notice.
    ///
    /// # Errors
    /// In the system's words, if it refused: the face then shows a red tray.
    fn raise(&self, notice: &Notice) -> Result<(), String>;
}

/// A notice in words, for people who are not at this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The headline.
    pub title: String,
    /// The lines below it.
    pub rows: Vec<Row>,
}

/// The words of what is told outside. The faces have the catalogues.
pub trait Words: Send + Sync {
    /// One notice. Whatever it takes from others (a buyer's name, a store's) needs no care: the channel makes it
    /// harmless.
    fn letter(&self, notice: &Notice) -> Letter;
    /// What stands around several of them in one message.
    fn wording(&self) -> Wording;
}

/// Why the safe refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("key store: {0}")]
pub struct VaultError(pub String);

/// The key store of the operating system. Rows of the database keep handles only.
pub trait SecretVault: Send + Sync {
    /// Reads the secret behind a handle.
    ///
    /// # Errors
    /// If the key store refuses.
    fn get(&self, handle: &str) -> Result<Option<Secret>, VaultError>;
    /// Stores a secret.
    ///
    /// # Errors
    /// If the key store refuses; the secret is then nowhere.
    fn set(&self, handle: &str, secret: &Secret) -> Result<(), VaultError>;
    /// Forgets a secret. A missing one is fine.
    ///
    /// # Errors
    /// If the key store refuses.
    fn delete(&self, handle: &str) -> Result<(), VaultError>;
}
