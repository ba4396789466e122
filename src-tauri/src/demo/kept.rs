//! What the demo must know of its earlier runs: a setting of the store.

use super::due_soon::{self, DueSoon};
use domain::{AccountId, Timestamp, from_ms, to_ms};
use engine::{Engine, EngineError};
use serde::{Deserialize, Serialize};

/// The setting's key.
const KEY: &str = "demo";

/// See the module. Everything in the past is computed from it, so that each run puts in the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The first start, in milliseconds.
    since_ms: i64,
    /// When the buyer wrote whose reply is due soon, in milliseconds.
    soon_ms: i64,
    /// Whether it is due by a promise.
    promised: bool,
    /// How many runs there were; the ids of each are its own.
    pub(super) runs: u32,
    /// Where the pictures are served.
    pub(super) pictures_port: u16,
    /// Whether team and stores stand.
    pub(super) ready: bool,
    /// The seats that the demo brought.
    pub(super) seats: Vec<AccountId>,
    /// Whether the main account took part in distribution before.
    pub(super) main_took_part: Option<bool>,
}

impl Kept {
    /// What is kept; none if the demo is off.
    pub(super) async fn load(engine: &Engine) -> Result<Option<Self>, EngineError> {
        let json = engine.store().setting(KEY).await?;
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()).flatten())
    }

    /// A demo that starts now for the first time.
    pub(super) async fn fresh(engine: &Engine) -> Self {
        // Whole seconds, as the coarsest platform keeps them.
        let now = Timestamp::from_second(engine.now().as_second()).unwrap_or(engine.now());
        let (policy, calendar) = engine.rules().await;
        let DueSoon { sent_at, promised } = due_soon::choose(now, &policy, &calendar);
        Self {
            since_ms: to_ms(now),
            soon_ms: to_ms(sent_at),
            promised,
            runs: 0,
            pictures_port: 0,
            ready: false,
            seats: Vec::new(),
            main_took_part: None,
        }
    }

    /// The first start.
    pub(super) fn since(&self) -> Timestamp {
        from_ms(self.since_ms)
    }

    /// The reply that is due soon after it.
    pub(super) fn soon(&self) -> DueSoon {
        DueSoon { sent_at: from_ms(self.soon_ms), promised: self.promised }
    }

    pub(super) async fn save(&self, engine: &Engine) -> Result<(), EngineError> {
        let json = serde_json::to_string(self).expect("numbers, flags and ids are always JSON");
        write(engine, &json).await
    }

    /// The demo is off.
    pub(super) async fn forget(engine: &Engine) -> Result<(), EngineError> {
        write(engine, "null").await
    }
}

async fn write(engine: &Engine, json: &str) -> Result<(), EngineError> {
    let mut tx = engine.store().begin().await?;
    tx.set_setting(KEY, json, engine.now()).await?;
    tx.commit().await?;
    Ok(())
}
