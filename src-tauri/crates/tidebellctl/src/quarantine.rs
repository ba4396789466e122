//! `quarantine`: what could not be read, listed, handed on, tried again.

use crate::Failure;
use crate::log::unwritten;
use crate::open::{Silent, engine, reading};
use channels::Barred;
use clap::Subcommand;
use engine::{
    Again, AgainReport, Engine, EngineError, ExportTo, export_payload, export_quarantine, quarantine_facts,
};
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;

/// Rows that are looked up at once.
const PAGE: u32 = 100;

/// What to do with what could not be read.
#[derive(Debug, Subcommand)]
pub(crate) enum Quarantine {
    /// List it, one JSON object each, newest first, without the content
    #[command(
        after_help = "never_again tells why something will not be tried again: outline (only its outline was kept, to spare \
                            personal data), nothing (nothing of it is here), alone (kept without its conversation), \
                            answer (asked for again anyway); null if it can be.\n\nExample:\n  \
                            tidebellctl --data ./inbox quarantine list"
    )]
    List,
    /// Write it to a new file, for whoever mends the readers; it may hold personal data
    #[command(
        after_help = "With a number the file holds the payload as it came, else everything: one JSON object a line, the payload \
                            in base64 in \"bytes\". A file that is there is never replaced.\n\nExamples:\n  \
                            tidebellctl quarantine export --out unreadable.ndjson\n  \
                            tidebellctl quarantine export 12 --out push.json"
    )]
    Export {
        /// Only this one, by its number; without it, all
        #[arg(value_name = "ID")]
        id: Option<i64>,
        /// The file, which must not be there yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Try again to read it; what can be read now is taken in at the instant when it came
    #[command(
        after_help = "Prints one JSON object: read, unreadable, never_again, waiting (somebody is being erased), failed. A new \
                            version of the desktop program does this by itself after its first start.\n\nExamples:\n  \
                            tidebellctl quarantine retry\n  tidebellctl quarantine retry 12"
    )]
    Retry {
        /// Only this one, by its number; without it, all
        #[arg(value_name = "ID")]
        id: Option<i64>,
    },
}

pub(crate) async fn run(data: Option<&Path>, what: Quarantine) -> Result<(), Failure> {
    match what {
        Quarantine::List => list(&reading(data).await?).await.map_err(|error| error.to_string()),
        Quarantine::Export { id, out } => {
            let store = reading(data).await?;
            let line = export(&store, id, &out).await?;
            crate::say(&line.to_string());
            Ok(())
        }
        Quarantine::Retry { id } => {
            let engine = engine(data, Silent).await?;
            let done = retry(&engine, id).await;
            engine.stop().await.map_err(|error| error.to_string())?;
            crate::say(&done?.to_string());
            Ok(())
        }
    }
}

async fn list(store: &Store) -> Result<(), StoreError> {
    let mut before = None;
    loop {
        let rows = store.quarantine_list(before, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        before = Some(last.id);
        for row in &rows {
            let mut line = quarantine_facts(row);
            line["never_again"] = Engine::barred(row).map(word).into();
            crate::say(&line.to_string());
        }
    }
}

async fn export(store: &Store, id: Option<i64>, out: &Path) -> Result<Value, Failure> {
    let to = ExportTo { file: out, replace: false };
    let done = match id {
        Some(id) => export_payload(store, id, to).await.map(|()| 1),
        None => export_quarantine(store, to).await,
    };
    match done {
        Ok(count) => Ok(json!({ "payloads": count, "file": out })),
        Err(EngineError::File { path, error }) if error.kind() == ErrorKind::AlreadyExists => {
            Err(format!("{} is there already; name another file with --out", path.display()))
        }
        Err(EngineError::File { path, error }) => Err(unwritten(&path, &error)),
        Err(EngineError::Store(StoreError::NotFound { id, .. })) => Err(no_such(id)),
        Err(EngineError::Invalid { .. }) => {
            Err("nothing of its content is kept; there is nothing to write".into())
        }
        Err(error) => Err(error.to_string()),
    }
}

async fn retry(engine: &Engine, id: Option<i64>) -> Result<Value, Failure> {
    let Some(id) = id else {
        let stop = CancellationToken::new();
        let pressed = stop.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                pressed.cancel();
            }
        });
        let done = engine.read_all_again(&stop, |_| {}).await.map_err(|error| error.to_string())?;
        return Ok(told(done));
    };
    let mut done = AgainReport::default();
    match engine.read_again(id).await.map_err(|error| error.to_string())? {
        Again::Read => done.read = 1,
        Again::Unreadable(_) => done.unreadable = 1,
        Again::Barred(_) => done.barred = 1,
        Again::Waits => done.waiting = 1,
        Again::Gone => return Err(no_such(id)),
    }
    Ok(told(done))
}

