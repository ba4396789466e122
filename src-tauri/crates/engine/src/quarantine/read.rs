//! One payload, through the door it came by.

use super::Again;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::import::{SOURCE as IMPORT, line_again};
use crate::intake::{Late, LatePart, Mode};
use crate::push::says_all;
use channels::{Barred, Batch, Beside, Came, Door, ReadAgain, door, read_again};
use domain::{Flaw, IncomingEvent, Platform};
use store::{QuarantineRow, StoreRow};

/// By which way a payload is read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// As a channel reads it.
    Channel(Door),
    /// As a line of an import.
    Import,
}

/// By which way a row is read again.
///
/// # Errors
/// Why it will not be.
pub(super) fn door_of(row: &QuarantineRow) -> Result<Way, Barred> {
    let kept = row.packed_len > 0;
    if row.source == IMPORT && kept {
        return Ok(Way::Import);
    }
    door(&row.source, &Beside::from_text(&row.beside), kept).map(Way::Channel)
}

impl Engine {
    /// Reads a row again and takes in what it says. A failure of the file leaves it as it was.
    pub(super) async fn through(&self, way: Way, row: &QuarantineRow) -> Result<Again, EngineError> {
        let bytes = self.store().quarantine_bytes(row.id).await?;
        let read = match way {
            Way::Import => self.line_of(bytes).await?,
            Way::Channel(Door::ShopeePush) => self.push_of(row, bytes).await?,
            Way::Channel(door) => self.payload_of(door, row, bytes).await?,
        };
        let parts = match read {
            Ok(parts) => parts,
            Err(flaw) => return Ok(Again::Unreadable(flaw)),
        };
        for part in &parts {
            self.settle_by_record(part.store, &part.batch).await?;
        }
        self.accept_late(Late { row: row.id, came_at: row.first_at }, &parts).await?;
        self.follow_up(&parts).await?;
        Ok(Again::Read)
    }

    async fn line_of(&self, bytes: Vec<u8>) -> Result<Result<Vec<LatePart>, Flaw>, EngineError> {
        let (platform, name, received) = match line_again(bytes) {
            Ok(line) => line,
            Err(flaw) => return Ok(Err(flaw)),
        };
        let store = self.import_store(platform, &name).await?;
        let batch = Batch { received: vec![received], ..Batch::default() };
        Ok(Ok(vec![LatePart { store, platform, mode: Mode::History, batch }]))
    }

    async fn push_of(
        &self,
        row: &QuarantineRow,
        bytes: Vec<u8>,
    ) -> Result<Result<Vec<LatePart>, Flaw>, EngineError> {
        let partner = match Beside::from_text(&row.beside) {
            Beside::Push { partner } => Some(partner),
            _ => None,
        };
        let sorted = self.push_again(&row.source, bytes, row.store, partner.as_deref()).await?;
        let part = |(store, batch)| LatePart { store, platform: Platform::Shopee, mode: Mode::Live, batch };
        Ok(sorted.map(|batches| batches.into_iter().map(part).collect()))
    }

    async fn payload_of(
        &self,
        door: Door,
        row: &QuarantineRow,
        bytes: Vec<u8>,
    ) -> Result<Result<Vec<LatePart>, Flaw>, EngineError> {
        let store = self.store_of(row).await?;
        let connection = Self::connection(&store);
        let own_user = self.runners().connector(store.id).await.and_then(|shop| shop.own_user());
        let rules = crate::connect::mail_rules(&store);
        let (source, at) = (row.source.clone(), row.first_at);
        let beside = Beside::from_text(&row.beside);
        let reading = move || {
            let known = connection.as_ref();
            let shop_id = known.map_or("", |known| known.shop_id.trim());
            let login = known.map_or("", |known| known.account.trim());
            let own_user = own_user.as_deref();
            let came = Came { at, shop_id, login, own_user, rules: rules.as_ref() };
            read_again(door, &source, bytes, &beside, came)
        };
        // A mail may take a while.
        let read = tokio::task::spawn_blocking(reading).await;
        let read = match read.map_err(|error| EngineError::invalid(error.to_string()))? {
            Ok(read) => read,
            Err(flaw) => return Ok(Err(flaw)),
        };
        let ReadAgain { received, read, quarantined, old } = read;
        if let Some(mark) = read {
            let key = mark.conversation.clone();
            self.keep_marks(store.id, &[(0, mark)]).await?;
            self.read_elsewhere(store.id, &[key]).await?;
        }
        let batch = Batch { received: received.into_iter().collect(), quarantined, ..Batch::default() };
        let mode = if old { Mode::History } else { Mode::Live };
        Ok(Ok(vec![LatePart { store: store.id, platform: store.store.platform, mode, batch }]))
    }

    /// The store that a row came for.
    async fn store_of(&self, row: &QuarantineRow) -> Result<StoreRow, EngineError> {
        let gone = store::StoreError::NotFound { what: "store", id: 0 };
        Ok(self.store().store(row.store.ok_or(gone)?).await?)
    }

    /// What intake by the ordinary way does after it.
    async fn follow_up(&self, parts: &[LatePart]) -> Result<(), EngineError> {
        for part in parts {
            let received = &part.batch.received;
            match part.platform {
                // Of everything but a buyer's message a push is a signal.
                Platform::Shopee if received.iter().any(|one| !says_all(&one.events)) => {
                    self.runners().news(part.store).await;
                }
                Platform::Bridge => {
                    let keys: Vec<String> = received
                        .iter()
                        .flat_map(|one| &one.events)
                        .filter_map(|event| match event {
                            IncomingEvent::Message(message) => Some(message.conversation_key.clone()),
                            _ => None,
                        })
                        .collect();
                    self.read_elsewhere(part.store, &keys).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
