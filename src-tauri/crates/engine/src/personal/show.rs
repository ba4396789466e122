//! Opening what is sealed: masked for whoever looks, in full for whoever asks, with an entry in the push log.

use super::keys::Kept;
use crate::engine::Engine;
use crate::error::EngineError;
use domain::{AccountId, ConversationId, LogKind, PersonalField, Recipient, Secret, StoreId};
use rules::mask;
use seal::Place;
use store::{AuditEntry, SealedRow};

/// A field of an order as it may stand on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskedField {
    /// The order.
    pub order_no: String,
    /// The field.
    pub field: PersonalField,
    /// What can be shown of it.
    pub masked: Masked,
}

/// What can be shown of a field that nobody has asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Masked {
    /// Its ends; `stale` if a later state of the order came and could not be kept.
    Mask {
        /// Such as `138****5678`.
        text: String,
        /// See above.
        stale: bool,
    },
    /// It came, and could not be kept: the key store gave no key.
    Missed,
    /// The key store does not answer now.
    Locked,
    /// The key is gone, or another one: nobody can open it any more.
    Lost,
}

impl Engine {
    /// The personal fields that are kept of some orders, masked.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn masked(
        &self,
        store: StoreId,
        order_nos: &[String],
    ) -> Result<Vec<MaskedField>, EngineError> {
        let rows = self.store().sealed_of(store, order_nos).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.key(store).await;
        let masked = |row: &SealedRow| match &key {
            _ if row.value.is_empty() => Masked::Missed,
            Kept::Gone => Masked::Lost,
            Kept::Silent(_) => Masked::Locked,
            Kept::Key(key) => {
                let place = Place { store, order_no: &row.order_no, field: row.field };
                let text = key.open(place, &row.value).ok().and_then(|plain| mask_of(row.field, &plain));
                text.map_or(Masked::Lost, |text| Masked::Mask { text, stale: row.missed_at.is_some() })
            }
        };
        let field =
            |row: SealedRow| MaskedField { masked: masked(&row), field: row.field, order_no: row.order_no };
        Ok(rows.into_iter().map(field).collect())
    }

    /// A personal field of an order in full, for the person at a seat who asked for it in a conversation. Who, which
    /// order and which field is in the push log before it is given.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] `personal_gone` if nothing is kept (any more), `personal_lost` if nobody can open it;
    /// [`EngineError::Vault`] if the key store does not answer; if the push log cannot be written.
    pub async fn show_personal(
        &self,
        conversation: ConversationId,
        order_no: &str,
        field: PersonalField,
        by: AccountId,
    ) -> Result<Secret, EngineError> {
        let store = self.store().conversation(conversation).await?.conversation.store;
        let rows = self.store().sealed_of(store, &[order_no.to_owned()]).await?;
        let row = rows.into_iter().find(|row| row.field == field && !row.value.is_empty());
        let row = row.ok_or_else(|| EngineError::invalid("personal_gone"))?;
        let key = match self.key(store).await {
            Kept::Key(key) => key,
            Kept::Gone => return Err(EngineError::invalid("personal_lost")),
            Kept::Silent(error) => return Err(error.into()),
        };
        let opened = key.open(Place { store, order_no, field }, &row.value).ok();
        let shown = opened.and_then(|plain| in_full(field, plain));
        let shown = shown.ok_or_else(|| EngineError::invalid("personal_lost"))?;
        let detail = serde_json::json!({ "store": store.0, "order_no": order_no, "field": field.as_str(), "by": by.0 });
        let (at, kind) = (self.now(), LogKind::PersonalShown);
        let mut tx = self.store().begin().await?;
        tx.audit(AuditEntry { at, kind, conversation: Some(conversation), detail: detail.to_string() });
        tx.commit().await?;
        Ok(shown)
    }
}

fn mask_of(field: PersonalField, plain: &Secret) -> Option<String> {
    match field {
        PersonalField::Phone => Some(mask::phone(plain.expose())),
        PersonalField::Address => recipient(plain).map(|to| mask::address(&to)),
    }
}

fn in_full(field: PersonalField, plain: Secret) -> Option<Secret> {
    match field {
        PersonalField::Phone => Some(plain),
        PersonalField::Address => recipient(&plain).map(|to| Secret::new(to.lines())),
    }
}

fn recipient(plain: &Secret) -> Option<Recipient> {
    serde_json::from_str(plain.expose()).ok()
}
