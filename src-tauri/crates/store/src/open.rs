//! Opening: the lock, the connections, the migrations.

use crate::writer::Writer;
use crate::{Result, StoreError};
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Sqlite};
use std::fs::{File, TryLockError};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// The name of the file in its folder.
pub const DATABASE_FILE: &str = "tidebell.db";
/// The name of the lock beside it.
pub const LOCK_FILE: &str = "tidebell.lock";

/// What a copy of the file that was made before a migration ends with, before the migration's number.
const COPY: &str = "db.before-";

/// How many may read at once beside the one writer: the list, the thread, the search and one more.
const READERS: u32 = 4;
/// How long to wait for another process that holds the file for a moment (a backup, a virus scanner).
const BUSY: Duration = Duration::from_secs(5);
/// Statements kept prepared; there are about 120 in this crate.
const STATEMENTS: usize = 256;

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The one file. Clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) path: PathBuf,
    readers: SqlitePool,
    writer: Option<Arc<Mutex<Writer>>>,
    /// Held, not read: closing it gives the lock back, also when the process dies.
    _lock: Option<File>,
}

impl Store {
    /// Opens the folder for writing, creating and migrating the file as needed.
    ///
    /// # Errors
    /// [`StoreError::InUse`] if another process writes there, [`StoreError::Newer`] if a newer version has written
    /// the file, otherwise what the file system or the database says.
    pub async fn open(dir: &Path) -> Result<Self> {
        Self::open_with(dir, &MIGRATIONS).await
    }

    /// As [`Store::open`], with other migrations: tests look at an upgrade with it.
    pub(crate) async fn open_with(dir: &Path, migrations: &Migrator) -> Result<Self> {
        std::fs::create_dir_all(dir)?;
        let lock = lock(dir)?;
        let path = dir.join(DATABASE_FILE);
        let existed = path.exists();
        let mut conn = writer_options(&path).connect().await?;
        migrate(&mut conn, &path, existed, migrations).await?;
        let readers = readers(&path).await?;
        let writer = Some(Arc::new(Mutex::new(Writer::new(conn))));
        Ok(Self { inner: Arc::new(Inner { path, readers, writer, _lock: Some(lock) }) })
    }

    /// Opens an existing file for reading only, beside whoever writes it.
    ///
    /// # Errors
    /// [`StoreError::Newer`] or [`StoreError::Conflict`] if the file's schema is not the one known here.
    pub async fn open_read_only(dir: &Path) -> Result<Self> {
        let path = dir.join(DATABASE_FILE);
        let readers = readers(&path).await?;
        let mut conn = readers.acquire().await?;
        let (found, known) = (schema_of(&mut conn).await?, newest(&MIGRATIONS));
        drop(conn);
        if found > known {
            return Err(StoreError::Newer { found, known });
        }
        if found < known {
            return Err(StoreError::Conflict {
                what: format!("the file has schema {found}: open it once for writing"),
            });
        }
        Ok(Self { inner: Arc::new(Inner { path, readers, writer: None, _lock: None }) })
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Waits for what runs and closes the file; every later call on any clone fails.
    ///
    /// # Errors
    /// What the database says to the last checkpoint.
    pub async fn close(&self) -> Result<()> {
        self.inner.readers.close().await;
        if let Some(writer) = &self.inner.writer {
            writer.lock().await.close().await?;
        }
        Ok(())
    }

    pub(crate) async fn reader(&self) -> Result<PoolConnection<Sqlite>> {
        Ok(self.inner.readers.acquire().await?)
    }

    /// A connection for reading that nobody has used.
    pub(crate) async fn fresh_reader(&self) -> Result<SqliteConnection> {
        Ok(reader_options(&self.inner.path).connect().await?)
    }

    pub(crate) fn writer(&self) -> Result<Arc<Mutex<Writer>>> {
        self.inner.writer.clone().ok_or(StoreError::ReadOnly)
    }
}

/// Takes the lock of the folder. The operating system gives it back when the process ends, however it ends.
fn lock(dir: &Path) -> Result<File> {
    let path = dir.join(LOCK_FILE);
    let file = File::options().create(true).truncate(false).write(true).open(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path }),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// No memory mapping: a bad page would kill the process instead of failing a call.
fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .statement_cache_capacity(STATEMENTS)
        .row_buffer_size(512)
        .pragma("mmap_size", "0")
        .pragma("temp_store", "memory")
        .disable_statement_logging()
}

