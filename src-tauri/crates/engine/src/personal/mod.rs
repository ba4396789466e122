//! Phone numbers and addresses (`docs/RULES.md` §8, least data): off by default; switched on for a store by its owner's
//! signature, they are kept sealed, shown masked, and unmasked by a click that is in the push log.
//!
//! `keys.rs` has the keys of the stores out of the key store, `seal.rs` seals what an intake brings, `show.rs` opens it.
//! Nothing here ever writes or tells what it opened, except to the one who asked.

mod keys;
mod seal;
mod show;

pub(crate) use keys::{Personal, handle, store_of};
pub use show::{Masked, MaskedField};

use crate::bus::Event;
use crate::engine::Engine;
use crate::error::EngineError;
use domain::{AccountId, Keep, LogKind, PersonalField, Platform, StoreId};
use store::{AuditEntry, WriteTx};

/// Characters of a signature.
const NAME_LIMIT: usize = 60;
/// Which text of the commitment was on the screen when it was signed. Another text is another number.
const COMMITMENT: u32 = 1;

/// After a start: nothing waits for it.
pub(crate) async fn tidy(engine: Engine) {
    let stop = engine.stopped();
    tokio::select! {
        () = stop.cancelled() => {}
        tidied = engine.forget_left_keys() => if let Err(error) = tidied {
            tracing::warn!(%error, "a key that opens nothing any more may still be in the key store");
        }
    }
}

impl Engine {
    /// Whether a platform's orders have phone and address at all.
    #[must_use]
    pub const fn has_personal_fields(platform: Platform) -> bool {
        match platform {
            Platform::Shopee | Platform::AliExpress => true,
            Platform::Mail | Platform::Bridge => false,
        }
    }

    /// Keeps a field of a store's orders from now on. `signed` is the name that the owner typed under the commitment; it
    /// is written into the push log with the seat. Orders that are here already get it when they change.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] `missing:signature`, `too_long:signature`, or `no_personal_fields` for a platform whose
    /// orders have none; [`EngineError::Vault`] if the key store does not take the key, and then nothing is switched on.
    pub async fn keep_personal(
        &self,
        store: StoreId,
        field: PersonalField,
        by: AccountId,
        signed: &str,
    ) -> Result<(), EngineError> {
        let signed = signed.trim();
        if signed.is_empty() {
            return Err(EngineError::invalid("missing:signature"));
        }
        if signed.chars().count() > NAME_LIMIT {
            return Err(EngineError::invalid("too_long:signature"));
        }
        let held = self.personal().switching().await;
        let row = self.store().store(store).await?;
        if !Self::has_personal_fields(row.store.platform) {
            return Err(EngineError::invalid("no_personal_fields"));
        }
        if row.keep.has(field) {
            return Ok(());
        }
        self.have_key(store).await?;
        let detail = serde_json::json!({
            "store": store.0, "field": field.as_str(), "by": by.0, "signed": signed, "commitment": COMMITMENT,
        });
        let mut tx = self.store().begin().await?;
        self.note(&mut tx, (store, row.keep.with(field, true)), LogKind::PersonalKept, &detail).await?;
        tx.commit().await?;
        // A round that is under way may wait for it.
        drop(held);
        self.read_anew(store).await
    }

    /// No longer keeps a field of a store's orders. What was kept is overwritten; with the last field the key goes too.
    /// Gives how many values there were.
    ///
    /// # Errors
    /// If the file refuses, and then nothing is switched off; [`EngineError::Vault`] if the values are gone but the key
    /// store does not let the key go.
    pub async fn drop_personal(
        &self,
        store: StoreId,
        field: PersonalField,
        by: AccountId,
    ) -> Result<u64, EngineError> {
        let held = self.personal().switching().await;
        let keep = self.store().store(store).await?.keep.with(field, false);
        let mut tx = self.store().begin().await?;
        let dropped = tx.drop_sealed(store, field).await?;
        let detail = serde_json::json!({
            "store": store.0, "field": field.as_str(), "by": by.0, "values": dropped,
        });
        self.note(&mut tx, (store, keep), LogKind::PersonalDropped, &detail).await?;
        tx.commit().await?;
        self.erasing().wake();
        let forgotten = if keep.any() { Ok(()) } else { self.forget_key(store).await };
        drop(held);
        self.read_anew(store).await?;
        forgotten?;
        Ok(dropped)
    }

    async fn note(
        &self,
        tx: &mut WriteTx,
        (store, keep): (StoreId, Keep),
        kind: LogKind,
        detail: &serde_json::Value,
    ) -> Result<(), EngineError> {
        tx.set_keep(store, keep).await?;
        tx.audit(AuditEntry { at: self.now(), kind, conversation: None, detail: detail.to_string() });
        Ok(())
    }

    /// The connector asks for what is wanted now, and for no more.
    async fn read_anew(&self, store: StoreId) -> Result<(), EngineError> {
        let row = self.store().store(store).await?;
        if Self::connection(&row).is_some() && self.runners().connector(store).await.is_some() {
            crate::runner::start(self, row).await;
        }
        self.bus().publish(Event::All);
        Ok(())
    }
}
