//! The folders of a mailbox: which there are, and which are read beside INBOX.
//!
//! Each folder has cursors and numbers of its own, and one that cannot be read hides no other. What lay in a folder before
//! it was added is taken in without a bell.

use crate::bus::Event;
use crate::connect::Connection;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::trial::{Typed, kept};
use channels::Cursors;
use channels::mail::{INBOX, MailFolder, folder_added, folder_news, folders_gone};
use domain::{Platform, StoreId, Timestamp};
use store::{CursorWrite, IntakeWrite, NewStore, StoreRow, WriteTx};

/// The most folders that are read beside INBOX: each costs a call a round.
const MOST: usize = 30;
/// Characters of a name.
const LONGEST: usize = 200;

impl Engine {
    /// The folders that a connected mailbox has, INBOX first; none for other stores.
    ///
    /// # Errors
    /// If there is no such store, or the server does not answer.
    pub async fn mail_folders(&self, store: StoreId) -> Result<Vec<MailFolder>, EngineError> {
        let row = self.store().store(store).await?;
        let connector = match self.runners().connector(store).await {
            Some(connector) => connector,
            None => crate::connect::connector(self, &row)?,
        };
        Ok(connector.folders().await?)
    }

    /// The folders that a mailbox has which is not connected yet.
    ///
    /// # Errors
    /// As [`Engine::test_connection`], or if the server does not answer.
    pub async fn folders_of(
        &self,
        connection: &Connection,
        typed: &Typed,
    ) -> Result<Vec<MailFolder>, EngineError> {
        Ok(self.way_to(connection, typed, None).await??.folders().await?)
    }

    /// Reads these folders of a mailbox from now on, and INBOX always. What came in of others stays.
    ///
    /// # Errors
    /// `not_a_mailbox`, `folder_name`, `too_many_folders`; or if the file refuses.
    pub async fn read_folders(&self, store: StoreId, folders: &[String]) -> Result<(), EngineError> {
        let row = self.store().store(store).await?;
        let before = kept(&row)?;
        if before.platform != Platform::Mail {
            return Err(EngineError::invalid("not_a_mailbox"));
        }
        let wanted = tidy(folders);
        check(&wanted)?;
        if wanted == before.folders {
            return Ok(());
        }
        // Nobody reads while the cursors are changed.
        let _replacement = self.runners().replacing(store);
        self.runners().end_one(store).await;
        let changed = self.keep_folders(&row, before, wanted).await;
        let row = self.store().store(store).await?;
        crate::runner::start(self, row).await;
        self.bus().publish(Event::Rail);
        changed
    }

    async fn keep_folders(
        &self,
        row: &StoreRow,
        before: Connection,
        wanted: Vec<String>,
    ) -> Result<(), EngineError> {
        let added = wanted.iter().filter(|folder| !before.folders.contains(folder));
        let cursors = added
            .map(|folder| folder_added(folder))
            .map(|(stream, value)| CursorWrite { store: row.id, stream, value })
            .collect();
        let after = Connection { folders: wanted, ..before };
        let new = NewStore {
            settings: serde_json::to_string(&after).map_err(store::StoreError::from)?,
            ..row.store.clone()
        };
        let mut tx = self.store().begin().await?;
        tx.update_store(row.id, &new, self.now()).await?;
        tx.write(&IntakeWrite { cursors, ..IntakeWrite::default() }).await?;
        tx.forget_folder_checks(row.id, &read(&after)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The folders of a mailbox that are to be read and cannot be.
    #[must_use]
    pub fn missing_folders(row: &StoreRow) -> Vec<String> {
        let wanted = Self::connection(row).map_or_else(Vec::new, |connection| connection.folders);
        folders_gone(&row.cursors).into_iter().filter(|folder| wanted.contains(folder)).collect()
    }
}

/// Whether folders vanished or came back with a round.
pub(crate) fn has_news(cursors: &Cursors) -> bool {
    !folder_news(cursors).is_empty()
}

/// Writes down which did. In the transaction that keeps these positions: to the next round it is no news.
pub(crate) fn note_news(tx: &mut WriteTx, store: StoreId, cursors: &Cursors, now: Timestamp) {
    for (folder, is_gone) in folder_news(cursors) {
        tx.note_folder(store, &folder, is_gone, now);
    }
}

/// Every folder that is read.
pub(crate) fn read(connection: &Connection) -> Vec<String> {
    std::iter::once(INBOX.to_owned()).chain(connection.folders.iter().cloned()).collect()
}

/// Each once, without INBOX, in the order in which they were picked.
pub(crate) fn tidy(folders: &[String]) -> Vec<String> {
    let mut tidied: Vec<String> = Vec::new();
    for folder in folders.iter().filter(|folder| !folder.eq_ignore_ascii_case(INBOX)) {
        if !tidied.contains(folder) {
            tidied.push(folder.clone());
        }
    }
    tidied
}

/// Whether these can be asked for.
pub(crate) fn check(folders: &[String]) -> Result<(), EngineError> {
    if folders.len() > MOST {
        return Err(EngineError::invalid("too_many_folders"));
    }
    let fits = |name: &String| {
        !name.trim().is_empty() && name.chars().count() <= LONGEST && !name.chars().any(char::is_control)
    };
    if !folders.iter().all(fits) {
        return Err(EngineError::invalid("folder_name"));
    }
    Ok(())
}
