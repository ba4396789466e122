//! `import-mail`: mails from files and folders into a mailbox.

use crate::Failure;
use crate::import::{MERGED, bar};
use crate::open::{Silent, engine};
use domain::{Platform, StoreId};
use engine::{Engine, MailImport};
use serde_json::json;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use store::{NewStore, StoreRow};

pub(crate) async fn run(data: Option<&Path>, paths: Vec<PathBuf>, store: &str) -> Result<(), Failure> {
    let engine = engine(data, Silent).await?;
    let done = take(&engine, paths, store).await;
    let stopped = engine.stop().await.map_err(|error| error.to_string());
    let line = done?;
    stopped?;
    crate::say(&line);
    Ok(())
}

async fn take(engine: &Engine, paths: Vec<PathBuf>, store: &str) -> Result<String, Failure> {
    let store = mailbox(engine, store).await?;
    let stop = Arc::new(AtomicBool::new(false));
    let listening = tokio::spawn({
        let stop = Arc::clone(&stop);
        async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                stop.store(true, Ordering::Relaxed);
            }
        }
    });
    let (started, bar) = (Instant::now(), bar(1));
    let done = engine.import_mail(store, paths, |progress| {
        bar.set_length(progress.of_bytes.max(1));
        bar.set_position(progress.bytes);
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let done = done.await.map_err(|error| error.to_string())?;
    listening.abort();
    // Without a window nobody else tidies up.
    while engine.store().tidy_search(MERGED).await.map_err(|error| error.to_string())? {}
    bar.finish_and_clear();
    Ok(result(&done, started.elapsed().as_secs_f64()))
}

/// The one object that is printed.
fn result(done: &MailImport, seconds: f64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a rate for people; counts are far below 2^52")]
    let per_second = done.mails as f64 / seconds.max(f64::EPSILON);
    let faults: Vec<_> = done.faults.iter().map(|(name, why)| json!({ "name": name, "why": why })).collect();
    json!({
        "mails": done.mails, "taken": done.taken, "known": done.known, "unreadable": done.unreadable,
        "files": done.files, "failed": done.failed, "faults": faults, "stopped": done.stopped,
        "seconds": (seconds * 1000.0).round() / 1000.0, "per_second": per_second.round(),
    })
    .to_string()
}

/// The mailbox of a number or a name. A name that nobody has becomes one.
async fn mailbox(engine: &Engine, wanted: &str) -> Result<StoreId, Failure> {
    let stores = engine.store().stores().await.map_err(|error| error.to_string())?;
    if let Some(row) = choose(&stores, wanted)? {
        return Ok(row.id);
    }
    let new = NewStore {
        platform: Platform::Mail,
        name: wanted.to_owned(),
        external_id: format!("import:{wanted}"),
        settings: "{}".into(),
        secret_handle: String::new(),
    };
    let made = async {
        let mut tx = engine.store().begin().await?;
        let store = tx.add_store(&new, engine.now()).await?;
        tx.commit().await?;
        Ok::<_, store::StoreError>(store)
    };
    let made = made.await.map_err(|error| error.to_string())?;
    crate::complain(&format!("made the mailbox {wanted:?} (number {made})"));
    Ok(made)
}

/// The store that is meant; none if it is a name that nobody has.
fn choose<'a>(stores: &'a [StoreRow], wanted: &str) -> Result<Option<&'a StoreRow>, Failure> {
    let by_number = wanted.parse().ok().and_then(|id| stores.iter().find(|row| row.id == StoreId(id)));
    let mut by_name =
        stores.iter().filter(|row| row.store.name == wanted && row.store.platform == Platform::Mail);
    let (first, second) = (by_name.next(), by_name.next());
    match (by_number, first, second) {
        (Some(row), ..) if row.store.platform == Platform::Mail => Ok(Some(row)),
        (None, Some(_), Some(_)) => {
            Err(format!("several mailboxes are called {wanted:?}; name one by its number"))
        }
        (_, Some(row), _) => Ok(Some(row)),
        (Some(row), None, _) => Err(format!("{} is no mailbox", row.store.name)),
        (None, None, _) if wanted.trim().is_empty() => Err("name a mailbox with --store".to_owned()),
        (None, None, _) if wanted.bytes().all(|b| b.is_ascii_digit()) => {
            Err(format!("there is no store {wanted}"))
        }
        (None, None, _) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn row(id: i64, platform: Platform, name: &str) -> StoreRow {
        StoreRow {
            id: StoreId(id),
            store: NewStore {
                platform,
                name: name.into(),
                external_id: name.into(),
                settings: "{}".into(),
                secret_handle: String::new(),
            },
            multi_device_sync: false,
            capabilities: BTreeMap::new(),
            cursors: BTreeMap::new(),
            paused: false,
            last_success: None,
            last_error_at: None,
            last_error_code: String::new(),
            owner_must_act: false,
            authorised_until: None,
            authorisation_told: None,
            keep_days: 0,
            keep: domain::Keep::default(),
        }
    }

    #[test]
    fn a_mailbox_is_meant_by_number_or_name() {
        let stores = [
            row(1, Platform::Shopee, "SG"),
            row(2, Platform::Mail, "a@x.example"),
            row(3, Platform::Mail, "twice"),
            row(4, Platform::Mail, "twice"),
        ];
        let id = |wanted| choose(&stores, wanted).map(|row| row.map(|row| row.id.0));
        assert_eq!(id("2"), Ok(Some(2)), "by its number");
        assert_eq!(id("a@x.example"), Ok(Some(2)), "by its name");
        assert_eq!(id("b@x.example"), Ok(None), "a new name is a new mailbox");
        assert_eq!(id("SG"), Ok(None), "a shop's name is no mailbox's");
        for wrong in ["1", "9", "twice", " "] {
            assert!(id(wrong).is_err(), "{wrong:?} names no mailbox, and must not make one");
        }
    }

    #[test]
    fn the_result_is_one_object() {
        let done = MailImport { mails: 10, taken: 7, known: 2, unreadable: 1, ..MailImport::default() };
        let line: serde_json::Value = serde_json::from_str(&result(&done, 2.0)).unwrap();
        assert_eq!(
            (&line["taken"], &line["known"], &line["per_second"]),
            (&json!(7), &json!(2), &json!(5.0)),
            "{line}"
        );
    }
}
