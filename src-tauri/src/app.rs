//! What the commands share: the engine, the language, the demo shop, who sits here.

use crate::demo::Demo;
use crate::wire::{AppState, DemoState, Locale, OpenConversationEvent, Theme, UiError};
use domain::{AccountId, AccountName};
use engine::{Engine, UNDO_SECONDS};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

/// Key of the shell's own settings.
const SETTINGS: &str = "shell";

/// The shell's own settings, as they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    pub(crate) locale: Locale,
    pub(crate) theme: Theme,
    pub(crate) tray_explained: bool,
}

impl Default for Kept {
    /// zh-CN first; the theme of the system.
    fn default() -> Self {
        Self { locale: Locale::ZhCn, theme: Theme::System, tray_explained: false }
    }
}

/// Whether the window listens yet, and what it was to open before it did: an alert may be clicked while it still loads.
#[derive(Debug)]
pub(crate) enum Ear {
    /// Not yet.
    Deaf(Option<OpenConversationEvent>),
    /// From now on events reach it.
    Listening,
}

/// See the module.
pub(crate) struct App {
    pub(crate) engine: Engine,
    pub(crate) folder: PathBuf,
    pub(crate) locale: Arc<RwLock<Locale>>,
    pub(crate) kept: RwLock<Kept>,
    pub(crate) demo: Mutex<Option<Demo>>,
    pub(crate) alerts_work: AtomicBool,
    pub(crate) disk_full: AtomicBool,
    pub(crate) ear: std::sync::Mutex<Ear>,
    /// Ends the check or export of the push log that runs.
    log_work: std::sync::Mutex<CancellationToken>,
    /// Ends the round that tries what could not be read.
    again: std::sync::Mutex<CancellationToken>,
    /// The folder of the last export.
    last_export: std::sync::Mutex<Option<PathBuf>>,
}

impl App {
    pub(crate) async fn open(
        engine: Engine,
        folder: PathBuf,
        locale: Arc<RwLock<Locale>>,
    ) -> Result<Self, UiError> {
        let kept = engine.store().setting(SETTINGS).await.map_err(UiError::from)?;
        let kept: Kept = kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        *locale.write().unwrap_or_else(PoisonError::into_inner) = kept.locale;
        Ok(Self {
            engine,
            folder,
            locale,
            kept: RwLock::new(kept),
            demo: Mutex::new(None),
            alerts_work: AtomicBool::new(true),
            disk_full: AtomicBool::new(false),
            ear: std::sync::Mutex::new(Ear::Deaf(None)),
            log_work: std::sync::Mutex::default(),
            again: std::sync::Mutex::default(),
            last_export: std::sync::Mutex::default(),
        })
    }

    /// Whether the window hears that it is to open a conversation; if not, it asks once it can.
    pub(crate) fn heard(&self, event: &OpenConversationEvent) -> bool {
        let mut ear = self.ear.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *ear {
            Ear::Listening => true,
            Ear::Deaf(wanted) => {
                *wanted = Some(event.clone());
                false
            }
        }
    }

    /// The window listens from now on; what it was to open before.
    pub(crate) fn listen(&self) -> Option<OpenConversationEvent> {
        let mut ear = self.ear.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *ear, Ear::Listening) {
            Ear::Deaf(wanted) => wanted,
            Ear::Listening => None,
        }
    }

    /// Begins a check or an export of the push log; the one before ends, because a window shows one.
    pub(crate) fn begin_log_work(&self) -> CancellationToken {
        let mut work = self.log_work.lock().unwrap_or_else(PoisonError::into_inner);
        work.cancel();
        *work = CancellationToken::new();
        work.clone()
    }

    pub(crate) fn stop_log_work(&self) {
        self.log_work.lock().unwrap_or_else(PoisonError::into_inner).cancel();
    }

    /// Begins to try again what could not be read; a round before ends, because a window shows one.
    pub(crate) fn begin_again(&self) -> CancellationToken {
        let mut again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        again.cancel();
        *again = CancellationToken::new();
        again.clone()
    }

    pub(crate) fn stop_again(&self) {
        self.again.lock().unwrap_or_else(PoisonError::into_inner).cancel();
    }

    /// Keeps in which folder a file was written.
    pub(crate) fn exported(&self, file: &Path) {
        let folder = file.parent().map(Path::to_owned);
        *self.last_export.lock().unwrap_or_else(PoisonError::into_inner) = folder;
    }

    pub(crate) fn last_export(&self) -> Option<PathBuf> {
        self.last_export.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn kept(&self) -> Kept {
        *self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn keep(&self, kept: Kept) -> Result<(), UiError> {
        let json = serde_json::to_string(&kept).map_err(store::StoreError::from)?;
        let mut tx = self.engine.store().begin().await?;
        tx.set_setting(SETTINGS, &json, self.engine.now()).await?;
        tx.commit().await?;
        *self.locale.write().unwrap_or_else(PoisonError::into_inner) = kept.locale;
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = kept;
        Ok(())
    }

    /// The seat at this computer. Until a team shares a host, that is the main account.
    pub(crate) async fn me(&self) -> AccountId {
        self.engine.main_account().await
    }

    /// Seats by id.
    pub(crate) async fn names(&self) -> Result<HashMap<AccountId, AccountName>, UiError> {
        let accounts = self.engine.store().accounts().await?;
        Ok(accounts.into_iter().map(|account| (account.id, account.name)).collect())
    }

    pub(crate) async fn state(&self, autostart: bool) -> Result<AppState, UiError> {
        let kept = self.kept();
        let me = self.me().await;
        let name = self.names().await?.get(&me).map(ToString::to_string).unwrap_or_default();
        let running = self.demo.lock().await.is_some();
        Ok(AppState {
            first_run: self.engine.store().stores().await?.is_empty(),
            demo: if running { DemoState::Running } else { DemoState::Absent },
            me: me.to_string(),
            me_name: name,
            locale: kept.locale,
            theme: kept.theme,
            autostart,
            tray_explained: kept.tray_explained,
            alerts_work: self.alerts_work.load(Ordering::Relaxed),
            data_dir: self.folder.display().to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            undo_seconds: UNDO_SECONDS,
            disk_full: self.disk_full.load(Ordering::Relaxed),
        })
    }
}
