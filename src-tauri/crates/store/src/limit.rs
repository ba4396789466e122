//! A limit to the file's size: what a full disk does, without one.

use crate::{Result, Store};

impl Store {
    /// Lets the file grow to so many pages of 4 KiB at most (none: as far as the disk goes); it never shrinks. Past it
    /// every write is [`crate::StoreError::Full`]. For tests of those who use this crate, and for a disk that must
    /// not be filled.
    ///
    /// # Errors
    /// What the database says.
    pub async fn limit_pages(&self, pages: Option<u32>) -> Result<()> {
        // A pragma takes no bound values; a number needs no quoting.
        let sql = format!("PRAGMA max_page_count = {}", pages.unwrap_or(u32::MAX - 1));
        let mut tx = self.begin().await?;
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(tx.conn().await?).await?;
        tx.commit().await?;
        Ok(())
    }
}
