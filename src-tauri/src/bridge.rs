//! From the engine's bus to the window and the tray.

use crate::app::App;
use crate::native::window;
use crate::shell::show_water;
use crate::wire::{ChangedEvent, NoticeEvent};
use engine::{Event, FiredItem, Notice};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tauri::{AppHandle, Manager as _, Wry};
use tauri_specta::Event as _;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

/// Changes within this are told at once: a burst of messages must not redraw the window hundreds of times.
const TOGETHER: Duration = Duration::from_millis(120);
/// The tray is looked at again at least this often: minutes pass without any event.
const TRAY: Duration = Duration::from_secs(20);

/// Listens until the program ends.
pub(crate) async fn listen(handle: AppHandle<Wry>, app: Arc<App>) {
    let mut events = app.engine.bus().subscribe();
    let mut waiting = Waiting::default();
    let mut tray = tokio::time::interval(TRAY);
    loop {
        let due = waiting.since.map(|since| since + TOGETHER);
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => waiting.add(&handle, &app, event),
                Err(RecvError::Lagged(_)) => {
                    // Whatever it was, it may have been that.
                    forget_fetched(&handle);
                    waiting.all();
                }
                Err(RecvError::Closed) => return,
            },
            () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                waiting.tell(&handle);
                show_water(&handle, &app, app.alerts_work.load(Ordering::Relaxed)).await;
            }
            _ = tray.tick() => show_water(&handle, &app, app.alerts_work.load(Ordering::Relaxed)).await,
        }
    }
}

/// Changes not told yet.
#[derive(Debug, Default)]
struct Waiting {
    conversations: BTreeSet<String>,
    rail: bool,
    all: bool,
    since: Option<Instant>,
}

impl Waiting {
    fn add(&mut self, handle: &AppHandle<Wry>, app: &App, event: Event) {
        match event {
            Event::Conversations(ids) => self.conversations.extend(ids.iter().map(ToString::to_string)),
            Event::Rail => self.rail = true,
            Event::All => self.all = true,
            Event::Erased => return forget_fetched(handle),
            Event::Raised(notice) => return raised(handle, &notice),
            Event::AlertsWork(work) => {
                let before = app.alerts_work.swap(work, Ordering::Relaxed);
                if before == work {
                    return;
                }
                self.all = true;
            }
            Event::DiskFull(full) => {
                if app.disk_full.swap(full, Ordering::Relaxed) == full {
                    return;
                }
                self.all = true;
            }
            Event::StoreTrouble(..) => self.rail = true,
        }
        self.since.get_or_insert_with(Instant::now);
    }

    fn all(&mut self) {
        self.all = true;
        self.since.get_or_insert_with(Instant::now);
    }

    fn tell(&mut self, handle: &AppHandle<Wry>) {
        let told = std::mem::take(self);
        let rail = told.rail || told.all || !told.conversations.is_empty();
        let event =
            ChangedEvent { conversations: told.conversations.into_iter().collect(), rail, all: told.all };
        if let Err(error) = event.emit(handle) {
            tracing::warn!(%error, "the window could not be told");
        }
    }
}

fn forget_fetched(handle: &AppHandle<Wry>) {
    if let Some(window) = handle.get_webview_window(window::LABEL) {
        window::forget_fetched(&window);
    }
}

fn raised(handle: &AppHandle<Wry>, notice: &Notice) {
    if let Some(event) = notice_event(notice)
        && let Err(error) = event.emit(handle)
    {
        tracing::warn!(%error, "the window could not be told");
    }
}

/// A notice as the window gets it: a code, and what its words need.
fn notice_event(notice: &Notice) -> Option<NoticeEvent> {
    let (code, count, first) = match notice {
        Notice::Due { items, .. } => ("alert", items.len(), items.first()),
        Notice::Digest { items, .. } => ("digest", items.len(), items.first()),
        Notice::Climbed { items, .. } => ("climbed", items.len(), items.first().map(|climb| &climb.item)),
        Notice::Fired { items, .. } => return Some(fired(items)),
        Notice::StoreSilent { .. } => ("store_silent", 0, None),
        Notice::AuthorisationEnds { .. } => ("authorisation_ends", 0, None),
        Notice::Test => return None,
    };
    let mut params = BTreeMap::new();
    let mut put = |name: &str, value: String| params.insert(name.to_owned(), value);
    put("count", count.to_string());
    if let Some(first) = first {
        put("title", first.title.clone());
        put("kind", first.kind.as_str().to_owned());
        put("due_at", first.due.to_string());
    }
    if let Notice::Climbed { items, .. } = notice
        && let Some(climb) = items.first()
    {
        put("store_id", climb.store_id.to_string());
        put("from", climb.from.clone().unwrap_or_default());
        put("to", climb.to.clone().unwrap_or_default());
    }
    if let Notice::StoreSilent { store, name, code, owner_must_act, .. } = notice {
        put("store", name.clone());
        put("store_id", store.to_string());
        put("owner", owner_must_act.to_string());
        put("error", code.clone().unwrap_or_default());
    }
    if let Notice::AuthorisationEnds { store, name, days, .. } = notice {
        put("store", name.clone());
        put("store_id", store.to_string());
        put("count", days.to_string());
    }
    let conversation_id = first.map(|item| item.conversation.to_string());
    Some(NoticeEvent { code: code.to_owned(), conversation_id, params })
}

/// Rules that fired: how many, and the first that can be opened.
fn fired(items: &[FiredItem]) -> NoticeEvent {
    let first = items.iter().find(|item| item.conversation.is_some()).or(items.first());
    let mut params = BTreeMap::from([("count".to_owned(), items.len().to_string())]);
    if let Some(first) = first {
        params.insert("title".to_owned(), first.title.clone());
        params.insert("rule".to_owned(), first.rule.clone());
    }
    let conversation = first.and_then(|item| item.conversation);
    NoticeEvent { code: "fired".to_owned(), conversation_id: conversation.map(|id| id.to_string()), params }
}
