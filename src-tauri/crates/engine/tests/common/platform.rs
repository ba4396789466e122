//! A platform that follows a script and keeps a ledger of what it was told to send.

use channels::{Batch, ChannelError, Connector, Cursors};
use domain::{OutgoingReply, Platform, SendOutcome, Timestamp};
use futures::future::BoxFuture;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

/// What becomes of a reply.
#[derive(Debug, Clone)]
pub(crate) enum Fate {
    /// It ends so.
    Ends(SendOutcome),
    /// The platform takes it and never answers.
    Hangs,
    /// The platform takes it, and says so when it is told to.
    Waits(Arc<Notify>),
}

/// See the module.
pub(crate) struct Pretend {
    platform: Platform,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    script: Mutex<VecDeque<Result<Batch, ChannelError>>>,
    fates: Mutex<VecDeque<Fate>>,
    ledger: Mutex<Vec<OutgoingReply>>,
    polled: Mutex<u64>,
    /// So many of the next readings never have an answer.
    dead: Mutex<u64>,
    news: Notify,
}

impl Pretend {
    /// Has no news, and takes every reply.
    pub(crate) fn new(now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self {
            platform: Platform::AliExpress,
            now,
            script: Mutex::default(),
            fates: Mutex::default(),
            ledger: Mutex::default(),
            polled: Mutex::new(0),
            dead: Mutex::new(0),
            news: Notify::new(),
        }
    }

    /// The same, of a mailbox.
    pub(crate) fn mailbox(now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self { platform: Platform::Mail, ..Self::new(now) }
    }

    /// The next round brings this.
    pub(crate) fn brings(&self, round: Result<Batch, ChannelError>) {
        self.script.lock().unwrap().push_back(round);
        self.news.notify_one();
    }

    /// A round that is there when somebody asks next; nobody is woken for it.
    pub(crate) fn queue(&self, round: Result<Batch, ChannelError>) {
        self.script.lock().unwrap().push_back(round);
    }

    /// So many of the next readings never have an answer: their line is dead.
    pub(crate) fn dies(&self, readings: u64) {
        *self.dead.lock().unwrap() = readings;
    }

    /// Somebody is to ask.
    pub(crate) fn news(&self) {
        self.news.notify_one();
    }

    /// What was still to come does not come any more.
    pub(crate) fn forgets(&self) {
        self.script.lock().unwrap().clear();
    }

    /// What becomes of the next reply that has no fate yet.
    pub(crate) fn next_reply(&self, fate: Fate) {
        self.fates.lock().unwrap().push_back(fate);
    }

    /// Everything that left for the buyer.
    pub(crate) fn ledger(&self) -> Vec<OutgoingReply> {
        self.ledger.lock().unwrap().clone()
    }

    /// How many rounds were begun.
    pub(crate) fn polled(&self) -> u64 {
        *self.polled.lock().unwrap()
    }
}

impl Connector for Pretend {
    fn platform(&self) -> Platform {
        self.platform
    }

    fn poll<'a>(&'a self, _: &'a Cursors) -> BoxFuture<'a, Result<Batch, ChannelError>> {
        Box::pin(async {
            *self.polled.lock().unwrap() += 1;
            let dead = {
                let mut left = self.dead.lock().unwrap();
                let dead = *left > 0;
                *left = left.saturating_sub(1);
                dead
            };
            if dead {
                std::future::pending::<()>().await;
            }
            self.script.lock().unwrap().pop_front().unwrap_or_else(|| Ok(Batch::default()))
        })
    }

    fn wait(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(self.news.notified())
    }

    fn send<'a>(&'a self, reply: &'a OutgoingReply) -> BoxFuture<'a, SendOutcome> {
        Box::pin(async {
            let number = {
                let mut ledger = self.ledger.lock().unwrap();
                ledger.push(reply.clone());
                ledger.len()
            };
            let fate = self.fates.lock().unwrap().pop_front();
            match fate {
                Some(Fate::Ends(outcome)) => return outcome,
                Some(Fate::Hangs) => std::future::pending().await,
                Some(Fate::Waits(told)) => told.notified().await,
                None => {}
            }
            SendOutcome::Sent { provider_id: format!("out-{number}"), at: (self.now)() }
        })
    }
}
