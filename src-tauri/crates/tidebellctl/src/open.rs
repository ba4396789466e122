//! Opening the data folder, for writing or for reading.

use crate::Failure;
use engine::{Clock, Engine, KeyringVault, Notice, Notifier, PROGRAM, Ports, SystemClock, default_folder};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Store, StoreError};

/// The main account's name on a folder that the window never opened.
const MAIN_NAME: &str = "主账号";

pub(crate) fn folder(data: Option<&Path>) -> Result<PathBuf, Failure> {
    match data {
        Some(dir) => Ok(dir.to_owned()),
        None => default_folder()
            .ok_or_else(|| "this system has no home folder; name one with --data DIR".to_owned()),
    }
}

/// An engine without a window.
pub(crate) async fn engine(
    data: Option<&Path>,
    notifier: impl Notifier + 'static,
) -> Result<Engine, Failure> {
    let dir = folder(data)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let vault = Arc::new(KeyringVault::new(service(&dir)));
    let ports = Ports {
        clock,
        notifier: Arc::new(notifier),
        vault,
        words: Arc::new(crate::words::TeamWords::shipped()?),
    };
    Engine::open(&dir, MAIN_NAME, ports).await.map_err(|error| match error {
        engine::EngineError::Store(error) => explain(&dir, &error),
        other => other.to_string(),
    })
}

/// The data for reading, also while the window has it open.
pub(crate) async fn reading(data: Option<&Path>) -> Result<Store, Failure> {
    let dir = folder(data)?;
    Store::open_read_only(&dir).await.map_err(|error| explain(&dir, &error))
}

/// The name under which this folder's secrets are kept: the window and the command line find the same ones.
fn service(dir: &Path) -> String {
    if Some(dir) == default_folder().as_deref() {
        PROGRAM.to_owned()
    } else {
        format!("{PROGRAM}:{}", dir.display())
    }
}

fn explain(dir: &Path, error: &StoreError) -> Failure {
    let dir = dir.display();
    match error {
        StoreError::InUse { .. } => {
            format!("{dir} is open in Tidebell or another tidebellctl; close that first")
        }
        StoreError::Newer { .. } => {
            format!("{dir} was written by a newer Tidebell ({error}); update this program")
        }
        StoreError::Full => format!("the disk of {dir} is full; make room and try again"),
        StoreError::Busy => format!("{dir} is busy; try again in a moment"),
        other => format!("{dir}: {other}; is this a Tidebell data folder? name one with --data DIR"),
    }
}

/// For commands that raise no alerts.
pub(crate) struct Silent;

impl Notifier for Silent {
    fn raise(&self, _: &Notice) -> Result<(), String> {
        Ok(())
    }
}
