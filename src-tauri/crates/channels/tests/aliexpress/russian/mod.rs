//! The local interface of AliExpress Russia, in every way in which its stream may be listed.

mod faults;
mod sending;
mod stream;
mod token;

use channels::aliexpress::{RussianConfig, RussianConnector};
use channels::{Batch, ChannelError, Connector, Cursors};
use domain::{
    Body, BuyerRef, Capability, CapabilityState, IncomingEvent, IncomingMessage, OutboxId, OutgoingReply,
    Secret,
};
use sandbox::ManualClock;
use sandbox::russia::{Leads, Manner, OWN_LOGIN, Russia, Spelling};
use std::time::Duration;

const BUYER: &str = "ru2001";

/// Every way of listing that reaches all of the stream.
fn manners() -> Vec<Manner> {
    let mut all = Vec::new();
    for (leads, begins_newest) in [(Leads::Up, false), (Leads::Up, true), (Leads::Down, true)] {
        for inclusive in [false, true] {
            for newest_first in [false, true] {
                for spelling in [Spelling::Sending, Spelling::Other] {
                    all.push(Manner { leads, inclusive, newest_first, begins_newest, spelling });
                }
            }
        }
    }
    all
}

struct Setup {
    clock: ManualClock,
    platform: Russia,
    connector: RussianConnector,
}

/// What the engine would keep.
#[derive(Default)]
struct Kept {
    cursors: Cursors,
    messages: Vec<IncomingMessage>,
    quarantined: Vec<String>,
    last: Batch,
}

async fn setup() -> Setup {
    setup_as(Manner::default(), OWN_LOGIN).await
}

async fn setup_as(manner: Manner, login: &str) -> Setup {
    let clock = ManualClock::at("2026-11-22T02:00:00Z".parse().unwrap());
    let platform = Russia::start(clock.reader()).await.unwrap();
    platform.behave(manner);
    let token = platform.token(None);
    let connector = connect(&platform, &clock, login, &token);
    Setup { clock, platform, connector }
}

fn connect(platform: &Russia, clock: &ManualClock, login: &str, token: &str) -> RussianConnector {
    let config = RussianConfig { gateway: platform.base(), ..RussianConfig::new(login, Secret::new(token)) };
    RussianConnector::new(config, clock.reader()).unwrap()
}

impl Setup {
    fn tick(&self) {
        self.clock.advance(Duration::from_secs(1));
    }

    /// So many texts, a second apart; they are numbered on from `first`.
    fn says(&self, first: usize, count: usize) {
        for n in first..first + count {
            self.platform.buyer_says(&format!("ru20{:02}", n % 7), &format!("m{n}"));
            self.tick();
        }
    }

    /// As after a start of the program: nothing is known but what was stored.
    fn restarted(self) -> Self {
        let token = self.platform.token(None);
        let connector = connect(&self.platform, &self.clock, OWN_LOGIN, &token);
        Self { connector, ..self }
    }

    /// Polls until there is nothing more at once.
    async fn sync(&self, kept: &mut Kept) -> Result<(), ChannelError> {
        for _ in 0..300 {
            let batch = self.connector.poll(&kept.cursors).await?;
            let more = batch.more;
            self.commit(kept, batch).await;
            if let Some(error) = kept.last.answers.failure() {
                return Err(error.clone());
            }
            if !more {
                return Ok(());
            }
        }
        panic!("300 rounds and still more: the connector does not come to rest");
    }

    /// The same over a line that fails now and then, until two rounds in a row have no news.
    async fn sync_through_faults(&self, kept: &mut Kept) {
        let mut quiet = 0;
        for _ in 0..600 {
            let Ok(batch) = self.connector.poll(&kept.cursors).await else { continue };
            quiet = if batch.received.is_empty() && !batch.more { quiet + 1 } else { 0 };
            self.commit(kept, batch).await;
            if quiet == 2 {
                return;
            }
        }
        panic!("600 rounds and no rest");
    }

    async fn commit(&self, kept: &mut Kept, batch: Batch) {
        kept.cursors.extend(batch.cursors.clone());
        for event in batch.received.iter().flat_map(|received| received.events.clone()) {
            if let IncomingEvent::Message(message) = event {
                kept.messages.push(message);
            }
        }
        kept.quarantined.extend(batch.quarantined.iter().map(|quarantined| quarantined.flaw.words.clone()));
        self.connector.committed(&batch).await;
        kept.last = batch;
    }
}

impl Kept {
    /// The words of every message once, in the order of their times.
    fn once(&self) -> Vec<String> {
        let mut all: Vec<_> = self
            .messages
            .iter()
            .map(|m| (m.sent_at, m.provider_id.clone(), m.body.words().to_owned()))
            .collect();
        all.sort();
        all.dedup();
        all.into_iter().map(|(_, _, words)| words).collect()
    }

    fn capability(&self, capability: Capability) -> CapabilityState {
        let told = self.last.capabilities.iter().rev().find(|(c, _)| *c == capability);
        told.map_or(CapabilityState::Unknown, |(_, state)| state.clone())
    }
}

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("m{n}")).collect()
}

fn reply(text: &str) -> OutgoingReply {
    OutgoingReply {
        id: OutboxId(1),
        client_id: "c-1".into(),
        conversation_key: BUYER.into(),
        buyer_key: BUYER.into(),
        body: Body::from_text(text),
    }
}

fn buyer() -> BuyerRef {
    BuyerRef { key: BUYER.into(), name: BUYER.into(), country: None }
}
