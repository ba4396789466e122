//! A copy of the whole file while it is in use.

use crate::open::synced;
use crate::{Result, Store, StoreError};
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use std::path::Path;

impl Store {
    /// Writes a compact copy of the file to `to`, as it stands now, without holding anybody up.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if `to` exists, otherwise what the file system or the database says.
    pub async fn backup(&self, to: &Path) -> Result<()> {
        if to.exists() {
            return Err(StoreError::Conflict { what: format!("{} exists", to.display()) });
        }
        let name =
            to.to_str().ok_or_else(|| StoreError::Conflict { what: "the path is not UTF-8".to_owned() })?;
        // A connection of its own: those of the pool are forbidden to write, even into another file.
        let mut conn =
            SqliteConnectOptions::new().filename(self.path()).disable_statement_logging().connect().await?;
        let done = sqlx::query("VACUUM INTO ?1").bind(name.to_owned()).execute(&mut conn).await;
        sqlx::Connection::close(conn).await?;
        done?;
        synced(to)?;
        Ok(())
    }
}
