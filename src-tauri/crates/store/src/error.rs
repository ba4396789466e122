//! What can go wrong with the file, told apart where somebody acts on it.

use std::path::PathBuf;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the folder open for writing: show its window instead, or stop it.
    #[error("{} is in use by another process", .path.display())]
    InUse {
        /// The lock file.
        path: PathBuf,
    },
    /// The file was written by a newer version: update the program; opening it could lose data.
    #[error("the file has schema {found}, this version knows up to {known}")]
    Newer {
        /// The schema found in the file.
        found: i64,
        /// The newest schema this version knows.
        known: i64,
    },
    /// The disk is full. Nothing was written; reading still works, and so does writing once there is room again.
    #[error("the disk is full")]
    Full,
    /// The store was opened for reading only.
    #[error("the store was opened for reading only")]
    ReadOnly,
    /// Another process held the file longer than the waiting time.
    #[error("the file is busy")]
    Busy,
    /// There is no such row.
    #[error("there is no {what} {id}")]
    NotFound {
        /// The kind of thing.
        what: &'static str,
        /// Its id.
        id: i64,
    },
    /// Something of this name is already there, or the state is no longer the one that the caller saw.
    #[error("conflict: {what}")]
    Conflict {
        /// What clashes.
        what: String,
    },
    /// A row holds a value that no version wrote.
    #[error("{column} holds the unknown value {value:?}")]
    Corrupt {
        /// The column.
        column: &'static str,
        /// What was found.
        value: String,
    },
    /// The file is damaged: keep it, restore the newest whole backup, never start over.
    #[error("the file is damaged: {0}")]
    Damaged(sqlx::Error),
    /// The database refused.
    #[error("database: {0}")]
    Db(sqlx::Error),
    /// A migration failed; the copy made before it is beside the file.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The file system refused.
    #[error("file: {0}")]
    Io(#[from] std::io::Error),
    /// A JSON column could not be read or written.
    #[error("json: {0}")]
    Json(#[from] serde_json::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|e| e.code()).and_then(|c| c.parse::<u32>().ok());
        // The low byte is SQLite's primary result code; the rest says more about the same thing.
        match code.map(|code| code & 0xff) {
            Some(5 | 6) => Self::Busy,
            Some(8) => Self::ReadOnly,
            Some(11 | 26) => Self::Damaged(error),
            Some(13) => Self::Full,
            _ => Self::Db(error),
        }
    }
}
