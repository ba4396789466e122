//! The one write transaction at a time.

use crate::script::Script;
use crate::search::{Entry, PORTION, fill, in_order};
use crate::write::Asked;
use crate::writer::Pen;
use crate::{AuditEntry, Entity, IntakeWrite, Memory, Result, Store, audit};
use domain::{BuyerId, ConversationId, MessageId};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Where the tables stand when a transaction begins: the last number each has handed out, and the end of the push log.
/// Read anew each time, because a transaction that is dropped takes its numbers back; the write lock is held, so
/// nobody else takes them.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    pub(crate) buyer: i64,
    pub(crate) conversation: i64,
    pub(crate) message: i64,
    pub(crate) raw: i64,
    pub(crate) audit: i64,
    change: i64,
    audit_hash: Option<Vec<u8>>,
}

const IDS: &str = "SELECT 'ids', name, seq FROM sqlite_sequence";
const AUDIT_HASH: &str = "SELECT 'audit_hash', hash FROM audit ORDER BY id DESC LIMIT 1";

impl Ids {
    /// Takes a row of one of the two statements above. False if it is of another.
    fn take(&mut self, row: &SqliteRow) -> Result<bool> {
        match row.try_get::<&str, _>(0)? {
            "ids" => {
                let seq: i64 = row.try_get(2)?;
                match row.try_get::<&str, _>(1)? {
                    "buyer" => self.buyer = seq,
                    "conversation" => self.conversation = seq,
                    "message" => self.message = seq,
                    "raw" => self.raw = seq,
                    "audit" => self.audit = seq,
                    "change" => self.change = seq,
                    _ => {}
                }
            }
            "audit_hash" => self.audit_hash = Some(row.try_get(1)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// One write transaction. Nothing of it is there until [`WriteTx::commit`]; dropped, nothing ever happened.
#[derive(Debug)]
pub struct WriteTx {
    pen: Pen,
    pub(crate) ids: Ids,
    /// What is still to be run. It is run before anything else is asked, so nobody can see that it waited.
    pub(crate) script: Script,
    /// What an intake was told; forgotten as soon as anything else is done.
    pub(crate) asked: Option<Asked>,
    /// What a long import has in hand; given up as soon as anything but intake is done.
    pub(crate) memory: Option<Memory>,
    /// Its number since the file was opened.
    number: u64,
    /// Rows for the search index. They wait longest: the index starts a new piece at every step back in time, so all
    /// of a transaction goes in at once and in order.
    pub(crate) entries: Vec<Entry>,
    /// Payloads that this transaction keeps, by their hash.
    pub(crate) kept: HashMap<[u8; 32], i64>,
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
        Ok(self.begin_asking(|_, _| Ok(())).await?.0)
    }

    /// Begins the write transaction and asks something in it, in one go; the questions may depend on the number of the
    /// transaction before. Their rows come back; each must begin with a word that tells whose it is.
    pub(crate) async fn begin_asking(
        &self,
        questions: impl FnOnce(&mut Script, u64) -> Result<()>,
    ) -> Result<(WriteTx, Vec<SqliteRow>)> {
        let mut writer = self.writer()?.lock_owned().await;
        writer.settle().await?;
        let mut script = Script::default();
        script.add("BEGIN IMMEDIATE").add(IDS).add(AUDIT_HASH);
        questions(&mut script, writer.begun)?;
        writer.begun += 1;
        writer.unfinished = true;
        let (mut ids, mut answers) = (Ids::default(), Vec::new());
        for row in script.rows(writer.conn()?).await? {
            if !ids.take(&row)? {
                answers.push(row);
            }
        }
        let tx = WriteTx {
            number: writer.begun,
            pen: Pen::new(writer),
            ids,
            script: Script::default(),
            asked: None,
            memory: None,
            entries: Vec::new(),
            kept: HashMap::new(),
            changes: Vec::new(),
            changed: HashSet::new(),
            audit: Vec::new(),
        };
        Ok((tx, answers))
    }
}

impl WriteTx {
    /// The connection, with everything done that was to be done before.
    pub(crate) async fn conn(&mut self) -> Result<&mut SqliteConnection> {
        (self.asked, self.memory) = (None, None);
        self.fill_index().await?;
        self.asking().await
    }

    /// The connection for a question that reads neither the search index nor changes anything.
    pub(crate) async fn asking(&mut self) -> Result<&mut SqliteConnection> {
        self.flush().await?;
        self.pen.writer().await?.conn()
    }

    /// Runs what waits, but for the rows of the search index.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        match std::mem::take(&mut self.script) {
            script if script.is_empty() => Ok(()),
            script => self.pen.run(script).await,
        }
    }

    /// As [`WriteTx::flush`], but waits only for what was begun before.
    pub(crate) async fn flush_behind(&mut self) -> Result<()> {
        match std::mem::take(&mut self.script) {
            script if script.is_empty() => Ok(()),
            script => self.pen.lend(script).await,
        }
    }

    /// Puts what waits for the search index into the script. Of many rows, a portion is handed over while the next is
    /// made.
    async fn fill_index(&mut self) -> Result<()> {
        let entries = in_order(std::mem::take(&mut self.entries));
        for portion in entries.chunks(PORTION) {
            if entries.len() > PORTION {
                self.flush_behind().await?;
            }
            fill(&mut self.script, portion)?;
        }
        Ok(())
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

    /// Makes the statements of the push log's entries so far.
    pub(crate) fn log_so_far(&mut self) -> Result<()> {
        let entries = std::mem::take(&mut self.audit);
        let (first, before) = (self.ids.audit + 1, self.ids.audit_hash.take());
        self.ids.audit_hash = audit::append(&mut self.script, first, before, &entries)?;
        self.ids.audit += i64::try_from(entries.len()).unwrap_or(0);
        Ok(())
    }

    /// Writes a batch and makes it last with all that was done before: [`WriteTx::write`] and [`WriteTx::commit`] on
    /// one way to the database instead of two. Gives back what it was given to remember, as it stands now, unless
    /// something else than intake was done.
    ///
    /// # Errors
    /// Whatever the database says; then nothing was written.
    pub async fn commit_with(mut self, batch: &IntakeWrite) -> Result<Option<Memory>> {
        self.prepare(batch).await?;
        let (memory, number) = (self.memory.take(), self.number);
        self.commit().await?;
        Ok(memory.map(|memory| memory.committed(number)))
    }

    /// Writes the feed and the log with the rest, and makes all of it last. Of much, the next part is made while one is
    /// written.
    /// Returns the number of the last change in the feed.
    ///
    /// # Errors
    /// Whatever the database says; then nothing was written.
    pub async fn commit(mut self) -> Result<i64> {
        self.log_so_far()?;
        self.fill_index().await?;
        let changes = std::mem::take(&mut self.changes);
        append_changes(&mut self.script, &changes)?;
        self.script.add("COMMIT");
        let writer = self.pen.writer().await?;
        let done = std::mem::take(&mut self.script).run(writer.conn()?).await?;
        writer.finished(!changes.is_empty());
        // The feed was the last to be written, and `COMMIT` inserts nothing.
        Ok(if changes.is_empty() { self.ids.change } else { done.last_insert_rowid() })
    }
}

/// The ids lie beneath their entity's name, so that each comes out as it is.
fn append_changes(script: &mut Script, changes: &[(Entity, i64)]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut ids: BTreeMap<&'static str, Vec<i64>> = BTreeMap::new();
    for (entity, id) in changes {
        ids.entry(entity.as_str()).or_default().push(*id);
    }
    let sql = "INSERT INTO change (entity, entity_id)
        SELECT e.key, i.value FROM jsonb_each(?) e CROSS JOIN jsonb_each(e.value) i";
    script.add(sql).bind(crate::codec::json(&ids)?)?;
    Ok(())
}