/// `FULL` syncs the log at every commit: what was acknowledged is on the disk. The log may grow to 64 MB before it is
/// folded in, so that a page changed by many batches is written back once; reading it after a crash takes moments.
/// What a row held before is overwritten in the page that is written anyway, so that erasing need not look for it.
fn writer_options(path: &Path) -> SqliteConnectOptions {
    options(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-65536")
        .pragma("wal_autocheckpoint", "65536")
        .pragma("journal_size_limit", "67108864")
        .pragma("secure_delete", "FAST")
}

/// Readers are refused to write by SQLite itself, but may recover the log of a process that died.
fn reader_options(path: &Path) -> SqliteConnectOptions {
    // A page of hits looks up some hundred pages all over the file; with 8 MB the next question finds none of them.
    options(path).create_if_missing(false).pragma("cache_size", "-16384").pragma("query_only", "1")
}

async fn readers(path: &Path) -> Result<SqlitePool> {
    let pool = SqlitePoolOptions::new()
        .max_connections(READERS)
        .min_connections(1)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(reader_options(path))
        .await?;
    Ok(pool)
}

fn newest(migrations: &Migrator) -> i64 {
    migrations.iter().map(|m| m.version).max().unwrap_or(0)
}

/// The schema number of a file; 0 for one without tables.
async fn schema_of(conn: &mut SqliteConnection) -> Result<i64> {
    let table = "SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'";
    if sqlx::query_scalar::<_, i64>(table).fetch_one(&mut *conn).await? == 0 {
        return Ok(0);
    }
    let version = "SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success";
    Ok(sqlx::query_scalar(version).fetch_one(conn).await?)
}

/// Takes away the copies that were made before migrations, overwritten: they hold what was erased since.
pub(crate) fn forget_copies(path: &Path) -> std::io::Result<()> {
    let Some(dir) = path.parent() else { return Ok(()) };
    let name = path.with_extension(COPY);
    let Some(name) = name.file_name().and_then(|name| name.to_str()) else { return Ok(()) };
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let number = entry.file_name().to_str().and_then(|other| other.strip_prefix(name)).map(str::to_owned);
        if number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())) {
            let mut file = File::options().write(true).open(entry.path())?;
            let length = file.metadata()?.len();
            std::io::copy(&mut std::io::repeat(0).take(length), &mut file)?;
            file.sync_all()?;
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Waits until a file is on the disk. Opened for writing, though nothing is written: Windows refuses it to whoever may only
/// read.
pub(crate) fn synced(path: &Path) -> std::io::Result<()> {
    File::options().write(true).open(path)?.sync_all()
}

/// Brings the file up to date. An existing one is copied first, with its log folded in, as `….before-N`.
async fn migrate(
    conn: &mut SqliteConnection,
    path: &Path,
    existed: bool,
    migrations: &Migrator,
) -> Result<()> {
    let (found, known) = (schema_of(conn).await?, newest(migrations));
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    if found == known {
        return Ok(());
    }
    if existed && found > 0 {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *conn).await?;
        let copy = path.with_extension(format!("{COPY}{known:04}"));
        std::fs::copy(path, &copy)?;
        synced(&copy)?;
        tracing::info!(from = found, to = known, copy = %copy.display(), "migrating");
    }
    migrations.run(conn).await?;
    Ok(())
}

impl Writer {
    pub(crate) async fn close(&mut self) -> Result<()> {
        if let Some(conn) = self.take() {
            conn.close().await?;
        }
        Ok(())
    }
}
