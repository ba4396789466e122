//! What is better done between two commits than inside one: merging the search index, folding in the log.

use crate::script::Script;
use crate::{Result, Store};
use sqlx::Row;
use tokio::sync::watch;

pub(crate) const STEP: &str = "
    SELECT total_changes();
    INSERT INTO search (search, rank) VALUES ('merge', ?);
    SELECT total_changes();
    INSERT INTO buyer_search (buyer_search, rank) VALUES ('merge', ?);
    SELECT total_changes()";

impl Store {
    /// Counts the commits that changed something since the file was opened.
    ///
    /// # Errors
    /// [`crate::StoreError::ReadOnly`].
    pub async fn commits(&self) -> Result<watch::Receiver<u64>> {
        Ok(self.writer()?.lock().await.commits())
    }

    /// Merges some of the pieces that each commit adds to the search index, so that questions stay quick. Writes at
    /// most about so many pages of 4 KB, some thirty of which take a millisecond: whoever wants to write meanwhile has
    /// to wait. Call it when idle until it returns false.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tidy_search(&self, pages: u32) -> Result<bool> {
        let mut tx = self.begin().await?;
        let mut script = Script::default();
        script.add(STEP).bind(pages)?.bind(pages)?;
        let counts = script.rows(tx.conn().await?).await?;
        let counts: Vec<i64> = counts.iter().map(|row| Ok(row.try_get(0)?)).collect::<Result<_>>()?;
        tx.commit().await?;
        // FTS5's documented sign that there was nothing to merge: fewer than two changes.
        Ok(counts.windows(2).any(|pair| pair[1] - pair[0] >= 2))
    }

    /// How many pieces the search index is in: a question looks into each.
    ///
    /// # Errors
    /// What the database says.
    pub async fn index_pieces(&self) -> Result<u64> {
        let sql = "SELECT count(DISTINCT segid) FROM search_idx";
        let pieces: i64 = sqlx::query_scalar(sql).fetch_one(&mut *self.reader().await?).await?;
        Ok(pieces.unsigned_abs())
    }

    /// Folds the log into the file, as far as nobody reads older pages; a commit need not wait for it. Durability does
    /// not depend on it: what was committed is in the log, on the disk.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fold_log(&self) -> Result<()> {
        sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut *self.reader().await?).await?;
        Ok(())
    }

    /// Gives back the memory that a long import has filled with pages.
    ///
    /// # Errors
    /// What the database says.
    pub async fn release_memory(&self) -> Result<()> {
        let mut tx = self.begin().await?;
        sqlx::query("PRAGMA shrink_memory").execute(tx.conn().await?).await?;
        tx.commit().await?;
        Ok(())
    }
}