fn told(done: AgainReport) -> Value {
    let AgainReport { read, unreadable, barred, waiting, failed } = done;
    json!({
        "read": read, "unreadable": unreadable, "never_again": barred, "waiting": waiting, "failed": failed,
    })
}

fn no_such(id: i64) -> Failure {
    format!("there is nothing unreadable with the number {id}; see tidebellctl quarantine list")
}

const fn word(barred: Barred) -> &'static str {
    match barred {
        Barred::Outline => "outline",
        Barred::Nothing => "nothing",
        Barred::Alone => "alone",
        Barred::Answer => "answer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Flaw, from_ms};
    use engine::{KeyringVault, Notice, Ports, SystemClock};
    use std::sync::Arc;
    use store::{IntakeWrite, QuarantineWrite};

    /// A folder with something that can be read by now, and something that cannot.
    async fn house() -> (tempfile::TempDir, Engine) {
        let dir = tempfile::tempdir().unwrap();
        let engine = engine_in(dir.path()).await;
        let line = |text: &str| QuarantineWrite {
            store: None,
            source: "import.ndjson".to_owned(),
            flaw: Flaw::missing("nobody knew"),
            bytes: text.as_bytes().to_vec(),
            own_id: String::new(),
            beside: String::new(),
            reader: "0.0.0".to_owned(),
            at: from_ms(1_772_416_800_000),
        };
        let good = r#"{"conversation":1,"buyer":"b","platform":"shopee","store":7,"sent_at":1,"direction":"in","text":"x"}"#;
        let rows = vec![line(good), line("{\"half\":")];
        let mut tx = engine.store().begin().await.unwrap();
        tx.write(&IntakeWrite { quarantined: rows, ..IntakeWrite::default() }).await.unwrap();
        tx.commit().await.unwrap();
        (dir, engine)
    }

    async fn engine_in(dir: &Path) -> Engine {
        let ports = Ports {
            clock: Arc::new(SystemClock),
            notifier: Arc::new(Deaf),
            vault: Arc::new(KeyringVault::new("tidebell-test")),
            words: Arc::new(crate::words::TeamWords::shipped().unwrap()),
        };
        Engine::open(dir, "潮铃", ports).await.unwrap()
    }

    struct Deaf;

    impl engine::Notifier for Deaf {
        fn raise(&self, _: &Notice) -> Result<(), String> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn what_can_be_read_now_is_taken_in_and_the_rest_is_counted() {
        let (_dir, engine) = house().await;
        let done = retry(&engine, None).await.unwrap();
        let counts = json!({ "read": 1, "unreadable": 1, "never_again": 0, "waiting": 0, "failed": 0 });
        assert_eq!(done, counts, "all of it is tried");
        assert_eq!(retry(&engine, Some(2)).await.unwrap()["unreadable"], 1, "one by its number");
        let gone = retry(&engine, Some(1)).await.unwrap_err();
        assert!(gone.contains("quarantine list"), "it says where the numbers are: {gone}");
    }

    #[tokio::test]
    async fn a_file_that_is_there_is_never_replaced() {
        let (dir, engine) = house().await;
        let out = dir.path().join("all.ndjson");
        let done = export(engine.store(), None, &out).await.unwrap();
        assert_eq!(done["payloads"], 2, "{done}");
        let written = std::fs::read_to_string(&out).unwrap();
        let first: Value = serde_json::from_str(written.lines().next().unwrap()).unwrap();
        assert_eq!(
            (&first["cause"], &first["bytes"]),
            (&json!("missing"), &json!("eyJoYWxmIjo=")),
            "newest first"
        );
        let refused = export(engine.store(), Some(1), &out).await.unwrap_err();
        assert!(refused.contains("--out"), "it says what to do: {refused}");
        assert_eq!(std::fs::read_to_string(&out).unwrap(), written, "and leaves it as it is");
        let one = dir.path().join("one.json");
        export(engine.store(), Some(2), &one).await.unwrap();
        assert_eq!(std::fs::read(&one).unwrap(), b"{\"half\":", "one payload is as it came");
    }

    #[tokio::test]
    async fn what_cannot_be_written_leaves_nothing_behind() {
        let (dir, engine) = house().await;
        let nowhere = dir.path().join("no folder/all.ndjson");
        let refused = export(engine.store(), None, &nowhere).await.unwrap_err();
        assert!(refused.contains("folder does not exist"), "{refused}");
        let missing = dir.path().join("missing.json");
        let refused = export(engine.store(), Some(99), &missing).await.unwrap_err();
        assert!(refused.contains("99") && !missing.exists(), "no empty file: {refused}");
    }
}
