//! What every platform looks like from inside: poll, wait, send.

use crate::mail::MailFolder;
use crate::pictures::Picture;
use crate::{Answers, Beside};
use domain::{
    Body, BuyerRef, Capability, CapabilityState, Flaw, IncomingEvent, OrderContact, OutgoingReply, Platform,
    Probe, RawPayload, Secret, SendOutcome, Timestamp,
};
use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The clock, handed in by the composer: signatures carry a timestamp, and tests decide what time it is.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Where each stream of a store was read up to: sequence numbers, ids or UIDs, never a time window (opaque outside
/// the connector that wrote it).
pub type Cursors = BTreeMap<String, String>;

/// One payload as it came, with everything that could be read from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The bytes.
    pub raw: RawPayload,
    /// What they say. May be empty: an acknowledged payload without news.
    pub events: Vec<IncomingEvent>,
}

/// A payload that could not be read. It is kept and never blocks the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The bytes; of what may hold a buyer's phone or address their shape, as JSON.
    pub raw: RawPayload,
    /// What was wrong.
    pub flaw: Flaw,
    /// What was known of them besides: it is needed to read them again.
    pub beside: Box<Beside>,
}

impl Quarantined {
    /// A payload that could not be read, of which the bytes say all.
    #[must_use]
    pub fn new(raw: RawPayload, flaw: Flaw) -> Self {
        Self { raw, flaw, beside: Box::default() }
    }

    /// With what was known besides.
    #[must_use]
    pub fn beside(self, beside: Beside) -> Self {
        Self { beside: Box::new(beside), ..self }
    }
}

/// How far a long reading is: a store that has more than a few rounds to catch up with says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// What is in of it.
    pub done: u32,
    /// All of it.
    pub total: u32,
}

/// The result of one round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// What was read, in the order in which it should be taken in.
    pub received: Vec<Received>,
    /// What the orders among it tell of the people behind them, where the owner wants that kept. It is in no event and in
    /// no bytes.
    pub contacts: Vec<OrderContact>,
    /// What lay there before anybody wanted it read; taken in after the rest, without a bell.
    pub old: Vec<Received>,
    /// What could not be read.
    pub quarantined: Vec<Quarantined>,
    /// Whether anything was understood: a batch that is taken in may still be of a round that failed.
    pub answers: Answers,
    /// Payloads that were handed to this store and are not its own alone. Whoever takes the batch in keeps them first and
    /// finds out whose they are: [`Connector::committed`] gives a receipt for them too.
    pub for_others: Vec<RawPayload>,
    /// The new positions of the streams that moved; stored in the same transaction as the events.
    pub cursors: Cursors,
    /// What was learned about the store's permissions.
    pub capabilities: Vec<(Capability, CapabilityState)>,
    /// When the authorisation ends, if that was learned.
    pub authorised_until: Option<Timestamp>,
    /// Whether there is more to fetch at once.
    pub more: bool,
    /// How far the reading is, while there is more and it is known.
    pub backlog: Option<Backlog>,
}

/// A folder as the server has it, to be compared with what is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Its name, as people write it.
    pub folder: String,
    /// So the provider ids of what is in it begin, as long as the server keeps its numbers.
    pub prefix: String,
    /// How much is in it, as far as it was read.
    pub count: u32,
    /// The provider ids of what is in it, in the order in which it came, without those that were found to be here under
    /// another id before.
    pub ids: Vec<String>,
}

/// What became of provider ids that were asked for by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fetched {
    /// What they brought. Its cursors say what need not be asked again.
    pub batch: Batch,
    /// So many of them, from the first on, are settled; the others are to be asked for again.
    pub settled: usize,
    /// How many of those had been here all along under another id, or were gone meanwhile.
    pub known: usize,
}

/// What a conversation holds since an instant, read again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reread {
    /// What was read. It moves no cursor.
    pub batch: Batch,
    /// Whether everything since that instant is in it.
    pub whole: bool,
}

/// Why a round failed. A missing permission is not among them: it switches a capability off.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// The network or the platform is not there; try again later.
    #[error("not reachable: {detail}")]
    Unreachable {
        /// What happened.
        detail: String,
    },
    /// Too many calls.
    #[error("too many calls")]
    RateLimited {
        /// How long the platform asked to wait, if it said.
        retry_after: Option<Duration>,
    },
    /// Only the owner can help: authorise again, allow the IP, unfreeze the shop, use an authorisation code.
    #[error("the owner must act: {code}: {detail}")]
    OwnerMustAct {
        /// A code the UI has words for, the platform's own where it has one.
        code: String,
        /// The platform's words.
        detail: String,
    },
    /// This computer's clock is too far from the platform's.
    #[error("clock differs from the platform's")]
    ClockSkew,
    /// The platform answered something that makes no sense; kept in the batch's quarantine by the caller.
    #[error("unexpected answer: {detail}")]
    Unexpected {
        /// What was wrong.
        detail: String,
    },
}

/// An access token and what renews it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Sent with each call.
    pub access: Secret,
    /// Single use: buys the next pair.
    pub refresh: Secret,
    /// When `access` ends.
    pub access_until: Timestamp,
    /// When `refresh` ends, if the platform says.
    pub refresh_until: Option<Timestamp>,
}

