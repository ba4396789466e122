//! Bridges: stores behind which stands a program that calls us (`channels::bridge` is the wire).
//!
//! Here a bridge is made and gets its token; `live.rs` is what is known of one while it runs, `listener.rs` opens the
//! door as long as there is a bridge, `host.rs` answers the calls: `hand_in.rs` takes batches in, `hand_out.rs` gives
//! replies away and hears of their fate, `pictures.rs` is what goes with them, `webhook.rs` posts them instead.

mod hand_in;
mod hand_out;
mod hello;
mod host;
mod listener;
mod live;
mod overdue;
mod pictures;
mod webhook;

pub(crate) use live::Bridges;
pub(crate) use pictures::NOT_BY_BRIDGE;

use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use channels::bridge::{Webhook, fresh_token};
use domain::{LogKind, Platform, Secret, StoreId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{AuditEntry, NewStore, StoreRow};

/// Characters of a name or a label.
const NAME_LIMIT: usize = 60;

/// A bridge to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBridge {
    /// The name of the store.
    pub name: String,
    /// For which platform it hands in, in the owner's words.
    pub label: String,
    /// Where replies are posted, on this computer; without it they are fetched.
    pub webhook: Option<String>,
}

/// What the owner gives to the program: shown once.
#[derive(Debug, Clone)]
pub struct BridgeKey {
    /// The store.
    pub store: StoreId,
    /// Where the API is, such as `http://127.0.0.1:8715`.
    pub address: String,
    /// The token.
    pub token: Secret,
}

/// A bridge as the owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BridgeInfo {
    /// The store.
    pub store: StoreId,
    /// Its name.
    pub name: String,
    /// For which platform it hands in.
    pub label: String,
    /// Where the API is.
    pub address: String,
    /// Where replies are posted; none if they are fetched.
    pub webhook: Option<String>,
    /// Whether there is a token; without one nobody gets in.
    pub open: bool,
    /// The program and its version, if it has introduced itself since the start.
    pub client: Option<String>,
    /// When it last called.
    pub last_seen: Option<Timestamp>,
}

/// What is kept of a bridge beside its name and its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BridgeSettings {
    pub(crate) label: String,
    #[serde(default)]
    pub(crate) webhook: Option<String>,
}

impl Engine {
    /// Makes a bridge and its token. The token is kept in the key store and told only here.
    ///
    /// # Errors
    /// If what was typed makes no sense, the key store refuses, or there is one of that name already.
    pub async fn add_bridge(&self, new: &NewBridge) -> Result<BridgeKey, EngineError> {
        let (name, label) = (checked("name", &new.name)?, checked("label", &new.label)?);
        let webhook = new.webhook.as_deref().map(str::trim).filter(|url| !url.is_empty());
        if let Some(url) = webhook {
            Webhook::new(url).map_err(|why| EngineError::invalid(format!("webhook: {why}")))?;
        }
        let token = fresh_token().map_err(EngineError::invalid)?;
        let settings = BridgeSettings { label: label.to_owned(), webhook: webhook.map(str::to_owned) };
        let external_id = format!("{label}:{name}");
        let row = NewStore {
            platform: Platform::Bridge,
            name: name.to_owned(),
            secret_handle: format!("{}/{external_id}", Platform::Bridge.as_str()),
            external_id,
            settings: serde_json::to_string(&settings).map_err(store::StoreError::from)?,
        };
        let address = self.bridge_address().await?;
        // As for any store: the same one may have been removed before.
        let turn = self.forgetting().turn().await;
        let mut tx = self.store().begin().await?;
        // First: a bridge that is there already must keep its token.
        let store = tx.add_store(&row, self.now()).await?;
        self.ports().vault.set(&row.secret_handle, &token)?;
        tx.commit().await?;
        drop(turn);
        self.forgetting().wake();
        self.reload_desk().await?;
        self.settle_bridges().await?;
        self.bus().publish(Event::All);
        Ok(BridgeKey { store, address, token })
    }

    /// Gives a bridge a new token; the one of before opens nothing from now on.
    ///
    /// # Errors
    /// If it is no bridge, or the key store or the file refuses.
    pub async fn rotate_bridge_token(&self, store: StoreId) -> Result<BridgeKey, EngineError> {
        let (row, _) = self.bridge_row(store).await?;
        let token = fresh_token().map_err(EngineError::invalid)?;
        self.ports().vault.set(&row.store.secret_handle, &token)?;
        self.token_changed(&row, LogKind::BridgeTokenRotated).await?;
        Ok(BridgeKey { store, address: self.bridge_address().await?, token })
    }

    /// Takes a bridge's token away. What it handed in stays.
    ///
    /// # Errors
    /// If it is no bridge, or the key store or the file refuses.
    pub async fn revoke_bridge_token(&self, store: StoreId) -> Result<(), EngineError> {
        let (row, _) = self.bridge_row(store).await?;
        self.ports().vault.delete(&row.store.secret_handle)?;
        self.token_changed(&row, LogKind::BridgeTokenRevoked).await
    }

    async fn token_changed(&self, row: &StoreRow, kind: LogKind) -> Result<(), EngineError> {
        self.bridges().forget(row.id);
        self.settle_bridges().await?;
        let detail = serde_json::json!({ "store": row.id.0, "what": row.store.name }).to_string();
        let mut tx = self.store().begin().await?;
        tx.audit(AuditEntry { at: self.now(), kind, conversation: None, detail });
        tx.commit().await?;
        self.bus().publish(Event::Rail);
        Ok(())
    }

    /// All bridges.
    ///
    /// # Errors
    /// If the file or the key store refuses.
    pub async fn bridge_list(&self) -> Result<Vec<BridgeInfo>, EngineError> {
        let address = self.bridge_address().await?;
        let mut bridges = Vec::new();
        for (row, settings) in self.bridge_rows().await? {
            let live = self.bridges().live(row.id);
            bridges.push(BridgeInfo {
                store: row.id,
                label: settings.label,
                address: address.clone(),
                webhook: settings.webhook,
                open: self.ports().vault.get(&row.store.secret_handle)?.is_some(),
                client: live.and_then(|live| live.client()),
                last_seen: row.last_success,
                name: row.store.name,
            });
        }
        Ok(bridges)
    }

    /// Every store that is a bridge.
    async fn bridge_rows(&self) -> Result<Vec<(StoreRow, BridgeSettings)>, EngineError> {
        let rows = self.store().stores().await?.into_iter();
        Ok(rows.filter_map(|row| Self::bridge_settings(&row).map(|settings| (row, settings))).collect())
    }

    async fn bridge_row(&self, store: StoreId) -> Result<(StoreRow, BridgeSettings), EngineError> {
        let row = self.store().store(store).await?;
        let settings = Self::bridge_settings(&row).ok_or_else(|| EngineError::invalid("not_a_bridge"))?;
        Ok((row, settings))
    }

    fn bridge_settings(row: &StoreRow) -> Option<BridgeSettings> {
        let bridge = row.store.platform == Platform::Bridge;
        bridge.then(|| serde_json::from_str(&row.store.settings).ok()).flatten()
    }

    /// For which platform a bridge hands in, in the owner's words; none for other stores.
    #[must_use]
    pub fn bridge_label(row: &StoreRow) -> Option<String> {
        Self::bridge_settings(row).map(|settings| settings.label)
    }
}

fn checked<'a>(what: &str, text: &'a str) -> Result<&'a str, EngineError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(EngineError::invalid(format!("missing:{what}")));
    }
    if text.chars().count() > NAME_LIMIT {
        return Err(EngineError::invalid(format!("too_long:{what}")));
    }
    Ok(text)
}
