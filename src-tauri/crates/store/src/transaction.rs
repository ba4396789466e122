//! The one write transaction at a time.

use crate::{AuditEntry, Entity, Result, Store, StoreError, audit};
use domain::{BuyerId, ConversationId, MessageId};
use serde::Serialize;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use std::collections::HashSet;
use tokio::sync::OwnedMutexGuard;

/// The writing connection, and whether a transaction was left open on it by somebody who was dropped.
#[derive(Debug)]
pub(crate) struct Writer {
    conn: Option<SqliteConnection>,
    unfinished: bool,
}

impl Writer {
    pub(crate) const fn new(conn: SqliteConnection) -> Self {
        Self { conn: Some(conn), unfinished: false }
    }

    pub(crate) fn conn(&mut self) -> Result<&mut SqliteConnection> {
        self.conn.as_mut().ok_or(StoreError::Db(sqlx::Error::PoolClosed))
    }

    pub(crate) const fn take(&mut self) -> Option<SqliteConnection> {
        self.conn.take()
    }

    /// Undoes what a dropped transaction left: a destructor can't wait, so the next one does it.
    pub(crate) async fn settle(&mut self) -> Result<()> {
        if self.unfinished {
            // Fails when SQLite has rolled back by itself, as it does on a full disk; that is the wanted state too.
            let _ = sqlx::query("ROLLBACK").execute(self.conn()?).await;
            self.unfinished = false;
        }
        Ok(())
    }
}

/// Ids handed out in memory: the write lock is held, so nobody else takes them.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    pub(crate) buyer: i64,
    pub(crate) conversation: i64,
    pub(crate) message: i64,
    pub(crate) raw: i64,
    pub(crate) audit: i64,
}

impl Ids {
    async fn load(conn: &mut SqliteConnection) -> Result<Self> {
        let mut ids = Self::default();
        for row in sqlx::query("SELECT name, seq FROM sqlite_sequence").fetch_all(conn).await? {
            let seq: i64 = row.try_get(1)?;
            match row.try_get::<&str, _>(0)? {
                "buyer" => ids.buyer = seq,
                "conversation" => ids.conversation = seq,
                "message" => ids.message = seq,
                "raw" => ids.raw = seq,
                "audit" => ids.audit = seq,
                _ => {}
            }
        }
        Ok(ids)
    }
}

/// One write transaction. Nothing of it is there until [`WriteTx::commit`]; dropped, nothing ever happened.
#[derive(Debug)]
pub struct WriteTx {
    writer: OwnedMutexGuard<Writer>,
    pub(crate) ids: Ids,
    changes: Vec<(Entity, i64)>,
    changed: HashSet<(Entity, i64)>,
    audit: Vec<AuditEntry>,
}

impl Store {
    /// Begins the write transaction, waiting for the one that runs.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`] on a store opened for reading, [`StoreError::Busy`] if another process holds the file.
    pub async fn begin(&self) -> Result<WriteTx> {
        let mut writer = self.writer()?.lock_owned().await;
        writer.settle().await?;
        writer.unfinished = true;
        sqlx::query("BEGIN IMMEDIATE").execute(writer.conn()?).await?;
        let ids = Ids::load(writer.conn()?).await?;
        Ok(WriteTx { writer, ids, changes: Vec::new(), changed: HashSet::new(), audit: Vec::new() })
    }
}

impl WriteTx {
    pub(crate) fn conn(&mut self) -> Result<&mut SqliteConnection> {
        self.writer.conn()
    }

    /// An id for a new buyer.
    pub const fn new_buyer(&mut self) -> BuyerId {
        self.ids.buyer += 1;
        BuyerId(self.ids.buyer)
    }

    /// An id for a new conversation.
    pub const fn new_conversation(&mut self) -> ConversationId {
        self.ids.conversation += 1;
        ConversationId(self.ids.conversation)
    }

    /// An id for a new message.
    pub const fn new_message(&mut self) -> MessageId {
        self.ids.message += 1;
        MessageId(self.ids.message)
    }

    /// Notes that something changed; each thing is in the feed once per transaction.
    pub fn change(&mut self, entity: Entity, id: i64) {
        if self.changed.insert((entity, id)) {
            self.changes.push((entity, id));
        }
    }

    /// Adds an entry to the push log, after those already added.
    pub fn audit(&mut self, entry: AuditEntry) {
        self.audit.push(entry);
    }

    /// Writes the feed and the log with the rest, and makes all of it last.
    /// Returns the number of the last change in the feed.
    ///
    /// # Errors
    /// Whatever the database says; then nothing was written.
    pub async fn commit(mut self) -> Result<i64> {
        let (changes, entries) = (std::mem::take(&mut self.changes), std::mem::take(&mut self.audit));
        let first = self.ids.audit + 1;
        let conn = self.writer.conn()?;
        audit::append(conn, first, &entries).await?;
        let seq = append_changes(conn, &changes).await?;
        sqlx::query("COMMIT").execute(conn).await?;
        self.writer.unfinished = false;
        Ok(seq)
    }
}

async fn append_changes(conn: &mut SqliteConnection, changes: &[(Entity, i64)]) -> Result<i64> {
    #[derive(Serialize)]
    struct Line(&'static str, i64);
    if changes.is_empty() {
        return crate::change::last(conn).await;
    }
    let lines: Vec<Line> = changes.iter().map(|(entity, id)| Line(entity.as_str(), *id)).collect();
    let sql = "INSERT INTO change (entity, entity_id) SELECT value ->> 0, value ->> 1 FROM jsonb_each(?1)";
    Ok(sqlx::query(sql).bind(crate::codec::json(&lines)?).execute(conn).await?.last_insert_rowid())
}
