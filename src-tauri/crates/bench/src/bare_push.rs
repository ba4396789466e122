//! The bare bound of the receiver: the same requests, and each body in a durable transaction of its own.

use crate::bare::{connect, words};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Mutex;

type Kept = Arc<Mutex<Option<SqliteConnection>>>;

/// A handler that checks nothing and inserts what came.
pub(crate) struct BareReceiver {
    /// Where it listens.
    pub(crate) address: String,
    conn: Kept,
}

impl BareReceiver {
    /// Makes a file and listens on a free port of this computer.
    pub(crate) async fn open(file: &Path) -> Result<Self, String> {
        let mut conn = connect(file).await?;
        let table = "CREATE TABLE push (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT";
        sqlx::query(table).execute(&mut conn).await.map_err(words)?;
        let conn: Kept = Arc::new(Mutex::new(Some(conn)));
        let listener =
            tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let router = Router::new().fallback(keep).with_state(Arc::clone(&conn));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address: format!("http://{address}/shopee/push"), conn })
    }

    /// Closes the file.
    pub(crate) async fn close(self) -> Result<(), String> {
        match self.conn.lock().await.take() {
            Some(conn) => conn.close().await.map_err(words),
            None => Ok(()),
        }
    }
}

async fn keep(State(conn): State<Kept>, body: Bytes) -> StatusCode {
    let mut held = conn.lock().await;
    let Some(conn) = held.as_mut() else { return StatusCode::SERVICE_UNAVAILABLE };
    let insert = sqlx::query("INSERT INTO push (bytes) VALUES (?1)").bind(body.to_vec());
    if insert.execute(conn).await.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}
