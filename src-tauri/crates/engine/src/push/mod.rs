//! Pushes of Shopee, for owners who run a relay that can reach this computer (`docs/PUSH.md`).
//!
//! Off until an owner switches it on for an application; all shops of one share an address. `door.rs` listens as long as
//! somebody wants it. A push is first kept in the file, then answered, then worked on (`work.rs`), so that the platform
//! never waits for intake and a crash in between loses nothing.

mod door;
mod live;
mod work;

pub(crate) use live::Pushes;
pub(crate) use work::says_all;

use crate::engine::Engine;
use crate::error::EngineError;
use channels::shopee::{callback_url, push_path};
use domain::{Platform, Secret, StoreId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::StoreRow;

/// Key of the receiver's settings.
const SETTING: &str = "shopee_push";

/// What an owner sets of the receiver of an application.
#[derive(Debug, Clone)]
pub struct PushChange {
    /// Whether pushes are taken.
    pub on: bool,
    /// The public address of the relay; empty only while it is off.
    pub address: String,
    /// The console's own push key; none leaves what is kept, an empty one goes back to the partner key.
    pub key: Option<Secret>,
}

/// How the receiver is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushState {
    /// Nobody wants it.
    Off,
    /// It listens.
    Listening,
    /// Another program has the port; it is tried again.
    PortTaken,
    /// The key store gives no key, so nothing can be checked.
    NoKey,
}

/// The receiver of an application as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushInfo {
    /// The application's id.
    pub partner: String,
    /// Whether it is wanted.
    pub on: bool,
    /// How it is.
    pub state: PushState,
    /// The public address as it was typed; empty if none was.
    pub address: String,
    /// What is registered at the platform; none without an address.
    pub callback: Option<String>,
    /// To where the relay hands on; none before it was wanted once.
    pub local: Option<String>,
    /// Whether a push key of its own is kept.
    pub own_key: bool,
    /// The stores that share it.
    pub stores: Vec<String>,
    /// Pushes taken since the start.
    pub taken: u64,
    /// Calls without a right signature since the start.
    pub refused: u64,
    /// Pushes that wait to be worked on.
    pub waiting: u64,
    /// When the last push came since the start.
    pub last_at: Option<Timestamp>,
}

/// What is kept of the receiver beside its keys. The port is registered in somebody's relay, so it must stay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    #[serde(default)]
    port: Option<u16>,
    #[serde(default)]
    partners: BTreeMap<String, Wanted>,
}

/// What is kept of one application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Wanted {
    on: bool,
    address: String,
}

impl Engine {
    /// The receiver that a store's pushes come through.
    ///
    /// # Errors
    /// If the store is no shop of Shopee, or the file or the key store refuses.
    pub async fn push_receiver(&self, store: StoreId) -> Result<PushInfo, EngineError> {
        let partner = partner_of(&self.store().store(store).await?).ok_or_else(no_pushes)?;
        let kept = self.push_settings().await?;
        let local = kept.port.map(|port| format!("http://127.0.0.1:{port}{}", push_path(&partner)));
        let wanted = kept.partners.get(&partner).cloned().unwrap_or_default();
        let shops = self.shops_of(&partner).await?;
        let (taken, last_at) = self.pushes().counted(&partner);
        Ok(PushInfo {
            on: wanted.on,
            state: if wanted.on { self.pushes().state(&partner) } else { PushState::Off },
            callback: callback_url(&wanted.address, &partner).ok(),
            address: wanted.address,
            local,
            own_key: self.ports().vault.get(&key_handle(&partner))?.is_some(),
            stores: shops.into_iter().map(|row| row.store.name).collect(),
            taken,
            refused: self.pushes().doors.refused(&partner),
            waiting: self.store().pushes_waiting(&partner).await?,
            last_at,
            partner,
        })
    }

    /// Changes the receiver that a store's pushes come through, and opens or closes it.
    ///
    /// # Errors
    /// `push_address` if the platform would not call that address; or the file or the key store refuses.
    pub async fn set_push_receiver(&self, store: StoreId, change: PushChange) -> Result<(), EngineError> {
        let partner = partner_of(&self.store().store(store).await?).ok_or_else(no_pushes)?;
        let address = change.address.trim().to_owned();
        if change.on || !address.is_empty() {
            callback_url(&address, &partner)
                .map_err(|why| EngineError::invalid(format!("push_address: {why}")))?;
        }
        if let Some(key) = &change.key {
            let (vault, handle) = (&self.ports().vault, key_handle(&partner));
            if key.expose().trim().is_empty() {
                vault.delete(&handle)?;
            } else {
                vault.set(&handle, &Secret::new(key.expose().trim()))?;
            }
        }
        let wanted = Wanted { on: change.on, address };
        self.change_push_settings(|kept| kept.partners.insert(partner, wanted)).await?;
        self.settle_pushes().await
    }

    /// After a store was removed: the receiver of an application without any goes with it.
    pub(crate) async fn forget_pushes(&self, row: &StoreRow) -> Result<(), EngineError> {
        let Some(partner) = partner_of(row) else { return Ok(()) };
        if self.shops_of(&partner).await?.is_empty() {
            self.change_push_settings(|kept| kept.partners.remove(&partner)).await?;
        }
        self.settle_pushes().await
    }

    async fn push_settings(&self) -> Result<Kept, EngineError> {
        let kept = self.store().setting(SETTING).await?;
        Ok(kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
    }

    /// Changes the settings, one change at a time: another one in between would be undone.
    async fn change_push_settings<T>(&self, change: impl FnOnce(&mut Kept) -> T) -> Result<T, EngineError> {
        let held = self.pushes().settings.lock().await;
        let before = self.push_settings().await?;
        let mut kept = before.clone();
        let changed = change(&mut kept);
        if kept != before {
            let json = serde_json::to_string(&kept).map_err(store::StoreError::from)?;
            let mut tx = self.store().begin().await?;
            tx.set_setting(SETTING, &json, self.now()).await?;
            tx.commit().await?;
        }
        drop(held);
        Ok(changed)
    }

    /// The stores of an application.
    async fn shops_of(&self, partner: &str) -> Result<Vec<StoreRow>, EngineError> {
        let mut rows = self.store().stores().await?;
        rows.retain(|row| partner_of(row).as_deref() == Some(partner));
        Ok(rows)
    }
}

fn no_pushes() -> EngineError {
    EngineError::invalid("no_pushes")
}

/// The application through which a shop is connected; none for anything but a connected shop of Shopee.
pub(crate) fn partner_of(row: &StoreRow) -> Option<String> {
    let connection = Engine::connection(row).filter(|to| to.platform == Platform::Shopee)?;
    Some(connection.account.trim().to_owned())
}

/// Where the own push key of a store's application is kept; none for stores that get no pushes.
pub(crate) fn key_of(row: &StoreRow) -> Option<String> {
    partner_of(row).map(|partner| key_handle(&partner))
}

/// Where an application's own push key is kept.
fn key_handle(partner: &str) -> String {
    format!("shopee-push/{partner}")
}