/// Keeps the tokens of one store. A new pair is saved before its first use, because the old refresh token is
/// already worthless then.
pub trait TokenVault: Send + Sync {
    /// The pair in force.
    ///
    /// # Errors
    /// In words, if the key store refuses.
    fn load(&self) -> Result<Option<Tokens>, String>;
    /// Replaces the pair.
    ///
    /// # Errors
    /// In words, if the key store refuses; the pair must then not be used.
    fn save(&self, tokens: &Tokens) -> Result<(), String>;
    /// Held by whoever renews the pair, from the last look at it until the new one is saved: a refresh token is good for one
    /// use, and a store whose settings change has two lines for a moment. By default there is only one line.
    fn renewals(&self) -> Renewals {
        Renewals::default()
    }
}

/// See [`TokenVault::renewals`].
pub type Renewals = Arc<tokio::sync::Mutex<()>>;

/// How far a conversation is read, as the platform shows it to the buyer and to other clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadMark {
    /// Read up to this message, by the platform's id.
    Read {
        /// The newest message.
        newest: String,
        /// Whether nothing of the buyer that is here is newer: a platform that can only mark a whole conversation does so
        /// then.
        whole: bool,
    },
    /// Unread again.
    Unread,
}

/// Told how many bytes of a file were handed to the line.
pub type Progress = Arc<dyn Fn(u64) + Send + Sync>;

/// A connected store.
pub trait Connector: Send + Sync {
    /// Its platform.
    fn platform(&self) -> Platform;

    /// Fetches what came after `cursors`. One call is one bounded round (about a page of every stream). A batch is taken in
    /// also if its `answers` say that the round failed.
    ///
    /// # Errors
    /// See [`ChannelError`].
    fn poll<'a>(&'a self, cursors: &'a Cursors) -> BoxFuture<'a, Result<Batch, ChannelError>>;

    /// Told after a batch was committed, for platforms that want a receipt. Losing the call must be harmless.
    fn committed<'a>(&'a self, batch: &'a Batch) -> BoxFuture<'a, ()> {
        let _ = batch;
        Box::pin(async {})
    }

    /// Asks the platform, by calls that cost little and change nothing, how the connection stands. What could not be found
    /// out is left open; nothing is an error.
    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(async { Probe::default() })
    }

    /// The id of the shop's own account at the platform, once it was seen: it helps to tell the sides of a message.
    fn own_user(&self) -> Option<String> {
        None
    }

    /// The folders that can be read of a mailbox; none elsewhere.
    ///
    /// # Errors
    /// See [`ChannelError`].
    fn folders(&self) -> BoxFuture<'_, Result<Vec<MailFolder>, ChannelError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// What the server has in a folder, as far as it was read; none where nothing can be compared.
    ///
    /// # Errors
    /// See [`ChannelError`].
    fn listing<'a>(
        &'a self,
        folder: &'a str,
        cursors: &'a Cursors,
    ) -> BoxFuture<'a, Result<Option<Listing>, ChannelError>> {
        let _ = (folder, cursors);
        Box::pin(async { Ok(None) })
    }

    /// Fetches what a listing named and is not here. One call is one bounded round.
    ///
    /// # Errors
    /// See [`ChannelError`].
    fn fetch<'a>(
        &'a self,
        ids: &'a [String],
        cursors: &'a Cursors,
    ) -> BoxFuture<'a, Result<Fetched, ChannelError>> {
        let _ = cursors;
        Box::pin(async { Ok(Fetched { settled: ids.len(), ..Fetched::default() }) })
    }

    /// Returns when something new may be there, or after `limit`: IMAP IDLE; a plain sleep for those that can only
    /// be asked.
    fn wait(&self, limit: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(limit))
    }

    /// Reads a conversation again from its newest message back to `since` (by the platform's clock), because nobody knows
    /// whether a reply arrived. None where the platform can't be asked.
    ///
    /// # Errors
    /// See [`ChannelError`].
    fn reread<'a>(
        &'a self,
        conversation: &'a str,
        buyer: &'a BuyerRef,
        since: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Reread>, ChannelError>> {
        let _ = (conversation, buyer, since);
        Box::pin(async { Ok(None) })
    }

    /// Tells the platform how far a conversation is read. It may be repeated. False where it can't be told.
    ///
    /// # Errors
    /// See [`ChannelError`].
    fn mark<'a>(
        &'a self,
        conversation: &'a str,
        mark: &'a ReadMark,
    ) -> BoxFuture<'a, Result<bool, ChannelError>> {
        let _ = (conversation, mark);
        Box::pin(async { Ok(false) })
    }

    /// Hands a picture to the platform, so that a reply can show it. It may be repeated: nobody sees a picture that no
    /// reply shows. Returns what the reply then says.
    ///
    /// # Errors
    /// See [`ChannelError`].
    fn upload<'a>(
        &'a self,
        picture: &'a Picture,
        progress: Progress,
    ) -> BoxFuture<'a, Result<Body, ChannelError>> {
        let _ = (picture, progress);
        let code = "read_only_kind".to_owned();
        Box::pin(async { Err(ChannelError::OwnerMustAct { code, detail: String::new() }) })
    }

    /// Sends one reply. Called once per outbox row; whatever happens is in the outcome.
    fn send<'a>(&'a self, reply: &'a OutgoingReply) -> BoxFuture<'a, SendOutcome>;
}
