//! The writing connection, and who holds it.

use crate::script::Script;
use crate::{Result, StoreError};
use sqlx::sqlite::SqliteConnection;
use tokio::sync::{OwnedMutexGuard, watch};
use tokio::task::JoinHandle;

/// The writing connection, and whether a transaction was left open on it by somebody who was dropped.
#[derive(Debug)]
pub(crate) struct Writer {
    conn: Option<SqliteConnection>,
    pub(crate) unfinished: bool,
    /// Counts the transactions that were begun.
    pub(crate) begun: u64,
    /// Counts the commits that changed something, for those who tidy up after them.
    commits: watch::Sender<u64>,
}

impl Writer {
    pub(crate) fn new(conn: SqliteConnection) -> Self {
        Self { conn: Some(conn), unfinished: false, begun: 0, commits: watch::Sender::new(0) }
    }

    pub(crate) fn commits(&self) -> watch::Receiver<u64> {
        self.commits.subscribe()
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

    /// Notes that the transaction has ended well, and whether it changed something.
    pub(crate) fn finished(&mut self, changed: bool) {
        self.unfinished = false;
        if changed {
            self.commits.send_modify(|commits| *commits += 1);
        }
    }
}

/// The writing connection in the hands of one transaction. It may be lent to a task that runs statements meanwhile;
/// the lock goes with it, so a transaction that is dropped in between still keeps everybody out until they have ended.
#[derive(Debug)]
pub(crate) struct Pen {
    hold: Hold,
    /// Statements were begun and did not end well: half of them may be there.
    broken: bool,
}

#[derive(Debug)]
enum Hold {
    Here(OwnedMutexGuard<Writer>),
    Lent(JoinHandle<(OwnedMutexGuard<Writer>, Result<()>)>),
    /// The task that had it is gone.
    Lost,
}

impl Pen {
    pub(crate) const fn new(writer: OwnedMutexGuard<Writer>) -> Self {
        Self { hold: Hold::Here(writer), broken: false }
    }

    /// The connection, once what was lent is back.
    ///
    /// # Errors
    /// What the statements that ran meanwhile met, once; [`StoreError::Conflict`] ever after.
    pub(crate) async fn writer(&mut self) -> Result<&mut Writer> {
        if let Hold::Lent(task) = &mut self.hold {
            let ended = task.await;
            self.hold = Hold::Lost;
            let (writer, outcome) = ended.map_err(|_| StoreError::Db(sqlx::Error::WorkerCrashed))?;
            self.hold = Hold::Here(writer);
            outcome?;
            self.broken = false;
        }
        match &mut self.hold {
            Hold::Here(writer) if !self.broken => Ok(writer),
            _ => Err(StoreError::Conflict {
                what: "an earlier statement of this transaction failed".to_owned(),
            }),
        }
    }

    /// Runs a script and waits for it.
    pub(crate) async fn run(&mut self, script: Script) -> Result<()> {
        self.writer().await?;
        // Also for whoever stops waiting half way.
        self.broken = true;
        if let Hold::Here(writer) = &mut self.hold {
            script.run(writer.conn()?).await?;
        }
        self.broken = false;
        Ok(())
    }

    /// Lets a script run on its own; whoever needs the connection next waits for it and hears how it went.
    pub(crate) async fn lend(&mut self, script: Script) -> Result<()> {
        self.writer().await?;
        if let Hold::Here(mut writer) = std::mem::replace(&mut self.hold, Hold::Lost) {
            self.broken = true;
            self.hold = Hold::Lent(tokio::spawn(async move {
                let outcome = match writer.conn() {
                    Ok(conn) => script.run(conn).await.map(|_| ()),
                    Err(error) => Err(error),
                };
                (writer, outcome)
            }));
        }
        Ok(())
    }
}
