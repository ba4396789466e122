//! An engine that nobody listens to.

use crate::measure::{Report, ms, timed};
use channels::wecom::Wording;
use domain::Secret;
use engine::{Engine, Letter, Notice, Notifier, Ports, SecretVault, SystemClock, VaultError, Words};
use std::path::Path;
use std::sync::Arc;

struct Nobody;

impl Notifier for Nobody {
    fn raise(&self, _: &Notice) -> Result<(), String> {
        Ok(())
    }
}

impl SecretVault for Nobody {
    fn get(&self, _: &str) -> Result<Option<Secret>, VaultError> {
        Ok(None)
    }
    fn set(&self, _: &str, _: &Secret) -> Result<(), VaultError> {
        Err(VaultError("a bench keeps no secrets".into()))
    }
    fn delete(&self, _: &str) -> Result<(), VaultError> {
        Ok(())
    }
}

impl Words for Nobody {
    fn letter(&self, _: &Notice) -> Letter {
        Letter { title: String::new(), rows: Vec::new() }
    }
    fn wording(&self) -> Wording {
        let nothing = String::new;
        Wording { several: nothing(), more: nothing(), again: nothing(), open: nothing() }
    }
}

/// Opens a folder.
pub(crate) async fn open(data: &Path) -> Result<Engine, String> {
    let (clock, notifier, vault) = (Arc::new(SystemClock), Arc::new(Nobody), Arc::new(Nobody));
    let ports = Ports { clock, notifier, vault, words: Arc::new(Nobody) };
    Engine::open(data, "main", ports).await.map_err(|error| error.to_string())
}

/// Opens a full folder and tells how long that took.
pub(crate) async fn reopened(data: &Path, report: &mut Report) -> Result<Engine, String> {
    let (engine, time) = timed(open(data)).await;
    report.note("open the folder", "ms", ms(time), None);
    engine
}
