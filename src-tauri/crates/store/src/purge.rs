//! Overwriting what was erased, where no row leads to it any more: old pieces of the search index, unused pages, the log,
//! copies of the file.

use crate::open::forget_copies;
use crate::script::Script;
use crate::upkeep::STEP;
use crate::{Result, Store};
use sqlx::Row;

/// What is to be done next: `purge.step`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Nothing was erased since it was last done.
    Nothing,
    /// Ask for the index to be written anew as one piece.
    Begin,
    /// Go on writing it.
    Write,
    /// Fill unused pages with zeros.
    Fill,
    /// Give them back, empty the log, and take away the copies that were made before migrations.
    End,
}

/// In the order of their numbers.
const STEPS: [Next; 5] = [Next::Nothing, Next::Begin, Next::Write, Next::Fill, Next::End];

/// Bytes of a page that is nothing but the middle of a long value.
const PAGE: i64 = 4_092;

impl Store {
    /// Whether anything that was erased may still be found on the disk.
    ///
    /// # Errors
    /// What the database says.
    pub async fn purge_due(&self) -> Result<bool> {
        Ok(self.next_purge().await? != Next::Nothing)
    }

    async fn next_purge(&self) -> Result<Next> {
        let step: i64 =
            sqlx::query_scalar("SELECT step FROM purge").fetch_one(&mut *self.reader().await?).await?;
        Ok(usize::try_from(step).ok().and_then(|step| STEPS.get(step).copied()).unwrap_or(Next::Begin))
    }

    /// One step of overwriting what was erased, of at most about so many pages of 4 KB; whoever wants to write
    /// meanwhile waits for it. Call it until it returns false. A crash in between is made up for by the next call.
    ///
    /// # Errors
    /// What the database says.
    pub async fn purge(&self, pages: u32) -> Result<bool> {
        let now = self.next_purge().await?;
        let next = match now {
            Next::Nothing => return Ok(false),
            Next::Begin => {
                // FTS5: a negative number asks for all pieces to become one; positive ones go on with it.
                self.merge(-i64::from(pages)).await?;
                Next::Write
            }
            Next::Write if self.merge(i64::from(pages)).await? => return Ok(true),
            Next::Write => Next::Fill,
            Next::Fill if self.fill(pages).await? => return Ok(true),
            Next::Fill => Next::End,
            Next::End => {
                self.end().await?;
                Next::Nothing
            }
        };
        let mut tx = self.begin().await?;
        // Whoever has erased more meanwhile has asked for a new beginning.
        let query =
            sqlx::query("UPDATE purge SET step = ?2 WHERE step = ?1").bind(now as i64).bind(next as i64);
        query.execute(tx.conn().await?).await?;
        tx.commit().await?;
        Ok(next != Next::Nothing)
    }

    async fn merge(&self, pages: i64) -> Result<bool> {
        let mut tx = self.begin().await?;
        tx.secure(true).await?;
        let mut script = Script::default();
        script.add(STEP).bind(pages)?.bind(pages)?;
        let rows = script.rows(tx.conn().await?).await?;
        tx.secure(false).await?;
        let counts: Vec<i64> = rows.iter().map(|row| Ok(row.try_get(0)?)).collect::<Result<_>>()?;
        tx.commit().await?;
        Ok(counts.windows(2).any(|pair| pair[1] - pair[0] >= 2))
    }

    /// Fills some of the pages that nothing uses. False if there are none.
    async fn fill(&self, pages: u32) -> Result<bool> {
        let mut tx = self.begin().await?;
        let unused: i64 = sqlx::query_scalar("PRAGMA freelist_count").fetch_one(tx.conn().await?).await?;
        // The last few are what the commit itself needs; they come and go.
        let take = unused.min(i64::from(pages));
        if take > 0 {
            let query = sqlx::query("INSERT INTO zeros (fill) VALUES (zeroblob(?1))").bind(take * PAGE);
            query.execute(tx.conn().await?).await?;
        }
        tx.commit().await?;
        Ok(unused > i64::from(pages))
    }

    async fn end(&self) -> Result<()> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM zeros").execute(tx.conn().await?).await?;
        tx.commit().await?;
        let mut writer = self.writer()?.lock_owned().await;
        writer.settle().await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(writer.conn()?).await?;
        drop(writer);
        let path = self.path().to_owned();
        let forgotten = tokio::task::spawn_blocking(move || forget_copies(&path)).await;
        forgotten.map_err(std::io::Error::other)??;
        Ok(())
    }
}
