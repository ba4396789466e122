//! Ways out to the team's own `WeCom`: who there is, and the queue of each.

use crate::{AuditEntry, Entity, NewRobot, Result, RobotRow, RobotTry, Store, StoreError, WriteTx, codec};
use domain::{LogKind, RobotId, Timestamp, to_ms};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

const ALL: &str =
    "SELECT id, kind, name, secret_handle, settings, ladder, silence, queue, last_ms, last_result,
    last_code FROM robot ORDER BY id";
const ONE: &str =
    "SELECT id, kind, name, secret_handle, settings, ladder, silence, queue, last_ms, last_result,
    last_code FROM robot WHERE id = ?1";

fn robot(row: &SqliteRow) -> Result<RobotRow> {
    let (result, code) = (row.try_get("last_result")?, row.try_get("last_code")?);
    let last = codec::opt_at(row.try_get("last_ms")?).map(|at| RobotTry { at, result, code });
    Ok(RobotRow {
        id: RobotId(row.try_get("id")?),
        robot: NewRobot {
            kind: row.try_get("kind")?,
            name: row.try_get("name")?,
            secret_handle: row.try_get("secret_handle")?,
            settings: row.try_get("settings")?,
        },
        ladder: row.try_get("ladder")?,
        silence: row.try_get("silence")?,
        queue: row.try_get("queue")?,
        last,
    })
}

async fn all(conn: &mut SqliteConnection) -> Result<Vec<RobotRow>> {
    sqlx::query(ALL).fetch_all(conn).await?.iter().map(robot).collect()
}

async fn one(conn: &mut SqliteConnection, id: RobotId) -> Result<RobotRow> {
    let row = sqlx::query(ONE).bind(id.0).fetch_optional(conn).await?;
    robot(&row.ok_or(StoreError::NotFound { what: "robot", id: id.0 })?)
}

fn taken(name: &str) -> StoreError {
    StoreError::Conflict { what: format!("there is a robot called {name} already") }
}

impl WriteTx {
    /// Adds a way out.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is one of that name.
    pub async fn add_robot(&mut self, new: &NewRobot, now: Timestamp) -> Result<RobotId> {
        let sql = "INSERT INTO robot (kind, name, secret_handle, settings) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (name) DO NOTHING";
        let done = sqlx::query(sql)
            .bind(new.kind.clone())
            .bind(new.name.clone())
            .bind(new.secret_handle.clone())
            .bind(new.settings.clone())
            .execute(self.conn().await?)
            .await?;
        if done.rows_affected() == 0 {
            return Err(taken(&new.name));
        }
        let id = RobotId(done.last_insert_rowid());
        self.log_robot(id, LogKind::RobotAdded, &new.name, now);
        Ok(id)
    }

    /// All ways out, as this transaction sees them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn robots(&mut self) -> Result<Vec<RobotRow>> {
        all(self.conn().await?).await
    }

    /// One way out, as this transaction sees it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn robot(&mut self, id: RobotId) -> Result<RobotRow> {
        one(self.conn().await?, id).await
    }

    /// Changes name, settings and switches of a way out. Its queue stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] if there is another of that name.
    pub async fn update_robot(&mut self, row: &RobotRow, now: Timestamp) -> Result<()> {
        let sql =
            "UPDATE OR IGNORE robot SET name = ?2, settings = ?3, ladder = ?4, silence = ?5 WHERE id = ?1";
        let done = sqlx::query(sql)
            .bind(row.id.0)
            .bind(row.robot.name.clone())
            .bind(row.robot.settings.clone())
            .bind(row.ladder)
            .bind(row.silence)
            .execute(self.conn().await?)
            .await?;
        if done.rows_affected() == 0 {
            self.robot(row.id).await?;
            return Err(taken(&row.robot.name));
        }
        self.log_robot(row.id, LogKind::RobotChanged, &row.robot.name, now);
        Ok(())
    }

    /// Stores a queue. It is no change that a window must show at once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_robot_queue(&mut self, id: RobotId, queue: &str) -> Result<()> {
        let sql = "UPDATE robot SET queue = ?2 WHERE id = ?1";
        let done = sqlx::query(sql).bind(id.0).bind(queue.to_owned()).execute(self.conn().await?).await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound { what: "robot", id: id.0 });
        }
        Ok(())
    }

    /// Notes what became of the last try.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_robot_try(&mut self, id: RobotId, tried: &RobotTry) -> Result<()> {
        let sql = "UPDATE robot SET last_ms = ?2, last_result = ?3, last_code = ?4 WHERE id = ?1";
        let query = sqlx::query(sql).bind(id.0).bind(to_ms(tried.at));
        query.bind(tried.result.clone()).bind(tried.code.clone()).execute(self.conn().await?).await?;
        Ok(())
    }

    /// Removes a way out with everything that waits there.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_robot(&mut self, id: RobotId, now: Timestamp) -> Result<()> {
        let row = self.robot(id).await?;
        sqlx::query("DELETE FROM robot WHERE id = ?1").bind(id.0).execute(self.conn().await?).await?;
        self.log_robot(id, LogKind::RobotRemoved, &row.robot.name, now);
        Ok(())
    }

    fn log_robot(&mut self, id: RobotId, kind: LogKind, name: &str, now: Timestamp) {
        self.change(Entity::Setting, 0);
        let detail = serde_json::json!({ "robot": id.0, "what": name }).to_string();
        self.audit(AuditEntry { at: now, kind, conversation: None, detail });
    }
}

impl Store {
    /// All ways out, in the order in which they were added.
    ///
    /// # Errors
    /// What the database says.
    pub async fn robots(&self) -> Result<Vec<RobotRow>> {
        all(&mut *self.reader().await?).await
    }

    /// One way out.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn robot(&self, id: RobotId) -> Result<RobotRow> {
        one(&mut *self.reader().await?, id).await
    }
}
