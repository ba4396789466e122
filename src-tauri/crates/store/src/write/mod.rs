//! Writing a batch: one statement per table, whatever the number of rows.
//!
//! The rows travel as one JSON text and come out of `jsonb_each`. A statement per row would cost sqlx 10-20 µs each,
//! several times what SQLite needs for the row; `jsonb_each` hands out binary elements, which `json_each` would
//! print and parse again for every column. The rows of which there are many are arrays (`serde_tuple`), read by place:
//! the n-th `value ->> n` is the n-th field of the struct above it.

mod asked;
mod conversation;
mod deadline;
mod message;
mod party;
mod plain;
mod sealed;

pub(crate) use asked::Asked;
pub(crate) use deadline::Running;

use crate::{AuditEntry, Entity, IntakeWrite, Result, WriteTx, quarantine};

impl WriteTx {
    /// Writes a batch. May be called more than once in a transaction.
    ///
    /// # Errors
    /// What the database says, for example to a provider id that is already there; then drop the transaction.
    pub async fn write(&mut self, batch: &IntakeWrite) -> Result<()> {
        self.prepare(batch).await?;
        self.flush().await
    }

    /// As [`WriteTx::write`], but does not wait until it is written: what comes next in this transaction does, and hears
    /// of an error.
    ///
    /// # Errors
    /// As [`WriteTx::write`], also to what was left to write before.
    pub async fn write_behind(&mut self, batch: &IntakeWrite) -> Result<()> {
        self.prepare(batch).await?;
        self.log_so_far()?;
        self.flush_behind().await
    }

    /// Makes the statements of a batch. Only what must hear back from the database goes there at once.
    pub(crate) async fn prepare(&mut self, batch: &IntakeWrite) -> Result<()> {
        if !batch.quarantined.is_empty() {
            let places = self.known_quarantined(&batch.quarantined).await?;
            quarantine::quarantine(&mut self.script, &batch.quarantined, &places)?;
            self.change(Entity::Quarantine, 0);
        }
        if let Some(released) = batch.released {
            self.release(released).await?;
        }
        party::buyers(self, &batch.buyers)?;
        conversation::conversations(self, &batch.conversations)?;
        message::messages(self, &batch.messages).await?;
        message::mails(self, &batch.mails)?;
        message::notices(self, &batch.notices)?;
        party::orders(self, &batch.orders).await?;
        sealed::sealed(self, &batch.sealed)?;
        party::disputes(self, &batch.disputes).await?;
        conversation::assignments(self, &batch.assignments)?;
        let running = deadline::deadlines(self, &batch.deadlines).await?;
        message::verdicts(self, &batch.verdicts)?;
        party::cursors(self, &batch.cursors)?;
        if let Some(memory) = &mut self.memory {
            memory.note(batch, running);
        }
        batch.audit.iter().cloned().for_each(|entry: AuditEntry| self.audit(entry));
        Ok(())
    }
}
