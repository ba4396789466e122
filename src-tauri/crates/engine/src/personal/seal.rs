//! Sealing what an intake brings, before it is written.

use super::keys::Kept;
use crate::engine::Engine;
use crate::error::EngineError;
use domain::{OrderContact, PersonalField, Secret, StoreId};
use seal::{Key, Place};
use store::{SealedWrite, StoreError};
use tokio::sync::OwnedRwLockReadGuard;

impl Engine {
    /// What is to be written of some contacts: what the owner of the store wants, sealed. Without a key an order is not
    /// held up: it is noted that its fields came and could not be kept. Hold the guard until it is written.
    pub(crate) async fn seal(
        &self,
        store: StoreId,
        contacts: &[OrderContact],
    ) -> Result<(Vec<SealedWrite>, Option<OwnedRwLockReadGuard<()>>), EngineError> {
        if contacts.is_empty() {
            return Ok((Vec::new(), None));
        }
        let held = self.personal().sealing().await;
        let keep = self.store().store(store).await?.keep;
        if !keep.any() {
            return Ok((Vec::new(), None));
        }
        let key = match self.key(store).await {
            Kept::Key(key) => Some(key),
            Kept::Gone => {
                tracing::warn!(%store, "the key for phone numbers and addresses is gone: orders are kept without");
                None
            }
            Kept::Silent(error) => {
                tracing::warn!(%store, %error, "no key for phone numbers and addresses: orders are kept without");
                None
            }
        };
        let mut rows = Vec::new();
        for contact in contacts {
            for field in PersonalField::ALL.into_iter().filter(|field| keep.has(*field)) {
                let Some(plain) = plain(contact, field)? else { continue };
                let place = Place { store, order_no: &contact.order_no, field };
                rows.push(SealedWrite {
                    store,
                    order_no: contact.order_no.clone(),
                    field,
                    value: key.as_ref().and_then(|key| sealed(key, place, &plain)),
                    told_at: contact.told_at,
                    received_at: self.now(),
                });
            }
        }
        Ok((rows, Some(held)))
    }
}

fn sealed(key: &Key, place: Place<'_>, plain: &Secret) -> Option<Vec<u8>> {
    key.seal(place, plain)
        .inspect_err(|error| tracing::warn!(%error, "a field could not be sealed: the order is kept without"))
        .ok()
}

/// What is sealed of a field: a phone number as it is, an address part by part.
fn plain(contact: &OrderContact, field: PersonalField) -> Result<Option<Secret>, EngineError> {
    Ok(match field {
        PersonalField::Phone => contact.phone.clone(),
        PersonalField::Address => match &contact.address {
            Some(address) => Some(Secret::new(serde_json::to_string(address).map_err(StoreError::from)?)),
            None => None,
        },
    })
}
