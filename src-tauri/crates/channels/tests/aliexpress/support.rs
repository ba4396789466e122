//! A pretend platform with a connector on it, and a store that keeps cursors and takes events once.

use channels::aliexpress::{AliExpressConfig, AliExpressConnector};
use channels::{Batch, ChannelError, Connector, Cursors, TokenVault, Tokens};
use domain::{
    Body, Capability, CapabilityState, DisputeSnapshot, IncomingEvent, IncomingMessage, OrderSnapshot,
    OutboxId, OutgoingReply, Secret, Timestamp,
};
use sandbox::ManualClock;
use sandbox::aliexpress::{AliExpress, App, Pair};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) const KEY: &str = "500001";
pub(crate) const SECRET: &str = "demoIopSecret";
pub(crate) const BUYER: u64 = 2_301_001;

/// A vault that remembers every pair it was given.
#[derive(Default)]
pub(crate) struct Vault {
    pub(crate) pairs: Mutex<Vec<Tokens>>,
    pub(crate) refuses: Mutex<bool>,
}

impl TokenVault for Vault {
    fn load(&self) -> Result<Option<Tokens>, String> {
        Ok(self.pairs.lock().unwrap().last().cloned())
    }
    fn save(&self, tokens: &Tokens) -> Result<(), String> {
        if *self.refuses.lock().unwrap() {
            return Err("locked".into());
        }
        self.pairs.lock().unwrap().push(tokens.clone());
        Ok(())
    }
}

pub(crate) struct Setup {
    pub(crate) clock: ManualClock,
    pub(crate) platform: AliExpress,
    pub(crate) vault: Arc<Vault>,
    pub(crate) connector: AliExpressConnector,
}

/// What the engine would keep.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) cursors: Cursors,
    pub(crate) events: Vec<IncomingEvent>,
    pub(crate) quarantined: usize,
    pub(crate) rounds: usize,
    pub(crate) last: Batch,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn config(platform: &AliExpress) -> AliExpressConfig {
    AliExpressConfig { gateway: platform.base(), ..AliExpressConfig::new(KEY, Secret::new(SECRET)) }
}

pub(crate) async fn setup() -> Setup {
    setup_with(true, |config| config).await
}

pub(crate) async fn setup_with(
    platform_slash: bool,
    change: impl FnOnce(AliExpressConfig) -> AliExpressConfig,
) -> Setup {
    let clock = ManualClock::at(at("2026-11-22T02:00:00Z"));
    let app = App { key: KEY.into(), secret: SECRET.into(), leading_slash: platform_slash };
    let platform = AliExpress::start(app, clock.reader()).await.unwrap();
    let vault = Arc::new(Vault::default());
    let pair = platform.authorise();
    vault.save(&tokens(&pair, clock.now())).unwrap();
    let config = change(config(&platform));
    let connector =
        AliExpressConnector::new(config, Arc::clone(&vault) as Arc<dyn TokenVault>, clock.reader());
    Setup { clock, platform, vault, connector: connector.unwrap() }
}

pub(crate) fn tokens(pair: &Pair, now: Timestamp) -> Tokens {
    let later = |seconds: i64| now + jiff::SignedDuration::from_secs(seconds);
    Tokens {
        access: Secret::new(&pair.access),
        refresh: Secret::new(&pair.refresh),
        access_until: later(pair.expires_in),
        refresh_until: Some(later(pair.refresh_expires_in)),
    }
}

impl Setup {
    /// Lets a second pass, so that messages have different times.
    pub(crate) fn tick(&self) {
        self.clock.advance(Duration::from_secs(1));
    }

    /// Polls until the platform has nothing more at once.
    pub(crate) async fn sync(&self, kept: &mut Kept) -> Result<(), ChannelError> {
        for _ in 0..500 {
            let batch = self.connector.poll(&kept.cursors).await?;
            kept.rounds += 1;
            let more = batch.more;
            self.commit(kept, batch).await;
            if !more {
                return Ok(());
            }
        }
        panic!("500 rounds and still more: the connector does not come to rest");
    }

    pub(crate) async fn commit(&self, kept: &mut Kept, batch: Batch) {
        kept.cursors.extend(batch.cursors.clone());
        kept.events.extend(batch.received.iter().flat_map(|r| r.events.clone()));
        kept.quarantined += batch.quarantined.len();
        self.connector.committed(&batch).await;
        kept.last = batch;
    }
}

impl Kept {
    pub(crate) fn messages(&self) -> Vec<&IncomingMessage> {
        let each = self.events.iter();
        each.filter_map(|e| if let IncomingEvent::Message(m) = e { Some(m) } else { None }).collect()
    }

    pub(crate) fn words(&self) -> Vec<&str> {
        self.messages().iter().map(|m| m.body.words()).collect()
    }

    pub(crate) fn orders(&self) -> Vec<&OrderSnapshot> {
        let each = self.events.iter();
        each.filter_map(|e| if let IncomingEvent::Order(o) = e { Some(o) } else { None }).collect()
    }

    pub(crate) fn disputes(&self) -> Vec<&DisputeSnapshot> {
        let each = self.events.iter();
        each.filter_map(|e| if let IncomingEvent::Dispute(d) = e { Some(d) } else { None }).collect()
    }

    pub(crate) fn capability(&self, capability: Capability) -> CapabilityState {
        let told = self.last.capabilities.iter().rev().find(|(c, _)| *c == capability);
        told.map_or(CapabilityState::Unknown, |(_, state)| state.clone())
    }
}

pub(crate) fn reply(text: &str) -> OutgoingReply {
    OutgoingReply {
        id: OutboxId(1),
        client_id: "c-1".into(),
        conversation_key: BUYER.to_string(),
        buyer_key: BUYER.to_string(),
        body: Body::from_text(text),
    }
}
