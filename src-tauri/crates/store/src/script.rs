//! Statements that wait for each other, to be run in one go.
//!
//! SQLite runs on a thread of its own, and a message to it and back costs as much as a small insert, on a busy machine
//! many times that. So what needs no answer is collected and handed over as one text.

use crate::Result;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteQueryResult, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Encode, Sqlite, Type};

/// Some statements and their values. The values are counted through all of them: each statement says `?`, once for
/// each of its values, and never `?1`.
#[derive(Debug, Default)]
pub(crate) struct Script {
    sql: String,
    arguments: SqliteArguments,
}

impl Script {
    pub(crate) const fn is_empty(&self) -> bool {
        self.sql.is_empty()
    }

    /// Adds a statement; [`Script::bind`] its values next.
    pub(crate) fn add(&mut self, sql: &'static str) -> &mut Self {
        debug_assert!(!sql.contains("?1"), "a numbered value would be that of another statement: {sql}");
        if !self.sql.is_empty() {
            self.sql.push(';');
        }
        self.sql.push_str(sql);
        self
    }

    /// The next value of the statement that was added last.
    pub(crate) fn bind<'t, T: Encode<'t, Sqlite> + Type<Sqlite>>(&mut self, value: T) -> Result<&mut Self> {
        self.arguments.add(value).map_err(sqlx::Error::Encode)?;
        Ok(self)
    }

    /// Runs all of it; at the first statement that fails it stops.
    pub(crate) async fn run(self, conn: &mut SqliteConnection) -> Result<SqliteQueryResult> {
        Ok(sqlx::query_with(AssertSqlSafe(self.sql), self.arguments).execute(conn).await?)
    }

    /// Runs all of it, and gives the rows of all of it.
    pub(crate) async fn rows(self, conn: &mut SqliteConnection) -> Result<Vec<SqliteRow>> {
        Ok(sqlx::query_with(AssertSqlSafe(self.sql), self.arguments).fetch_all(conn).await?)
    }
}
